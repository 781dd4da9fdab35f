import { parseArgs } from "node:util";
import { UsageError } from "../table.js";
import { MUTANTS } from "./mutants.js";
import type { MutantName } from "./mutants.js";

export interface Options {
  readonly programs: number;
  readonly seed: number;
  readonly mutant: MutantName | null;
  /** The one program that is looked at; its text and traces are printed. */
  readonly only: number | null;
}

/** Within how many programs a mutant must be caught. */
const FOR_A_MUTANT = 100;

/** @throws UsageError saying which words are right. */
export function readOptions(words: readonly string[]): Options {
  const { programs, seed, mutant, only } = parsed(words);
  if (mutant !== undefined && !isMutant(mutant)) {
    throw new UsageError(`There is no mutant "${mutant}". Write: --mutant ${Object.keys(MUTANTS).join("|")}`);
  }
  return {
    programs:
      programs === undefined
        ? mutant === undefined
          ? 20_000
          : FOR_A_MUTANT
        : natural("programs", programs, 1),
    seed: seed === undefined ? 1 : natural("seed", seed, 0),
    mutant: mutant ?? null,
    only: only === undefined ? null : natural("only", only, 0),
  };
}

function parsed(words: readonly string[]): Partial<Record<"programs" | "seed" | "mutant" | "only", string>> {
  try {
    const options = {
      programs: { type: "string" },
      seed: { type: "string" },
      mutant: { type: "string" },
      only: { type: "string" },
    } as const;
    return parseArgs({ args: [...words], options }).values;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `${what}\nWrite: npm run prove differential -- [--programs N] [--seed N] [--mutant NAME] [--only N]`,
    );
  }
}

function natural(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`--${name} takes a whole number from ${least}, not "${text}".`);
}

function isMutant(name: string): name is MutantName {
  return Object.hasOwn(MUTANTS, name);
}
