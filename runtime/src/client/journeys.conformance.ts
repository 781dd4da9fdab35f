/*
 * What users rely on, on any journal: the same journeys pass on memory, PGlite and a server.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { activityContext } from "../activity.js";
import * as rt from "../compiled.js";
import { ActivityError } from "../core/workflow-errors.js";
import { TIMEOUT } from "../core/timeout.js";
import { eventually, flow, Watcher } from "./fixtures/flows.js";
import { asRunId, connect, connectMortal, databasePast, QUICK } from "./fixtures/stores.js";
import type { Store } from "./fixtures/stores.js";

const act = (target: string, args: readonly unknown[], options?: Parameters<typeof rt.activity>[3]) =>
  rt.activity("m#activity1", target, args, options);

const sumFlow = flow("sum", function* (n: number) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum = (yield act("add", [sum, i])) as number;
  return sum;
});
const fanFlow = flow("fan", function* (n: number) {
  const handles = Array.from({ length: n }, (_, i) => act("add", [i, i]));
  return (yield rt.promise().all(handles)) as number[];
});
const oneFlow = flow("one", function* (options: Parameters<typeof rt.activity>[3]) {
  try {
    return { ok: yield act("work", [1], options) };
  } catch (error) {
    if (!(error instanceof ActivityError)) throw error;
    const cause = error.cause as Error & { code?: string };
    return { attempts: error.attempts, name: cause.name, code: cause.code, message: cause.message };
  }
});
const waitFlow = flow("wait", function* (timeout: number | null) {
  const got = yield rt.signal("m#signal1", "verdict", timeout === null ? {} : { timeout });
  return got === TIMEOUT ? "timeout" : got;
});
const thenFlow = flow("then", function* (timeout: number) {
  yield act("work", [1]);
  const got = yield rt.signal("m#signal1", "verdict", { timeout });
  return got === TIMEOUT ? "timeout" : got;
});
const twiceFlow = flow("twice", function* (_: null) {
  return [yield rt.signal("m#signal1", "verdict"), yield rt.signal("m#signal2", "verdict")];
});
const napFlow = flow("nap", function* (ms: number) {
  const before = rt.now("m#now1");
  yield rt.timer("m#timer1", ms);
  return { before, slept: rt.now("m#now2") - before, id: rt.uuid4("m#uuid41") };
});

const workflows = [sumFlow, fanFlow, oneFlow, waitFlow, thenFlow, twiceFlow, napFlow];
const add = async (a: number, b: number): Promise<number> => a + b;
const SOON = { initialMs: 20, jitterMs: 0 };

export function journeys(where: string, open: () => Promise<Store>, steps = 1000): void {
  describe(`on ${where}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(async () => {
      await store.close();
    });

    const client = (work: (...args: never[]) => unknown = add, more: object = {}) =>
      connect(store, { workflows, activities: { add, work }, ...more });

    test(`${steps} sequential steps`, async () => {
      await using continuum = await client();
      const run = await continuum.start(sumFlow, steps);
      expect(await run.result()).toBe((steps * (steps - 1)) / 2);
      expect(await run.history()).toHaveLength(2 * steps + 2);
    });

    test("activities in parallel, more than there are slots", async () => {
      let atOnce = 0;
      let most = 0;
      const slow = async (a: number, b: number): Promise<number> => {
        most = Math.max(most, ++atOnce);
        await new Promise((resolve) => setImmediate(resolve));
        atOnce--;
        return a + b;
      };
      await using continuum = await client(add, {
        activities: { add: slow },
        worker: { ...QUICK, concurrency: 3 },
      });
      const run = await continuum.start(fanFlow, 20);
      expect(await run.result()).toEqual(Array.from({ length: 20 }, (_, i) => 2 * i));
      expect(most).toBe(3);
    });

    test("a failed attempt is followed by another one, spaced by the backoff", async () => {
      const seen: number[] = [];
      await using continuum = await client(() => {
        const { attempt } = activityContext();
        seen.push(attempt);
        if (attempt < 3) throw new Error(`no ${attempt}`);
        return "yes";
      });
      const run = await continuum.start(oneFlow, { retry: SOON });
      expect(await run.result()).toEqual({ ok: "yes" });
      expect(seen).toEqual([1, 2, 3]);
      const { failedAttempts } = await run.describe();
      expect(failedAttempts.map(({ attempt, error }) => [attempt, (error as Error).message])).toEqual([
        [1, "no 1"],
        [2, "no 2"],
      ]);
      const scheduled = (await run.history())[1]!;
      const gap = failedAttempts[1]!.startedAt.getTime() - failedAttempts[0]!.endedAt.getTime();
      expect(scheduled.kind).toBe("activity_scheduled");
      expect(gap).toBeGreaterThanOrEqual(20);
    });

    test("the next attempt comes on another worker when the first one is gone", async () => {
      const first = await client(() => {
        throw new Error("not here");
      });
      const started = await first.start(oneFlow, { retry: { initialMs: 150, jitterMs: 0 } });
      await eventually(async () => (await started.describe()).tasks.length === 1);
      await first.close();
      await using second = await client(() => activityContext().attempt);
      expect(await second.run(started.id).result()).toEqual({ ok: 2 });
    });

    test("the last attempt's error reaches the workflow, with name and attempts", async () => {
      class CardDeclined extends Error {}
      let calls = 0;
      await using continuum = await client(() => {
        calls += 1;
        throw new CardDeclined("no money");
      });
      const run = await continuum.start(oneFlow, { retry: { ...SOON, maxAttempts: 2 } });
      expect(await run.result()).toEqual({
        attempts: 2,
        name: "CardDeclined",
        code: undefined,
        message: "no money",
      });
      const once = await continuum.start(oneFlow, { retry: { ...SOON, nonRetryable: ["CardDeclined"] } });
      expect(await once.result()).toMatchObject({ attempts: 1, name: "CardDeclined" });
      expect(calls).toBe(3);
    });

    test("an attempt that takes too long is told by its signal, and has failed", async () => {
      let told: unknown = null;
      await using continuum = await client(
        () =>
          new Promise((resolve) => {
            const { abortSignal } = activityContext();
            abortSignal.addEventListener("abort", () => {
              told = abortSignal.reason;
              resolve("late");
            });
          }),
      );
      const run = await continuum.start(oneFlow, { timeout: 30, retry: { maxAttempts: 1 } });
      expect(await run.result()).toMatchObject({ attempts: 1, code: "CTM6204" });
      expect(told).toMatchObject({ code: "CTM6204" });
    });

    test("a result that cannot be stored fails at once, naming the place", async () => {
      let calls = 0;
      await using continuum = await client(() => {
        calls += 1;
        return { items: [{ onDone: () => undefined }] };
      });
      const run = await continuum.start(oneFlow, { retry: SOON });
      expect(await run.result()).toMatchObject({
        attempts: 1,
        code: "CTM6205",
        message: expect.stringContaining("items[0].onDone") as string,
      });
      expect(calls).toBe(1);
    });

    test("a priority or a queue of this worker goes by a row", async () => {
      await using continuum = await client(() => "done", {
        worker: { ...QUICK, queues: ["default", "gpu"] },
      });
      expect(await (await continuum.start(oneFlow, { priority: 5 })).result()).toEqual({ ok: "done" });
      expect(await (await continuum.start(oneFlow, { queue: "gpu" })).result()).toEqual({ ok: "done" });
    });

    test("an activity of a queue that nobody serves waits, and does not hold its run's worker", async () => {
      await using continuum = await client(() => "done");
      const run = await continuum.start(oneFlow, { queue: "gpu" });
      const { tasks } = await eventually(async () => {
        const described = await run.describe();
        return described.owner === null ? described : null;
      });
      expect(tasks).toMatchObject([{ activity: "work", attempt: 1, queue: "gpu", worker: null }]);
      await using other = await client(() => "elsewhere", { worker: { ...QUICK, queues: ["gpu"] } });
      expect(other.ready()).toBe(true);
      expect(await run.result()).toEqual({ ok: "elsewhere" });
    });

    describe("signals", () => {
      test("sent before the wait and after it, in order", async () => {
        const watcher = new Watcher();
        await using continuum = await client(add, { observer: watcher.observer });
        const run = await continuum.start(twiceFlow, null);
        await run.signal("other", 0);
        await run.signal("verdict", 1);
        await watcher.event("signal_received", run.id);
        await run.signal("verdict", 2);
        expect(await run.result()).toEqual([1, 2]);
        expect((await run.describe()).mailbox.map(({ name }) => name)).toEqual(["other"]);
      });

      test("a repeat with the same delivery id is no second signal", async () => {
        await using continuum = await client();
        const run = await continuum.start(twiceFlow, null);
        await run.signal("verdict", 1, { deliveryId: "d" });
        await run.signal("verdict", 9, { deliveryId: "d" });
        await run.signal("verdict", 2);
        expect(await run.result()).toEqual([1, 2]);
      });

      test("one accepted before the deadline wins, though no worker lived until after it", async () => {
        const first = await client();
        const run = await first.start(waitFlow, 400);
        const { dueAt } = await eventually(async () => {
          const described = await run.describe();
          return described.dueAt === null ? null : described;
        });
        await first.close();
        await using sender = await client(add, { worker: false });
        await sender.run(run.id).signal("verdict", "in time");
        await databasePast(store, dueAt!.getTime());
        await using second = await client();
        expect(await second.run(run.id).result()).toBe("in time");
      });

      test("one accepted after the deadline loses, though no worker lived at it; it stays in the mailbox", async () => {
        const first = await client();
        const run = await first.start(waitFlow, 400);
        const { dueAt } = await eventually(async () => {
          const described = await run.describe();
          return described.dueAt === null ? null : described;
        });
        await first.close();
        await databasePast(store, dueAt!.getTime());
        await using sender = await client(add, { worker: false });
        await sender.run(run.id).signal("verdict", "too late");
        await using second = await client();
        expect(await second.run(run.id).result()).toBe("timeout");
        expect((await second.run(run.id).describe()).mailbox).toMatchObject([{ name: "verdict" }]);
      });

      test("a wait times out, by the database's clock and not before", async () => {
        await using continuum = await client();
        const run = await continuum.start(waitFlow, 50);
        expect(await run.result()).toBe("timeout");
        const [, awaited, timedOut] = await run.history();
        expect(timedOut!.at.getTime() - awaited!.at.getTime()).toBeGreaterThanOrEqual(50);
      });

      test("timeout 0 looks once: nothing there, or what was acknowledged before the look", async () => {
        await using continuum = await client();
        expect(await (await continuum.start(waitFlow, 0)).result()).toBe("timeout");
        let finish: () => void = () => undefined;
        const gate = new Promise<void>((resolve) => (finish = resolve));
        await using held = await client(() => gate);
        const run = await held.start(thenFlow, 0);
        await run.signal("verdict", "there");
        finish();
        expect(await run.result()).toBe("there");
      });
    });

    describe("timers", () => {
      test("fire not before they are due, also when their run was let go meanwhile", async () => {
        await using continuum = await client(add, { worker: { ...QUICK, parkedMs: 0 } });
        const run = await continuum.start(napFlow, 250);
        await eventually(async () => (await run.describe()).owner === null);
        const { slept } = await run.result();
        expect(slept).toBeGreaterThanOrEqual(250);
      });

      test("a run that a mere client started draws its values once, whoever replays it", async () => {
        await using starter = await client(add, { worker: false });
        const run = await starter.start(napFlow, 300);
        const first = await client();
        await eventually(async () => (await run.describe()).dueAt !== null);
        await first.close();
        await using second = await client();
        const result = await second.run<{ before: number }>(run.id).result();
        expect(result.before).toBe((await run.history())[0]!.at.getTime());
      });
    });

    describe("ends", () => {
      test.each([
        ["in its run's worker", {}],
        ["by a row, its run let go", { priority: 1 }],
      ])("terminate ends a run in the middle of an activity %s, which is told", async (_, options) => {
        let abort: AbortSignal | null = null;
        await using continuum = await client(() => {
          abort = activityContext().abortSignal;
          return new Promise(() => undefined);
        });
        const run = await continuum.start(oneFlow, options);
        await eventually(() => abort);
        if ("priority" in options) await eventually(async () => (await run.describe()).owner === null);
        else expect((await run.describe()).owner).not.toBeNull();
        const result = run.result();
        await run.terminate("no longer wanted");
        await expect(result).rejects.toMatchObject({
          code: "CTM7202",
          hint: expect.stringContaining("no longer wanted") as string,
        });
        await eventually(() => abort!.aborted);
        await expect(run.signal("verdict")).rejects.toMatchObject({ code: "CTM7002" });
        await expect(run.cancel()).rejects.toMatchObject({ code: "CTM7002" });
        expect(await run.describe()).toMatchObject({
          status: "terminated",
          terminateReason: "no longer wanted",
          owner: null,
        });
      });

      test("a failure rejects the result with what the workflow threw", async () => {
        await using continuum = await client(add, {
          activities: { add: () => Promise.reject(new RangeError("far")) },
        });
        const run = await continuum.start(sumFlow, 1);
        const failing = run.result();
        await expect(Promise.race([failing, run.result({ timeoutMs: 1 })])).rejects.toMatchObject({
          code: "CTM7204",
        });
        await run.terminate();
        await expect(failing).rejects.toMatchObject({ code: "CTM7202" });
      });

      test("several processes wait for one end", async () => {
        await using continuum = await client();
        await using other = await client(add, { worker: false });
        const run = await continuum.start(waitFlow, null);
        const results = Promise.all([run.result(), other.run(run.id).result(), other.run(run.id).result()]);
        await other.run(run.id).signal("verdict", "all");
        expect(await results).toEqual(["all", "all", "all"]);
      });
    });

    describe("handing over", () => {
      test("a worker that died: the open activity's attempt is used up, the rest is not repeated", async () => {
        let calls = 0;
        const dying = await connectMortal(store, {
          workflows,
          activities: {
            add: async (a: number, b: number) => {
              calls += 1;
              return a === 3 ? new Promise(() => undefined) : a + b;
            },
          },
        });
        const run = await dying.continuum.start(sumFlow, 5); // 0+0, 0+1, 1+2, 3+3 …
        await eventually(() => calls === 4);
        await dying.crash();
        const watcher = new Watcher();
        const attempts: number[] = [];
        await using heir = await client(add, {
          observer: watcher.observer,
          activities: {
            add: (a: number, b: number) => {
              attempts.push(activityContext().attempt);
              return a + b;
            },
          },
        });
        expect(await heir.run(run.id).result()).toBe(10);
        expect(attempts).toEqual([2, 1]);
        expect(watcher.notices.find(({ kind }) => kind === "claimed")).toMatchObject({ replayed: 8 });
        expect((await heir.run(run.id).describe()).failedAttempts).toMatchObject([
          { attempt: 1, error: null },
        ]);
      });

      test("a drain moves runs at once, and throws away nothing that has finished", async () => {
        let finish: (value: string) => void = () => undefined;
        const gate = new Promise<string>((resolve) => (finish = resolve));
        let started = 0;
        const first = await client(() => {
          started += 1;
          return gate;
        });
        const working = await first.start(oneFlow, {});
        const waiting = await first.start(waitFlow, null);
        await eventually(() => started === 1);
        const drained = first.drain({ timeoutMs: 10_000 });
        expect(first.ready()).toBe(false);
        await eventually(
          async () => (await working.describe()).owner === null && (await waiting.describe()).owner === null,
        );
        await using second = await client(() => {
          throw new Error("must not run again");
        });
        await second.run(waiting.id).signal("verdict", "moved");
        expect(await second.run(waiting.id).result()).toBe("moved");
        finish("kept");
        await drained;
        expect(await second.run(working.id).result()).toEqual({ ok: "kept" });
        await first.close();
      });

      test("a drain's deadline gives a body back without using up its attempt", async () => {
        let told = false;
        const first = await client(
          () =>
            new Promise(() => {
              activityContext().abortSignal.addEventListener("abort", () => (told = true));
            }),
        );
        const run = await first.start(oneFlow, {});
        await eventually(async () => (await run.history()).length === 2);
        await first.drain({ timeoutMs: 30 });
        expect(told).toBe(true);
        await using second = await client(() => activityContext().attempt);
        expect(await second.run(run.id).result()).toEqual({ ok: 1 });
        await first.close();
      });

      test("a version that no worker has: the run waits unharmed, and describe() says so", async () => {
        const old = flow(
          "versioned",
          function* (_: null) {
            return yield rt.signal("m#signal1", "go");
          },
          { code: "old" },
        );
        const young = flow(
          "versioned",
          function* (_: null) {
            return "young";
          },
          { code: "young" },
        );
        const first = await client(add, { workflows: [old] });
        const run = await first.start(old, null);
        await eventually(async () => (await run.history()).length === 2);
        await first.close();
        const second = await client(add, { workflows: [young] });
        const seen = second.run(run.id);
        await seen.signal("go", "on");
        expect(await (await second.start(young, null)).result()).toBe("young");
        expect(await seen.describe()).toMatchObject({
          status: "live",
          owner: null,
          codeIsHere: false,
          version: { hash: old.version.hash },
        });
        await second.close();
        await using third = await client(add, {
          workflows: [young, flow("versioned", old.compiled.body, { code: "old", current: false })],
        });
        expect(await third.run(run.id).result()).toBe("on");
      });
    });

    describe("blocked runs", () => {
      const foreign = (mend: boolean) =>
        flow("foreign", function* (_: null) {
          const first = yield act("work", [1]);
          const second = mend ? yield act("work", [2]) : yield Promise.resolve(1);
          return [first, second];
        });

      test("an awaited native promise blocks with a diagnosis; the finished activity is not repeated after the mend", async () => {
        let calls = 0;
        const first = await client(() => (calls += 1), { workflows: [foreign(false)] });
        const run = await first.start(foreign(false), null);
        const { diagnosis } = await eventually(async () => {
          const described = await run.describe();
          return described.status === "blocked" ? described : null;
        });
        expect(diagnosis).toMatchObject({ code: "CTM4005" });
        expect((await run.history()).map(({ kind }) => kind)).toEqual(["run_started", "activity_scheduled"]);
        await first.close();
        await using second = await client(() => (calls += 1), { workflows: [foreign(true)] });
        await second.run(run.id).resume();
        expect(await second.run(run.id).result()).toEqual([1, 2]);
        expect(calls).toBe(2);
        await expect(second.run(run.id).resume()).rejects.toMatchObject({ code: "CTM7008" });
      });

      test("drift blocks at the take-over and leaves the history as it was", async () => {
        const make = (target: string) =>
          flow("drifting", function* (_: null) {
            yield act(target, [1, 2]);
            return yield rt.signal("m#signal1", "go");
          });
        const first = await client(add, { workflows: [make("add")] });
        const run = await first.start(make("add"), null);
        await eventually(async () => (await run.history()).length === 4);
        await first.close();
        const before = await store.inside.reader.history(asRunId(run.id));
        const second = await client(add, { workflows: [make("work")] });
        await second.run(run.id).signal("go", "on");
        const { diagnosis } = await eventually(async () => {
          const described = await second.run(run.id).describe();
          return described.status === "blocked" ? described : null;
        });
        expect(diagnosis).toMatchObject({ code: expect.stringMatching(/^CTM400/) as string, seq: 1 });
        expect(await store.inside.reader.history(asRunId(run.id))).toEqual(before);
        await second.close();
        await using third = await client(add, { workflows: [make("add")] });
        await third.run(run.id).resume();
        expect(await third.run(run.id).result()).toBe("on");
      });
    });
  });
}
