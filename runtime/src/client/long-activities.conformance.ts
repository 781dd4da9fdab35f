/*
 * Long activities, on any journal: heartbeats with details, their deadline, and idempotency keys across runs.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { activityContext } from "../activity.js";
import { defineActivity } from "../authoring/define-activity.js";
import * as rt from "../compiled.js";
import { ActivityError, CancelledError } from "../core/workflow-errors.js";
import { eventually, flow } from "./fixtures/flows.js";
import { connect, connectMortal } from "./fixtures/stores.js";
import type { Store } from "./fixtures/stores.js";

const SOON = { initialMs: 10, jitterMs: 0 };
const one = flow("one", function* (options: Parameters<typeof rt.activity>[3]) {
  try {
    return { ok: yield rt.activity("m#activity1", "work", [], options) };
  } catch (error) {
    if (!(error instanceof ActivityError)) throw error;
    return { attempts: error.attempts, code: (error.cause as { code?: string }).code ?? null };
  }
});
const both = flow("both", function* (_: null) {
  const long = rt.activity("m#activity1", "work", [], { retry: SOON });
  yield rt.activity("m#activity2", "quick", []);
  return yield long;
});
const workflows = [one, both];

export function longActivities(where: string, open: () => Promise<Store>): void {
  describe(`long activities on ${where}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(async () => {
      await store.close();
    });
    const client = (work: () => unknown, more: object = {}) =>
      connect(store, { workflows, activities: { work }, ...more });

    test("the details of an attempt's last heartbeat reach the next one", async () => {
      const seen: unknown[] = [];
      await using continuum = await client(() => {
        const { lastHeartbeat, heartbeat, attempt } = activityContext();
        seen.push(lastHeartbeat);
        heartbeat({ row: attempt * 10 });
        heartbeat({ row: attempt * 10 + 1 });
        if (attempt < 3) throw new Error("not yet");
        return "done";
      });
      const run = await continuum.start(one, { retry: SOON });
      expect(await run.result()).toEqual({ ok: "done" });
      expect(seen).toEqual([undefined, { row: 11 }, { row: 21 }]);
    });

    test("details are kept, though the attempt fails while a turn of its run is under way", async () => {
      let fail: () => void = () => undefined;
      const failing = new Promise<void>((resolve) => (fail = resolve));
      const work = async (): Promise<unknown> => {
        const { attempt, lastHeartbeat, heartbeat } = activityContext();
        if (attempt > 1) return lastHeartbeat;
        await failing;
        heartbeat("kept");
        throw new Error("no");
      };
      let held = false;
      await using continuum = await connect(
        store,
        { workflows, activities: { work, quick: () => "quick" } },
        (journal) => ({
          async commit(turns) {
            if (
              !held &&
              turns.some(({ events }) => events.some(({ kind }) => kind === "activity_completed"))
            ) {
              held = true;
              fail();
              await new Promise((resolve) => setImmediate(resolve));
            }
            return journal.commit(turns);
          },
        }),
      );
      expect(await (await continuum.start(both, null)).result()).toBe("kept");
      expect(held).toBe(true);
    });

    test("a worker that dies leaves the details to the next one", async () => {
      let stored = false;
      const work = (): unknown => {
        activityContext().heartbeat("half");
        return new Promise(() => undefined);
      };
      const doomed = await connectMortal(store, { workflows, activities: { work } }, (journal) => ({
        async heartbeat(beat) {
          const verdict = await journal.heartbeat(beat);
          stored = verdict.kind === "renewed";
          return verdict;
        },
      }));
      const run = await doomed.continuum.start(one, { retry: SOON });
      await eventually(() => stored);
      await doomed.crash();
      await using next = await client(() => [activityContext().attempt, activityContext().lastHeartbeat]);
      expect(await next.run(run.id).result()).toEqual({ ok: [2, "half"] });
    });

    test("a released run's body keeps its heartbeats, and is told of a cancellation by them", async () => {
      let signal: AbortSignal | null = null;
      let beat: () => void = () => undefined;
      await using continuum = await client(() => {
        const { abortSignal, heartbeat } = activityContext();
        signal = abortSignal;
        beat = heartbeat;
        return new Promise(() => undefined);
      });
      const run = await continuum.start(one, { heartbeatTimeout: 10_000 });
      await eventually(() => signal);
      await eventually(async () => (await run.describe()).owner === null);
      // Nobody owns the run: only the journal knows of the cancellation.
      await run.cancel();
      await eventually(() => {
        beat();
        return signal!.aborted;
      });
      await expect(run.result()).rejects.toBeInstanceOf(CancelledError);
    });

    test("an attempt that falls silent has failed, and is told", async () => {
      const signals: AbortSignal[] = [];
      await using continuum = await client(() => {
        const { attempt, abortSignal } = activityContext();
        signals.push(abortSignal);
        return attempt === 1 ? new Promise(() => undefined) : "done";
      });
      const run = await continuum.start(one, { retry: SOON, heartbeatTimeout: 40 });
      expect(await run.result()).toEqual({ ok: "done" });
      expect(signals[0]!.aborted).toBe(true);
    });

    test("heartbeats keep an attempt alive beyond the deadline", async () => {
      await using continuum = await client(async () => {
        const { heartbeat, attempt } = activityContext();
        for (let i = 0; i < 10; i++) {
          heartbeat();
          await new Promise((resolve) => setTimeout(resolve, 30));
        }
        return attempt;
      });
      const run = await continuum.start(one, { retry: { maxAttempts: 1 }, heartbeatTimeout: 250 });
      expect(await run.result()).toEqual({ ok: 1 });
    });

    test("an error that the activity's own predicate calls final is not tried again", async () => {
      const declined = (error: unknown): boolean => (error as { code?: string }).code === "declined";
      let calls = 0;
      const work = defineActivity({ retry: { nonRetryable: [declined] } }, () => {
        calls += 1;
        throw Object.assign(new Error("no"), { code: calls === 2 ? "declined" : "busy" });
      });
      await using continuum = await client(work);
      const run = await continuum.start(one, { retry: { ...SOON, maxAttempts: 5 } });
      expect(await run.result()).toEqual({ attempts: 2, code: "declined" });
    });

    test("details that cannot be stored fail the activity at once", async () => {
      await using continuum = await client(() => activityContext().heartbeat(() => undefined));
      const run = await continuum.start(one, { retry: SOON });
      expect(await run.result()).toEqual({ attempts: 1, code: "CTM6207" });
    });

    test("a key's result is recorded once, for all runs; the second one waits for the first", async () => {
      let calls = 0;
      let release: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (release = resolve));
      await using continuum = await client(async () => {
        calls += 1;
        await gate;
        return `paid ${calls}`;
      });
      const options = { idempotencyKey: `invoice-${where}` };
      const first = await continuum.start(one, options);
      await eventually(() => calls === 1);
      const second = await continuum.start(one, options);
      await eventually(async () => (await second.describe()).tasks.length === 1);
      release();
      expect(await first.result()).toEqual({ ok: "paid 1" });
      expect(await second.result()).toEqual({ ok: "paid 1" });
      const third = await continuum.start(one, options);
      expect(await third.result()).toEqual({ ok: "paid 1" });
      expect(calls).toBe(1);
    });

    test("a failed attempt frees its key for the next", async () => {
      let calls = 0;
      await using continuum = await client(() => {
        calls += 1;
        if (calls === 1) throw new Error("no");
        return calls;
      });
      const run = await continuum.start(one, { idempotencyKey: `freed-${where}`, retry: SOON });
      expect(await run.result()).toEqual({ ok: 2 });
    });

    test("a worker that dies with a key in its hand does not keep it", async () => {
      let begun = false;
      const doomed = await connectMortal(store, {
        workflows,
        activities: {
          work: () => {
            begun = true;
            return new Promise(() => undefined);
          },
        },
      });
      const run = await doomed.continuum.start(one, { idempotencyKey: `dead-${where}`, retry: SOON });
      await eventually(() => begun);
      await doomed.crash();
      await using next = await client(() => "by the next one");
      expect(await next.run(run.id).result()).toEqual({ ok: "by the next one" });
    });
  });
}
