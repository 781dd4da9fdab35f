import { workflow } from "@continuum/runtime/workflow";
import { addMilliseconds, differenceInMilliseconds, isBefore } from "date-fns";
import ms from "ms";

export const due = workflow({ version: 1 }, async (input: { readonly placedAt: number }) => {
  const placed = new Date(input.placedAt);
  const late = addMilliseconds(placed, ms("2 days"));
  return isBefore(placed, late) ? late.toISOString() : ms(differenceInMilliseconds(late, placed));
});
