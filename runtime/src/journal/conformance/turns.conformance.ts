import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../../core/events.js";
import type { Workbench } from "./workbench.conformance.js";
import {
  completed,
  ended,
  mark,
  ms,
  payload,
  runId,
  scheduled,
  seq,
  started,
  token,
  until,
} from "./workbench.conformance.js";

const EVERY_KIND: readonly HistoryEvent[] = [
  { kind: "run_started", seq: seq(0), at: ms(1), payload: payload("in"), drawn: "abc" },
  scheduled(1, { idempotencyKey: "k", heartbeatTimeoutMs: 5 }),
  { kind: "timer_started", seq: seq(2), at: ms(1), site: "s", durationMs: 5, dueAt: ms(6) },
  { kind: "signal_awaited", seq: seq(3), at: ms(1), site: "s", name: "n", timeoutMs: null, dueAt: null },
  { kind: "signal_awaited", seq: seq(4), at: ms(1), site: "s", name: "n", timeoutMs: 7, dueAt: ms(8) },
  { kind: "waits_withdrawn", seq: seq(5), at: ms(1), commands: [seq(3)] },
  { kind: "activity_completed", seq: seq(6), at: ms(2), command: seq(1), attempt: 2, payload: payload("r") },
  {
    kind: "activity_failed",
    seq: seq(7),
    at: ms(2),
    command: seq(1),
    attempt: 3,
    payload: payload("e"),
    drawn: "d",
  },
  { kind: "timer_fired", seq: seq(8), at: ms(6), command: seq(2) },
  { kind: "signal_received", seq: seq(9), at: ms(7), command: seq(4), position: 3, payload: payload("p") },
  { kind: "signal_timed_out", seq: seq(10), at: ms(8), command: seq(4) },
  { kind: "run_failed", seq: seq(11), at: ms(8), payload: payload("why") },
];

