import { workflow } from "@continuum/runtime/workflow";
import { groupBy, mapValues, pipe, sortBy } from "remeda";

export const grouped = workflow({ version: 1 }, async (input: { readonly words: readonly string[] }) => {
  return pipe(
    input.words,
    sortBy((word) => word.length),
    groupBy((word) => word.charAt(0)),
    mapValues((words) => words.length),
  );
});
