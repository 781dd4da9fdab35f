/*
 * `npm run prove differential`: random programs, on the interpreter and on native promises, must show the same.
 */
import { grouped } from "../table.js";
import type { Findings } from "../table.js";
import { compare } from "./compare.js";
import type { Compared, Difference } from "./compare.js";
import { compilePrograms } from "./compile-programs.js";
import { randomProgram } from "./generator/random-program.js";
import { MUTANTS } from "./mutants.js";
import type { Mutation } from "./mutants.js";
import { readOptions } from "./options.js";
import type { Options } from "./options.js";
import { recordingRejections } from "./run-native.js";
import { shrink } from "./shrink.js";
import { textOf } from "./tree.js";
import type { Tree } from "./tree.js";

const BATCH = 250;
/** A mutant differs early: no need to compile many. */
const BATCH_OF_MUTANT = 25;

/** What `Promise.withResolvers` and `Promise.try` are is compared where the engine has them. */
const modern = "withResolvers" in Promise && "try" in Promise;

interface Found {
  readonly ordinal: number;
  readonly tree: Tree;
  readonly compared: Compared;
}

interface Tally {
  programs: number;
  entries: number;
  effects: number;
  lines: number;
  hangs: number;
  cancels: number;
  failures: number;
  compileMs: number;
  runMs: number;
}

/** Compares programs until one differs, or there is none left. Exported for the test. */
export async function findDifference(
  options: Options,
): Promise<{ readonly found: Found | null; readonly tally: Tally }> {
  return recordingRejections((rejections) => search(options, rejections));
}

export async function proveDifferential(words: readonly string[]): Promise<Findings> {
  const options = readOptions(words);
  const { seed, mutant } = options;
  const { found, tally } = await findDifference(options);
  if (found !== null) await explain(found, options);
  return {
    heading: `Random programs on the interpreter${mutant === null ? "" : ` (mutant: ${mutant})`} and on native promises, seed ${seed}, Node ${process.versions.node}.`,
    rows: rowsOf(tally, found),
    summary: {
      name: "differential",
      programs: tally.programs,
      differences: found === null ? 0 : 1,
      seed,
      mutant,
      firstDifference: found?.ordinal ?? null,
      entries: tally.entries,
      effects: tally.effects,
      cancelled: tally.cancels,
      compileMs: Math.round(tally.compileMs),
      runMs: Math.round(tally.runMs),
      cpuMs: Math.round(process.cpuUsage().user / 1000),
      node: process.versions.node,
    },
    holds: (found === null) === (mutant === null),
  };
}

async function search(
  options: Options,
  rejections: unknown[],
): Promise<{ found: Found | null; tally: Tally }> {
  const tally: Tally = {
    programs: 0,
    entries: 0,
    effects: 0,
    lines: 0,
    hangs: 0,
    cancels: 0,
    failures: 0,
    compileMs: 0,
    runMs: 0,
  };
  const { seed, mutant, only } = options;
  const mutation: Mutation | null = mutant === null ? null : MUTANTS[mutant];
  const end = only === null ? options.programs : only + 1;
  const size = mutant === null ? BATCH : BATCH_OF_MUTANT;
  for (let from = only ?? 0; from < end; from += size) {
    const ordinals = Array.from({ length: Math.min(size, end - from) }, (_, i) => from + i);
    const started = performance.now();
    const trees = ordinals.map((ordinal) => randomProgram(seed, ordinal, `p${ordinal}`, modern));
    const texts = trees.map(textOf);
    const { frame, programs } = compilePrograms(texts);
    const compiled = performance.now();
    tally.compileMs += compiled - started;
    for (const [i, ordinal] of ordinals.entries()) {
      const compared = await compare({ seed, ordinal, program: programs[i]!, frame, mutation }, rejections);
      tally.programs++;
      tally.entries += compared.entries;
      tally.effects += compared.effects;
      tally.lines += texts[i]!.split("\n").length;
      if (compared.isCancelled) tally.cancels++;
      if (compared.end === "hangs") tally.hangs++;
      if (compared.end.startsWith("failed")) tally.failures++;
      if (compared.difference !== null) {
        tally.runMs += performance.now() - compiled;
        return { found: { ordinal, tree: trees[i]!, compared }, tally };
      }
    }
    tally.runMs += performance.now() - compiled;
    if (process.stderr.isTTY) process.stderr.write(`\r${grouped(tally.programs)} programs `);
  }
  return { found: null, tally };
}

async function explain({ ordinal, tree, compared }: Found, { seed, mutant }: Options): Promise<void> {
  const mutation: Mutation | null = mutant === null ? null : MUTANTS[mutant];
  console.log(`Program ${ordinal} of seed ${seed} differs; looking for a smaller one.`);
  const least = await recordingRejections((rejections) =>
    shrink({ tree, compared }, { seed, ordinal, mutation }, rejections),
  );
  console.log(`\n${indented(textOf(least.tree))}\n`);
  console.log(described(least.compared.difference!));
  console.log(
    `\nAgain: npm run prove differential -- --seed ${seed} --only ${ordinal}${mutant === null ? "" : ` --mutant ${mutant}`}\n`,
  );
}

function described({ at, native, interpreted, replay }: Difference): string {
  if (replay !== null) return `Replayed: ${replay}`;
  const from = Math.max(0, at - 6);
  const side = (name: string, trace: readonly string[]): string =>
    `${name}: ${from > 0 ? "… " : ""}${trace.slice(from, at).join("; ")} ⟨${trace[at] ?? "nothing more"}⟩ ${trace.slice(at + 1, at + 5).join("; ")}`;
  return `${side("native     ", native)}\n${side("interpreted", interpreted)}`;
}

/** The generator writes without layout. */
function indented(text: string): string {
  let depth = 0;
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      if (/^[}\])]/.test(line)) depth--;
      const laidOut = "  ".repeat(Math.max(0, depth)) + line;
      if (/[{[(]$/.test(line)) depth++;
      return laidOut;
    })
    .join("\n");
}

function rowsOf(tally: Tally, found: Found | null): readonly (readonly string[])[] {
  const each = (n: number): string => (n / Math.max(1, tally.programs)).toFixed(1);
  return [
    ["", "all", "per program"],
    ["programs", grouped(tally.programs), ""],
    ["lines", grouped(tally.lines), each(tally.lines)],
    ["effects", grouped(tally.effects), each(tally.effects)],
    ["trace entries compared", grouped(tally.entries), each(tally.entries)],
    ["programs that fail", grouped(tally.failures), ""],
    ["programs that are cancelled", grouped(tally.cancels), ""],
    ["programs that wait for ever", grouped(tally.hangs), ""],
    ["compiling, ms", grouped(tally.compileMs), each(tally.compileMs)],
    ["running, ms", grouped(tally.runMs), each(tally.runMs)],
    ["differences", found === null ? "0" : `1, in program ${found.ordinal}`, ""],
  ];
}
