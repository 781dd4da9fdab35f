/*
 * Bounded fan-out. Ordinary durable code: it asks for nothing but what `fn` asks for, and works outside of a run too.
 *
 * Invariants:
 *   B1  Items are taken in order; at most `concurrency` calls of `fn` are unsettled at any time.
 *   B2  After the first failure no further item is taken; the others of that moment go on, unheard.
 */
import { ContinuumError } from "../core/continuum-error.js";
import { currentRun } from "../core/current.js";
import { DurablePromise } from "../core/durable-promise.js";
import { startFiber } from "../core/fiber.js";
import type { FiberBody } from "../core/fiber.js";
import { checkOptions, wholeFrom } from "../core/option-rules.js";
import { nativeFiber } from "./native-fiber.js";

const RULES = { concurrency: wholeFrom(1, 1_000_000) };

/**
 * Calls `fn` for every item, at most `concurrency` at a time, and gives the results in the order of the items. Rejects with the
 * first failure.
 *
 * @throws ContinuumError CTM3903 for a wrong argument.
 * @example const receipts = await map(orders, async (order) => activity(payments.charge(order.id)), { concurrency: 10 });
 */
export function map<Item, Result>(
  items: Iterable<Item>,
  fn: (item: Item, index: number) => Result,
  options: { readonly concurrency: number },
): Promise<Awaited<Result>[]> {
  const { concurrency } = checked(items, fn, options);
  const list = [...items];
  const results = new Array<unknown>(list.length);
  let next = 0;
  let failed = false;
  const lane: FiberBody = function* () {
    while (next < list.length && !failed) {
      const index = next++;
      try {
        results[index] = yield fn(list[index]!, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const all: FiberBody = function* () {
    const lanes = Array.from({ length: Math.min(concurrency, list.length) }, () => start(lane));
    yield currentRun() === null ? Promise.all(lanes) : DurablePromise.all(lanes);
    return results;
  };
  return start(all) as Promise<Awaited<Result>[]>;
}

function start(body: FiberBody): Promise<unknown> {
  const run = currentRun();
  if (run === null) return nativeFiber(body, undefined, []);
  return startFiber(run.loop, body, undefined, []) as unknown as Promise<unknown>;
}

function checked(items: unknown, fn: unknown, options: unknown): { readonly concurrency: number } {
  const iterable =
    typeof items === "string" || (typeof items === "object" && items !== null && Symbol.iterator in items);
  if (!iterable || typeof fn !== "function") {
    throw wrong(iterable ? "no function" : "nothing that can be iterated");
  }
  checkOptions("CTM3903", "map()", options, RULES);
  const { concurrency } = options as { readonly concurrency?: number };
  if (concurrency === undefined) throw wrong("no concurrency");
  return { concurrency };
}

function wrong(what: string): ContinuumError {
  return new ContinuumError({
    code: "CTM3903",
    message: `map() was given ${what}.`,
    hint: "Write map(items, async (item) => …, { concurrency: 10 }); where no bound is needed, use Promise.all.",
  });
}
