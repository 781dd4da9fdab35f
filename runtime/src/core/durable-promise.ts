/*
 * The promise of workflow code: ECMAScript's, with its jobs in the run's own queue.
 *
 * Owns: states, reactions, resolution, `then`/`catch`/`finally` and the static functions.
 * Does not own: the queue (job-loop), fibers (fiber), which effect a promise stands for (an opaque tag).
 *
 * Invariants:
 *   P1  Each operation queues the same jobs, in the same order, as ECMA-262's of the same name (R3): one for an await, two
 *       more for adopting a thenable or a promise.
 *   P2  Settles only inside a step of the run that made it; a call from outside blocks that run and changes nothing (R3a).
 *   P3  `instanceof Promise` holds for durable and native promises, whichever constructor is asked.
 *   P4  Subclasses and `Symbol.species` are not followed: the compiler refuses them.
 *
 * Pending promises of the runtime's own are made by `pendingPromise`, which skips the executor and its two closures: an order
 * of magnitude faster than the constructor.
 */
import { all, allSettled, any, race } from "./combinators.js";
import { currentRun } from "./current.js";
import { foreignPromise, outsideCall, otherRun } from "./faults.js";
import type { JobLoop, Reaction } from "./job-loop.js";

type Resolve = (value?: unknown) => void;
type Reject = (reason?: unknown) => void;
type Executor = (resolve: Resolve, reject: Reject) => unknown;
type Handler = (value: never) => unknown;

const INTERNAL = Symbol("internal");
const NativePromise = globalThis.Promise;

const PENDING = 0;
const FULFILLED = 1;
const REJECTED = 2;

/* The functions below reach the private fields; they are filled in by the class's static block. */
/** A pending promise of `loop`. `tag` is what its maker wants to find again through it. */
export let pendingPromise: (loop: JobLoop, tag?: unknown) => DurablePromise;
/** Whether `value` is a durable promise, of any run. */
export let isDurable: (value: unknown) => value is DurablePromise;
/** What the promise was made with, if this is a durable promise. */
export let tagOf: (value: unknown) => unknown;
/** ECMA-262 PerformPromiseThen, with a reaction in place of two handlers and a capability. */
export let performThen: (promise: DurablePromise, reaction: Reaction) => void;
/** ECMA-262 FulfillPromise. A promise that is settled stays as it is. */
export let fulfil: (promise: DurablePromise, value: unknown) => void;
/** ECMA-262 RejectPromise. */
export let reject: (promise: DurablePromise, reason: unknown) => void;
/** ECMA-262 promise resolve function: follows thenables. */
export let resolve: (promise: DurablePromise, resolution: unknown) => void;
/** `await value`: PromiseResolve and PerformPromiseThen, with no promise made where none can be seen. */
export let awaitValue: (loop: JobLoop, value: unknown, reaction: Reaction) => void;
/** The outcome of a settled promise. */
export let outcomeOf: (
  promise: DurablePromise,
) => { readonly rejected: boolean; readonly value: unknown } | null;
/** Whether somebody has attached a handler. */
export let isHandled: (promise: DurablePromise) => boolean;

export class DurablePromise {
  readonly #loop: JobLoop;
  readonly #tag: unknown;
  #state: typeof PENDING | typeof FULFILLED | typeof REJECTED = PENDING;
  #handled = false;
  #value: unknown = undefined;
  #first: Reaction | null = null;
  #more: Reaction[] | null = null;

