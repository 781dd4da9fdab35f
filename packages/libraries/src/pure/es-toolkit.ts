import { workflow } from "@continuum/runtime/workflow";
import { chunk, cloneDeep, groupBy, isEqual, merge, sortBy } from "es-toolkit";

interface Input {
  readonly lines: readonly { readonly sku: string }[];
}

export const sortedLines = workflow({ version: 1 }, async (input: Input) => {
  const copy = cloneDeep(input);
  const sorted = sortBy([...copy.lines], ["sku"]);
  const groups = groupBy(sorted, ({ sku }) => sku);
  return [chunk(sorted, 2).length, isEqual(copy, input), Object.keys(merge(groups, {})).length];
});
