/*
 * `npm run bench NAME`: runs one benchmark. Each prints a table for people and, as its last line, one JSON object.
 */
import { benchCheck } from "./check/bench-check.js";
import { benchReplay } from "./replay/bench-replay.js";
import { table } from "./table.js";
import type { Benchmark } from "./table.js";

const BENCHMARKS: ReadonlyMap<string, Benchmark> = new Map([
  ["replay", benchReplay],
  ["check", benchCheck],
]);

const name = process.argv[2];
const benchmark = name === undefined ? undefined : BENCHMARKS.get(name);
if (benchmark === undefined) {
  const known = [...BENCHMARKS.keys()].join(", ");
  console.error(
    `${name === undefined ? "No benchmark was named" : `There is no benchmark "${name}"`}. Write: npm run bench NAME, with one of: ${known}`,
  );
  process.exitCode = 1;
} else {
  const { heading, rows, summary } = benchmark();
  console.log(`${heading}\n\n${table(rows)}\n`);
  console.log(JSON.stringify(summary));
}
