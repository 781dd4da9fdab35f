import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../../core/events.js";
import type { Payload, RunId, WorkerId } from "../../core/ids.js";
import type { Workbench } from "./workbench.conformance.js";
import {
  mark,
  payload,
  policy,
  runId,
  scheduled,
  seq,
  started,
  token,
  until,
} from "./workbench.conformance.js";

export function heartbeats(bench: () => Workbench): void {
  const beat = (b: Workbench, worker: WorkerId, run: RunId, attempt = 1, details: Payload | null = null) =>
    b.journal.heartbeat({ worker, runId: run, command: seq(1), attempt, details });

  describe("heartbeats", () => {
    it("are answered to the attempt that holds the claim, and to no other", async () => {
      const b = bench();
      const [worker, other] = [await b.worker(), await b.worker()];
      const run = await b.withRow(worker);
      expect(await beat(b, worker, run)).toEqual({ kind: "lost" });
      await b.tasks(worker);
      expect(await beat(b, worker, run)).toEqual({ kind: "renewed", cancelled: false });
      expect(await beat(b, other, run)).toEqual({ kind: "lost" });
      expect(await beat(b, worker, run, 2)).toEqual({ kind: "lost" });
      expect(await beat(b, worker, runId())).toEqual({ kind: "lost" });
      await b.journal.terminate(run, null);
      expect(await beat(b, worker, run)).toEqual({ kind: "lost" });
    });

    it("carry their last details to the attempts that follow", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.withRow(worker);
      await b.tasks(worker);
      await beat(b, worker, run, 1, payload("a"));
      await beat(b, worker, run, 1, payload("page 7"));
      await beat(b, worker, run);
      const end = { kind: "retry" as const, payload: payload("e"), delayMs: 0 };
      await b.journal.finishTask({ worker, runId: run, command: seq(1), attempt: 1, end });
      expect(await b.tasks(worker)).toMatchObject([{ attempt: 2, lastHeartbeat: payload("page 7") }]);
      await b.journal.retire(worker);
      const heir = await b.worker();
      expect(await b.tasks(heir)).toMatchObject([{ attempt: 3, lastHeartbeat: payload("page 7") }]);
    });

    it("tell of a cancel until the run has recorded it", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.withRow(worker);
      await b.tasks(worker);
      await b.journal.cancel(run, null);
      expect(await beat(b, worker, run)).toEqual({ kind: "renewed", cancelled: true });
      // What still has its row then was not given up: it belongs to the clean-up.
      await b.commit(run, {
        nextSeq: seq(2),
        seenMark: mark(1),
        events: [{ kind: "cancel_requested", seq: seq(2), at: 0 as never, reason: null }],
        consumedCancel: true,
      });
      expect(await beat(b, worker, run)).toEqual({ kind: "renewed", cancelled: false });
    });

    it("of a compensation tell of no cancel: it is spared", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      const undoes = { ...scheduled(2), compensates: seq(1) } as HistoryEvent;
      await b.commit(run, { events: [scheduled(1), undoes], tasks: [b.task(run, { command: seq(2) })] });
      await b.tasks(worker);
      await b.journal.cancel(run, null);
      const command = seq(2);
      expect(await b.journal.heartbeat({ worker, runId: run, command, attempt: 1, details: null })).toEqual({
        kind: "renewed",
        cancelled: false,
      });
    });

    it("that stop cost the attempt, though its worker lives", async () => {
      const b = bench();
      const [worker, other] = [await b.worker(), await b.worker()];
      const run = await b.withRow(worker, { policy: policy({ heartbeatTimeoutMs: 60 }) });
      const [first] = await b.tasks(worker);
      const again = await until(async () => (await b.tasks(other))[0]);
      expect(again).toMatchObject({ runId: run, attempt: 2 });
      expect(again.startedAt).toBeGreaterThanOrEqual(first!.startedAt + 60);
      expect(await b.reader.attempts(run)).toMatchObject([{ attempt: 1, worker, error: null }]);
      expect(await beat(b, worker, run)).toEqual({ kind: "lost" });
      const end = { kind: "completed" as const, payload: payload("r") };
      expect(await b.journal.finishTask({ worker, runId: run, command: seq(1), attempt: 1, end })).toEqual({
        kind: "refused",
      });
    });

    it("that come in time keep the attempt", async () => {
      const b = bench();
      const [worker, other] = [await b.worker(), await b.worker()];
      const run = await b.withRow(worker, { policy: policy({ heartbeatTimeoutMs: 400 }) });
      await b.tasks(worker);
      const enough = (await b.journal.clock()) + 600;
      await until(async () => {
        expect(await beat(b, worker, run)).toEqual({ kind: "renewed", cancelled: false });
        expect(await b.tasks(other)).toEqual([]);
        return (await b.journal.clock()) > enough;
      });
      expect(await b.reader.attempts(run)).toEqual([]);
    });

    it("that stop in the last attempt leave its failure, which says so", async () => {
      const b = bench();
      const [owner, worker] = [await b.worker(), await b.worker()];
      const run = await b.withRow(owner, { policy: policy({ heartbeatTimeoutMs: 1, maxAttempts: 1 }) });
      await b.tasks(worker);
      const [inbox] = await until(async () => {
        expect(await b.tasks(worker)).toEqual([]);
        const inboxes = await b.journal.inbox(owner);
        return inboxes.length > 0 && inboxes;
      });
      expect(inbox).toMatchObject({ runId: run, outcomes: [{ command: 1, attempt: 1, kind: "failed" }] });
      expect(inbox!.outcomes[0]!.payload).toContain("CTM5011");
    });

    it("have a deadline from the beginning, also for a body that was written down while it ran", async () => {
      const b = bench();
      const [owner, other] = [await b.worker(), await b.worker()];
      const run = await b.born(owner, { events: [started, scheduled(1)] });
      const row = b.task(run, { claimedBy: owner, policy: policy({ heartbeatTimeoutMs: 60 }) });
      await b.journal.release(owner, [{ runId: run, token: token(1), seenMark: mark(0), tasks: [row] }]);
      expect(await until(async () => (await b.tasks(other))[0])).toMatchObject({ runId: run, attempt: 2 });
    });

    it("are not missed by what waits, or has ended", async () => {
      const b = bench();
      const worker = await b.worker();
      const late = { policy: policy({ heartbeatTimeoutMs: 1, pauseMs: 60_000 }) };
      const [waiting, done] = [
        await b.withRow(worker, { ...late, activity: "other" }),
        await b.withRow(worker, late),
      ];
      await b.tasks(worker);
      const end = { kind: "completed" as const, payload: payload("r") };
      await b.journal.finishTask({ worker, runId: done, command: seq(1), attempt: 1, end });
      const later = (await b.journal.clock()) + 20;
      await until(async () => {
        await b.tasks(worker);
        return (await b.journal.clock()) > later;
      });
      expect(await b.reader.attempts(done)).toEqual([]);
      expect(await b.reader.tasks(waiting)).toMatchObject([{ attempt: 1 }]);
    });
  });

  describe("an attempt that is given back", () => {
    it("waits for its pause, unburned", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.withRow(worker);
      await b.tasks(worker);
      const now = await b.journal.clock();
      const end = { kind: "returned" as const, delayMs: 60 };
      await b.journal.finishTask({ worker, runId: run, command: seq(1), attempt: 1, end });
      const again = await until(async () => (await b.tasks(worker))[0]);
      expect(again).toMatchObject({ runId: run, attempt: 1 });
      expect(again.startedAt).toBeGreaterThanOrEqual(now + 60);
    });
  });
}
