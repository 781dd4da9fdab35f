import { describe, expect, it } from "vitest";
import * as c from "../compiled.js";
import { ContinuumError } from "../core/continuum-error.js";
import { encodeFailure } from "../core/failures.js";
import { agreeingRuns } from "../core/fixtures/agreeing.js";
import { jsonCodec } from "../core/fixtures/json-codec.js";
import { map } from "../workflow.js";

const run = agreeingRuns();
const ship = (id: unknown): Promise<unknown> => c.activity("m#activity", "orders.ship", [id]);

describe("map", () => {
  it("keeps to its bound, takes items in order, and gives results in the order of the items", () => {
    const driver = run(function* () {
      return yield map(new Set(["a", "b", "c", "d"]), (id, index) => ship(`${id}${index}`), {
        concurrency: 2,
      });
    });
    const payloads = (): unknown[] =>
      driver.open.map((open) => (open.kind === "activity_scheduled" ? open.payload : null));
    expect(payloads()).toEqual(['["a0"]', '["b1"]']);
    driver.complete(2, "B");
    expect(payloads()).toEqual(['["a0"]', '["c2"]']);
    driver.complete(driver.open[1]!.seq, "C");
    driver.complete(driver.open[1]!.seq, "D");
    expect(payloads()).toEqual(['["a0"]']);
    driver.complete(1, "A");
    expect(driver.result).toEqual(["A", "B", "C", "D"]);
  });

  it("takes async functions, compiled", () => {
    const driver = run(function* () {
      const twice = (n: number): Promise<unknown> =>
        c.fiber(
          function* () {
            return ((yield ship(n)) as number) * 2;
          },
          undefined,
          [],
        );
      return yield map([1, 2], twice, { concurrency: 10 });
    });
    driver.complete(1, 10);
    driver.complete(2, 20);
    expect(driver.result).toEqual([20, 40]);
  });

  it("rejects with the first failure, takes nothing after it, and hears no more of the rest", () => {
    const driver = run(function* () {
      try {
        yield map([1, 2, 3], ship, { concurrency: 2 });
      } catch (error) {
        yield c.timer("m#timer", 5);
        return (error as Error).name;
      }
      return null;
    });
    driver.apply({
      kind: "activity_failed",
      command: 1 as never,
      attempt: 1,
      payload: encodeFailure(jsonCodec, new Error("no")),
    });
    driver.apply({
      kind: "activity_failed",
      command: 2 as never,
      attempt: 1,
      payload: encodeFailure(jsonCodec, new Error("no")),
    });
    expect(driver.open).toMatchObject([{ kind: "timer_started" }]);
    expect(driver.warnings).toEqual([]);
    driver.apply({ kind: "timer_fired", command: driver.open[0]!.seq });
    expect(driver.result).toBe("ActivityError");
  });

  it("gives nothing for nothing, and rejects for a function that throws", async () => {
    expect(await map([], () => 1, { concurrency: 1 })).toEqual([]);
    const thrown = map(
      [1],
      () => {
        throw new RangeError("own");
      },
      { concurrency: 1 },
    );
    await expect(thrown).rejects.toThrow(RangeError);
  });

  it("works outside of a run as it does inside", async () => {
    let running = 0;
    let most = 0;
    const results = await map(
      [3, 1, 2],
      async (n) => {
        most = Math.max(most, ++running);
        await Promise.resolve();
        running--;
        return n * 2;
      },
      { concurrency: 2 },
    );
    expect(results).toEqual([6, 2, 4]);
    expect(most).toBe(2);
  });

  it.each<readonly [string, () => unknown]>([
    ["no list", () => map(5 as never, () => 1, { concurrency: 1 })],
    ["no function", () => map([1], 5 as never, { concurrency: 1 })],
    ["no options", () => map([1], () => 1, undefined as never)],
    ["no concurrency", () => map([1], () => 1, {} as never)],
    ["a concurrency of 0", () => map([1], () => 1, { concurrency: 0 })],
    ["an option that does not exist", () => map([1], () => 1, { concurrency: 1, concurency: 2 } as never)],
  ])("refuses %s", (_what, call) => {
    let refused: unknown = null;
    try {
      call();
    } catch (error) {
      refused = error;
    }
    expect(ContinuumError.is(refused, "CTM3903")).toBe(true);
  });
});
