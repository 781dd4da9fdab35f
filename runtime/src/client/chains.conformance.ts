/*
 * Chains of runs by continue-as-new, and signals: none lost, none doubled, in order, on any journal.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as rt from "../compiled.js";
import { CancelledError } from "../core/workflow-errors.js";
import { eventually, flow } from "./fixtures/flows.js";
import { asRunId, connect, connectMortal, QUICK } from "./fixtures/stores.js";
import type { Store } from "./fixtures/stores.js";

/** Twelve months: each takes one signal, then goes on in a successor. */
const months = flow("months", function* ({ month, paid }: { month: number; paid: number[] }): Generator<
  unknown,
  unknown,
  unknown
> {
  const amount = (yield rt.signal("m#signal1", "pay")) as number;
  const all = [...paid, amount];
  if (month === 12) return all;
  yield rt.continueAsNew("m#continueAsNew1", { month: month + 1, paid: all });
  throw new Error("goes on after continueAsNew");
});
/** Twelve months that wait for nobody; a signal may come at any time. */
const spins = flow("spins", function* ({ month, got }: { month: number; got: unknown[] }): Generator<
  unknown,
  unknown,
  unknown
> {
  yield rt.activity("m#activity1", "work", [month]);
  const all = [...got];
  for (;;) {
    const next = yield rt.signal("m#signal1", "note", { timeout: 0 });
    if (typeof next !== "number") break;
    all.push(next);
  }
  if (month < 12) yield rt.continueAsNew("m#continueAsNew1", { month: month + 1, got: all });
  while (all.length < 20) all.push(yield rt.signal("m#signal2", "note"));
  return all;
});
const collects = flow("collects", function* (n: number) {
  const got: number[] = [];
  for (let i = 0; i < n; i++) got.push((yield rt.signal("m#signal1", "note")) as number);
  return got;
});
const sends = flow("sends", function* ({ to, n }: { to: string; n: number }) {
  const refused: string[] = [];
  for (let i = 0; i < n; i++) {
    try {
      yield rt.sendSignal("m#sendSignal1", to, "note", i);
    } catch (error) {
      refused.push((error as { code: string }).code);
    }
  }
  return refused;
});
const logs = flow("logs", function* (n: number) {
  for (let i = 0; i < n; i++) {
    rt.log("m#log1", "info", `step ${i}`, { i });
    yield rt.activity("m#activity1", "work", [i]);
  }
  rt.log("m#log2", "debug", "done");
  return n;
});
/** Starts a child in the first turn of each of its runs, and one more once it was told to. */
const bears = flow("bears", function* ({ left, born }: { left: number; born: string[] }): Generator<
  unknown,
  unknown,
  unknown
> {
  const first = rt.startChild("m#startChild1", collects, 1);
  if (left > 0) yield rt.continueAsNew("m#continueAsNew1", { left: left - 1, born: [...born, first.runId] });
  yield rt.signal("m#signal1", "go");
  const second = rt.startChild("m#startChild2", collects, 1);
  yield rt.signal("m#signal2", "end");
  return [...born, first.runId, second.runId];
});
const workflows = [months, spins, collects, sends, logs, bears];
const activities = { work: (n: number) => n };

