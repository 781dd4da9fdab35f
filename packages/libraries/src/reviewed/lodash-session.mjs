/*
 * lodash under a clock that stands still, or jumps: what it wraps often within some milliseconds it wraps no longer. Calls what it
 * offers so often that this happens, and tells what came out. Loaded by `../reviewed.test.ts`.
 */
import { inspect } from "node:util";
import { parentPort, workerData } from "node:worker_threads";

let time = 0;
Date.now = () => (time += workerData.step);

const { default: _ } = await import("lodash");

const lines = [
  { sku: "B", size: 2 },
  { sku: "A", size: 2 },
  { sku: "B", size: 1 },
];
const once = () => [
  _.orderBy(lines, ["size", "sku"], ["desc", "asc"]),
  _.merge({ a: { b: [1] } }, { a: { b: [2, 3], c: lines } }),
  _.omit(_.keyBy(lines, "sku"), "A"),
  _.flow([_.partial(_.map, _, "size"), _.sum])(lines),
  _.curry((a, b, c) => [a, b, c])(1)(_, 3)(2),
  _.overArgs((a, b) => [a, b], [_.size, _.head])("abc", [7]),
  _.chain(lines).groupBy("sku").mapValues("length").value(),
];
const results = Array.from({ length: 1_000 }, () => inspect(once(), { depth: 9 }));
parentPort.postMessage([...new Set(results)]);
