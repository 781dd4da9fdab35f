import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../../core/events.js";
import type { Workbench } from "./workbench.conformance.js";
import { ended, mark, ms, payload, runId, scheduled, seq, token } from "./workbench.conformance.js";

const cancelRequested = (at: number): HistoryEvent => ({
  kind: "cancel_requested",
  seq: seq(at),
  at: ms(0),
  reason: "wrong order",
});

export function cancels(bench: () => Workbench): void {
  describe("cancel", () => {
    it("is reported to the owner until a turn records it, and once", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      const before = await b.journal.clock();
      expect(await b.journal.cancel(run, "wrong order")).toEqual({
        kind: "requested",
        owner: worker,
        repeated: false,
      });
      const [inbox] = await b.journal.inbox(worker);
      expect(inbox).toMatchObject({ runId: run, mark: 1, status: "live", cancel: { reason: "wrong order" } });
      expect(inbox!.cancel!.requestedAt).toBeGreaterThanOrEqual(before);
      await b.commit(run, { events: [scheduled(1)], seenMark: mark(1) });
      expect((await b.journal.inbox(worker, [run]))[0]!.cancel).not.toBeNull();
      await b.commit(run, {
        nextSeq: seq(2),
        events: [cancelRequested(2)],
        seenMark: mark(1),
        consumedCancel: true,
      });
      expect((await b.journal.inbox(worker, [run]))[0]!.cancel).toBeNull();
      expect((await b.reader.run(run))!.status).toBe("live");
    });

    it("asked for again is the first one, before it was recorded and after", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      await b.journal.cancel(run, "first");
      const again = { kind: "requested", owner: worker, repeated: true };
      expect(await b.journal.cancel(run, "second")).toEqual(again);
      expect(await b.journal.inbox(worker)).toMatchObject([{ mark: 1, cancel: { reason: "first" } }]);
      await b.commit(run, { events: [cancelRequested(1)], seenMark: mark(1), consumedCancel: true });
      expect(await b.journal.cancel(run, "third")).toEqual(again);
      expect(await b.journal.inbox(worker)).toEqual([]);
    });

    it("wakes a run that sleeps unowned, and comes with its claim", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker, { dueAt: ms((await b.journal.clock()) + 60_000) });
      await b.journal.release(worker, [{ runId: run, token: token(1), seenMark: mark(0), tasks: [] }]);
      expect(await b.claim(worker)).toEqual([]);
      expect(await b.journal.cancel(run, null)).toEqual({ kind: "requested", owner: null, repeated: false });
      expect(await b.claimOne(worker)).toMatchObject({ runId: run, inbox: { cancel: { reason: null } } });
    });

    it("of a blocked run waits until it is resumed", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      await b.journal.block(run, token(1), { code: "CTM4001", message: "m", hint: "h", seq: null });
      expect(await b.journal.cancel(run, "r")).toMatchObject({ kind: "requested", owner: null });
      expect(await b.claim(worker)).toEqual([]);
      await b.journal.resume(run);
      expect(await b.claimOne(worker)).toMatchObject({ inbox: { cancel: { reason: "r" } } });
    });

    it("that was not seen drops a turn that would end the run", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      await b.journal.cancel(run, null);
      const end = { events: [ended(1)], decisive: true, end: { status: "completed" as const } };
      expect(await b.commit(run, end)).toEqual({ kind: "marked", mark: 1 });
      expect(await b.journal.inbox(worker)).toMatchObject([{ cancel: { reason: null } }]);
    });

    it("against completion is decided by the row: one of them comes first, the other is told", async () => {
      const b = bench();
      for (let i = 0; i < 10; i++) {
        const run = await b.born(await b.worker());
        const [verdict, commit] = await Promise.all([
          b.journal.cancel(run, null),
          b.commit(run, { events: [ended(1)], decisive: true, end: { status: "completed" } }),
        ]);
        if (verdict.kind === "requested") expect(["marked", "locked"]).toContain(commit.kind);
        else expect([verdict, commit.kind]).toEqual([{ kind: "ended", status: "completed" }, "committed"]);
      }
    });

    it("of a missing run finds nothing, of an ended one says how it ended", async () => {
      const b = bench();
      expect(await b.journal.cancel(runId(), null)).toEqual({ kind: "missing" });
      const run = await b.born(await b.worker());
      await b.commit(run, { events: [ended(1)], end: { status: "cancelled" } });
      expect(await b.journal.cancel(run, null)).toEqual({ kind: "ended", status: "cancelled" });
    });

    it("keeps a reason with NUL and lone surrogates readable", async () => {
      const b = bench();
      const run = await b.born(await b.worker());
      expect(await b.journal.cancel(run, "a\0b\ud800")).toMatchObject({ kind: "requested" });
    });

    it("leaves nothing that a dead owner's heir would try again", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      await b.commit(run, { events: [scheduled(1)] });
      await b.journal.cancel(run, null);
      await b.commit(run, {
        nextSeq: seq(2),
        events: [cancelRequested(2)],
        seenMark: mark(1),
        consumedCancel: true,
      });
      await b.journal.retire(worker);
      // The activity's await was rejected by the cancel: it is over, and no attempt of it was lost.
      expect(await b.claimOne(await b.worker())).toMatchObject({
        rows: [],
        inbox: { outcomes: [], cancel: null },
      });
      expect(await b.reader.attempts(run)).toEqual([]);
    });

    it("reaches the owner with a signal that came before it", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      await b.journal.signal(run, "s", payload("p"), "d");
      await b.journal.cancel(run, null);
      const [inbox] = await b.journal.inbox(worker);
      expect(inbox).toMatchObject({ mark: 2, signals: [{ position: 1 }], cancel: { reason: null } });
    });
  });
}
