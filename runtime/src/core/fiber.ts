/*
 * Fibers: compiled async functions, run over generators in which `await e` is `yield e`.
 *
 * Owns: driving one generator, the promise of its result.
 * Does not own: the queue, effects.
 *
 * Invariants:
 *   F1  Starts at once, in its caller's job, like an async function; each await costs one job (R3).
 *   F2  A parked generator is dropped, never `return()`ed or thrown into: no `finally` runs because a run parked (R5).
 *   F3  Interrupted, for a cancellation that finds nothing pending (R33), it throws at its await; what it waited for is ignored.
 */
import type { Site } from "@continuum/contract";
import { awaitValue, pendingPromise, reject, resolve } from "./durable-promise.js";
import type { DurablePromise } from "./durable-promise.js";
import type { JobLoop, Reaction, RootFiber } from "./job-loop.js";

/** Any generator function that stands for an async function. */
export type FiberBody = (...args: never[]) => Generator<unknown, unknown, unknown>;

class Fiber implements Reaction, RootFiber {
  site: Site | null = null;
  readonly #loop: JobLoop;
  readonly #promise: DurablePromise;
  readonly #generator: Generator<unknown, unknown, unknown>;
  #interrupted = false;
  resumptions = 0;

  constructor(loop: JobLoop, promise: DurablePromise, generator: Generator<unknown, unknown, unknown>) {
    this.#loop = loop;
    this.#promise = promise;
    this.#generator = generator;
  }

  /** @see RootFiber.interrupt */
  interrupt(reason: unknown): void {
    this.#interrupted = true;
    // Another fiber takes the generator over: what this one waits for can come later, and finds nobody.
    const heir = new Fiber(this.#loop, this.#promise, this.#generator);
    heir.site = this.site;
    this.#loop.rootFiber = heir;
    heir.settle(true, reason);
  }

  settle(rejected: boolean, value: unknown): void {
    if (this.#interrupted) return;
    this.resumptions++;
    const loop = this.#loop;
    const caller = loop.fiber;
    let result: IteratorResult<unknown, unknown>;
    loop.fiber = this;
    try {
      result = rejected ? this.#generator.throw(value) : this.#generator.next(value);
    } catch (error) {
      loop.fiber = caller;
      reject(this.#promise, error);
      return;
    }
    if (result.done === true) resolve(this.#promise, result.value);
    else awaitValue(loop, result.value, this);
    loop.fiber = caller;
  }
}

/** Starts `body` as a fiber and gives the promise of its result. `asRoot`: its settlement ends the run. */
export function startFiber(
  loop: JobLoop,
  body: FiberBody,
  self: unknown,
  args: ArrayLike<unknown>,
  asRoot = false,
): DurablePromise {
  const promise = pendingPromise(loop);
  if (asRoot) loop.root = promise;
  let generator: Generator<unknown, unknown, unknown>;
  try {
    // Default parameters and destructuring run here and may throw: the promise rejects, as an async function's would.
    generator = Reflect.apply(body, self, args as never[]);
  } catch (error) {
    reject(promise, error);
    return promise;
  }
  const fiber = new Fiber(loop, promise, generator);
  if (asRoot) loop.rootFiber = fiber;
  fiber.settle(false, undefined);
  return promise;
}
