import { describe, expect, it } from "vitest";
import type { WorkerId } from "../../core/ids.js";
import type { TaskEnd } from "../port.js";
import type { Workbench } from "./workbench.conformance.js";
import { ms, payload, policy, runId, scheduled, seq, started, until } from "./workbench.conformance.js";

export function tasks(bench: () => Workbench): void {
  const finish = (b: Workbench, worker: WorkerId, run: string, attempt: number, end: TaskEnd) =>
    b.journal.finishTask({ worker, runId: run as never, command: seq(1), attempt, end });

  describe("task claims", () => {
    it("gives a due row with all that its attempt needs, once", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.withRow(worker, { attempt: 2, policy: policy({ maxAttempts: 7 }) });
      const before = await b.journal.clock();
      const [task, ...others] = await b.tasks(worker);
      expect(others).toEqual([]);
      expect(task).toEqual({
        runId: run,
        namespace: "default",
        command: 1,
        activity: "payments.charge",
        attempt: 2,
        policy: policy({ maxAttempts: 7 }),
        payload: payload("arguments"),
        startedAt: expect.any(Number) as number,
        lastHeartbeat: null,
      });
      expect(task!.startedAt).toBeGreaterThanOrEqual(before);
      expect(await b.tasks(await b.worker())).toEqual([]);
      expect(await b.reader.tasks(run)).toMatchObject([{ claimedBy: worker }]);
    });

    it("gives nothing of another queue, of an unknown activity, or to a dead worker", async () => {
      const b = bench();
      const worker = await b.worker();
      await b.withRow(worker, { policy: policy({ queue: "gpu" }) });
      await b.withRow(worker, { activity: "other.thing" });
      expect(await b.tasks(worker)).toEqual([]);
      expect(await b.journal.claimTasks({ worker, activities: [], queues: ["gpu"], limit: 9 })).toEqual([]);
      const ask = { activities: ["payments.charge", "other.thing"], queues: ["default", "gpu"], limit: 9 };
      expect(await b.journal.claimTasks({ worker: await b.dead(), ...ask })).toEqual([]);
      expect(await b.journal.claimTasks({ worker, ...ask })).toHaveLength(2);
    });

    it("goes by priority, then by age, and stops at the limit", async () => {
      const b = bench();
      const worker = await b.worker();
      const old = await b.withRow(worker, { dueAt: ms(1_000) });
      const young = await b.withRow(worker, { dueAt: ms(2_000) });
      const urgent = await b.withRow(worker, { dueAt: ms(3_000), policy: policy({ priority: 5 }) });
      const low = await b.withRow(worker, { dueAt: ms(1), policy: policy({ priority: -1 }) });
      expect((await b.tasks(worker, 3)).map((task) => task.runId)).toEqual([urgent, old, young]);
      expect((await b.tasks(worker, 3)).map((task) => task.runId)).toEqual([low]);
    });

    it("gives nothing before it is due, however urgent", async () => {
      const b = bench();
      const worker = await b.worker();
      const dueAt = ms((await b.journal.clock()) + 500);
      await b.withRow(worker, { dueAt, policy: policy({ priority: 9 }) });
      const run = await b.withRow(worker);
      expect((await b.tasks(worker)).map((task) => task.runId)).toEqual([run]);
      const late = await until(async () => (await b.tasks(worker))[0]);
      expect(late.startedAt).toBeGreaterThanOrEqual(dueAt);
    });

    it("does not give a row that was written as claimed", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.withRow(worker, { claimedBy: worker });
      expect(await b.tasks(worker)).toEqual([]);
      expect(await finish(b, worker, run, 1, { kind: "completed", payload: payload("r") })).toEqual({
        kind: "accepted",
        owner: worker,
      });
    });
  });

  describe("the end of an attempt", () => {
    it.each(["completed", "failed"] as const)(
      "hands an attempt that %s to the owner, with a mark",
      async (kind) => {
        const b = bench();
        const [owner, worker] = [await b.worker(), await b.worker()];
        const run = await b.withRow(owner);
        await b.tasks(worker);
        expect(await finish(b, worker, run, 1, { kind, payload: payload("r") })).toEqual({
          kind: "accepted",
          owner,
        });
        expect(await b.journal.inbox(owner)).toMatchObject([
          { runId: run, mark: 1, outcomes: [{ command: 1, attempt: 1, kind, payload: payload("r") }] },
        ]);
        expect(await b.reader.attempts(run)).toHaveLength(kind === "failed" ? 1 : 0);
        expect(await b.reader.tasks(run)).toEqual([]);
        expect(await b.tasks(worker)).toEqual([]);
      },
    );

    it("wakes a run that nobody owns", async () => {
      const b = bench();
      const [owner, worker] = [await b.worker(), await b.worker()];
      const run = await b.withRow(owner);
      await b.journal.release(owner, [{ runId: run, token: 1 as never, seenMark: 0 as never, tasks: [] }]);
      await b.tasks(worker);
      expect(await finish(b, worker, run, 1, { kind: "completed", payload: payload("r") })).toEqual({
        kind: "accepted",
        owner: null,
      });
      expect(await b.claimOne(owner)).toMatchObject({
        runId: run,
        rows: [1],
        inbox: { outcomes: [{ kind: "completed" }] },
      });
    });

    it("tries a failed attempt again after its pause, as the next one", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.withRow(worker);
      await b.tasks(worker);
      const now = await b.journal.clock();
      expect(
        await finish(b, worker, run, 1, { kind: "retry", payload: payload("why"), delayMs: 60 }),
      ).toMatchObject({ kind: "accepted" });
      expect(await b.reader.attempts(run)).toMatchObject([
        { attempt: 1, worker, error: payload("why"), activity: "payments.charge" },
      ]);
      expect(await b.tasks(worker)).toEqual([]);
      const again = await until(async () => (await b.tasks(worker))[0]);
      expect(again).toMatchObject({ runId: run, attempt: 2 });
      expect(again.startedAt).toBeGreaterThanOrEqual(now + 60);
      expect(await b.journal.inbox(worker)).toEqual([]);
    });

    it("gives a returned attempt back unburned, at once", async () => {
      const b = bench();
      const [worker, other] = [await b.worker(), await b.worker()];
      const run = await b.withRow(worker);
      await b.tasks(worker);
      expect(await finish(b, worker, run, 1, { kind: "returned" })).toMatchObject({ kind: "accepted" });
      expect(await b.tasks(other)).toMatchObject([{ runId: run, attempt: 1 }]);
      expect(await b.reader.attempts(run)).toEqual([]);
    });

    it("refuses whoever does not hold the claim, and changes nothing", async () => {
      const b = bench();
      const [owner, worker, other] = [await b.worker(), await b.worker(), await b.worker()];
      const run = await b.withRow(owner);
      const end: TaskEnd = { kind: "completed", payload: payload("r") };
      const refused = { kind: "refused" };
      expect(await finish(b, worker, run, 1, end)).toEqual(refused);
      await b.tasks(worker);
      expect(await finish(b, other, run, 1, end)).toEqual(refused);
      expect(await finish(b, worker, run, 2, end)).toEqual(refused);
      expect(await finish(b, worker, runId(), 1, end)).toEqual(refused);
      expect(await b.journal.inbox(owner)).toEqual([]);
      await finish(b, worker, run, 1, { kind: "retry", payload: payload("e"), delayMs: 0 });
      expect(await finish(b, worker, run, 1, end)).toEqual(refused);
      await b.tasks(other);
      expect(await finish(b, worker, run, 1, end)).toEqual(refused);
      expect(await finish(b, other, run, 2, end)).toMatchObject({ kind: "accepted" });
      expect(await finish(b, other, run, 2, end)).toEqual(refused);
      expect(await b.journal.inbox(owner)).toMatchObject([{ mark: 1, outcomes: [{ attempt: 2 }] }]);
    });

    it("refuses a result that comes after the run's end", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.withRow(worker);
      await b.tasks(worker);
      await b.journal.terminate(run, null);
      expect(await finish(b, worker, run, 1, { kind: "completed", payload: payload("r") })).toEqual({
        kind: "refused",
      });
    });
  });

  describe("a dead claimer", () => {
    it("has used up its attempt: the next one waits for its pause", async () => {
      const b = bench();
      const [owner, worker, other] = [await b.worker(), await b.worker(), await b.worker()];
      const run = await b.withRow(owner, { policy: policy({ pauseMs: 60 }) });
      await b.tasks(worker);
      await b.journal.retire(worker);
      const now = await b.journal.clock();
      const again = await until(async () => (await b.tasks(other))[0]);
      expect(again).toMatchObject({ runId: run, attempt: 2 });
      expect(again.startedAt).toBeGreaterThanOrEqual(now + 60);
      expect(await b.reader.attempts(run)).toMatchObject([{ attempt: 1, worker, error: null }]);
      expect(await finish(b, worker, run, 1, { kind: "completed", payload: payload("r") })).toEqual({
        kind: "refused",
      });
    });

    it("whose attempt was the last leaves that failure, with a mark", async () => {
      const b = bench();
      const [owner, worker, other] = [await b.worker(), await b.worker(), await b.worker()];
      const run = await b.withRow(owner, { attempt: 3 });
      await b.tasks(worker);
      await b.journal.retire(worker);
      expect(await b.tasks(other)).toEqual([]);
      const [inbox] = await b.journal.inbox(owner);
      expect(inbox).toMatchObject({
        runId: run,
        mark: 1,
        outcomes: [{ command: 1, attempt: 3, kind: "failed" }],
      });
      expect(inbox!.outcomes[0]!.payload).toContain("CTM5010");
      expect(await b.reader.attempts(run)).toMatchObject([{ attempt: 3, worker, error: null }]);
      expect(await b.tasks(other)).toEqual([]);
      expect((await b.journal.inbox(owner))[0]!.outcomes).toHaveLength(1);
    });

    it("loses its claim by an expired lease too, though its own run is not taken yet", async () => {
      const b = bench();
      const [owner, worker, other] = [await b.worker(), await b.worker(400), await b.worker()];
      const run = await b.withRow(owner);
      await b.tasks(worker);
      expect(await until(async () => (await b.tasks(other))[0])).toMatchObject({ runId: run, attempt: 2 });
      expect(await b.journal.renew(worker, 60_000)).toBe(false);
    });

    it("that owned the run as well costs the attempt once", async () => {
      const b = bench();
      const [worker, heir] = [await b.worker(), await b.worker()];
      const run = await b.born(worker, { events: [started, scheduled(1)] });
      await b.commit(run, { nextSeq: seq(2), tasks: [b.task(run)] });
      await b.tasks(worker);
      await b.journal.retire(worker);
      expect(await b.claimOne(heir)).toMatchObject({ rows: [1] });
      expect(await b.tasks(heir)).toMatchObject([{ attempt: 2 }]);
      expect(await b.reader.attempts(run)).toHaveLength(1);
    });
  });
}
