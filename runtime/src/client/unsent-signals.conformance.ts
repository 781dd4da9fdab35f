/*
 * Signals that a run sends and does not wait for, though its worker dies between its last commit and the sending, on any journal.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as rt from "../compiled.js";
import { eventually, flow } from "./fixtures/flows.js";
import { asRunId, connect, connectMortal } from "./fixtures/stores.js";
import type { Change, Store } from "./fixtures/stores.js";

const collects = flow("collects", function* (n: number) {
  const got: unknown[] = [];
  for (let i = 0; i < n; i++) got.push(yield rt.signal("m#signal1", "note"));
  return got;
});

type How =
  "in its first turn" | "in a later turn" | "by failing" | "by continuing as new" | "by being terminated";

interface Farewell {
  readonly to: string;
  readonly how: How | null;
}

/** Sends two signals, waits for neither, and ends in that way. */
const leaves = flow("leaves", function* ({ to, how }: Farewell): Generator<unknown, string, unknown> {
  if (how === null) return "succeeded";
  if (how === "in a later turn") yield rt.timer("m#timer1", 1);
  void rt.sendSignal("m#sendSignal1", to, "note", "first");
  void rt.sendSignal("m#sendSignal2", to, "note", "second");
  if (how === "by being terminated") yield rt.signal("m#signal1", "never");
  if (how === "by failing") throw new Error("over");
  if (how === "by continuing as new") yield rt.continueAsNew("m#continueAsNew1", { to, how: null });
  return "left";
});
const workflows = [collects, leaves];

/** Nothing goes out: it is as if the worker had died after the commit. */
const mute: Change = () => ({ signal: () => new Promise<never>(() => undefined), unsent: async () => [] });

const WAYS: readonly How[] = [
  "in its first turn",
  "in a later turn",
  "by failing",
  "by continuing as new",
  "by being terminated",
];

export function unsentSignals(where: string, open: () => Promise<Store>): void {
  describe(`unsent signals on ${where}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());

    test.each(WAYS)(
      "a run that ends %s: whoever comes next sends them, once, and settles that",
      async (how) => {
        const doomed = await connectMortal(store, { workflows }, mute);
        const target = await doomed.continuum.start(collects, 2);
        const run = await doomed.continuum.start(leaves, { to: target.id, how });
        if (how === "by being terminated") {
          await eventually(async () => (await run.history()).some(({ kind }) => kind === "signal_awaited"));
          await run.terminate();
        }
        await run.result().catch(() => undefined);
        expect((await target.describe()).mailbox).toEqual([]);
        await doomed.crash();
        const owed = await store.inside.journal.unsent(10);
        expect(owed.map(({ runId, signals }) => [runId, signals.length])).toEqual([[asRunId(run.id), 2]]);
        await using next = await connect(store, { workflows });
        expect(await next.run(target.id).result()).toEqual(["first", "second"]);
        await eventually(async () => (await store.inside.journal.unsent(10)).length === 0);
      },
    );

    test("a debt to nobody is settled, too", async () => {
      await using continuum = await connect(store, { workflows });
      const run = await continuum.start(leaves, { to: "nobody-at-all", how: "in its first turn" });
      expect(await run.result()).toBe("left");
      await eventually(async () => (await store.inside.journal.unsent(10)).length === 0);
    });
  });
}
