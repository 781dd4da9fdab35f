import { workflow } from "@continuum/runtime/workflow";
import { DateTime } from "luxon";

export const inLanguageOfMachine = workflow({ version: 1 }, async (input: { readonly at: string }) =>
  DateTime.fromISO(input.at, { zone: "utc" }).toLocaleString(DateTime.DATE_FULL),
);
