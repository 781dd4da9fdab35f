/*
 * How a cancellation reaches workflow code (R33).
 *
 * Invariants:
 *   A1  Every promise that is pending rejects with one and the same `CancelledError`, in the order of issue.
 *   A2  The commands behind them are closed: a late outcome fits nothing. A signal that was sent is delivered all the same.
 *   A3  If that moved nobody and nothing is left that could, it is thrown at the await where the workflow function is parked.
 */
import { outcomeOf, reject } from "./durable-promise.js";
import type { Seq } from "./ids.js";
import type { JobLoop } from "./job-loop.js";
import type { Wait } from "./wait.js";
import { CancelledError } from "./workflow-errors.js";

/** Rejects what is pending and closes it. Gives the error. */
export function cancelWaits(open: Map<Seq, Wait>, reason: string | null): CancelledError {
  const cancellation = new CancelledError(reason === null ? undefined : `The run was cancelled: ${reason}`);
  for (const [seq, wait] of [...open]) {
    // It has not succeeded, so there is nothing to undo (R31).
    wait.compensation = null;
    if (wait.command.kind !== "signal_sent") open.delete(seq);
    reject(wait.promise, cancellation);
  }
  return cancellation;
}

/** A3; `resumptions` is the root's count from before the delivery. */
export function interruptRoot(
  loop: JobLoop,
  open: ReadonlyMap<Seq, Wait>,
  resumptions: number | undefined,
  cancellation: CancelledError,
): void {
  const root = loop.rootFiber;
  if (root === null || root.resumptions !== resumptions) return;
  for (const wait of open.values()) if (outcomeOf(wait.promise) === null) return;
  root.interrupt(cancellation);
}
