import { describe, expect, test } from "vitest";
import * as rt from "../compiled.js";
import { realWorld } from "./connect.js";
import { flow, Watcher } from "./fixtures/flows.js";
import { connectIn } from "./fixtures/stores.js";

const add = flow("add", function* (n: number) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum = (yield rt.activity("m#activity1", "math.add", [sum, i])) as number;
  return sum;
});

const both = flow("both", function* (n: number) {
  const handles = Array.from({ length: n }, (_, i) => rt.activity("m#activity1", "math.add", [i, i]));
  return (yield rt.promise().all(handles)) as number[];
});

const review = flow("review", function* (_: null) {
  return yield rt.signal("m#signal1", "verdict");
});

const activities = { "math.add": async (a: number, b: number) => a + b };

describe("start, activities, result, on memory", () => {
  test("1,000 sequential steps", async () => {
    await using continuum = await connectIn(realWorld, { database: "memory:", workflows: [add], activities });
    const run = await continuum.start(add, 1000);
    expect(await run.result()).toBe(499_500);
    const history = await run.history();
    expect(history).toHaveLength(2002);
  });

  test("activities in parallel run at once", async () => {
    await using continuum = await connectIn(realWorld, {
      database: "memory:",
      workflows: [both],
      activities,
    });
    expect(await (await continuum.start(both, 5)).result()).toEqual([0, 2, 4, 6, 8]);
  });

  test("a signal reaches the wait, sent before or after it", async () => {
    const watcher = new Watcher();
    await using continuum = await connectIn(realWorld, {
      database: "memory:",
      workflows: [review],
      observer: watcher.observer,
    });
    const run = await continuum.start(review, null);
    await watcher.event("signal_awaited");
    await run.signal("verdict", { ok: true });
    expect(await run.result()).toEqual({ ok: true });
  });
});
