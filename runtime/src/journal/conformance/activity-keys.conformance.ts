import { describe, expect, it } from "vitest";
import type { RunId, WorkerId } from "../../core/ids.js";
import type { KeyClaim } from "../port.js";
import type { Workbench } from "./workbench.conformance.js";
import { ended, payload, seq, token } from "./workbench.conformance.js";

export function activityKeys(bench: () => Workbench): void {
  describe("an idempotency key of an activity", () => {
    /** A claimed attempt, as it asks for a key. */
    const attempt = async (
      b: Workbench,
      worker: WorkerId,
      over: Partial<KeyClaim> = {},
    ): Promise<KeyClaim> => {
      const run = await b.withRow(worker);
      await b.tasks(worker);
      return claimOf(run, worker, over);
    };
    const claimOf = (run: RunId, worker: WorkerId, over: Partial<KeyClaim> = {}): KeyClaim => ({
      namespace: "default",
      activity: "payments.charge",
      key: "order-1",
      worker,
      runId: run,
      command: seq(1),
      attempt: 1,
      ...over,
    });

    it("is claimed by one attempt, and held against all others until it is settled, then known", async () => {
      const b = bench();
      const worker = await b.worker();
      const [one, two] = [await attempt(b, worker), await attempt(b, await b.worker())];
      expect(await b.journal.claimKey(one)).toEqual({ kind: "claimed" });
      expect(await b.journal.claimKey(one)).toEqual({ kind: "claimed" });
      expect(await b.journal.claimKey(two)).toEqual({ kind: "held" });
      expect(await b.journal.settleKey(two, payload("theirs"))).toBe(false);
      expect(await b.journal.settleKey(one, payload("r"))).toBe(true);
      expect(await b.journal.claimKey(two)).toEqual({ kind: "known", payload: payload("r") });
      expect(await b.journal.claimKey(one)).toEqual({ kind: "known", payload: payload("r") });
    });

    it("is given to one of many that ask at once", async () => {
      const b = bench();
      const worker = await b.worker();
      const claims = [];
      for (let i = 0; i < 8; i++) claims.push(await attempt(b, worker));
      const verdicts = await Promise.all(claims.map((claim) => b.journal.claimKey(claim)));
      expect(verdicts.filter((verdict) => verdict.kind === "claimed")).toHaveLength(1);
      expect(verdicts.filter((verdict) => verdict.kind === "held")).toHaveLength(7);
    });

    it("is scoped by namespace and activity", async () => {
      const b = bench();
      const worker = await b.worker();
      expect(await b.journal.claimKey(await attempt(b, worker))).toEqual({ kind: "claimed" });
      for (const over of [{ namespace: "other" }, { activity: "other" }, { key: "order-2" }])
        expect(await b.journal.claimKey(await attempt(b, worker, over))).toEqual({ kind: "claimed" });
    });

    it("keeps its first result, also when it is settled again", async () => {
      const b = bench();
      const one = await attempt(b, await b.worker());
      await b.journal.claimKey(one);
      expect(await b.journal.settleKey(one, payload("first"))).toBe(true);
      expect(await b.journal.settleKey(one, payload("second"))).toBe(true);
      await b.journal.freeKey(one);
      expect(await b.journal.claimKey(one)).toEqual({ kind: "known", payload: payload("first") });
    });

    it("that was freed can be claimed, and is freed only by its holder", async () => {
      const b = bench();
      const worker = await b.worker();
      const [one, two] = [await attempt(b, worker), await attempt(b, worker)];
      await b.journal.claimKey(one);
      await b.journal.freeKey(two);
      expect(await b.journal.claimKey(two)).toEqual({ kind: "held" });
      await b.journal.freeKey(one);
      expect(await b.journal.claimKey(two)).toEqual({ kind: "claimed" });
      expect(await b.journal.settleKey(one, payload("late"))).toBe(false);
    });

    it("of a dead worker can be claimed, and its late result is refused then", async () => {
      const b = bench();
      const [dead, worker] = [await b.worker(), await b.worker()];
      const [one, two] = [await attempt(b, dead), await attempt(b, worker)];
      await b.journal.claimKey(one);
      await b.journal.retire(dead);
      expect(await b.journal.claimKey(two)).toEqual({ kind: "claimed" });
      expect(await b.journal.settleKey(one, payload("late"))).toBe(false);
      expect(await b.journal.settleKey(two, payload("r"))).toBe(true);
    });

    it("of an attempt that lost its claim can be claimed by the next attempt, and by others", async () => {
      const b = bench();
      const worker = await b.worker();
      const one = await attempt(b, worker);
      await b.journal.claimKey(one);
      const retry = { kind: "retry" as const, payload: payload("e"), delayMs: 0 };
      await b.journal.finishTask({ worker, runId: one.runId, command: seq(1), attempt: 1, end: retry });
      const next = { ...one, attempt: 2 };
      expect(await b.journal.claimKey(next)).toEqual({ kind: "claimed" });
      expect(await b.journal.settleKey(one, payload("late"))).toBe(false);
      // The next attempt has not begun: whoever else asks may have the key.
      expect(await b.journal.claimKey(await attempt(b, await b.worker()))).toEqual({ kind: "claimed" });
    });

    it("of a run that was terminated can be claimed", async () => {
      const b = bench();
      const worker = await b.worker();
      const [one, two] = [await attempt(b, worker), await attempt(b, worker)];
      await b.journal.claimKey(one);
      await b.journal.terminate(one.runId, null);
      expect(await b.journal.claimKey(two)).toEqual({ kind: "claimed" });
    });

    it("outlives the run that settled it", async () => {
      const b = bench();
      const worker = await b.worker();
      const one = await attempt(b, worker);
      await b.journal.claimKey(one);
      await b.journal.settleKey(one, payload("r"));
      await b.commit(one.runId, {
        nextSeq: seq(2),
        token: token(1),
        events: [ended(2)],
        end: { status: "completed" },
      });
      expect(await b.journal.claimKey(await attempt(b, worker))).toEqual({
        kind: "known",
        payload: payload("r"),
      });
    });

    it("may be any text, and another text is another key", async () => {
      const b = bench();
      const worker = await b.worker();
      const long = "x".repeat(10_240);
      const keys = [" ", "a\0b", "a\0c", "a\ud800", long, `${long}y`, "'; drop table continuum.runs; --"];
      for (const key of keys) {
        const one = await attempt(b, worker, { key });
        expect(await b.journal.claimKey(one)).toEqual({ kind: "claimed" });
        expect(await b.journal.settleKey(one, payload(`of ${keys.indexOf(key)}`))).toBe(true);
      }
      for (const key of keys) {
        expect(await b.journal.claimKey(await attempt(b, worker, { key }))).toEqual({
          kind: "known",
          payload: payload(`of ${keys.indexOf(key)}`),
        });
      }
    });
  });
}
