/*
 * What becomes of the effects: which of the open ones is settled next, and how, or that the run is cancelled. Both sides ask in the same way, so they are told
 * the same for as long as they are the same.
 */
import { randomnessOf } from "./randomness.js";

/** An effect that is open; calm ones are settled when nothing else is open. */
export interface OpenEffect {
  readonly kind: "activity" | "timer" | "signal";
  readonly isCalm: boolean;
}

export interface Settlement {
  readonly kind: "settle";
  /** Among those that are open, in the order of issue. */
  readonly index: number;
  readonly fails: boolean;
  readonly value: number;
}

/** All that is open rejects, in the order of issue. At most once (R33). */
export interface Cancellation {
  readonly kind: "cancel";
}

export type Outcome = Settlement | Cancellation;

export const CALM = "world.calm";

export type Outcomes = (open: readonly OpenEffect[]) => Outcome;

export function outcomesOf(seed: number, ordinal: number): Outcomes {
  const random = randomnessOf(seed + 0x5eed, ordinal);
  let untilCancel = random.chance(40) ? random.below(6) : Infinity;
  return (open) => {
    if (untilCancel-- === 0) return { kind: "cancel" };
    const eager = Array.from(open.keys()).filter((index) => !open[index]!.isCalm);
    const index = random.pick(eager.length > 0 ? eager : Array.from(open.keys()));
    const fails = random.chance(20);
    const { kind, isCalm } = open[index]!;
    return { kind: "settle", index, fails: fails && kind === "activity" && !isCalm, value: random.below(10) };
  };
}

/** What a trace says of it. */
export function entryOf(outcome: Outcome): string {
  if (outcome.kind === "cancel") return CANCELLED;
  return `| ${outcome.index} ${outcome.fails ? "fails" : outcome.value}`;
}

export const CANCELLED = "| cancel";

/** The error of an activity that fails, as it was thrown in the activity. */
export function failureOf(value: number): Error {
  return new RangeError(`outcome ${value}`, { cause: new Error("the bank") });
}
