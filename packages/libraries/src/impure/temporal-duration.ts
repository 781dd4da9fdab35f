import { workflow } from "@continuum/runtime/workflow";
import { Temporal } from "temporal-polyfill";

export const inDigitsOfMachine = workflow({ version: 1 }, async (input: { readonly date: string }) =>
  Temporal.PlainDate.from(input.date).until("2027-01-01").toString(),
);
