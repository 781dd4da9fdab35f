/*
 * Wrong schedulers, to see that the comparison notices: each breaks one rule of ECMAScript's promise jobs.
 */
import type { CompiledEntry } from "@continuum/contract";
import type { JobLoop, Reaction } from "@continuum/runtime/unstable-core";

type Body = Parameters<CompiledEntry["fiber"]>[0];
type Walk = Generator<unknown, unknown, unknown>;

/** Where a wrong scheduler differs: in the queue of a run, or in how the body of each fiber is driven. */
export interface Mutation {
  readonly queue?: (loop: JobLoop) => void;
  readonly body?: (body: Body) => Body;
}

export const MUTANTS = {
  /** The last job that was queued runs first. */
  lifo: { queue: lastInFirstOut },
  /** Awaiting what is no promise goes on at once. */
  "sync-await": { body: (body) => driven(body, (value) => (isThenable(value) ? "yield" : "skip")) },
  /** An await takes two jobs. */
  "extra-tick": { body: (body) => driven(body, () => "yield twice") },
  /** Returning a promise takes the one job of an await, not three. */
  "fast-return": { body: awaitingReturn },
} satisfies Readonly<Record<string, Mutation>>;

export type MutantName = keyof typeof MUTANTS;

function lastInFirstOut(loop: JobLoop): void {
  const jobs: { readonly reaction: Reaction; readonly rejected: boolean; readonly value: unknown }[] = [];
  loop.enqueue = (reaction, rejected, value) => void jobs.push({ reaction, rejected, value });
  loop.drain = () => {
    for (let job = jobs.pop(); job !== undefined && !loop.halted; job = jobs.pop())
      job.reaction.settle(job.rejected, job.value);
    jobs.length = 0;
  };
}

function driven(body: Body, rule: (awaited: unknown) => "yield" | "yield twice" | "skip"): Body {
  return function (this: unknown, ...args) {
    return driving(Reflect.apply<unknown, never[], Walk>(body, this, args), rule);
  };
}

function* driving(inner: Walk, rule: Parameters<typeof driven>[1]): Walk {
  let next = inner.next();
  while (next.done !== true) {
    const awaited = next.value;
    const how = rule(awaited);
    let value: unknown = awaited;
    try {
      if (how !== "skip") value = yield awaited;
      if (how === "yield twice") yield undefined;
    } catch (error) {
      next = inner.throw(error);
      continue;
    }
    next = inner.next(value);
  }
  return next.value;
}

function awaitingReturn(body: Body): Body {
  return function* (this: unknown, ...args) {
    const value = yield* Reflect.apply<unknown, never[], Walk>(body, this, args);
    return isThenable(value) ? yield value : value;
  };
}

function isThenable(value: unknown): boolean {
  return value instanceof Promise || (typeof value === "object" && value !== null && "then" in value);
}
