/**
 * `npm run check`: everything about the repository that can be judged without running it.
 *
 *     npm run check                          all checks
 *     npm run check -- lint types            some of them
 *     npm run fix                            mends what a machine can mend: format, lint, quoted code
 *     npm run check -- --update-exports      records the public exports as they are now
 */
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { boundaries } from "./boundaries/boundaries.js";
import type { Check, CheckTask } from "./check.js";
import { errorPages } from "./docs/error-pages.js";
import { links } from "./docs/links.js";
import { quotedCode } from "./docs/quoted-code.js";
import { typedBlocks } from "./docs/typed-blocks.js";
import { format, lint, types } from "./programs.js";
import { publicExports } from "./public-exports/public-exports.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../../..");
/** What mends comes before what only judges. */
const checks = [quotedCode, format, lint, types, boundaries, publicExports, errorPages, links, typedBlocks];

const flags = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const report = flags.find((flag) => flag.startsWith("--outputFile="))?.slice("--outputFile=".length);
const may = { fix: flags.includes("--fix"), updateExports: flags.includes("--update-exports") };

const asked = checks.filter((check) => names.length === 0 || names.includes(check.name.split(" ").join("-")));
const unknown = [
  ...names.filter((name) => !checks.some((check) => check.name.split(" ").join("-") === name)),
  ...flags.filter((flag) => !/^--(fix|update-exports|outputFile=.+)$/.test(flag)),
];
if (unknown.length > 0) {
  const known = checks.map((check) => check.name.split(" ").join("-")).join(" ");
  console.error(`Unknown: ${unknown.join(" ")}. Checks: ${known}. Flags: --fix --update-exports`);
  process.exit(2);
}

// Two at a time, since most are programs of their own. What mends goes alone: it writes the files that others read.
const waiting = [...asked];
const outcomes: Outcome[] = [];
const lane = async () => {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    outcomes.push(await outcomeOf(check, { root, may }));
  }
};
await Promise.all(may.fix ? [lane()] : [lane(), lane()]);
if (report !== undefined) writeFileSync(report, JSON.stringify(outcomes));
process.exitCode = outcomes.every((outcome) => outcome.problems.length === 0) ? 0 : 1;

interface Outcome {
  readonly name: string;
  readonly problems: readonly string[];
}

async function outcomeOf(check: Check, task: CheckTask): Promise<Outcome> {
  const start = performance.now();
  // A check that breaks is not a check that passes.
  const problems = await check.findProblems(task).catch((error: unknown) => [String(error)]);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${problems.length === 0 ? "ok  " : "FAIL"}  ${check.name.padEnd(16)} ${seconds.padStart(5)} s`,
  );
  for (const problem of problems) console.log(problem.replaceAll(/^/gm, "      "));
  return { name: check.name, problems };
}
