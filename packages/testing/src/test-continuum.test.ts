import { ContinuumError } from "@continuum/runtime";
import { activityContext } from "@continuum/runtime/activity";
import * as rt from "@continuum/runtime/compiled";
import { days, hours, minutes, TIMEOUT } from "@continuum/runtime/workflow";
import { describe, expect, test, vi } from "vitest";
import { flow } from "./fixtures/flows.js";
import { testContinuum } from "./index.js";
import type { TestOptions } from "./index.js";

const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const act = (target: string, args: readonly unknown[], options = {}) =>
  rt.activity("m#activity", target, args, options);

const sleeps = flow("sleeps", function* (ms: number) {
  const before = rt.now("m#now");
  yield rt.timer("m#timer", ms);
  return rt.now("m#now") - before;
});
const waits = flow("waits", function* (timeout: number | null) {
  const got = yield rt.signal("m#signal", "verdict", timeout === null ? {} : { timeout });
  return got === TIMEOUT ? "timeout" : got;
});
const works = flow("works", function* (options: object) {
  try {
    return yield act("work", [1], options);
  } catch (error) {
    return `${(error as Error & { cause: Error }).cause.message.slice(0, 60)}`;
  }
});
const draws = flow("draws", function* (_: null) {
  return [rt.uuid4("m#uuid4"), rt.random("m#random")];
});
let outside = 0;
/** What the compiler would refuse: it reads the world. */
const leaky = flow("leaky", function* (_: null) {
  yield act("work", [outside++]);
  yield act("work", [outside++]);
});
const parent = flow("parent", function* (ms: number) {
  const slept = yield rt.child("m#child", sleeps, ms);
  return [slept, yield rt.child("m#child", waits, null, { id: "waiting" })];
});
const goesOn = flow("goesOn", function* (left: number): Generator<unknown, unknown, unknown> {
  const id = rt.uuid4("m#uuid4");
  yield rt.timer("m#timer", days(1));
  return left === 0 ? id : yield rt.continueAsNew("m#continueAsNew", left - 1);
});
/** What the compiler would refuse: it waits for something outside. */
const strays = flow("strays", function* (_: null) {
  yield new Promise(() => undefined);
});
const workflows = [sleeps, waits, works, draws, leaky, parent, goesOn, strays];
const work = vi.fn((n: number): unknown => n);
const open = (options: TestOptions = {}) =>
  testContinuum({ workflows, activities: { work }, logger: quiet, ...options });

