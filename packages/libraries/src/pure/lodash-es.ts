import { workflow } from "@continuum/runtime/workflow";
import {
  chunk,
  clamp,
  cloneDeep,
  get,
  groupBy,
  isEqual,
  keyBy,
  merge,
  omit,
  orderBy,
  sumBy,
} from "lodash-es";

interface Input {
  readonly lines: readonly { readonly sku: string; readonly size: number }[];
}

export const batches = workflow({ version: 1 }, async (input: Input) => {
  const copy = merge({ currency: "EUR" }, cloneDeep(input));
  const bySku = groupBy(orderBy(copy.lines, ["sku"]), ({ sku }) => sku);
  const size = clamp(sumBy(copy.lines, "size"), 1, 10);
  const known = isEqual(keyBy(copy.lines, "sku"), omit(bySku, "gift"));
  return [chunk(Object.keys(bySku), size).length, known, String(get(copy, "currency"))];
});