export function turns(bench: () => Workbench): void {
  describe("commit", () => {
    it("appends every kind of event as it is", async () => {
      const b = bench();
      const run = await b.born(await b.worker(), { events: EVERY_KIND.slice(0, 1) });
      expect(await b.commit(run, { events: EVERY_KIND.slice(1, 6) })).toMatchObject({ kind: "committed" });
      expect(
        await b.commit(run, { nextSeq: seq(6), events: EVERY_KIND.slice(6), end: { status: "failed" } }),
      ).toMatchObject({
        kind: "committed",
      });
      expect(await b.reader.history(run)).toEqual(EVERY_KIND);
    });

    it("answers a batch in its order, each turn by itself", async () => {
      const b = bench();
      const worker = await b.worker();
      const runs = [await b.born(worker), await b.born(worker), await b.born(worker)];
      await b.journal.signal(runs[2]!, "s", payload("p"), "d");
      const verdicts = await b.journal.commit([
        b.turn(runs[0]!, { events: [scheduled(1)] }),
        b.turn(runId(), { events: [scheduled(1)] }),
        b.turn(runs[1]!, { token: token(7), events: [scheduled(1)] }),
        b.turn(runs[2]!, { events: [ended(1)], decisive: true, end: { status: "completed" } }),
        b.turn(await b.born(worker), { events: [scheduled(1)] }),
      ]);
      expect(verdicts.map((verdict) => verdict.kind)).toEqual([
        "committed",
        "lost",
        "lost",
        "marked",
        "committed",
      ]);
      expect(await b.reader.history(runs[0]!)).toHaveLength(2);
      expect(await b.reader.history(runs[1]!)).toEqual([started]);
      expect(await b.reader.history(runs[2]!)).toEqual([started]);
    });

    it("answers an empty batch with nothing", async () => {
      expect(await bench().journal.commit([])).toEqual([]);
      expect(await bench().journal.create([])).toEqual([]);
    });

    it("loses a turn whose place in the history is taken or not reached", async () => {
      const b = bench();
      const run = await b.born(await b.worker());
      await b.commit(run, { events: [scheduled(1)] });
      expect(await b.commit(run, { events: [scheduled(1)] })).toEqual({ kind: "lost" });
      expect(await b.commit(run, { nextSeq: seq(3), events: [scheduled(3)] })).toEqual({ kind: "lost" });
      expect(await b.reader.history(run)).toHaveLength(2);
    });

    it("loses a turn of a run that was released, blocked or has ended", async () => {
      const b = bench();
      const worker = await b.worker();
      const [released, blocked, over] = [await b.born(worker), await b.born(worker), await b.born(worker)];
      await b.journal.release(worker, [{ runId: released, token: token(1), seenMark: mark(0), tasks: [] }]);
      await b.journal.block(blocked, token(1), { code: "CTM4001", message: "m", hint: "h", seq: null });
      await b.commit(over, { events: [ended(1)], end: { status: "completed" } });
      for (const run of [released, blocked])
        expect(await b.commit(run, { events: [scheduled(1)] })).toEqual({ kind: "lost" });
      expect(await b.commit(over, { nextSeq: seq(2), events: [scheduled(2)] })).toEqual({ kind: "lost" });
    });

    it("stores nothing of a turn that it refuses", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      await b.journal.signal(run, "s", payload("p"), "d");
      const refused = {
        events: [ended(1)],
        tasks: [b.task(run)],
        attempts: [
          {
            runId: run,
            command: seq(1),
            activity: "a",
            attempt: 1,
            startedAt: ms(1),
            endedAt: ms(2),
            worker,
            error: null,
          },
        ],
        consumedSignals: [1],
        end: { status: "completed" as const },
      };
      expect(await b.commit(run, { ...refused, decisive: true })).toEqual({ kind: "marked", mark: 1 });
      expect(await b.commit(run, { ...refused, token: token(2) })).toEqual({ kind: "lost" });
      expect(await b.reader.run(run)).toMatchObject({ status: "live", owner: worker });
      expect(await b.reader.tasks(run)).toEqual([]);
      expect(await b.reader.attempts(run)).toEqual([]);
      expect(await b.reader.mailbox(run)).toHaveLength(1);
    });

    it("stores a decisive turn when it has seen the mark, an indecisive one even when it has not", async () => {
      const b = bench();
      const run = await b.born(await b.worker());
      await b.journal.signal(run, "s", payload("p"), "d");
      expect(await b.commit(run, { events: [scheduled(1)] })).toMatchObject({ kind: "committed", mark: 1 });
      expect(
        await b.commit(run, {
          nextSeq: seq(2),
          events: [ended(2)],
          decisive: true,
          seenMark: mark(1),
          end: { status: "completed" },
        }),
      ).toMatchObject({ kind: "committed", mark: 1 });
    });

    it("does not store a timer that fires early by the database's clock", async () => {
      const b = bench();
      const run = await b.born(await b.worker());
      const notBefore = ms((await b.journal.clock()) + 60);
      const turn = { events: [scheduled(1)], notBefore };
      const early = await b.commit(run, turn);
      expect(early).toMatchObject({ kind: "early" });
      expect((early as { at: number }).at).toBeLessThan(notBefore);
      expect(await b.reader.history(run)).toEqual([started]);
      const { at } = await until(async () => {
        const verdict = await b.commit(run, turn);
        return verdict.kind === "committed" && verdict;
      });
      expect(at).toBeGreaterThanOrEqual(notBefore);
    });

    it("takes a turn without events: it acknowledges the mark", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      await b.journal.signal(run, "s", payload("p"), "d");
      expect(await b.journal.inbox(worker)).toHaveLength(1);
      expect(await b.commit(run, { seenMark: mark(1) })).toMatchObject({ kind: "committed" });
      expect(await b.journal.inbox(worker)).toEqual([]);
      expect(await b.commit(run, { events: [scheduled(1)], seenMark: mark(1) })).toMatchObject({
        kind: "committed",
      });
    });

    it("removes rows and signals that it has consumed, and keeps failed attempts", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.withRow(worker);
      const [task] = await b.tasks(worker);
      await b.journal.finishTask({
        worker,
        runId: run,
        command: seq(1),
        attempt: 1,
        end: { kind: "completed", payload: payload("r") },
      });
      await b.journal.signal(run, "s", payload("p"), "d");
      const attempt = {
        runId: run,
        command: seq(9),
        activity: "a",
        attempt: 1,
        startedAt: ms(1),
        endedAt: ms(2),
        worker,
        error: payload("e"),
      };
      await b.commit(run, {
        nextSeq: seq(2),
        events: [completed(2, 1)],
        seenMark: mark(2),
        consumedTasks: [task!.command],
        consumedSignals: [2],
        attempts: [attempt],
      });
      const [inbox] = await b.journal.inbox(worker, [run]);
      expect(inbox).toMatchObject({ signals: [], outcomes: [], mark: 2 });
      expect(await b.reader.attempts(run)).toEqual([attempt]);
    });

    it("ends a run for good: no owner, no rows, no claim", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.withRow(worker);
      await b.commit(run, {
        nextSeq: seq(2),
        events: [ended(2)],
        dueAt: ms(1),
        tasks: [b.task(run, { command: seq(5) })],
        end: { status: "completed" },
      });
      expect(await b.reader.run(run)).toMatchObject({ status: "completed", owner: null, dueAt: null });
      expect(await b.reader.tasks(run)).toEqual([]);
      expect(await b.tasks(worker)).toEqual([]);
      await b.journal.retire(worker);
      expect(await b.claim(await b.worker())).toEqual([]);
    });

    it("refuses a turn with a gap, and a run twice in one batch, as our bug", async () => {
      const b = bench();
      const run = await b.born(await b.worker());
      await expect(b.commit(run, { events: [scheduled(2)] })).rejects.toMatchObject({ code: "CTM9050" });
      await expect(b.journal.commit([b.turn(run), b.turn(run)])).rejects.toMatchObject({ code: "CTM9050" });
    });
  });

  describe("the inbox", () => {
    it("tells an owner of marks that its last turn has not seen, and nobody else", async () => {
      const b = bench();
      const [worker, other] = [await b.worker(), await b.worker()];
      const [run] = [await b.born(worker), await b.born(worker)];
      expect(await b.journal.inbox(worker)).toEqual([]);
      await b.journal.signal(run, "s", payload("p"), "d");
      expect(await b.journal.inbox(worker)).toMatchObject([
        { runId: run, mark: 1, status: "live", signals: [{ position: 1, name: "s" }] },
      ]);
      expect(await b.journal.inbox(other)).toEqual([]);
      expect(await b.journal.inbox(other, [run])).toEqual([]);
    });

    it("answers for named runs without news too, and for those that have ended", async () => {
      const b = bench();
      const worker = await b.worker();
      const [quiet, over] = [await b.born(worker), await b.born(worker)];
      await b.journal.terminate(over, null);
      const inboxes = await b.journal.inbox(worker, [quiet, over, runId()]);
      expect(inboxes.map((inbox) => [inbox.runId, inbox.status])).toEqual([
        [quiet, "live"],
        [over, "terminated"],
      ]);
    });
  });

  describe("release", () => {
    it("lets a run sleep until its due time", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      const dueAt = ms((await b.journal.clock()) + 500);
      await b.commit(run, { dueAt });
      expect(
        await b.journal.release(worker, [{ runId: run, token: token(1), seenMark: mark(0), tasks: [] }]),
      ).toEqual([true]);
      expect(await b.reader.run(run)).toMatchObject({ owner: null, dueAt });
      expect(await b.claim(worker)).toEqual([]);
      const claimed = await until(async () => (await b.claim(worker))[0]);
      expect(claimed).toMatchObject({ runId: run, token: 2, takenFrom: null });
      expect(await b.journal.clock()).toBeGreaterThanOrEqual(dueAt);
    });

    it("lets a run without a due time sleep until a mark", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      await b.journal.release(worker, [{ runId: run, token: token(1), seenMark: mark(0), tasks: [] }]);
      expect(await b.claim(worker)).toEqual([]);
      expect(await b.journal.signal(run, "s", payload("p"), "d")).toMatchObject({
        kind: "accepted",
        owner: null,
      });
      expect(await b.claimOne(worker)).toMatchObject({
        runId: run,
        inbox: { mark: 1, signals: [{ position: 1 }] },
      });
    });

    it("keeps a run whose mark has moved, and one that is another's", async () => {
      const b = bench();
      const [worker, other] = [await b.worker(), await b.worker()];
      const [marked, foreign, fine] = [await b.born(worker), await b.born(other), await b.born(worker)];
      await b.journal.signal(marked, "s", payload("p"), "d");
      const release = (run: typeof fine) => ({
        runId: run,
        token: token(1),
        seenMark: mark(0),
        tasks: [b.task(run)],
      });
      expect(await b.journal.release(worker, [marked, foreign, fine].map(release))).toEqual([
        false,
        false,
        true,
      ]);
      expect(await b.reader.run(marked)).toMatchObject({ owner: worker });
      expect(await b.reader.tasks(marked)).toEqual([]);
      expect(await b.reader.run(foreign)).toMatchObject({ owner: other });
      expect(await b.reader.tasks(fine)).toHaveLength(1);
      expect(await b.journal.release(worker, [{ ...release(fine), tasks: [] }])).toEqual([false]);
    });

    it("acknowledges the mark that it has seen", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      await b.journal.signal(run, "s", payload("p"), "d");
      expect(
        await b.journal.release(worker, [{ runId: run, token: token(1), seenMark: mark(1), tasks: [] }]),
      ).toEqual([true]);
      expect(await b.claim(worker)).toEqual([]);
    });
  });

  describe("block and resume", () => {
    const diagnosis = { code: "CTM4001", message: "it drifted", hint: "deploy", seq: seq(3) };

    it("takes a run out of circulation with its history, and puts it back", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker, { dueAt: ms(1) });
      expect(await b.journal.block(run, token(1), diagnosis)).toBe(true);
      expect(await b.reader.run(run)).toMatchObject({ status: "blocked", owner: null, diagnosis });
      expect(await b.reader.history(run)).toEqual([started]);
      await b.journal.retire(worker);
      const heir = await b.worker();
      expect(await b.claim(heir)).toEqual([]);
      expect(await b.journal.signal(run, "s", payload("p"), "d")).toMatchObject({
        kind: "accepted",
        owner: null,
      });
      expect(await b.claim(heir)).toEqual([]);
      expect(await b.journal.resume(run)).toBe(true);
      expect(await b.reader.run(run)).toMatchObject({ status: "live", diagnosis: null });
      expect(await b.claimOne(heir)).toMatchObject({
        runId: run,
        token: 2,
        inbox: { signals: [{ position: 1 }] },
      });
    });

    it("refuses to block for one who has lost the run, and to resume what is not blocked", async () => {
      const b = bench();
      const run = await b.born(await b.worker());
      expect(await b.journal.block(run, token(0), diagnosis)).toBe(false);
      expect(await b.journal.resume(run)).toBe(false);
      expect(await b.journal.resume(runId())).toBe(false);
      await b.journal.terminate(run, null);
      expect(await b.journal.block(run, token(2), diagnosis)).toBe(false);
    });
  });
}
