import { workflow } from "@continuum/runtime/workflow";
import _ from "lodash";
import startCase from "lodash/startCase.js";

interface Line {
  readonly sku: string;
  readonly size: number;
}

export const summaries = workflow({ version: 1 }, async (input: { readonly lines: readonly Line[] }) => {
  const lines = _.orderBy(_.cloneDeep(input.lines), ["size", "sku"], ["desc", "asc"]);
  const bySku = _.groupBy(lines, (line) => line.sku);
  const sizes = _.mapValues(bySku, (group) => _.sumBy(group, "size"));
  const [first = "none"] = _.uniq(_.map(lines, "sku"));
  const merged = _.merge({ currency: "EUR" }, _.omit(_.keyBy(lines, "sku"), "gift"), _.pick(sizes, [first]));
  const counts = Object.keys(bySku).map((sku) => bySku[sku]?.length ?? 0);
  const chained = _(lines).map("size").filter(_.isNumber).sum() + _.sum(counts);
  return [
    chained,
    startCase(first),
    _.chunk(lines, 2).length,
    _.isEqual(merged, sizes),
    _.get(input, ["lines", 0, "sku"]),
  ];
});
