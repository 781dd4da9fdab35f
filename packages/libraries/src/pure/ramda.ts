import { workflow } from "@continuum/runtime/workflow";
import { clone, equals, groupBy, map, mergeDeepRight, pipe, prop, sortBy } from "ramda";

interface Line {
  readonly sku: string;
}

export const groupedSkus = workflow({ version: 1 }, async (lines: Line[]) => {
  const skus = pipe(sortBy<Line>(prop("sku")), map(prop("sku")))(clone(lines));
  const groups = groupBy(({ sku }) => sku, lines);
  return equals(skus, Object.keys(mergeDeepRight({}, groups)));
});
