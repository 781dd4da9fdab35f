import { beforeAll, describe, expect, it } from "vitest";
import { compare } from "./compare.js";
import type { Compared } from "./compare.js";
import { compilePrograms } from "./compile-programs.js";
import type { CompiledPrograms } from "./compile-programs.js";
import { randomProgram } from "./generator/random-program.js";
import { MUTANTS } from "./mutants.js";
import type { Mutation, MutantName } from "./mutants.js";
import { recordingRejections } from "./run-native.js";
import { sizeOf } from "./shrinks.js";
import { shrink } from "./shrink.js";
import { textOf } from "./tree.js";

const SEED = 20_260_301;
const PROGRAMS = 200;
/** Within how many a mutant must be caught. */
const FOR_A_MUTANT = 100;
const MUTANT_NAMES = Object.keys(MUTANTS) as readonly MutantName[];

const trees = Array.from({ length: PROGRAMS }, (_, i) => randomProgram(SEED, i, `p${i}`, false));
let compiled: CompiledPrograms;
beforeAll(() => {
  compiled = compilePrograms(trees.map(textOf));
}, 180_000);

function compared(ordinal: number, mutation: Mutation | null): Promise<Compared> {
  const program = compiled.programs[ordinal]!;
  return recordingRejections((rejections) =>
    compare({ seed: SEED, ordinal, program, frame: compiled.frame, mutation }, rejections),
  );
}

async function firstCaught(mutation: Mutation): Promise<number | null> {
  for (let ordinal = 0; ordinal < FOR_A_MUTANT; ordinal++) {
    if ((await compared(ordinal, mutation)).difference !== null) return ordinal;
  }
  return null;
}

describe("random programs", () => {
  it("show the same on the interpreter, on its replay and on native promises", async () => {
    let entries = 0;
    let effects = 0;
    let cancelled = 0;
    for (const ordinal of trees.keys()) {
      const one = await compared(ordinal, null);
      expect(one.difference, textOf(trees[ordinal]!)).toBeNull();
      entries += one.entries;
      effects += one.effects;
      if (one.isCancelled) cancelled++;
    }
    // Programs that do nothing would prove nothing.
    expect(effects).toBeGreaterThan(PROGRAMS);
    expect(cancelled).toBeGreaterThan(PROGRAMS / 20);
    expect(entries).toBeGreaterThan(40 * PROGRAMS);
  });

  it.each(MUTANT_NAMES)("catch the wrong scheduler %s within a hundred", async (name) => {
    expect(await firstCaught(MUTANTS[name])).not.toBeNull();
  });

  it("keep rejections that nobody handles to themselves, and then give the listeners back", async () => {
    const before = process.listeners("unhandledRejection");
    const kept = await recordingRejections(async (rejections) => {
      void Promise.reject(new Error("mine"));
      await new Promise((resolve) => setImmediate(resolve));
      return rejections;
    });
    expect(kept).toEqual([new Error("mine")]);
    expect(process.listeners("unhandledRejection")).toEqual(before);
  });

  it("are the same again for the same seed", () => {
    const again = randomProgram(SEED, 7, "p7", false);
    expect(textOf(again)).toBe(textOf(trees[7]!));
    expect(textOf(randomProgram(SEED + 1, 7, "p7", false))).not.toBe(textOf(again));
  });

  it("use every construct that they are to compare", () => {
    const all = trees.map(textOf).join("\n");
    const absent = Object.entries(CONSTRUCTS).filter(([, pattern]) => !pattern.test(all));
    expect(absent.map(([name]) => name)).toEqual([]);
  });

  it("shrink to a smaller one that still differs", async () => {
    const mutation = MUTANTS["extra-tick"];
    const ordinal = (await firstCaught(mutation))!;
    const start = { tree: trees[ordinal]!, compared: await compared(ordinal, mutation) };
    const least = await recordingRejections((rejections) =>
      shrink(start, { seed: SEED, ordinal, mutation }, rejections, 1_500),
    );
    expect(least.compared.difference).not.toBeNull();
    expect(sizeOf(least.tree)).toBeLessThan(sizeOf(start.tree));
  });
});

const CONSTRUCTS: Readonly<Record<string, RegExp>> = {
  "async function": /async function f/,
  "async arrow": /= async \(/,
  "async method": /async add\(/,
  "class with async method": /class C[\s\S]+async add/,
  "private member": /this\.#kept/,
  "getter of a promise": /get value\(\)|get next\(\)/,
  recursion: /async function (f\d+)\([\s\S]{0,400}\1\(/,
  "default parameter": /a\d+: any = /,
  "destructured parameter": /\{ n: a\d+ = /,
  "destructuring with await": /any\[?\]? = await/,
  this: /this\.n/,
  arguments: /arguments\./,
  "labelled break": /break loop/,
  "labelled continue": /continue loop/,
  "return through finally": /return [^\n]+\n\} finally/,
  "catch and finally": /catch \(e\d+\)[\s\S]+finally/,
  "optional chaining": /\.none\?\.\[/,
  "logical assignment": /(\?\?|\|\||&&)= /,
  "evaluation order": /add\([^\n]*await [^\n]*await/,
  "tagged template": /tag`/,
  "awaited tagged template": /await lateTag`/,
  "sync generator": /function\* g/,
  "yield*": /yield\* /,
  cause: /cause: /,
  "Promise.all": /Promise\.all\(/,
  "Promise.race": /Promise\.race\(/,
  "Promise.any": /Promise\.any\(/,
  "Promise.allSettled": /Promise\.allSettled\(\[(?!\(async)/,
  "Promise.resolve": /Promise\.resolve\(/,
  "Promise.reject": /Promise\.reject/,
  then: /\.then\(/,
  catch: /\.catch\(/,
  finally: /\.finally\(/,
  thenable: /\{ then\(/,
  "kept and joined": /const (p\d+) = watched[\s\S]+await \1/,
  "map with async": /\.map\(async/,
  "bounded map": /map\([\s\S]+\{ concurrency: \d \}\)/,
  "executor with resolvers": /new Promise<number>\(\(resolve, reject\)/,
  "settled from outside": /settle\d+\(/,
};
