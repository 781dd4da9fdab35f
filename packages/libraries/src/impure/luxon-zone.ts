import { workflow } from "@continuum/runtime/workflow";
import { DateTime } from "luxon";

export const inZoneOfMachine = workflow({ version: 1 }, async (input: { readonly at: string }) =>
  DateTime.fromISO(input.at).toISODate(),
);
