/*
 * The job queue of one run.
 *
 * Owns: the order of jobs, the fault that stops a run, the rejections that nobody has handled yet.
 * Does not own: what a job does; what an input or a command is.
 *
 * Invariants:
 *   L1  First in, first out, one job at a time, as ECMAScript's promise jobs (R3).
 *   L2  Once halted (ended or faulted) no further job runs. Code that is on the stack at that moment runs on to its next
 *       yield, but nothing that it asks for is kept.
 *   L3  The first fault stays.
 */
import type { Site } from "@continuum/contract";
import type { DurablePromise } from "./durable-promise.js";
import type { Fault } from "./execution.js";
import type { Seq } from "./ids.js";

/** What happens when a promise settles: the body of one job. It must not throw. */
export interface Reaction {
  settle(rejected: boolean, value: unknown): void;
}

/** The part of a fiber that others look at. */
export interface CurrentFiber {
  /** The last site at which this fiber asked for an effect: the best that is known of where it stands. */
  site: Site | null;
}

/** The workflow function's own fiber. */
export interface RootFiber extends CurrentFiber {
  /** How often it was started or resumed. */
  readonly resumptions: number;
  /** Throws `reason` at the await where it is parked; what it waited for is ignored from then on. */
  interrupt(reason: unknown): void;
}

const COMPACT_FROM = 4096;

export class JobLoop {
  fault: Fault | null = null;
  ended = false;
  /** The promise whose settlement ends the run. */
  root: DurablePromise | null = null;
  rootFiber: RootFiber | null = null;
  fiber: CurrentFiber | null = null;
  /** Rejected while no handler was attached. */
  rejections: DurablePromise[] = [];
  /** The event that is being applied. */
  seq: Seq | null = null;
  /** How many jobs have begun. */
  jobs = 0;

  readonly #onFault: (fault: Fault) => void;
  #reactions: (Reaction | undefined)[] = [];
  #rejected: boolean[] = [];
  #values: unknown[] = [];
  #head = 0;
  #tail = 0;

  constructor(onFault: (fault: Fault) => void) {
    this.#onFault = onFault;
  }

  get halted(): boolean {
    return this.ended || this.fault !== null;
  }

  enqueue(reaction: Reaction, rejected: boolean, value: unknown): void {
    const at = this.#tail++;
    this.#reactions[at] = reaction;
    this.#rejected[at] = rejected;
    this.#values[at] = value;
  }

  /** Runs jobs until there is none, or the loop is halted; what is left then is dropped. */
  drain(): void {
    while (this.#head < this.#tail && !this.halted) {
      const at = this.#head++;
      const reaction = this.#reactions[at]!;
      const value = this.#values[at];
      this.#reactions[at] = undefined;
      this.#values[at] = undefined;
      this.jobs++;
      reaction.settle(this.#rejected[at]!, value);
      if (this.#head >= COMPACT_FROM && this.#head * 2 > this.#tail) this.#compact();
    }
    if (this.#head < this.#tail) {
      this.#reactions = [];
      this.#rejected = [];
      this.#values = [];
    }
    this.#head = 0;
    this.#tail = 0;
  }

  /** Blocks the run (L3). */
  block(fault: Fault): void {
    if (this.fault !== null) return;
    this.fault = fault;
    this.#onFault(fault);
  }

  // A step with millions of jobs and never an empty queue must not keep the places of those that are done.
  #compact(): void {
    const left = this.#tail - this.#head;
    for (const list of [this.#reactions, this.#rejected, this.#values]) {
      list.copyWithin(0, this.#head, this.#tail);
      list.length = left;
    }
    this.#head = 0;
    this.#tail = left;
  }
}
