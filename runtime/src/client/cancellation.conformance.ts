/*
 * Cancellation from the outside, on any journal: at every position of a run, against completion, with clean-up, with bodies
 * at work here and elsewhere, and down to grandchildren (R33–R35).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { activityContext } from "../activity.js";
import * as rt from "../compiled.js";
import { payloadCodec } from "../codec/payload-codec.js";
import type { RunId } from "../core/ids.js";
import { replay } from "../core/replay.js";
import { CancelledError } from "../core/workflow-errors.js";
import { eventually, flow, Watcher } from "./fixtures/flows.js";
import { connect, connectMortal, QUICK } from "./fixtures/stores.js";
import type { Store } from "./fixtures/stores.js";

/** Each step ends by a signal, so that a test can stop at any; clean-up is an effect of its own. */
const steps = flow("steps", function* (n: number) {
  try {
    for (let i = 0; i < n; i++) {
      yield rt.activity("m#activity1", "work", [i]);
      yield rt.signal("m#signal1", "next");
    }
    return "done";
  } finally {
    yield rt.activity("m#activity2", "cleanUp", []);
  }
});
const stubborn = flow("stubborn", function* (_: null) {
  try {
    yield rt.signal("m#signal1", "never");
  } catch {
    return "I go on";
  }
  return "unreachable";
});
const works = flow("works", function* (options: Parameters<typeof rt.activity>[3]) {
  return yield rt.activity("m#activity1", "long", [], options);
});
const waiting = flow("waiting", function* (_: null) {
  return yield rt.signal("m#signal1", "go");
});
const parent = flow("parent", function* (depth: number): Generator<unknown, unknown, unknown> {
  return yield depth === 0 ? rt.child("m#child1", waiting, null) : rt.child("m#child2", parent, depth - 1);
});
const wide = flow("wide", function* (n: number) {
  return yield rt.promise().all(Array.from({ length: n }, () => rt.child("m#child1", waiting, null)));
});
/** Stays alive after its cancellation, so that nothing but the cancellation itself can reach its children. */
const stays = flow("stays", function* (_: null) {
  try {
    yield rt.promise().all(Array.from({ length: 3 }, () => rt.child("m#child1", waiting, null)));
  } catch {
    yield rt.signal("m#signal1", "end");
  }
  return null;
});
const outlives = flow("outlives", function* (options: Parameters<typeof rt.activity>[3]) {
  try {
    yield rt.activity("m#activity1", "long", [], options);
  } catch {
    yield rt.signal("m#signal1", "end");
  }
  return null;
});
const marches = flow("marches", function* (_: null) {
  try {
    yield rt.activity("m#activity1", "work", [1]);
    yield rt.timer("m#timer1", 1);
    yield rt.child("m#child1", quick, null);
    yield rt
      .promise()
      .all([rt.activity("m#activity2", "work", [2]), rt.activity("m#activity3", "work", [3])]);
    return "done";
  } finally {
    yield rt.activity("m#activity4", "cleanUp", []);
  }
});
const quick = flow("quick", function* (_: null) {
  return yield rt.timer("m#timer1", 1);
});
const workflows = [marches, quick, outlives, stays, steps, stubborn, works, waiting, parent, wide];

