import { workflow } from "@continuum/runtime/workflow";
import moment from "moment";

export const nextDayOfMoment = workflow({ version: 1 }, async (input: { readonly at: string }) =>
  moment.utc(input.at).add(1, "day").toISOString(),
);
