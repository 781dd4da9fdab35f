import { performance } from "node:perf_hooks";
import type { Time } from "./ports.js";

/** The longest delay that Node's timers take; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The machine's monotonic clock. The only file of the runtime that reads it. */
export const realTime: Time = {
  monotonicMs: () => performance.now(),
  after(delayMs, act) {
    let timer: NodeJS.Timeout;
    let cancelled = false;
    const wait = (left: number): void => {
      const part = Math.min(Math.max(left, 0), LONGEST_MS);
      timer = setTimeout(() => {
        if (cancelled) return;
        if (left > part) wait(left - part);
        else act();
      }, part);
    };
    wait(delayMs);
    return () => {
      cancelled = true;
      clearTimeout(timer);
    };
  },
};
