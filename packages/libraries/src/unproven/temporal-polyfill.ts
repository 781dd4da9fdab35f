import { workflow } from "@continuum/runtime/workflow";
import { Temporal } from "temporal-polyfill";

export const nextDate = workflow({ version: 1 }, async (input: { readonly date: string }) =>
  Temporal.PlainDate.from(input.date).add({ days: 1 }).toString(),
);
