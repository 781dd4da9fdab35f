import { workflow } from "@continuum/runtime/workflow";
import { addDays } from "date-fns";

export const dateFnsFlow = workflow({ version: 1 }, async (input: { readonly at: number }) =>
  addDays(new Date(input.at), 1).getTime(),
);
