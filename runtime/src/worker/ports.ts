/*
 * The world, as the worker and the client see it, in one object: so that all of it can run on a simulated clock.
 * Real time and real randomness appear in one file each (`real-time.ts`, `real-randomness.ts`).
 */
import type { Logger } from "../telemetry/logger.js";

/** Ends a pending {@link Time.after}; calling it late or twice does nothing. */
export type Cancel = () => void;

export interface Time {
  /** Milliseconds since some fixed point; never goes back. It says nothing about the date: only the database does. */
  monotonicMs(): number;
  /** Calls `act` once, after at least `delayMs`. Keeps the process alive: whoever is connected has something to do. */
  after(delayMs: number, act: () => void): Cancel;
  /** The longest sleep before a look whether this clock and the database's still agree. Default 60 000. */
  readonly longestSleepMs?: number;
}

export interface Randomness {
  /** In [0, 1). */
  fraction(): number;
  /** An id that nobody else makes. */
  id(): string;
}

export interface Ports {
  readonly time: Time;
  readonly randomness: Randomness;
  readonly log: Logger;
}
