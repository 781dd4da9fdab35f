/*
 * What becomes of the effects: which of the open ones is settled next, and how. Both sides ask in the same way, so they are told
 * the same for as long as they are the same.
 */
import { randomnessOf } from "./randomness.js";

/** An effect that is open; calm ones are settled when nothing else is open. */
export interface OpenEffect {
  readonly kind: "activity" | "timer" | "signal";
  readonly isCalm: boolean;
}

export interface Outcome {
  /** Among those that are open, in the order of issue. */
  readonly index: number;
  readonly fails: boolean;
  readonly value: number;
}

export const CALM = "world.calm";

export type Outcomes = (open: readonly OpenEffect[]) => Outcome;

export function outcomesOf(seed: number, ordinal: number): Outcomes {
  const random = randomnessOf(seed + 0x5eed, ordinal);
  return (open) => {
    const eager = Array.from(open.keys()).filter((index) => !open[index]!.isCalm);
    const index = random.pick(eager.length > 0 ? eager : Array.from(open.keys()));
    const fails = random.chance(20);
    const { kind, isCalm } = open[index]!;
    return { index, fails: fails && kind === "activity" && !isCalm, value: random.below(10) };
  };
}

/** The error of an activity that fails, as it was thrown in the activity. */
export function failureOf(value: number): Error {
  return new RangeError(`outcome ${value}`, { cause: new Error("the bank") });
}
