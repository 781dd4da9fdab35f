import type { AtMs } from "../core/ids.js";
import type { Time } from "./ports.js";

/**
 * The worker's estimate of the database's clock: its last answer plus monotonic time. Never this machine's date (R25).
 * A wrong estimate costs latency only: the database checks each due time in the statement that writes.
 */
export class DatabaseClock {
  readonly #time: Time;
  #answer = 0;
  #heardAt = 0;

  constructor(time: Time) {
    this.#time = time;
  }

  /** An answer that just arrived. It is a little old already, so the estimate lags by part of a round trip. */
  heard(at: AtMs): void {
    this.#answer = at;
    this.#heardAt = this.#time.monotonicMs();
  }

  now(): AtMs {
    return Math.floor(this.#answer + (this.#time.monotonicMs() - this.#heardAt)) as AtMs;
  }
}
