/*
 * A clock that goes from one due time to the next, and only while somebody waits for it.
 *
 * Owns: what is due when; who wants time to pass, and how far.
 * Does not own: whether anything will ever come of it (hopeless-waits).
 *
 * Invariants:
 *   K1  Before it moves, all that can happen without it has happened: every promise job has run, and no activity is at work
 *       (unless a wait says that it may go on all the same).
 *   K2  It stands still while nobody waits.
 *   K3  What is due at the same time comes in the order in which it was asked for.
 */
import { setImmediate } from "node:timers";
import type { AtMs, Cancel, Time } from "@continuum/runtime/unstable-testing";
import type { ActivitiesAtWork } from "./activities-at-work.js";

/** How {@link SimulatedClock.skip} treats activities. */
export interface SkipOptions {
  /** Time passes although activities are at work: so that one which never ends meets its timeout. Default false. */
  readonly duringActivities?: boolean;
}

interface Wait {
  /** Time need not pass beyond it. */
  readonly until: number;
  readonly duringActivities: boolean;
  /** The clock has come to `until`, and nothing more can happen before it moves on. */
  reached(): void;
}

interface Due {
  readonly at: number;
  readonly act: () => void;
}

export interface ClockPorts {
  readonly startAt: number;
  readonly atWork: ActivitiesAtWork;
  /** Called before the clock moves for waits without a limit. */
  beforeMove(): Promise<void>;
  /** A job of the clock's own failed: a fault of ours. */
  failed(error: unknown): void;
}

export class SimulatedClock implements Time {
  /** It is the journal's clock, too: they never drift apart. */
  readonly longestSleepMs = Infinity;
  readonly #ports: ClockPorts;
  readonly #due = new Set<Due>();
  readonly #waits = new Set<Wait>();
  #now: number;
  #moving = false;

  constructor(ports: ClockPorts) {
    this.#ports = ports;
    this.#now = ports.startAt;
  }

  get now(): AtMs {
    return this.#now as AtMs;
  }

  monotonicMs(): number {
    return this.#now;
  }

  after(delayMs: number, act: () => void): Cancel {
    const due = { at: this.#now + Math.ceil(Math.max(delayMs, 0)), act };
    this.#due.add(due);
    return () => {
      this.#due.delete(due);
    };
  }

  /** Lets `ms` pass, and all that comes of it happen. */
  skip(ms: number, { duringActivities = false }: SkipOptions = {}): Promise<void> {
    return new Promise((resolve) => {
      const wait = { until: this.#now + ms, duringActivities, reached: resolve };
      this.#join(wait);
    });
  }

  /** Lets as much time pass as `work` takes. */
  async during<T>(work: Promise<T>, { duringActivities = false }: SkipOptions = {}): Promise<T> {
    const wait = { until: Infinity, duringActivities, reached: (): void => undefined };
    this.#join(wait);
    try {
      return await work;
    } finally {
      this.#waits.delete(wait);
      this.#ports.atWork.look();
    }
  }

  #join(wait: Wait): void {
    this.#waits.add(wait);
    this.#ports.atWork.look();
    if (this.#moving) return;
    this.#moving = true;
    this.#move().catch(this.#ports.failed);
  }

  async #move(): Promise<void> {
    for (;;) {
      await promiseJobs();
      if (this.#waits.size === 0) {
        this.#moving = false;
        return;
      }
      const waits = [...this.#waits];
      if (this.#ports.atWork.any && !waits.some(({ duringActivities }) => duringActivities)) {
        await this.#ports.atWork.change();
        continue;
      }
      if (waits.every(({ until }) => until === Infinity)) {
        await this.#ports.beforeMove();
        if (waits.some((wait) => !this.#waits.has(wait))) continue;
      }
      this.#step();
    }
  }

  /** To the next due time, or to where the nearest wait ends. */

  #step(): void {
    const nearest = [...this.#waits].reduce((a, b) => (b.until < a.until ? b : a));
    let next: Due | null = null;
    for (const due of this.#due) if (next === null || due.at < next.at) next = due;
    if (next !== null && next.at <= nearest.until) {
      this.#now = Math.max(this.#now, next.at);
      this.#due.delete(next);
      next.act();
    } else if (nearest.until < Infinity) {
      this.#now = Math.max(this.#now, nearest.until);
      this.#waits.delete(nearest);
      nearest.reached();
    }
  }
}

/** All promise jobs have run, those too that jobs of this moment cause. */
function promiseJobs(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
