import type { DatabaseClock } from "./database-clock.js";
import type { Cancel, Time } from "./ports.js";

/** A longer sleep is cut, so that an estimate that was corrected meanwhile is looked at again. */
const LONGEST_SLEEP_MS = 60_000;

/**
 * What is due when, by the estimate of the database's clock, and one timer for the earliest. An entry that was replaced
 * or dropped stays in the heap until it comes up, and is skipped then: the map decides.
 */
export class DueTimes<Key> {
  readonly #clock: DatabaseClock;
  readonly #time: Time;
  readonly #due: (key: Key) => void;
  readonly #at = new Map<Key, number>();
  readonly #heap: { readonly at: number; readonly key: Key }[] = [];
  #cancel: Cancel | null = null;
  #wakesAt = Infinity;

  constructor(time: Time, clock: DatabaseClock, due: (key: Key) => void) {
    this.#time = time;
    this.#clock = clock;
    this.#due = due;
  }

  get size(): number {
    return this.#at.size;
  }

  set(key: Key, at: number | null): void {
    if (at === null) {
      this.#at.delete(key);
      return;
    }
    if (this.#at.get(key) === at) return;
    this.#at.set(key, at);
    this.#push({ at, key });
    this.#arm();
  }

  clear(): void {
    this.#at.clear();
    this.#heap.length = 0;
    this.#cancel?.();
    this.#cancel = null;
    this.#wakesAt = Infinity;
  }

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined || first.at >= this.#wakesAt) return;
    this.#cancel?.();
    this.#wakesAt = first.at;
    const { longestSleepMs = LONGEST_SLEEP_MS } = this.#time;
    const delay = Math.min(Math.max(first.at - this.#clock.now(), 0), longestSleepMs);
    this.#cancel = this.#time.after(delay, () => this.#wake());
  }

  #wake(): void {
    this.#cancel = null;
    this.#wakesAt = Infinity;
    const now = this.#clock.now();
    const due: Key[] = [];
    for (let first = this.#heap[0]; first !== undefined && first.at <= now; first = this.#heap[0]) {
      this.#pop();
      if (this.#at.get(first.key) !== first.at) continue;
      this.#at.delete(first.key);
      due.push(first.key);
    }
    this.#arm();
    for (const key of due) this.#due(key);
  }

  #push(entry: { readonly at: number; readonly key: Key }): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.at <= entry.at) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      let least = left;
      if (right !== undefined && right.at < left.at) {
        child += 1;
        least = right;
      }
      if (least.at >= last.at) break;
      heap[index] = least;
      index = child;
    }
    heap[index] = last;
  }
}
