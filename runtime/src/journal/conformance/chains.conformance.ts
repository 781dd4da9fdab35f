import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../../core/events.js";
import type { ChainId, WorkerId } from "../../core/ids.js";
import type { Workbench } from "./workbench.conformance.js";
import {
  continuedAs,
  ended,
  mark,
  ms,
  NEXT_VERSION,
  payload,
  runId,
  scheduled,
  seq,
  started,
  token,
  VERSION,
} from "./workbench.conformance.js";

const at = ms(1);
/** Those that no other part of the suite stores whole. */
const KINDS: readonly HistoryEvent[] = [
  started,
  {
    kind: "child_started",
    seq: seq(1),
    at,
    site: "s",
    workflow: "w",
    childId: runId(),
    onParentClose: "abandon",
    payload: payload("in"),
  },
  { kind: "child_cancel_requested", seq: seq(2), at, site: "s", child: seq(1) },
  {
    kind: "signal_sent",
    seq: seq(3),
    at,
    site: "s",
    runId: runId(),
    name: "n",
    deliveryId: "d",
    payload: payload("p"),
  },
  { kind: "patch_decided", seq: seq(4), at, name: "p", value: false },
  { kind: "side_effect_recorded", seq: seq(5), at, site: "s", failed: false, payload: payload("v") },
  { kind: "logged", seq: seq(6), at, site: "s", level: "warn", message: "m\0\ud800", payload: payload("f") },
  { kind: "child_completed", seq: seq(7), at, command: seq(1), payload: payload("r"), drawn: "d" },
  { kind: "child_failed", seq: seq(8), at, command: seq(1), payload: payload("e") },
  { kind: "child_cancelled", seq: seq(9), at, command: seq(1), terminated: true },
  { kind: "signal_delivered", seq: seq(10), at, command: seq(3) },
  { kind: "signal_refused", seq: seq(11), at, command: seq(3), payload: payload("e") },
  { kind: "cancel_requested", seq: seq(12), at, reason: null },
  { kind: "run_cancelled", seq: seq(13), at },
];