export function chains(where: string, open: () => Promise<Store>, storm = 10_000): void {
  describe(`chains on ${where}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(async () => {
      await store.close();
    });

    test("a loop of twelve takes the signals that are sent to its first id, in order", async () => {
      await using continuum = await connect(store, { workflows, activities });
      const run = await continuum.start(months, { month: 1, paid: [] });
      for (let i = 1; i <= 12; i++) await run.signal("pay", i);
      expect(await run.result()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      const last = await run.describe();
      expect(last).toMatchObject({ status: "completed", chainId: run.id });
      expect(last.runId).not.toBe(run.id);
      expect(await continuum.run(last.runId).result()).toHaveLength(12);
      expect((await run.history()).map(({ kind }) => kind)).toEqual([
        "run_started",
        "signal_awaited",
        "signal_received",
        "run_completed",
      ]);
      await expect(run.signal("pay", 13)).rejects.toMatchObject({ code: "CTM7002" });
    });

    test("attributes stay with the chain, and its children have them", async () => {
      await using continuum = await connect(store, { workflows, activities });
      const attributes = { customer: "c-1", größe: 2.5, urgent: true, note: null };
      const run = await continuum.start(bears, { left: 2, born: [] }, { attributes });
      await run.signal("go", null);
      const family = await eventually(async () => {
        const { children } = await run.describe();
        return children.length === 4 ? children : null;
      });
      expect((await run.describe()).attributes).toEqual(attributes);
      for (const { runId } of family)
        expect((await continuum.run(runId).describe()).attributes).toEqual(attributes);
      await run.signal("end", null);
      expect(await run.result()).toHaveLength(4);
      expect((await run.describe()).attributes).toEqual(attributes);
      const plain = await continuum.start(collects, 0);
      expect((await plain.describe()).attributes).toEqual({});
    });

    test("signals that race with the continuations are neither lost nor doubled", async () => {
      await using continuum = await connect(store, { workflows, activities });
      const run = await continuum.start(spins, { month: 1, got: [] });
      for (let i = 0; i < 20; i++) await run.signal("note", i);
      expect(await run.result()).toEqual(Array.from({ length: 20 }, (_, i) => i));
    });

    test("an id from the middle of a chain serves as well as the first", async () => {
      // The hint of a sender elsewhere names an id that the owner has forgotten; nothing but that hint wakes it in time.
      await using continuum = await connect(store, {
        workflows,
        activities,
        worker: { ...QUICK, pollMs: 60_000, parkedMs: 60_000 },
      });
      await using outside = await connect(store, { workflows, worker: false });
      const run = await continuum.start(months, { month: 9, paid: [] });
      await run.signal("pay", 1);
      const middle = await eventually(async () => {
        const { runId } = await run.describe();
        return runId === run.id ? null : runId;
      });
      for (let i = 2; i <= 4; i++) await outside.run(middle).signal("pay", i);
      expect(await outside.run(middle).result()).toEqual([1, 2, 3, 4]);
    });

    test("who waits by an id from the middle is told at once, here and elsewhere", async () => {
      // Polls would come too late for the test: only what is told can answer.
      const worker = { ...QUICK, pollMs: 60_000, parkedMs: 60_000 };
      await using continuum = await connect(store, { workflows, activities, worker });
      await using elsewhere = await connect(store, { workflows: [], worker });
      const run = await continuum.start(months, { month: 10, paid: [] });
      await run.signal("pay", 1);
      const middle = await eventually(async () => {
        const { runId } = await run.describe();
        return runId === run.id ? null : runId;
      });
      await run.signal("pay", 2);
      await eventually(async () => (await run.describe()).runId !== middle);
      const results = [continuum, elsewhere].map((client) => client.run(middle).result());
      await eventually(async () => (await store.inside.journal.ends([asRunId(middle)])).size === 1);
      await run.signal("pay", 3);
      expect(await Promise.all(results)).toEqual([
        [1, 2, 3],
        [1, 2, 3],
      ]);
    });

    test("a successor whose worker died is taken over, with the chain's mailbox", async () => {
      const doomed = await connectMortal(store, { workflows, activities });
      const run = await doomed.continuum.start(months, { month: 9, paid: [] });
      await run.signal("pay", 1);
      await eventually(async () => (await run.describe()).runId !== run.id);
      await doomed.crash();
      await using next = await connect(store, { workflows, activities });
      for (let i = 2; i <= 4; i++) await next.run(run.id).signal("pay", i);
      expect(await next.run(run.id).result()).toEqual([1, 2, 3, 4]);
    });

    test("cancel by the first id reaches the live run", async () => {
      await using continuum = await connect(store, { workflows, activities });
      const run = await continuum.start(months, { month: 1, paid: [] });
      await run.signal("pay", 1);
      await eventually(async () => (await run.describe()).runId !== run.id);
      await run.cancel();
      await expect(run.result()).rejects.toBeInstanceOf(CancelledError);
    });

    test("without the current version here, the successor waits for whoever has it", async () => {
      const older = flow(
        "months",
        function* (input: { month: number; paid: number[] }) {
          yield rt.signal("m#signal1", "pay");
          yield rt.continueAsNew("m#continueAsNew1", input);
          return null;
        },
        { code: "older", current: false },
      );
      const first = await connect(store, { workflows, activities });
      await first.close();
      const newer = flow(
        "months",
        function* (input: { month: number; paid: number[] }) {
          return ["newer", input.month];
        },
        { code: "newer" },
      );
      const both = flow(
        "months",
        function* (input: { month: number; paid: number[] }) {
          yield rt.signal("m#signal1", "pay");
          yield rt.continueAsNew("m#continueAsNew1", input);
          return null;
        },
        { code: "older" },
      );
      const begins = await connect(store, { workflows: [both], activities });
      const run = await begins.start(both, { month: 3, paid: [] });
      await begins.close();
      await using old = await connect(store, { workflows: [older], activities });
      await old.run(run.id).signal("pay", 1);
      await eventually(async () => {
        const { status, version } = await old.run(run.id).describe();
        return status === "live" && version === null;
      });
      await using current = await connect(store, { workflows: [newer], activities });
      expect(await current.run(run.id).result()).toEqual(["newer", 3]);
    });

    test(`a storm of ${storm} signals to one run: none lost, none doubled, in order`, async () => {
      await using continuum = await connect(store, { workflows, activities });
      const run = await continuum.start(collects, storm);
      const senders = 8;
      const send = async (sender: number): Promise<void> => {
        for (let i = sender; i < storm; i += senders)
          await run.signal("note", i, { deliveryId: `note-${i}` });
      };
      await Promise.all(Array.from({ length: senders }, (_, sender) => send(sender)));
      const got = await run.result();
      expect(new Set(got).size).toBe(storm);
      for (let sender = 0; sender < senders; sender++) {
        const own = got.filter((i) => i % senders === sender);
        expect(own).toEqual([...own].sort((a, b) => a - b));
      }
      const positions = (await run.history()).flatMap(({ event }) =>
        event.kind === "signal_received" ? [event.position] : [],
      );
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
    }, 120_000);

    test("a workflow's signals reach another run once each, though the sender's worker dies in between", async () => {
      let calls = 0;
      const doomed = await connectMortal(store, { workflows, activities }, (journal) => ({
        // Accepted, but the answer never comes back: the next owner must send it again.
        signal: async (...args) => {
          const verdict = await journal.signal(...args);
          return ++calls === 3 ? new Promise<never>(() => undefined) : verdict;
        },
      }));
      const target = await doomed.continuum.start(collects, 5);
      const run = await doomed.continuum.start(sends, { to: target.id, n: 5 });
      await eventually(() => calls === 3);
      await doomed.crash();
      await using next = await connect(store, { workflows, activities });
      expect(await next.run(run.id).result()).toEqual([]);
      expect(await next.run(target.id).result()).toEqual([0, 1, 2, 3, 4]);
      const { mailbox } = await next.run(target.id).describe();
      expect(mailbox).toEqual([]);
    });

    test("a workflow's signal to nobody, and to a run that has ended, is refused where it was sent", async () => {
      await using continuum = await connect(store, { workflows, activities });
      const nobody = await continuum.start(sends, { to: "nobody", n: 1 });
      expect(await nobody.result()).toEqual(["CTM7001"]);
      const over = await continuum.start(collects, 0);
      await over.result();
      const late = await continuum.start(sends, { to: over.id, n: 1 });
      expect(await late.result()).toEqual(["CTM7002"]);
    });

    test("what workflow code logs comes once, in order, after a take-over too", async () => {
      const lines: string[] = [];
      const say = (message: string, fields?: Readonly<Record<string, unknown>>): void => {
        if (fields?.["workflow"] === "logs") lines.push(`${message} ${String(fields["i"])}`);
      };
      const logger = { debug: say, info: say, warn: () => undefined, error: () => undefined };
      let calls = 0;
      const stuck = (n: number): unknown => (++calls === 3 ? new Promise(() => undefined) : n);
      const doomed = await connectMortal(store, { workflows, activities: { work: stuck }, logger });
      const run = await doomed.continuum.start(logs, 5);
      await eventually(() => calls === 3);
      await doomed.crash();
      await using next = await connect(store, { workflows, activities, logger });
      expect(await next.run(run.id).result()).toBe(5);
      expect(lines).toEqual(["step 0 0", "step 1 1", "step 2 2", "step 3 3", "step 4 4", "done undefined"]);
    });

    test("startUnique and signalUnique: a repeat changes nothing and says so", async () => {
      await using continuum = await connect(store, { workflows, activities });
      const first = await continuum.startUnique(collects, `order-${where}`, 2);
      const second = await continuum.startUnique(collects, `order-${where}`, 2);
      expect([first.existed, second.existed, second.id]).toEqual([false, true, first.id]);
      for (const key of ["a", "a", "b", "b"])
        await continuum.signalUnique(first.id, "note", key, key.charCodeAt(0));
      expect(await first.result()).toEqual([97, 98]);
    });
  });
}