export function cancellation(where: string, open: () => Promise<Store>): void {
  describe(`cancellation on ${where}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(async () => {
      await store.close();
    });
    const activities = {
      work: (n: number) => n,
      cleanUp: () => "clean",
      long: () => new Promise(() => undefined),
    };

    test.each([0, 1, 2, 3])(
      "after step %d the clean-up runs, and the run ends cancelled",
      async (position) => {
        const watcher = new Watcher();
        await using continuum = await connect(store, { workflows, activities, observer: watcher.observer });
        const run = await continuum.start(steps, 4);
        for (let i = 0; i < position; i++) await run.signal("next");
        await eventually(
          async () =>
            (await run.history()).filter(({ kind }) => kind === "signal_awaited").length === position + 1,
        );
        await run.cancel("not needed");
        await expect(run.result()).rejects.toBeInstanceOf(CancelledError);
        const events = await run.history();
        const kinds = events.map(({ kind }) => kind);
        expect(kinds.slice(-4)).toEqual([
          "cancel_requested",
          "activity_scheduled",
          "activity_completed",
          "run_cancelled",
        ]);
        expect(events.at(-4)!.event).toMatchObject({ reason: "not needed" });
        expect((await run.describe()).status).toBe("cancelled");
        await expect(run.cancel()).rejects.toMatchObject({ code: "CTM7002" });
      },
    );

    test("before each of a run's commits: it ends cancelled, once, and its history replays", async () => {
      await using outside = await connect(store, { workflows, worker: false });
      let positions = 0;
      for (let fired = true; fired; positions++) {
        fired = false;
        let commits = 0;
        const id = `march-${where}-${positions}`;
        await using continuum = await connect(store, { workflows, activities }, (journal) => ({
          async commit(turns) {
            if (turns.some(({ runId }) => runId === id) && commits++ === positions) {
              fired = true;
              await outside.run(id).cancel();
            }
            return journal.commit(turns);
          },
        }));
        const run = await continuum.start(marches, null, { id });
        const end = await run
          .result()
          .catch((error: unknown) => (error instanceof CancelledError ? "cancelled" : error));
        expect(end, `at ${positions}`).toBe(fired ? "cancelled" : "done");
        const history = (await run.history()).map(({ event }) => event);
        expect(history.filter(({ kind }) => kind === "cancel_requested")).toHaveLength(fired ? 1 : 0);
        expect((await run.describe()).tasks).toEqual([]);
        const replayed = replay(
          { runId: run.id as RunId, workflow: marches.compiled, codec: payloadCodec() },
          history,
        );
        expect(replayed.fault).toBeNull();
      }
      // The run's turns after its birth: two results, a timer, a child's end, a clean-up's end at least.
      expect(positions).toBeGreaterThan(5);
    });

    test("before any worker has it: its code begins, and meets the cancellation at its first await", async () => {
      const client = await connect(store, { workflows, worker: false });
      const run = await client.start(steps, 2);
      await run.cancel("first");
      await run.cancel("again");
      await client.close();
      const worked: number[] = [];
      const work = (n: number) => worked.push(n);
      await using continuum = await connect(store, {
        workflows,
        activities: { ...activities, work },
        // A slot that leaked would be missing for the clean-up.
        worker: { ...QUICK, concurrency: 1 },
      });
      await expect(continuum.run(run.id).result()).rejects.toBeInstanceOf(CancelledError);
      const history = await continuum.run(run.id).history();
      expect(history[2]!.event).toMatchObject({ reason: "first" });
      const kinds = history.map(({ kind }) => kind);
      expect(kinds.slice(0, 3)).toEqual(["run_started", "activity_scheduled", "cancel_requested"]);
      expect(kinds.at(-1)).toBe("run_cancelled");
      // The attempt that the same turn took back never began.
      expect(worked).toEqual([]);
    });

    test("a run whose code catches it and returns has completed", async () => {
      await using continuum = await connect(store, { workflows, activities });
      const run = await continuum.start(stubborn, null);
      await run.cancel();
      expect(await run.result()).toBe("I go on");
    });

    test("a body at work is told by its signal; its late outcome changes nothing", async () => {
      let signal: AbortSignal | null = null;
      let finish: (value: string) => void = () => undefined;
      const long = (): Promise<string> => {
        signal = activityContext().abortSignal;
        return new Promise((resolve) => (finish = resolve));
      };
      await using continuum = await connect(store, { workflows, activities: { ...activities, long } });
      const run = await continuum.start(works, {});
      await eventually(() => signal);
      await run.cancel();
      await expect(run.result()).rejects.toBeInstanceOf(CancelledError);
      expect(signal!.aborted).toBe(true);
      finish("late");
      expect((await run.history()).map(({ kind }) => kind)).not.toContain("activity_completed");
    });

    test("a body in another process is told too, and its row is gone", async () => {
      let signal: AbortSignal | null = null;
      const long = (): Promise<void> => {
        signal = activityContext().abortSignal;
        return new Promise(() => undefined);
      };
      await using elsewhere = await connect(store, {
        workflows: [],
        activities: { long },
        worker: { ...QUICK, queues: ["gpu"] },
      });
      expect(elsewhere.ready()).toBe(true);
      await using continuum = await connect(store, { workflows, activities });
      const run = await continuum.start(works, { queue: "gpu" });
      await eventually(() => signal);
      await run.cancel();
      await expect(run.result()).rejects.toBeInstanceOf(CancelledError);
      await eventually(() => signal!.aborted);
      expect((await run.describe()).tasks).toEqual([]);
    });

    test.each([
      ["that waits for its retry", { retry: { initialMs: 60_000, jitterMs: 0 }, timeout: 1000 }],
      ["that waits for a worker", { queue: "nowhere" }],
    ])("an attempt %s is withdrawn, though the run lives on", async (_, options) => {
      const fails = (): never => {
        throw new Error("no");
      };
      await using continuum = await connect(store, { workflows, activities: { ...activities, long: fails } });
      const run = await continuum.start(outlives, options);
      await eventually(async () => (await run.describe()).tasks.length === 1);
      await run.cancel();
      await eventually(async () => (await run.history()).at(-1)?.kind === "signal_awaited");
      const { tasks, status } = await run.describe();
      expect([tasks, status]).toEqual([[], "live"]);
      await run.signal("end");
      expect(await run.result()).toBeNull();
    });

    test("a completion that is already decided when the cancel commits loses against it", async () => {
      let client: Awaited<ReturnType<typeof connect>> | null = null;
      let id = "";
      await using continuum = await connect(store, { workflows, activities }, (journal) => ({
        async commit(turns) {
          // The final turn is on its way; the cancel gets there first.
          if (turns.some(({ runId, end }) => runId === id && end?.status === "completed"))
            await client!.run(id).cancel();
          return journal.commit(turns);
        },
      }));
      client = await connect(store, { workflows, worker: false });
      const run = await continuum.start(waiting, null);
      id = run.id;
      await run.signal("go", 1);
      await expect(run.result()).rejects.toBeInstanceOf(CancelledError);
      expect((await run.history()).map(({ kind }) => kind)).toEqual([
        "run_started",
        "signal_awaited",
        "cancel_requested",
        "run_cancelled",
      ]);
      await client.close();
    });

    test("a cancel that comes after the completion is told so", async () => {
      await using continuum = await connect(store, { workflows, activities });
      const run = await continuum.start(waiting, null);
      await run.signal("go", 1);
      expect(await run.result()).toBe(1);
      await expect(run.cancel()).rejects.toMatchObject({ code: "CTM7002" });
    });

    test("it goes down to grandchildren", async () => {
      await using continuum = await connect(store, { workflows, activities });
      const run = await continuum.start(parent, 2);
      const ids = [run.id];
      for (let i = 0; i < 3; i++) {
        ids.push(
          await eventually(async () => {
            const history = await continuum
              .run(ids.at(-1)!)
              .history()
              .catch(() => []);
            return (
              history
                .map(({ event }) => (event.kind === "child_started" ? event.childId : null))
                .find((id) => id !== null) ?? null
            );
          }),
        );
      }
      await run.cancel();
      for (const id of ids) await expect(continuum.run(id).result()).rejects.toBeInstanceOf(CancelledError);
    });

    test("a worker that dies before it has told the children: the next one tells them", async () => {
      let held = 0;
      const doomed = await connectMortal(store, { workflows, activities }, (journal) => ({
        cancel: (runId, reason) => {
          if (reason === "from outside") return journal.cancel(runId, reason);
          held += 1;
          return new Promise<never>(() => undefined);
        },
        carryOn: async () => ({ owners: [], more: false, owing: false }),
      }));
      const lives = await doomed.continuum.start(stays, null);
      const children = await eventually(async () => {
        const ids = (await lives.history()).flatMap(({ event }) =>
          event.kind === "child_started" ? [event.childId] : [],
        );
        return ids.length === 3 ? ids : null;
      });
      await lives.cancel("from outside");
      await eventually(() => held === 3);
      await doomed.crash();
      await using next = await connect(store, { workflows, activities });
      for (const id of children) await expect(next.run(id).result()).rejects.toBeInstanceOf(CancelledError);
      expect((await next.run(lives.id).describe()).status).toBe("live");
    });
  });
}
