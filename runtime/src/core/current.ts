/*
 * The ambient slot: which run is being stepped, if any.
 *
 * Owns: one variable.
 * Does not own: when it is set; that is `Run.apply`, which sets it around one synchronous step and restores it (R4).
 *
 * Invariants:
 *   C1  Set only while a step runs on this stack. Nothing that continues later, on any other stack, ever sees a run.
 */
import type { Run } from "./run.js";

let current: Run | null = null;

/** The run whose step is on the stack; null outside of steps. */
export function currentRun(): Run | null {
  return current;
}

/** Fills the slot and gives what stood in it, to be put back in a `finally`. */
export function exchangeCurrentRun(run: Run | null): Run | null {
  const previous = current;
  current = run;
  return previous;
}
