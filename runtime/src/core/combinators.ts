/*
 * `Promise.all`, `allSettled`, `any` and `race` over durable promises, step for step as ECMA-262 has them.
 *
 * Owns: the counting, and the withdrawal of contenders that lost a `race` or an `any` (R24).
 * Does not own: promises and jobs; what a contender is (effects).
 *
 * Invariants:
 *   K1  Elements are taken in order; a failure while iterating rejects the result.
 *   K2  Contenders are withdrawn in the job that settles the result, at once, as one command.
 */
import { currentRun } from "./current.js";
import {
  fulfil,
  intrinsicThen,
  pendingPromise,
  performThen,
  reject,
  resolve,
  toPromise,
} from "./durable-promise.js";
import type { DurablePromise } from "./durable-promise.js";
import type { JobLoop, Reaction } from "./job-loop.js";

type Settle = (rejected: boolean, value: unknown) => void;

/** @see Promise.all */
export function all(loop: JobLoop, values: Iterable<unknown>): DurablePromise {
  return gather(loop, values, (result, slots) => (index) => (rejected, value) => {
    if (rejected) reject(result, value);
    else slots.fill(index, value);
  });
}

/** @see Promise.allSettled */
export function allSettled(loop: JobLoop, values: Iterable<unknown>): DurablePromise {
  return gather(loop, values, (_result, slots) => (index) => (rejected, value) => {
    slots.fill(index, rejected ? { status: "rejected", reason: value } : { status: "fulfilled", value });
  });
}

/** @see Promise.any */
export function any(loop: JobLoop, values: Iterable<unknown>): DurablePromise {
  const result = pendingPromise(loop);
  const contest = new Contest(result);
  const errors = new Slots((reasons) =>
    reject(result, new AggregateError(reasons, "All promises were rejected")),
  );
  return each(
    loop,
    values,
    result,
    (element, index) => {
      contest.add(element);
      errors.expect();
      return (rejected, value) => {
        if (rejected) errors.fill(index, value);
        else contest.decide(false, value);
      };
    },
    () => errors.close(),
  );
}

/** @see Promise.race */
export function race(loop: JobLoop, values: Iterable<unknown>): DurablePromise {
  const result = pendingPromise(loop);
  const contest = new Contest(result);
  return each(loop, values, result, (element) => {
    contest.add(element);
    return (rejected, value) => contest.decide(rejected, value);
  });
}

function gather(
  loop: JobLoop,
  values: Iterable<unknown>,
  onElement: (result: DurablePromise, slots: Slots) => (index: number) => Settle,
): DurablePromise {
  const result = pendingPromise(loop);
  const slots = new Slots((list) => fulfil(result, list));
  const settleAt = onElement(result, slots);
  return each(
    loop,
    values,
    result,
    (_element, index) => {
      slots.expect();
      return settleAt(index);
    },
    () => slots.close(),
  );
}

function each(
  loop: JobLoop,
  values: Iterable<unknown>,
  result: DurablePromise,
  onElement: (element: DurablePromise, index: number) => Settle,
  onEnd?: () => void,
): DurablePromise {
  let index = 0;
  try {
    for (const value of values) {
      const element = toPromise(loop, value);
      const settle = onElement(element, index++);
      // A replaced `then` is called, as by the standard; the intrinsic one need not be.
      const then: unknown = element.then;
      if (then === intrinsicThen) performThen(element, new ElementReaction(settle));
      else Reflect.apply(then as () => unknown, element, onceEach(settle));
    }
    onEnd?.();
  } catch (error) {
    reject(result, error);
  }
  return result;
}

class ElementReaction implements Reaction {
  readonly settle: Settle;
  constructor(settle: Settle) {
    this.settle = settle;
  }
}

function onceEach(settle: Settle): [(value: unknown) => void, (reason: unknown) => void] {
  let called = false;
  const once = (rejected: boolean) => (value: unknown) => {
    if (called) return;
    called = true;
    settle(rejected, value);
  };
  return [once(false), once(true)];
}

/** The values of a combinator in their order; calls back when all are there. */
class Slots {
  readonly #values: unknown[] = [];
  readonly #onFull: (values: unknown[]) => void;
  // One for the iteration itself, as the standard counts.
  #missing = 1;

  constructor(onFull: (values: unknown[]) => void) {
    this.#onFull = onFull;
  }
  expect(): void {
    this.#values.push(undefined);
    this.#missing++;
  }
  fill(index: number, value: unknown): void {
    this.#values[index] = value;
    this.close();
  }
  close(): void {
    if (--this.#missing === 0) this.#onFull(this.#values);
  }
}

/** The elements of a `race` or an `any`: once it is decided, contenders that are still open are withdrawn (R24). */
class Contest {
  readonly #result: DurablePromise;
  readonly #elements: DurablePromise[] = [];
  #decided = false;

  constructor(result: DurablePromise) {
    this.#result = result;
  }
  add(element: DurablePromise): void {
    this.#elements.push(element);
  }
  decide(rejected: boolean, value: unknown): void {
    if (this.#decided) return;
    this.#decided = true;
    currentRun()?.withdrawContenders(this.#elements);
    if (rejected) reject(this.#result, value);
    else resolve(this.#result, value);
  }
}