export function chains(bench: () => Workbench): void {
  it("keeps every kind of event of children, cancellation and notes as it is", async () => {
    const b = bench();
    const worker = await b.worker();
    const run = await b.born(worker);
    expect(await b.commit(run, { events: KINDS.slice(1), end: { status: "cancelled" } })).toMatchObject({
      kind: "committed",
    });
    expect(await b.reader.history(run)).toEqual(KINDS);
    const other = await b.born(worker);
    await b.commit(other, { events: KINDS.slice(1, 13) });
    await b.journal.retire(worker);
    expect((await b.claimOne(await b.worker())).history).toEqual(KINDS.slice(0, 13));
  });

  describe("a run that is continued", () => {
    it("ends, and its successor is ready with the chain's id, without a version and with its own history", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker, { namespace: "tenant" });
      const next = await b.continued(run, {}, { namespace: "tenant", retentionMs: 7 });
      expect(await b.reader.run(run)).toMatchObject({
        runId: run,
        status: "continued",
        owner: null,
        endedAt: expect.any(Number) as number,
      });
      expect(await b.reader.run(next)).toMatchObject({
        runId: next,
        chainId: run,
        namespace: "tenant",
        status: "live",
        owner: null,
        versionHash: null,
      });
      expect(await b.reader.history(run)).toEqual([started, continuedAs(1, next)]);
      expect(await b.reader.history(next)).toEqual([started]);
      const ask = { worker, versions: [VERSION, NEXT_VERSION], current: [NEXT_VERSION], limit: 9 };
      expect(await b.journal.claimRuns(ask)).toMatchObject([
        { runId: next, chainId: run, version: { hash: NEXT_VERSION.hash }, token: 1, history: [started] },
      ]);
    });

    it("may hand its successor to the worker at once, which no other can claim", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      const next = await b.continued(run, {}, { owner: worker, events: [started, scheduled(1)] });
      expect(await b.reader.run(next)).toMatchObject({ owner: worker, versionHash: VERSION.hash });
      expect(await b.claim(await b.worker())).toEqual([]);
      expect(
        await b.commit(next, { nextSeq: seq(2), events: [ended(2)], end: { status: "completed" } }),
      ).toMatchObject({
        kind: "committed",
      });
    });

    it("hands its successor to nobody if the owner is dead, and keeps the version under which it has begun", async () => {
      const b = bench();
      const worker = await b.worker();
      const [plain, begun] = [await b.born(worker), await b.born(worker)];
      const owner = "nobody" as WorkerId;
      const [one, two] = [
        await b.continued(plain, {}, { owner }),
        await b.continued(begun, {}, { owner, events: [started, scheduled(1)] }),
      ];
      expect(await b.reader.run(one)).toMatchObject({ status: "live", owner: null, versionHash: null });
      expect(await b.reader.run(two)).toMatchObject({
        status: "live",
        owner: null,
        versionHash: VERSION.hash,
      });
      expect((await b.claim(worker)).map((run) => run.runId).sort()).toEqual([one, two].sort());
    });

    it("is born whole or not at all", async () => {
      const b = bench();
      const run = await b.born(await b.worker());
      await b.journal.signal(run, "s", payload("p"), "d");
      const successor = b.successor(run);
      const turn = {
        events: [continuedAs(1, successor.runId)],
        end: { status: "continued" as const, successor },
      };
      expect(await b.commit(run, { ...turn, decisive: true })).toEqual({ kind: "marked", mark: 1 });
      expect(await b.commit(run, { ...turn, token: token(7) })).toEqual({ kind: "lost" });
      expect(await b.reader.run(successor.runId)).toBeNull();
      expect(await b.reader.history(successor.runId)).toEqual([]);
      expect(await b.reader.run(run)).toMatchObject({ status: "live" });
    });

    it("goes on as often as it likes, along one path", async () => {
      const b = bench();
      const worker = await b.worker();
      const runs = [await b.born(worker)];
      for (let i = 0; i < 4; i++) {
        runs.push(await b.continued(runs.at(-1)!));
        await b.claimOne(worker);
      }
      for (const run of runs) expect(await b.reader.latest(run)).toBe(runs[4]);
      expect((await Promise.all(runs.map((run) => b.reader.run(run)))).map((run) => run!.status)).toEqual([
        "continued",
        "continued",
        "continued",
        "continued",
        "live",
      ]);
      expect(await b.reader.latest(runId())).toBeNull();
      await b.commit(runs[4]!, { events: [ended(1)], end: { status: "completed" } });
      for (const run of runs) expect(await b.reader.latest(run)).toBe(runs[4]);
    });

    it("may be continued in its very first turn, also several times", async () => {
      const b = bench();
      const worker = await b.worker();
      const first = runId();
      const last = b.successor(first);
      const middle = b.successor(first, {
        owner: worker,
        events: [started, continuedAs(1, last.runId)],
        end: { status: "continued", successor: last },
      });
      const run = b.newRun({
        runId: first,
        owner: worker,
        idempotencyKey: "k",
        events: [started, continuedAs(1, middle.runId)],
        end: { status: "continued", successor: middle },
      });
      expect(await b.journal.create([run, b.newRun()])).toMatchObject([
        { kind: "created" },
        { kind: "created" },
      ]);
      expect(await b.reader.latest(first)).toBe(last.runId);
      expect(await b.reader.run(middle.runId)).toMatchObject({ status: "continued", chainId: first });
      expect(await b.reader.run(last.runId)).toMatchObject({ status: "live", chainId: first });
      expect(await b.journal.create([b.newRun({ idempotencyKey: "k" })])).toEqual([
        { kind: "exists", runId: first, sameKey: true },
      ]);
    });

    it.each(["a status without a successor", "a successor without its status"])(
      "refuses %s",
      async (which) => {
        const b = bench();
        const run = await b.born(await b.worker());
        const end =
          which === "a status without a successor"
            ? { status: "continued" as const }
            : { status: "completed" as const, successor: b.successor(run) };
        await expect(b.commit(run, { events: [ended(1)], end })).rejects.toMatchObject({ code: "CTM9050" });
        expect(await b.reader.history(run)).toEqual([started]);
      },
    );

    it("refuses a start in the middle of somebody's chain", async () => {
      const b = bench();
      const run = b.newRun({ chainId: "other" as ChainId });
      await expect(b.journal.create([run])).rejects.toMatchObject({ code: "CTM9050" });
    });

    it("refuses a successor whose id is taken, and stores nothing", async () => {
      const b = bench();
      const [run, taken] = [await b.born(await b.worker()), await b.waiting()];
      await expect(b.continued(run, {}, { runId: taken })).rejects.toMatchObject({ code: "CTM5002" });
      expect(await b.reader.run(run)).toMatchObject({ status: "live" });
    });
  });

  describe("what belongs to the chain", () => {
    it("is its mailbox: signals wait for the successor, by any id, and their places go on", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      await b.journal.signal(run, "s", payload("p1"), "d1");
      const next = await b.continued(run, { seenMark: mark(1) });
      expect(await b.journal.signal(run, "s", payload("p2"), "d2")).toEqual({
        kind: "accepted",
        position: 2,
        owner: null,
        repeated: false,
      });
      expect(await b.journal.signal(run, "s", payload("p1"), "d1")).toMatchObject({
        position: 1,
        repeated: true,
      });
      expect(await b.journal.signal(next, "s", payload("p1"), "d1")).toMatchObject({
        position: 1,
        repeated: true,
      });
      const { inbox } = await b.claimOne(worker);
      expect(inbox).toMatchObject({ runId: next, mark: 2, signals: [{ position: 1 }, { position: 2 }] });
      await b.commit(next, { events: [scheduled(1)], seenMark: mark(2), consumedSignals: [1] });
      expect((await b.journal.inbox(worker, [next]))[0]!.signals).toMatchObject([{ position: 2 }]);
    });

    it("is a cancel that was asked for and not recorded, and no other", async () => {
      const b = bench();
      const worker = await b.worker();
      const [pending, recorded] = [await b.born(worker), await b.born(worker)];
      await b.journal.cancel(pending, "stop");
      await b.journal.cancel(recorded, "stop");
      await b.continued(pending, { seenMark: mark(1) });
      const second = await b.continued(recorded, { seenMark: mark(1), consumedCancel: true });
      const claimed = new Map((await b.claim(worker)).map((run) => [run.chainId as string, run.inbox]));
      expect(claimed.get(pending)).toMatchObject({ mark: 1, cancel: { reason: "stop" } });
      expect(claimed.get(recorded)).toMatchObject({ mark: 1, cancel: null });
      expect(await b.journal.cancel(pending, "again")).toMatchObject({ kind: "requested", repeated: true });
      // It was carried out in the run before: the one that goes on can be cancelled by itself.
      expect(await b.journal.cancel(second, "again")).toMatchObject({ kind: "requested", repeated: false });
    });

    it("is its id: cancel and terminate reach the live run by the first one's", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      const next = await b.continued(run);
      await b.claimOne(worker);
      expect(await b.journal.cancel(run, "r")).toEqual({ kind: "requested", owner: worker, repeated: false });
      expect(await b.journal.inbox(worker)).toMatchObject([{ runId: next, cancel: { reason: "r" } }]);
      expect(await b.journal.terminate(run, "t")).toEqual({ kind: "terminated", owner: worker });
      expect(await b.reader.run(next)).toMatchObject({ status: "terminated", terminateReason: "t" });
      for (const id of [run, next]) {
        expect(await b.journal.terminate(id, null)).toEqual({ kind: "ended", status: "terminated" });
        expect(await b.journal.cancel(id, null)).toEqual({ kind: "ended", status: "terminated" });
        expect(await b.journal.signal(id, "s", payload("p"), "d")).toEqual({
          kind: "ended",
          status: "terminated",
        });
      }
    });

    it("are its waiters: its end is the last run's, and each of its ids is answered with it", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      expect(await b.journal.ends([run])).toEqual(new Map([[run, { status: "open", chainId: run }]]));
      const successor = b.successor(run);
      const end = { status: "continued" as const, successor };
      expect(await b.commit(run, { events: [continuedAs(1, successor.runId)], end })).toMatchObject({
        kind: "committed",
        awaited: false,
      });
      const next = successor.runId;
      expect(await b.journal.ends([run, next])).toEqual(
        new Map([
          [run, { status: "open", chainId: run }],
          [next, { status: "open", chainId: run }],
        ] as never),
      );
      await b.claimOne(worker);
      expect(await b.commit(next, { events: [ended(1)], end: { status: "completed" } })).toMatchObject({
        kind: "committed",
        awaited: true,
      });
      const last = { runId: next, status: "completed", payload: payload("output") };
      expect(await b.journal.ends([run, next])).toEqual(
        new Map([
          [run, last],
          [next, last],
        ] as never),
      );
    });

    it("hands on waiters that nobody has asked again for", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      await b.journal.ends([run]);
      const next = await b.continued(run);
      await b.claimOne(worker);
      expect(await b.commit(next, { events: [ended(1)], end: { status: "completed" } })).toMatchObject({
        awaited: true,
      });
    });

    it("loses no signal that is sent while it is continued", async () => {
      const b = bench();
      const worker = await b.worker();
      const first = await b.born(worker);
      let [run, seen] = [first, 0];
      const verdicts = [];
      for (let i = 0; i < 5; i++) {
        const sent = Promise.all(
          Array.from({ length: 8 }, (_, n) => b.journal.signal(first, "s", payload("p"), `${i} ${n}`)),
        );
        const successor = b.successor(first);
        for (;;) {
          const verdict = await b.commit(run, {
            decisive: true,
            seenMark: mark(seen),
            events: [continuedAs(1, successor.runId)],
            end: { status: "continued", successor },
          });
          if (verdict.kind === "committed") break;
          if (verdict.kind === "marked") seen = verdict.mark;
          else expect(verdict.kind).toBe("locked");
        }
        verdicts.push(...(await sent));
        run = (await b.claimOne(worker)).runId;
      }
      expect(verdicts.map((verdict) => verdict.kind)).toEqual(Array.from({ length: 40 }, () => "accepted"));
      expect((await b.reader.mailbox(first)).map((signal) => signal.position)).toEqual(
        Array.from({ length: 40 }, (_, n) => n + 1),
      );
    });

    it("is not over while it goes on: its tasks are the run's, and end with it", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.withRow(worker);
      await b.tasks(worker);
      const next = await b.continued(run, { nextSeq: seq(2) }, { dueAt: ms(5) });
      expect(await b.reader.tasks(run)).toEqual([]);
      const finish = { worker, runId: run, command: seq(1), attempt: 1 };
      expect(
        await b.journal.finishTask({ ...finish, end: { kind: "completed", payload: payload("r") } }),
      ).toEqual({ kind: "refused" });
      expect(await b.reader.run(next)).toMatchObject({ dueAt: 5 });
    });
  });
}
