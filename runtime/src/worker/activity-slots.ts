/**
 * How many bodies run in this process at once. A slot is reserved when a turn is decided and taken or given back when the
 * turn is settled, so that a commit never promises a body that has no room.
 */
export class ActivitySlots {
  readonly limit: number;
  #used = 0;
  #closed = false;
  #held = false;
  /** Rows were waiting when this worker last looked: a free slot is theirs first. */
  rowsWaiting = false;

  constructor(limit: number) {
    this.limit = limit;
  }

  get free(): number {
    return this.#closed || this.#held ? 0 : this.limit - this.#used;
  }

  get used(): number {
    return this.#used;
  }

  /** A slot for a body of an owned run. False: the activity becomes a row. */
  reserveHere(): boolean {
    if (this.rowsWaiting) return false;
    return this.reserve();
  }

  reserve(): boolean {
    if (this.free <= 0) return false;
    this.#used += 1;
    return true;
  }

  giveBack(): void {
    this.#used -= 1;
  }

  /** While it is held nothing is reserved. */
  hold(held: boolean): void {
    this.#held = held;
  }

  /** From now on nothing is reserved (drain). */
  close(): void {
    this.#closed = true;
  }
}
