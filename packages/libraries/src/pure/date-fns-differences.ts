import { workflow } from "@continuum/runtime/workflow";
import { differenceInHours } from "date-fns";

export const hoursLeft = workflow(
  { version: 1 },
  async (input: { readonly due: number; readonly at: number }) => differenceInHours(input.due, input.at),
);
