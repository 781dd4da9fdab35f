/*
 * From a program on which the two sides differ to a small one on which they still do. Candidates are compiled in batches, since
 * compiling one takes almost as long as compiling many.
 */
import { compare } from "./compare.js";
import type { Case, Compared } from "./compare.js";
import { CompileError, compilePrograms } from "./compile-programs.js";
import type { CompiledPrograms } from "./compile-programs.js";
import { shrinksOf } from "./shrinks.js";
import { textOf } from "./tree.js";
import type { Tree } from "./tree.js";

const AT_FIRST = 10;
const AT_MOST = 80;

export interface Shrunk {
  readonly tree: Tree;
  readonly compared: Compared;
}

/** Stops at a tree none of whose shrinks differs, or when `patienceMs` are over: with the smallest one until then. */
export async function shrink(
  start: Shrunk,
  one: Omit<Case, "program" | "frame">,
  rejections: unknown[],
  patienceMs = 60_000,
): Promise<Shrunk> {
  const until = performance.now() + patienceMs;
  let best = start;
  let candidates = shrinksOf(best.tree);
  let atOnce = AT_FIRST;
  for (let from = 0; from < candidates.length && performance.now() < until;) {
    const better = await firstThatDiffers(candidates.slice(from, from + atOnce), one, rejections);
    if (better === null) {
      from += atOnce;
      atOnce = Math.min(AT_MOST, atOnce * 2);
    } else {
      best = better;
      candidates = shrinksOf(best.tree);
      from = 0;
      atOnce = AT_FIRST;
    }
  }
  return best;
}

async function firstThatDiffers(
  batch: readonly Tree[],
  one: Omit<Case, "program" | "frame">,
  rejections: unknown[],
): Promise<Shrunk | null> {
  const texts = batch.map((tree, i) => textOf(tree).replace(/name: "p\d+"/, `name: "p${i}"`));
  for (const [i, compiled] of compiledOnes(texts).entries()) {
    if (compiled === null) continue;
    const [program] = compiled.programs;
    const compared = await compare({ ...one, program: program!, frame: compiled.frame }, rejections);
    if (compared.difference !== null && !isBroken(compared)) return { tree: batch[i]!, compared };
  }
  return null;
}

/** One at a time where a batch as a whole does not compile: a candidate may be no program. */
function compiledOnes(texts: readonly string[]): readonly (CompiledPrograms | null)[] {
  try {
    const { frame, programs } = compilePrograms(texts);
    return programs.map((program) => ({ frame, programs: [program] }));
  } catch (error) {
    if (!(error instanceof CompileError || error instanceof SyntaxError)) throw error;
    if (texts.length === 1) return [null];
    const half = Math.ceil(texts.length / 2);
    return [...compiledOnes(texts.slice(0, half)), ...compiledOnes(texts.slice(half))];
  }
}

/** What was left out is missed: such a program is no smaller one, it is another. */
function isBroken({ difference }: Compared): boolean {
  return difference!.native.some((entry) => entry.includes("ReferenceError"));
}
