import { workflow } from "@continuum/runtime/workflow";
import { DateTime } from "luxon";

export const nextDayOfLuxon = workflow({ version: 1 }, async (input: { readonly at: string }) =>
  DateTime.fromISO(input.at, { zone: "utc" }).plus({ days: 1 }).toMillis(),
);
