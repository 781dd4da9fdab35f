import { expect, it } from "vitest";
import { changedExports } from "./changed-exports.js";

const BEFORE = `import { Price, Rate } from "./price.js";
export interface Order { price: Price }
export declare function total(order: Order): number;
export declare const limit: 10, least: 1;
declare const hidden: Rate;
export { hidden as rate };
export declare function pick(x: string): string;
export declare function pick(x: number): number;
declare const _default: typeof limit;
export default _default;
export { other as another } from "./other.js";
export * from "./all.js";
`;

it.each<readonly [what: string, before: string, after: string, changed: readonly string[] | "all"]>([
  ["nothing", "", "", []],
  [
    "an export that is new",
    "export default _default;",
    "export default _default;\nexport declare const edition: 1;",
    ["edition"],
  ],
  ["an export that goes", "export declare function total(order: Order): number;\n", "", ["total"]],
  ["what others mention", "price: Price", "price: number", ["Order", "total"]],
  ["what nobody mentions", "least: 1", "least: 2", ["_default", "default", "least", "limit"]],
  ["one of several signatures", "pick(x: number): number", "pick(x: number): string", ["pick"]],
  ["what is exported by another name", "hidden: Rate", "hidden: 5", ["hidden", "rate"]],
  ["the name that it is exported by", "hidden as rate", "hidden as rates", ["rate", "rates"]],
  [
    "what an imported name means",
    'Rate } from "./price.js"',
    'Rate } from "./rates.js"',
    ["Order", "hidden", "rate", "total"],
  ],
  ["one imported name of two", "Price, Rate", "Price, Fee as Rate", ["hidden", "rate"]],
  ["an import of nothing but types", "import {", "import type {", ["Order", "hidden", "rate", "total"]],
  ["what is exported by default", "typeof limit", "typeof least", ["_default", "default"]],
  ["what another module's name means here", "other as another", "others as another", ["another"]],
  ["where a name is from", './other.js"', './others.js"', ["another"]],
  ["of which modules all is exported", './all.js"', './every.js"', "all"],
  ["a whole module by one name", 'export * from "./all.js"', 'export * as whole from "./all.js"', "all"],
  ["a form that exports what is no name", "export default _default;", "export = _default;", "all"],
])("sees %s", (_, from, to, changed) => {
  expect(BEFORE).toContain(from);
  const found = changedExports(BEFORE, BEFORE.replace(from, to));
  expect(found === "all" ? found : Array.from(found).sort()).toEqual(changed);
});
