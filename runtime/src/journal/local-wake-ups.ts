/*
 * Wake-ups within one process: for journals that only one process can open.
 */
import type { Hint, WakeUps } from "./wake-ups.js";

/** Delivers after the publisher's current job, so that a listener never runs inside its caller. */
export function localWakeUps(report: (error: unknown) => void): WakeUps {
  const listeners = new Set<(hint: Hint) => void>();
  let closed = false;
  return {
    publish(hints) {
      if (closed || hints.length === 0 || listeners.size === 0) return;
      queueMicrotask(() => deliver(hints, listeners, report));
    },
    subscribe(listener) {
      // A fresh function each time: the same listener may subscribe twice and leave once.
      const entry = (hint: Hint): void => listener(hint);
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    async close() {
      closed = true;
      listeners.clear();
    },
  };
}

/** One listener's failure is reported and does not cost the others their hint. */
export function deliver(
  hints: readonly Hint[],
  listeners: ReadonlySet<(hint: Hint) => void>,
  report: (error: unknown) => void,
): void {
  for (const hint of hints) {
    for (const listener of listeners) {
      try {
        listener(hint);
      } catch (error) {
        report(error);
      }
    }
  }
}