  constructor(executor: Executor | typeof INTERNAL, loop?: JobLoop, tag?: unknown) {
    if (executor === INTERNAL) {
      this.#loop = loop!;
      this.#tag = tag;
      return;
    }
    this.#loop = steppedLoop();
    this.#tag = undefined;
    if (typeof executor !== "function")
      throw new TypeError(`Promise resolver ${kindOf(executor)} is not a function`);
    const functions = resolvingFunctions(this, this.#loop);
    try {
      executor(functions.resolve, functions.reject);
    } catch (error) {
      functions.reject(error);
    }
  }

  then(onFulfilled?: unknown, onRejected?: unknown): DurablePromise {
    const derived = new DurablePromise(INTERNAL, this.#loop);
    if (currentRun()?.loop !== this.#loop) this.#loop.block(outsideCall("then", this.#loop));
    else performThen(this, new ThenReaction(derived, onFulfilled, onRejected));
    return derived;
  }

  catch(onRejected?: unknown): unknown {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: unknown): unknown {
    if (typeof onFinally !== "function") return this.then(onFinally, onFinally);
    const run = onFinally as () => unknown;
    return this.then(
      (value: unknown) => DurablePromise.resolve(run()).then(() => value),
      (reason: unknown) =>
        DurablePromise.resolve(run()).then(() => {
          throw reason;
        }),
    );
  }

  static resolve(value?: unknown): DurablePromise {
    return toPromise(steppedLoop(), value);
  }

  static reject(reason?: unknown): DurablePromise {
    const promise = new DurablePromise(INTERNAL, steppedLoop());
    reject(promise, reason);
    return promise;
  }

  static withResolvers(): { promise: DurablePromise; resolve: Resolve; reject: Reject } {
    const loop = steppedLoop();
    const promise = new DurablePromise(INTERNAL, loop);
    return { promise, ...resolvingFunctions(promise, loop) };
  }

  static try(callback: (...args: unknown[]) => unknown, ...args: unknown[]): DurablePromise {
    const promise = new DurablePromise(INTERNAL, steppedLoop());
    try {
      resolve(promise, callback(...args));
    } catch (error) {
      reject(promise, error);
    }
    return promise;
  }

  static all(values: Iterable<unknown>): DurablePromise {
    return all(steppedLoop(), values);
  }

  static allSettled(values: Iterable<unknown>): DurablePromise {
    return allSettled(steppedLoop(), values);
  }

  static any(values: Iterable<unknown>): DurablePromise {
    return any(steppedLoop(), values);
  }

  static race(values: Iterable<unknown>): DurablePromise {
    return race(steppedLoop(), values);
  }

  static [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof NativePromise;
  }

  static {
    pendingPromise = (loop, tag) => new DurablePromise(INTERNAL, loop, tag);
    isDurable = (value): value is DurablePromise =>
      typeof value === "object" && value !== null && #state in value;
    tagOf = (value) => (isDurable(value) ? value.#tag : undefined);
    isHandled = (promise) => promise.#handled;
    outcomeOf = (promise) =>
      promise.#state === PENDING ? null : { rejected: promise.#state === REJECTED, value: promise.#value };

    performThen = (promise, reaction) => {
      promise.#handled = true;
      if (promise.#state !== PENDING)
        promise.#loop.enqueue(reaction, promise.#state === REJECTED, promise.#value);
      else if (promise.#first === null) promise.#first = reaction;
      else (promise.#more ??= []).push(reaction);
    };

    fulfil = (promise, value) => settle(promise, FULFILLED, value);
    reject = (promise, reason) => settle(promise, REJECTED, reason);

    const settle = (
      promise: DurablePromise,
      state: typeof FULFILLED | typeof REJECTED,
      value: unknown,
    ): void => {
      if (promise.#state !== PENDING) return;
      const loop = promise.#loop;
      promise.#state = state;
      promise.#value = value;
      if (promise === loop.root) loop.ended = true;
      else if (state === REJECTED && !promise.#handled) loop.rejections.push(promise);
      const first = promise.#first;
      if (first === null) return;
      loop.enqueue(first, state === REJECTED, value);
      promise.#first = null;
      for (const reaction of promise.#more ?? []) loop.enqueue(reaction, state === REJECTED, value);
      promise.#more = null;
    };

    resolve = (promise, resolution) => {
      if (!isObject(resolution)) return fulfil(promise, resolution);
      if (resolution === promise)
        return reject(promise, new TypeError("Chaining cycle detected for promise #<Promise>"));
      const loop = promise.#loop;
      if (isDurable(resolution)) {
        if (resolution.#loop !== loop) return loop.block(otherRun(loop));
      } else if (isNative(resolution)) return blockForeign(loop, resolution);
      let then: unknown;
      try {
        then = (resolution as { readonly then?: unknown }).then;
      } catch (error) {
        return reject(promise, error);
      }
      if (typeof then !== "function") return fulfil(promise, resolution);
      loop.enqueue(new ThenableJob(promise, loop, resolution, then as Then), false, undefined);
    };

    awaitValue = (loop, value, reaction) => {
      if (isDurable(value)) {
        if (value.#loop !== loop) loop.block(otherRun(loop));
        else performThen(value, reaction);
      } else if (!isObject(value)) {
        loop.enqueue(reaction, false, value);
      } else {
        const promise = new DurablePromise(INTERNAL, loop);
        resolve(promise, value);
        performThen(promise, reaction);
      }
    };
  }
}

/** `Promise.prototype.then` as it was before anybody replaced it: where it stands, the short way cannot be told from the long. */
export const intrinsicThen = DurablePromise.prototype.then;

// P3: `durable instanceof Promise` for the native constructor too. Native operations still see that it is not one of theirs,
// call its `then` from outside a step, and so are caught (P2).
Object.setPrototypeOf(DurablePromise.prototype, NativePromise.prototype);

/** ECMA-262 PromiseResolve. */
export function toPromise(loop: JobLoop, value: unknown): DurablePromise {
  if (isDurable(value)) return value;
  const promise = pendingPromise(loop);
  resolve(promise, value);
  return promise;
}

type Then = (this: unknown, onFulfilled: Resolve, onRejected: Reject) => unknown;

class ThenReaction implements Reaction {
  readonly #derived: DurablePromise;
  readonly #onFulfilled: unknown;
  readonly #onRejected: unknown;

  constructor(derived: DurablePromise, onFulfilled: unknown, onRejected: unknown) {
    this.#derived = derived;
    this.#onFulfilled = onFulfilled;
    this.#onRejected = onRejected;
  }

  settle(rejected: boolean, value: unknown): void {
    const handler = rejected ? this.#onRejected : this.#onFulfilled;
    if (typeof handler !== "function") {
      if (rejected) reject(this.#derived, value);
      else resolve(this.#derived, value);
      return;
    }
    let result: unknown;
    try {
      result = (handler as Handler)(value as never);
    } catch (error) {
      reject(this.#derived, error);
      return;
    }
    resolve(this.#derived, result);
  }
}

/** Settles `promise` as the promise that it is attached to. */
class Adoption implements Reaction {
  readonly #promise: DurablePromise;
  constructor(promise: DurablePromise) {
    this.#promise = promise;
  }
  settle(rejected: boolean, value: unknown): void {
    if (rejected) reject(this.#promise, value);
    else resolve(this.#promise, value);
  }
}

/** ECMA-262 NewPromiseResolveThenableJob. */
class ThenableJob implements Reaction {
  readonly #promise: DurablePromise;
  readonly #loop: JobLoop;
  readonly #thenable: object;
  readonly #then: Then;

  constructor(promise: DurablePromise, loop: JobLoop, thenable: object, then: Then) {
    this.#promise = promise;
    this.#loop = loop;
    this.#thenable = thenable;
    this.#then = then;
  }

  settle(): void {
    if (isDurable(this.#thenable) && this.#then === (intrinsicThen as unknown)) {
      performThen(this.#thenable, new Adoption(this.#promise));
      return;
    }
    const functions = resolvingFunctions(this.#promise, this.#loop);
    try {
      Reflect.apply(this.#then, this.#thenable, [functions.resolve, functions.reject]);
    } catch (error) {
      functions.reject(error);
    }
  }
}

/** ECMA-262 CreateResolvingFunctions, guarded against calls from outside a step (P2). */
function resolvingFunctions(promise: DurablePromise, loop: JobLoop): { resolve: Resolve; reject: Reject } {
  let called = false;
  const once =
    (name: "resolve" | "reject", act: (promise: DurablePromise, value: unknown) => void) =>
    (value?: unknown) => {
      if (called) return;
      called = true;
      if (currentRun()?.loop !== loop) loop.block(outsideCall(name, loop));
      else act(promise, value);
    };
  return { resolve: once("resolve", resolve), reject: once("reject", reject) };
}

function steppedLoop(): JobLoop {
  const run = currentRun();
  if (run === null) throw new TypeError("A durable Promise can be made only while a run is stepped");
  return run.loop;
}

// The foreign promise is given a handler: should it reject, the whole process would else go down for one blocked run.
function blockForeign(loop: JobLoop, foreign: Promise<unknown>): void {
  const ignore = (): void => undefined;
  void Reflect.apply(NativePromise.prototype.then, foreign, [ignore, ignore]);
  loop.block(foreignPromise(loop));
}

// A proxy may throw when it is asked for its prototype; the standard does not ask.
function isNative(value: object): value is Promise<unknown> {
  try {
    return value instanceof NativePromise;
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function kindOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}