describe("while a result is awaited", () => {
  test("time goes straight to what is due", async () => {
    await using continuum = await open({ now: new Date("2026-03-01T00:00:00Z") });
    const run = await continuum.start(sleeps, days(30));
    expect(await run.result()).toBe(days(30));
    expect(continuum.now()).toEqual(new Date("2026-03-31T00:00:00Z"));
  });

  test("a year of sleep takes no time", async () => {
    await using continuum = await open();
    const before = performance.now();
    expect(await (await continuum.start(sleeps, days(365))).result()).toBe(days(365));
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  test("a signal that was sent before comes before the timeout, one that comes later does not", async () => {
    await using continuum = await open();
    const first = await continuum.start(waits, hours(24));
    await first.signal("verdict", "approved");
    expect(await first.result()).toBe("approved");
    expect(await (await continuum.start(waits, hours(24))).result()).toBe("timeout");
  });

  test("retries follow one another by their backoff", async () => {
    const attempts: number[] = [];
    await using continuum = await open({
      activities: {
        work: () => {
          attempts.push(continuum.now().getTime());
          if (attempts.length < 4) throw new Error("not yet");
          return "now";
        },
      },
    });
    const retry = { maxAttempts: 5, initialMs: 60_000, maxBackoffMs: 3_600_000, jitterMs: 0 };
    expect(await (await continuum.start(works, { retry })).result()).toBe("now");
    // A worker looks a few milliseconds after the instant: a task that comes due is never found too early.
    const late = attempts.map((at, i) => at - attempts[0]! - [0, minutes(1), minutes(3), minutes(7)][i]!);
    for (const ms of late) expect(ms).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThan(50);
  });

  test("time stands still while an activity is at work: its timeout does not come", async () => {
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return "done";
    };
    await using continuum = await open({ activities: { work: slow } });
    expect(await (await continuum.start(works, { timeout: 5 })).result()).toBe("done");
  });

  test("a wait that nothing will end rejects, and says what the run waits for", async () => {
    await using continuum = await open();
    const other = await continuum.start(sleeps, days(2));
    const run = await continuum.start(waits, null, { id: "r-1" });
    await expect(run.result()).rejects.toThrow(
      /CTM7290: run r-1 of workflow waits .*waits for the signal "verdict"/,
    );
    expect((await other.describe()).status).toBe("completed");
    await run.signal("verdict", "late");
    expect(await run.result()).toBe("late");
  });

  test("children sleep in the same time, and one that waits for good is named", async () => {
    await using continuum = await open();
    const run = await continuum.start(parent, days(3), { id: "r-1" });
    await expect(run.result()).rejects.toThrow(
      /CTM7290: run r-1 of workflow parent .*it waits for its child \S+$/m,
    );
    expect(continuum.now().getTime()).toBeGreaterThanOrEqual(Date.UTC(2025, 0, 4));
    const child = (await run.history()).findLast(({ kind }) => kind === "child_started")?.event;
    await continuum.run(child?.kind === "child_started" ? child.childId : "").signal("verdict", "go");
    expect(await run.result()).toEqual([days(3), "go"]);
  });

  test("a chain goes on, and each of its runs is replayed, with the values that it drew", async () => {
    await using continuum = await open();
    const run = await continuum.start(goesOn, 3);
    expect(await run.result()).toMatch(/^[0-9a-f-]{36}$/);
    expect(continuum.now()).toEqual(new Date("2025-01-05T00:00:00Z"));
  });

  test("a blocked run rejects, with the reason", async () => {
    await using continuum = await open();
    const run = await continuum.start(strays, null, { id: "r-1" });
    await expect(run.result()).rejects.toThrow(/CTM7290: run r-1 of workflow strays is blocked: CTM\d{4} /);
  });

  test("its own timeout counts by the simulated clock", async () => {
    await using continuum = await open();
    const run = await continuum.start(waits, null);
    await expect(run.result({ timeoutMs: days(3) })).rejects.toThrow("CTM7204");
    expect(continuum.now()).toEqual(new Date("2025-01-04T00:00:00Z"));
  });
});

describe("skip", () => {
  test("lets what is due happen, and not a millisecond more", async () => {
    await using continuum = await open({ skipTime: false });
    const run = await continuum.start(sleeps, days(30));
    await continuum.skip(days(30) - 1);
    expect((await run.describe()).status).toBe("live");
    await continuum.skip(1);
    expect((await run.describe()).status).toBe("completed");
    expect(await run.result()).toBe(days(30));
  });

  test("ends a hanging activity by its timeout, if it is told to", async () => {
    let aborted = false;
    const hang = () => {
      activityContext().abortSignal.addEventListener("abort", () => (aborted = true));
      return new Promise(() => undefined);
    };
    await using continuum = await open({ activities: { work: hang } });
    const run = await continuum.start(works, { timeout: minutes(5), retry: { maxAttempts: 1 } });
    await continuum.skip(minutes(5), { duringActivities: true });
    expect(aborted).toBe(true);
    expect((await run.describe()).status).toBe("completed");
  });

  test("moves while a result is awaited, too", async () => {
    await using continuum = await open({ skipTime: false });
    const run = await continuum.start(sleeps, days(1));
    const result = run.result();
    await continuum.skip(days(1));
    expect(await result).toBe(days(1));
  });
});

test("settled: activities have ended and the run waits, and no time has passed", async () => {
  const slow = async (n: number) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return n;
  };
  await using continuum = await open({ activities: { work: slow } });
  const run = await continuum.start(works, {});
  await continuum.settled();
  expect((await run.describe()).status).toBe("completed");
  expect(continuum.now()).toEqual(new Date("2025-01-01T00:00:00Z"));
});

test("two runs of a test are the same, ids and random numbers included; another seed gives others", async () => {
  const once = async (seed: number) => {
    await using continuum = await open({ seed });
    const run = await continuum.start(draws, null);
    return { id: run.id, drawn: await run.result() };
  };
  const first = await once(7);
  expect(await once(7)).toEqual(first);
  expect((await once(8)).drawn).not.toEqual(first.drawn);
});

describe("the replay check", () => {
  const failure = /CTM4901: a replay differs .*\nrun r-1 of workflow leaky: .* in place of /s;

  test("fails the wait for the result, and the end of the test even if that was swallowed", async () => {
    const continuum = await open();
    const run = await continuum.start(leaky, null, { id: "r-1" });
    await expect(run.result()).rejects.toThrow(failure);
    await expect(continuum.close()).rejects.toThrow(failure);
  });

  test("sees runs that nobody waits for, and those that have not ended", async () => {
    const continuum = await open({
      activities: { work: (n: number) => (n % 2 ? new Promise(() => undefined) : n) },
    });
    outside = 0;
    await continuum.start(leaky, null, { id: "r-1" });
    await expect(continuum.close()).rejects.toThrow(failure);
  });

  test("can be turned off", async () => {
    await using continuum = await open({ replayCheck: false });
    await (await continuum.start(leaky, null)).result();
  });
});

test("a drain passes in no time, and the run is handed over as it is", async () => {
  await using continuum = await open();
  const run = await continuum.start(sleeps, days(1));
  await continuum.drain();
  expect(continuum.ready()).toBe(false);
  expect(await run.describe()).toMatchObject({ status: "live", owner: null });
});

test("options that there are not are refused by name", async () => {
  await expect(testContinuum({ skiptime: false } as never)).rejects.toThrow(
    /CTM1401: .*did you mean "skipTime"/,
  );
  await using continuum = await open();
  await expect(continuum.skip(-1)).rejects.toSatisfy((error) => ContinuumError.is(error, "CTM1401"));
  await expect(testContinuum({ workflows: [{}] as never })).rejects.toThrow("CTM1202");
  await expect(testContinuum({ activities: { work: 1 } as never })).rejects.toThrow("CTM1203");
});
