/* One case: a program on both sides. */
import type { BothForms } from "./compile-programs.js";
import type { Mutation } from "./mutants.js";
import { CANCELLED, outcomesOf } from "./outcomes.js";
import { replayed, runInterpreted } from "./run-interpreted.js";
import { runNative } from "./run-native.js";

export interface Compared {
  /** Null: both sides show the same. */
  readonly difference: Difference | null;
  /** How much was compared. */
  readonly entries: number;
  readonly effects: number;
  readonly isCancelled: boolean;
  readonly end: string;
}

export interface Difference {
  /** The place in the traces. */
  readonly at: number;
  readonly native: readonly string[];
  readonly interpreted: readonly string[];
  /** What a replay of the history said; null when live and native differ already. */
  readonly replay: string | null;
}

export interface Case {
  readonly seed: number;
  readonly ordinal: number;
  readonly program: BothForms;
  readonly frame: BothForms;
  readonly mutation: Mutation | null;
}

export async function compare(one: Case, rejections: unknown[]): Promise<Compared> {
  const { seed, ordinal, program, frame, mutation } = one;
  const native = await runNative(program, frame, outcomesOf(seed, ordinal), rejections);
  const live = runInterpreted(program, frame, outcomesOf(seed, ordinal), mutation);
  const { trace: interpreted, history } = live;
  const found = {
    entries: native.length,
    effects: history.filter(isEffect).length,
    isCancelled: native.includes(CANCELLED),
    end: native.at(-1)!,
  };
  const length = Math.max(native.length, interpreted.length);
  for (let at = 0; at < length; at++) {
    if (native[at] !== interpreted[at])
      return { ...found, difference: { at, native, interpreted, replay: null } };
  }
  const replay = mutation === null && !live.interrupted ? replayed(program, frame, live) : null;
  return { ...found, difference: replay === null ? null : { at: length, native, interpreted, replay } };
}

function isEffect({ kind }: { readonly kind: string }): boolean {
  return kind === "activity_scheduled" || kind === "timer_started" || kind === "signal_awaited";
}
