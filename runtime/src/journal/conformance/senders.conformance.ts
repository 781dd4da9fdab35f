import { describe, expect, it } from "vitest";
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
  sentSignal,
  seq,
  started,
  token,
  VERSION,
} from "./workbench.conformance.js";

export function senders(bench: () => Workbench): void {
  describe("signals", () => {
    it("are kept in the order of acceptance, before any wait exists", async () => {
      const b = bench();
      const run = await b.waiting();
      const before = await b.journal.clock();
      for (const n of [1, 2, 3]) {
        expect(await b.journal.signal(run, n === 2 ? "other" : "s", payload(`p${n}`), `d${n}`)).toEqual({
          kind: "accepted",
          position: n,
          owner: null,
          repeated: false,
        });
      }
      const mailbox = await b.reader.mailbox(run);
      expect(mailbox.map(({ position, name, payload: text }) => [position, name, text])).toEqual([
        [1, "s", payload("p1")],
        [2, "other", payload("p2")],
        [3, "s", payload("p3")],
      ]);
      expect(mailbox[0]!.acceptedAt).toBeGreaterThanOrEqual(before);
      expect(mailbox[2]!.acceptedAt).toBeGreaterThanOrEqual(mailbox[0]!.acceptedAt);
    });

    it("with a known delivery id are answered as the first time, after their use and the run's end too", async () => {
      const b = bench();
      const run = await b.born(await b.worker());
      const send = () => b.journal.signal(run, "s", payload("p"), "same");
      expect(await send()).toMatchObject({ position: 1, repeated: false });
      expect(await send()).toMatchObject({ kind: "accepted", position: 1, repeated: true });
      await b.commit(run, { events: [scheduled(1)], seenMark: mark(1), consumedSignals: [1] });
      expect(await send()).toMatchObject({ kind: "accepted", position: 1, repeated: true });
      expect(await b.reader.mailbox(run)).toEqual([]);
      await b.commit(run, {
        nextSeq: seq(2),
        events: [ended(2)],
        seenMark: mark(1),
        end: { status: "completed" },
      });
      expect(await send()).toMatchObject({ kind: "accepted", position: 1, repeated: true });
    });

    it("sent many at once are all kept, each at its own place", async () => {
      const b = bench();
      const run = await b.born(await b.worker());
      const verdicts = await Promise.all(
        Array.from({ length: 40 }, (_, i) => b.journal.signal(run, "s", payload(`${i}`), `d${i}`)),
      );
      const positions = verdicts.map((verdict) => (verdict.kind === "accepted" ? verdict.position : -1));
      expect([...positions].sort((x, y) => x - y)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
      expect(await b.reader.mailbox(run)).toHaveLength(40);
    });

    it("sent twice at once under one delivery id are one signal", async () => {
      const b = bench();
      const run = await b.born(await b.worker());
      const verdicts = await Promise.all(
        [1, 2, 3].map(() => b.journal.signal(run, "s", payload("p"), "same")),
      );
      expect(verdicts.filter((verdict) => verdict.kind === "accepted" && !verdict.repeated)).toHaveLength(1);
      expect(await b.reader.mailbox(run)).toHaveLength(1);
    });

    it("to a missing run are not found, to a finished one refused", async () => {
      const b = bench();
      expect(await b.journal.signal(runId(), "s", payload("p"), "d")).toEqual({ kind: "missing" });
      const run = await b.born(await b.worker());
      await b.commit(run, { events: [ended(1)], end: { status: "completed" } });
      expect(await b.journal.signal(run, "s", payload("p"), "d")).toEqual({
        kind: "ended",
        status: "completed",
      });
      expect(await b.reader.mailbox(run)).toEqual([]);
    });

    it("left over at the end stay visible", async () => {
      const b = bench();
      const run = await b.born(await b.worker());
      await b.journal.signal(run, "s", payload("p"), "d");
      await b.commit(run, {
        events: [ended(1)],
        seenMark: mark(1),
        decisive: true,
        end: { status: "completed" },
      });
      expect(await b.reader.mailbox(run)).toMatchObject([{ position: 1 }]);
    });

    it("of a name that the run's version has not declared are refused, and leave nothing", async () => {
      const b = bench();
      await b.journal.declare([{ ...VERSION, signals: ["paid", "s"] }]);
      const run = await b.born(await b.worker());
      const send = (name: string, delivery: string) => b.journal.signal(run, name, payload("p"), delivery);
      expect(await send("piad", "d1")).toEqual({ kind: "undeclared", declared: ["paid", "s"] });
      expect(await b.reader.mailbox(run)).toEqual([]);
      expect(await send("paid", "d1")).toMatchObject({ kind: "accepted", position: 1, repeated: false });
    });

    it("of any name are accepted for a version with an open set, one that nobody has declared, and a run without one", async () => {
      const b = bench();
      const worker = await b.worker();
      await b.journal.declare([{ ...VERSION, signals: null }]);
      const [open, unknown, unborn] = [
        await b.born(worker),
        await b.born(worker, { version: NEXT_VERSION }),
        await b.waiting(),
      ];
      for (const run of [open, unknown, unborn])
        expect(await b.journal.signal(run, "any", payload("p"), "d")).toMatchObject({ kind: "accepted" });
      // Said again, the last word counts.
      await b.journal.declare([{ ...VERSION, signals: ["s"] }]);
      expect(await b.journal.signal(open, "any", payload("p"), "d2")).toMatchObject({ kind: "undeclared" });
    });

    it("are checked against what the chain's live run takes, and a known delivery id is answered all the same", async () => {
      const b = bench();
      const worker = await b.worker();
      await b.journal.declare([
        { ...VERSION, signals: ["old"] },
        { ...NEXT_VERSION, signals: ["new", "", "\0"] },
      ]);
      const first = await b.born(worker);
      await b.journal.signal(first, "old", payload("p"), "d");
      await b.continued(first, { seenMark: mark(1) }, { owner: worker, version: NEXT_VERSION });
      expect(await b.journal.signal(first, "old", payload("p"), "d2")).toMatchObject({ kind: "undeclared" });
      expect(await b.journal.signal(first, "old", payload("p"), "d")).toMatchObject({ repeated: true });
      expect(await b.journal.signal(first, "new", payload("p"), "d3")).toMatchObject({ repeated: false });
    });

    it("that are set aside wait no more, and stay to be seen with the reason, for the whole chain", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      for (const n of [1, 2, 3]) await b.journal.signal(run, "s", payload(`p${n}`), `d${n}`);
      await b.commit(run, {
        events: [scheduled(1)],
        seenMark: mark(3),
        consumedSignals: [3],
        setAside: [{ position: 2, reason: "street:\0 a text is expected" }],
      });
      const next = await b.continued(run, { nextSeq: seq(2), seenMark: mark(3) }, { owner: worker });
      for (const id of [run, next]) {
        expect((await b.reader.mailbox(id)).map(({ position }) => position)).toEqual([1]);
        expect(await b.reader.setAside(id)).toMatchObject([
          {
            position: 2,
            name: "s",
            payload: payload("p2"),
            reason: expect.stringMatching(/^street:.* a text/su) as string,
          },
        ]);
      }
      const [inbox] = await b.journal.inbox(worker, [next]);
      expect(inbox!.signals.map(({ position }) => position)).toEqual([1]);
      expect(await b.journal.signal(run, "s", payload("p2"), "d2")).toMatchObject({
        position: 2,
        repeated: true,
      });
    });

    it("in a turn that only sets them aside leave the history as it is", async () => {
      const b = bench();
      const run = await b.born(await b.worker());
      await b.journal.signal(run, "s", payload("p"), "d");
      const verdict = await b.commit(run, { seenMark: mark(1), setAside: [{ position: 1, reason: "no" }] });
      expect(verdict.kind).toBe("committed");
      expect(await b.reader.history(run)).toHaveLength(1);
      expect(await b.reader.setAside(run)).toHaveLength(1);
    });

    it("under a bad name or delivery id are refused with CTM5004", async () => {
      const b = bench();
      const run = await b.waiting();
      await expect(b.journal.signal(run, "", payload("p"), "d")).rejects.toMatchObject({ code: "CTM5004" });
      await expect(b.journal.signal(run, "s", payload("p"), "\0")).rejects.toMatchObject({ code: "CTM5004" });
    });
  });

  describe("signals that a run has sent before it ended", () => {
    it("are a debt until somebody says that they are sent, but for those that have arrived or were refused", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker);
      const other = runId();
      await b.commit(run, { events: [1, 2, 3, 4].map((at) => sentSignal(at, other)) });
      await b.commit(run, {
        nextSeq: seq(5),
        events: [
          { kind: "signal_delivered", seq: seq(5), at: ms(0), command: seq(2) },
          { kind: "signal_refused", seq: seq(6), at: ms(0), command: seq(3), payload: payload("why") },
        ],
      });
      expect(await b.journal.unsent(10)).toEqual([]);
      await b.commit(run, { nextSeq: seq(7), events: [ended(7)], end: { status: "completed", sends: true } });
      const owed = await b.journal.unsent(10);
      expect(owed).toMatchObject([{ runId: run, signals: [{ deliveryId: "d1" }, { deliveryId: "d4" }] }]);
      expect(owed[0]!.signals[0]).toMatchObject({ runId: other, name: "s", payload: payload("sent") });
      await b.journal.sent(run);
      await b.journal.sent(run);
      expect(await b.journal.unsent(10)).toEqual([]);
    });

    it("are a debt of one that ends in its first turn, is continued, or is terminated; not of others", async () => {
      const b = bench();
      const worker = await b.worker();
      const at = { events: [started, sentSignal(1, runId())] };
      const first = await b.born(worker, {
        events: [...at.events, ended(2)],
        end: { status: "completed", sends: true },
      });
      const [continued, stopped, silent] = [
        await b.born(worker, at),
        await b.born(worker, at),
        await b.born(worker),
      ];
      const successor = b.successor(continued);
      await b.commit(continued, {
        nextSeq: seq(2),
        events: [continuedAs(2, successor.runId)],
        end: { status: "continued", successor, sends: true },
      });
      await b.journal.terminate(stopped, null);
      await b.journal.terminate(silent, null);
      const owing = (await b.journal.unsent(10)).map((debt) => debt.runId);
      expect([...owing].sort()).toEqual([first, continued, stopped].sort());
      expect(await b.journal.unsent(2)).toHaveLength(2);
    });
  });

  describe("terminate", () => {
    it("ends the run at once, whoever owns it, removes its rows and raises its token", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.withRow(worker);
      expect(await b.journal.terminate(run, "wrong order")).toEqual({ kind: "terminated", owner: worker });
      expect(await b.reader.run(run)).toMatchObject({
        status: "terminated",
        owner: null,
        terminateReason: "wrong order",
        dueAt: null,
      });
      expect(await b.reader.tasks(run)).toEqual([]);
      expect(await b.tasks(worker)).toEqual([]);
      expect(
        await b.commit(run, { nextSeq: seq(2), events: [ended(2)], end: { status: "completed" } }),
      ).toEqual({ kind: "lost" });
      expect(await b.commit(run, { nextSeq: seq(2), token: token(2), events: [ended(2)] })).toEqual({
        kind: "lost",
      });
    });

    it("tells who comes second that the run has ended, and one total order decides", async () => {
      const b = bench();
      const run = await b.born(await b.worker());
      const [verdict, commit] = await Promise.all([
        b.journal.terminate(run, null),
        b.commit(run, { events: [ended(1)], end: { status: "completed" } }),
      ]);
      // `locked` is no decision: the turn would be sent again, and find the end.
      if (verdict.kind === "terminated") expect(["lost", "locked"]).toContain(commit.kind);
      else expect([verdict, commit.kind]).toEqual([{ kind: "ended", status: "completed" }, "committed"]);
      expect(await b.journal.terminate(run, null)).toMatchObject({ kind: "ended" });
      expect(await b.journal.terminate(runId(), null)).toEqual({ kind: "missing" });
    });

    it("ends a run that waits unowned, and one that is blocked", async () => {
      const b = bench();
      const worker = await b.worker();
      const [waiting, blocked] = [await b.waiting(), await b.born(worker)];
      await b.journal.block(blocked, token(1), { code: "CTM4001", message: "m", hint: "h", seq: null });
      for (const run of [waiting, blocked]) {
        expect(await b.journal.terminate(run, null)).toEqual({ kind: "terminated", owner: null });
        expect(await b.journal.signal(run, "s", payload("p"), "d")).toEqual({
          kind: "ended",
          status: "terminated",
        });
      }
      expect(await b.claim(worker)).toEqual([]);
      expect(await b.journal.resume(blocked)).toBe(false);
    });
  });

  describe("waiting for the end", () => {
    it("gives ends with their payload, and says which runs go on", async () => {
      const b = bench();
      const worker = await b.worker();
      const [done, failed, stopped, open, blocked] = [
        await b.born(worker),
        await b.born(worker),
        await b.born(worker),
        await b.born(worker),
        await b.born(worker),
      ];
      await b.commit(done, { events: [ended(1)], end: { status: "completed" } });
      await b.commit(failed, {
        events: [{ kind: "run_failed", seq: seq(1), at: ms(0), payload: payload("why") }],
        end: { status: "failed" },
      });
      await b.journal.terminate(stopped, null);
      await b.journal.block(blocked, token(1), { code: "CTM4001", message: "m", hint: "h", seq: null });
      const missing = runId();
      expect(await b.journal.ends([done, failed, stopped, open, blocked, missing])).toEqual(
        new Map<unknown, unknown>([
          [done, { runId: done, status: "completed", payload: payload("output") }],
          [failed, { runId: failed, status: "failed", payload: payload("why") }],
          [stopped, { runId: stopped, status: "terminated", payload: null }],
          [open, { status: "open", chainId: open }],
          [blocked, { status: "open", chainId: blocked }],
        ]),
      );
    });

    it("tells the ending turn that somebody waits", async () => {
      const b = bench();
      const worker = await b.worker();
      const [awaited, alone] = [await b.born(worker), await b.born(worker)];
      await b.journal.ends([awaited]);
      const end = { events: [ended(1)], end: { status: "completed" as const } };
      expect(await b.commit(awaited, end)).toMatchObject({ kind: "committed", awaited: true });
      expect(await b.commit(alone, end)).toMatchObject({ kind: "committed", awaited: false });
    });
  });
}
