/*
 * Which activities are at work: time must not pass while one is, or its timeout would come before its answer.
 */
import { setTimeout, clearTimeout } from "node:timers";
import type { GivenActivities } from "@continuum/runtime/unstable-testing";

/** How long, of real time, time may stand still before somebody is told why. */
const PATIENCE_MS = 2_000;

type AnyActivity = (...args: never[]) => unknown;

export class ActivitiesAtWork {
  readonly #report: (activities: readonly string[]) => void;
  readonly #patienceMs: number;
  readonly #names = new Map<symbol, string>();
  #waiting: (() => void)[] = [];

  /** `report` is told of activities that are at work for long. */
  constructor(report: (activities: readonly string[]) => void, patienceMs = PATIENCE_MS) {
    this.#report = report;
    this.#patienceMs = patienceMs;
  }

  get any(): boolean {
    return this.#names.size > 0;
  }

  /** The same functions, watched. What is no function is left to be refused. */
  watched(activities: ReadonlyMap<string, unknown>): GivenActivities {
    const found = [...activities].map(([name, fn]) => [
      name,
      typeof fn === "function" ? this.#watched(name, fn as AnyActivity) : fn,
    ]);
    return Object.fromEntries(found) as GivenActivities;
  }

  /** Resolves when one has ended, or when `look` is called. */
  change(): Promise<void> {
    const timer = setTimeout(() => this.#report([...new Set(this.#names.values())]), this.#patienceMs);
    timer.unref();
    return new Promise((resolve) => {
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  look(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  #watched(name: string, fn: AnyActivity): AnyActivity {
    return async (...args) => {
      const key = Symbol(name);
      this.#names.set(key, name);
      try {
        return await fn(...args);
      } finally {
        this.#names.delete(key);
        this.look();
      }
    };
  }
}
