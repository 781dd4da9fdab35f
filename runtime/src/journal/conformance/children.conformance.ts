import { describe, expect, it } from "vitest";
import type { OnParentClose } from "../../core/events.js";
import type { RunId, Seq, WorkerId } from "../../core/ids.js";
import type { NewRun } from "../port.js";
import { PARENT_ENDED } from "../parent-ended.js";
import type { Workbench } from "./workbench.conformance.js";
import {
  childStarted,
  ended,
  failed,
  mark,
  payload,
  runId,
  seq,
  started,
  token,
  VERSION,
} from "./workbench.conformance.js";

export function children(bench: () => Workbench): void {
  const completed = (at = 1) => ({ events: [ended(at)], end: { status: "completed" as const } });

  /** A parent with one child, by its command 1. */
  const family = async (
    b: Workbench,
    parentOwner: WorkerId,
    overrides: Parameters<Workbench["child"]>[2] = {},
  ): Promise<readonly [RunId, RunId]> => {
    const parent = await b.born(parentOwner);
    const child = b.child(parent, 1, overrides);
    const verdict = await b.commit(parent, { events: [childStarted(1, child.runId)], children: [child] });
    if (verdict.kind !== "committed") throw new Error(verdict.kind);
    return [parent, child.runId];
  };

  describe("children", () => {
    it("are born in their parent's commit, with its link, owned by its worker if it is alive", async () => {
      const b = bench();
      const worker = await b.worker();
      const parent = await b.born(worker);
      const [owned, ready, orphan] = [
        b.child(parent, 1, { owner: worker, namespace: "tenant" }),
        b.child(parent, 2),
        b.child(parent, 3, { owner: "nobody" as WorkerId }),
      ];
      const events = [owned, ready, orphan].map((child, i) => childStarted(i + 1, child.runId));
      expect(await b.commit(parent, { events, children: [owned, ready, orphan] })).toMatchObject({
        kind: "committed",
        mark: 0,
      });
      expect(await b.reader.run(owned.runId)).toMatchObject({
        owner: worker,
        chainId: owned.runId,
        namespace: "tenant",
        versionHash: VERSION.hash,
        status: "live",
      });
      expect(await b.reader.history(owned.runId)).toEqual([started]);
      expect(await b.reader.run(ready.runId)).toMatchObject({ owner: null, versionHash: null });
      expect(await b.reader.run(orphan.runId)).toMatchObject({ owner: null, versionHash: null });
      const claimed = await b.claim(worker);
      expect(claimed.map((run) => [run.runId, run.parent])).toEqual(
        expect.arrayContaining([
          [ready.runId, ready.parent],
          [orphan.runId, orphan.parent],
        ]),
      );
      expect(await b.commit(owned.runId, completed())).toMatchObject({ kind: "committed" });
    });

    it("and parents know each other by the ids of their chains, with the state of the last run", async () => {
      const b = bench();
      const worker = await b.worker();
      const parent = await b.born(worker);
      const [first, second, third] = [1, 2, 3].map((at) => b.child(parent, at, { owner: worker }));
      const children = [first!, second!, third!];
      await b.commit(parent, {
        events: children.map((child, i) => childStarted(i + 1, child.runId)),
        children,
      });
      const next = await b.continued(second!.runId, {}, { owner: worker });
      await b.commit(first!.runId, { events: [ended(1)], end: { status: "completed" } });
      const relative = (run: RunId, status: string) => ({ runId: run, workflow: "order", status });
      expect(await b.reader.family(next, 10)).toEqual({
        parent: relative(parent, "live"),
        children: [],
        more: false,
      });
      const { parent: none, children: all, more } = await b.reader.family(parent, 10);
      expect([none, more, all.length]).toEqual([null, false, 3]);
      expect(new Set(all.slice(0, 2))).toEqual(
        new Set([relative(second!.runId, "live"), relative(third!.runId, "live")]),
      );
      expect(all[2]).toEqual(relative(first!.runId, "completed"));
      expect(await b.reader.family(parent, 2)).toMatchObject({ children: all.slice(0, 2), more: true });
      // The next run of the parent's chain has started none of them; it still answers for those that go on.
      const heir = await b.continued(parent, { nextSeq: seq(4) }, { owner: worker });
      expect(new Set((await b.reader.family(heir, 10)).children)).toEqual(new Set(all.slice(0, 2)));
      expect((await b.reader.family(third!.runId, 10)).parent).toEqual(relative(parent, "live"));
      expect(await b.reader.family(runId(), 10)).toEqual({ parent: null, children: [], more: false });
    });

    it("are not born when their parent's turn is refused", async () => {
      const b = bench();
      const parent = await b.born(await b.worker());
      await b.journal.signal(parent, "s", payload("p"), "d");
      const child = b.child(parent, 1);
      const turn = { events: [childStarted(1, child.runId)], children: [child] };
      expect(await b.commit(parent, { ...turn, token: token(7) })).toEqual({ kind: "lost" });
      expect(await b.commit(parent, { ...turn, decisive: true })).toMatchObject({ kind: "marked" });
      await b.journal.terminate(parent, null);
      expect(await b.commit(parent, turn)).toEqual({ kind: "lost" });
      expect(await b.reader.run(child.runId)).toBeNull();
      expect(await b.reader.history(child.runId)).toEqual([]);
    });

    it("may be born with their parent, and have ended already", async () => {
      const b = bench();
      const worker = await b.worker();
      const parent = runId();
      const grandchild = runId();
      const quick = b.child(parent, 1, { owner: worker, ...completed(), events: [started, ended(1)] });
      const child = b.child(parent, 2, {
        owner: worker,
        events: [started, childStarted(1, grandchild)],
        children: [],
      });
      const nested: NewRun = {
        ...child,
        children: [b.child(child.runId, 1, { runId: grandchild, depth: 2 })],
      };
      const run = b.newRun({
        runId: parent,
        owner: worker,
        events: [started, childStarted(1, quick.runId), childStarted(2, child.runId)],
        children: [quick, nested],
      });
      expect(await b.journal.create([run])).toMatchObject([{ kind: "created" }]);
      expect(await b.reader.run(grandchild)).toMatchObject({ status: "live" });
      await b.carryOn();
      expect(await b.journal.inbox(worker)).toMatchObject([
        { runId: parent, children: [{ command: 1, status: "completed", payload: payload("output") }] },
      ]);
      // Nothing is born of a start that was repeated.
      const repeated = b.newRun({ runId: parent, owner: worker, children: [b.child(parent, 3)] });
      expect(await b.journal.create([repeated])).toMatchObject([{ kind: "exists" }]);
      expect(await b.reader.run(repeated.children[0]!.runId)).toBeNull();
    });

    it("whose id is taken are refused loudly, and nothing of the turn is stored", async () => {
      const b = bench();
      const [parent, taken] = [await b.born(await b.worker()), await b.waiting()];
      const child = b.child(parent, 1, { runId: taken });
      await expect(
        b.commit(parent, { events: [childStarted(1, taken)], children: [child] }),
      ).rejects.toMatchObject({ code: "CTM5002" });
      expect(await b.reader.history(parent)).toEqual([started]);
    });

    it("of another run, or started from outside, are refused", async () => {
      const b = bench();
      const parent = await b.born(await b.worker());
      const child = b.child(runId(), 1);
      const turn = { events: [childStarted(1, child.runId)], children: [child] };
      await expect(b.commit(parent, turn)).rejects.toMatchObject({ code: "CTM9050" });
      await expect(b.journal.create([child])).rejects.toMatchObject({ code: "CTM9050" });
    });

    it("a thousand of them are born and told about quickly", async () => {
      const b = bench();
      const worker = await b.worker();
      const parent = await b.born(worker);
      const all = Array.from({ length: 1_000 }, (_, i) => b.child(parent, i + 1, { owner: worker }));
      const began = performance.now();
      const events = all.map((child, i) => childStarted(i + 1, child.runId));
      expect(await b.commit(parent, { events, children: all })).toMatchObject({ kind: "committed" });
      for (let i = 0; i < all.length; i += 200) {
        const turns = all.slice(i, i + 200).map((child) => b.turn(child.runId, completed()));
        const verdicts = await b.journal.commit(turns);
        expect(verdicts.every((verdict) => verdict.kind === "committed")).toBe(true);
      }
      expect(new Set((await b.carryOn(250)).map(([, run]) => run))).toEqual(new Set([parent]));
      const [inbox] = await b.journal.inbox(worker, [parent]);
      expect(inbox!.children.map((child) => child.command)).toEqual(all.map((_, i) => i + 1));
      const verdict = await b.commit(parent, {
        nextSeq: seq(1_001),
        seenMark: inbox!.mark,
        events: [ended(1_001)],
        consumedChildren: inbox!.children.map((child) => child.command),
        end: { status: "completed" },
      });
      expect(verdict).toMatchObject({ kind: "committed" });
      // Far below: some hundred milliseconds. Quadratic work would be far above.
      expect(performance.now() - began).toBeLessThan(10_000);
    }, 20_000);
  });

  describe("a child's end", () => {
    it.each([
      ["completed", (b: Workbench, child: RunId) => b.commit(child, completed()), payload("output")],
      [
        "failed",
        (b: Workbench, child: RunId) => b.commit(child, { events: [failed(1)], end: { status: "failed" } }),
        payload("why"),
      ],
      [
        "cancelled",
        (b: Workbench, child: RunId) =>
          b.commit(child, {
            events: [{ kind: "run_cancelled", seq: seq(1), at: 0 as never }],
            end: { status: "cancelled" },
          }),
        null,
      ],
      ["terminated", (b: Workbench, child: RunId) => b.journal.terminate(child, null), null],
    ] as const)(
      "is told to its parent once it %s, until the parent has recorded it",
      async (status, end, result) => {
        const b = bench();
        const worker = await b.worker();
        const [parent, child] = await family(b, worker, { owner: worker });
        await end(b, child);
        expect(await b.carryOn()).toEqual([[worker, parent]]);
        const [inbox] = await b.journal.inbox(worker);
        expect(inbox).toMatchObject({ runId: parent, mark: 1 });
        expect(inbox!.children).toEqual([
          { command: 1, status, payload: result, endedAt: (await b.reader.run(child))!.endedAt },
        ]);
        expect(await b.carryOn()).toEqual([]);
        await b.commit(parent, {
          nextSeq: seq(2),
          seenMark: mark(1),
          events: [],
          consumedChildren: [seq(1)],
        });
        expect(await b.journal.inbox(worker, [parent])).toMatchObject([{ mark: 1, children: [] }]);
        expect(await b.carryOn()).toEqual([]);
      },
    );

    it("can be recorded before anybody was told", async () => {
      const b = bench();
      const worker = await b.worker();
      const [parent, child] = await family(b, worker, { owner: worker });
      await b.commit(child, completed());
      expect((await b.journal.inbox(worker, [parent]))[0]!.children).toHaveLength(1);
      await b.commit(parent, { nextSeq: seq(2), consumedChildren: [seq(1)] });
      expect(await b.carryOn()).toEqual([]);
      expect((await b.journal.inbox(worker, [parent]))[0]!).toMatchObject({ mark: 0, children: [] });
    });

    it("is kept when the turn that would record it is refused", async () => {
      const b = bench();
      const worker = await b.worker();
      const [parent, child] = await family(b, worker, { owner: worker });
      await b.commit(child, completed());
      const turn = { nextSeq: seq(2), consumedChildren: [seq(1)] };
      expect(await b.commit(parent, { ...turn, token: token(7) })).toEqual({ kind: "lost" });
      expect((await b.journal.inbox(worker, [parent]))[0]!.children).toHaveLength(1);
    });

    it("wakes a parent that sleeps unowned, and comes with its claim", async () => {
      const b = bench();
      const worker = await b.worker();
      const [parent, child] = await family(b, worker, { owner: worker });
      await b.journal.release(worker, [{ runId: parent, token: token(1), seenMark: mark(0), tasks: [] }]);
      await b.commit(child, completed());
      expect(await b.claim(worker)).toEqual([]);
      expect(await b.carryOn()).toEqual([]);
      expect(await b.claimOne(worker)).toMatchObject({
        runId: parent,
        inbox: { mark: 1, children: [{ command: 1, status: "completed" }] },
      });
    });

    it("is its chain's: a child that is continued has not ended", async () => {
      const b = bench();
      const worker = await b.worker();
      const [parent, child] = await family(b, worker, { owner: worker });
      const next = await b.continued(child);
      expect(await b.carryOn()).toEqual([]);
      expect((await b.journal.inbox(worker, [parent]))[0]!.children).toEqual([]);
      expect(await b.claimOne(worker)).toMatchObject({
        runId: next,
        parent: { runId: parent, command: 1, depth: 1 },
      });
      await b.commit(next, completed());
      expect(await b.carryOn()).toEqual([[worker, parent]]);
      expect(await b.journal.inbox(worker)).toMatchObject([
        { runId: parent, children: [{ command: 1, status: "completed", payload: payload("output") }] },
      ]);
    });

    it("tells nobody when the parent has ended or was continued, and is not asked about again", async () => {
      const b = bench();
      const worker = await b.worker();
      const [gone, orphan] = await family(b, worker, { owner: worker, onParentClose: "abandon" });
      const [former, child] = await family(b, worker, { owner: worker, onParentClose: "abandon" });
      await b.commit(gone, { nextSeq: seq(2), ...completed(2) });
      await b.continued(former, { nextSeq: seq(2) });
      await b.commit(orphan, completed());
      await b.commit(child, completed());
      expect(await b.carryOn()).toEqual([]);
      const heir = await b.claimOne(worker);
      expect(heir.inbox).toMatchObject({ mark: 0, children: [] });
    });

    it("of several children in one call leaves one mark, and no more than the limit are told at a time", async () => {
      const b = bench();
      const worker = await b.worker();
      const parent = await b.born(worker);
      const all = [1, 2, 3].map((n) => b.child(parent, n, { owner: worker }));
      await b.commit(parent, { events: all.map((c, i) => childStarted(i + 1, c.runId)), children: all });
      for (const child of all) await b.commit(child.runId, completed());
      expect(await b.journal.carryOn(2)).toMatchObject({ owners: [[worker, parent]], more: true });
      expect(await b.carryOn(2)).toEqual([[worker, parent]]);
      expect(await b.journal.inbox(worker)).toMatchObject([{ mark: 2, children: [{}, {}, {}] }]);
    });
  });

  describe("a parent's end", () => {
    const close = async (
      b: Workbench,
      how: "completed" | "terminated",
      parent: RunId,
      at: Seq = seq(2),
    ): Promise<void> => {
      if (how === "terminated") await b.journal.terminate(parent, null);
      else await b.commit(parent, { nextSeq: at, ...completed(at) });
    };

    it.each([
      ["completed", "cancel"],
      ["completed", "terminate"],
      ["completed", "abandon"],
      ["terminated", "cancel"],
      ["terminated", "terminate"],
      ["terminated", "abandon"],
    ] as const)("that is %s: its child's policy is to %s", async (how, onParentClose) => {
      const b = bench();
      const [worker, other] = [await b.worker(), await b.worker()];
      const [parent, child] = await family(b, worker, { owner: other, onParentClose });
      await close(b, how, parent);
      expect(await b.reader.run(child)).toMatchObject({ status: "live" });
      expect(await b.carryOn()).toEqual(onParentClose === "abandon" ? [] : [[other, child]]);
      const [inbox] = await b.journal.inbox(other, [child]);
      if (onParentClose === "terminate") {
        expect(await b.reader.run(child)).toMatchObject({
          status: "terminated",
          terminateReason: PARENT_ENDED,
        });
        expect(await b.commit(child, { token: token(1), ...completed() })).toEqual({ kind: "lost" });
      } else {
        expect(inbox).toMatchObject({
          status: "live",
          mark: onParentClose === "cancel" ? 1 : 0,
          cancel: onParentClose === "cancel" ? { reason: PARENT_ENDED } : null,
        });
      }
      expect(await b.carryOn()).toEqual([]);
    });

    it("goes down one level at a time, to the last descendant", async () => {
      const b = bench();
      const worker = await b.worker();
      const onParentClose: OnParentClose = "terminate";
      const [parent, child] = await family(b, worker, { owner: worker, onParentClose });
      const grandchild = b.child(child, 1, { owner: worker, onParentClose, depth: 2 });
      await b.commit(child, { events: [childStarted(1, grandchild.runId)], children: [grandchild] });
      await b.journal.terminate(parent, null);
      const first = await b.journal.carryOn(10);
      expect(first).toEqual({ owners: [[worker, child]], more: true, owing: false });
      expect(await b.reader.run(grandchild.runId)).toMatchObject({ status: "live" });
      expect(await b.carryOn()).toEqual([[worker, grandchild.runId]]);
      expect(await b.reader.run(grandchild.runId)).toMatchObject({ status: "terminated" });
    });

    it("reaches a child that is born in the parent's last turn", async () => {
      const b = bench();
      const worker = await b.worker();
      const parent = await b.born(worker);
      const child = b.child(parent, 1, { owner: worker });
      await b.commit(parent, {
        events: [childStarted(1, child.runId), ended(2)],
        children: [child],
        end: { status: "completed" },
      });
      expect(await b.carryOn()).toEqual([[worker, child.runId]]);
      expect((await b.journal.inbox(worker))[0]).toMatchObject({ cancel: { reason: PARENT_ENDED } });
    });

    it("lets no child escape that is born while the parent is terminated", async () => {
      const b = bench();
      const worker = await b.worker();
      for (let i = 0; i < 10; i++) {
        const parent = await b.born(worker);
        const child = b.child(parent, 1, { onParentClose: "terminate" });
        await Promise.all([
          b.commit(parent, { events: [childStarted(1, child.runId)], children: [child] }),
          b.journal.terminate(parent, null),
        ]);
        await b.carryOn();
        expect([undefined, "terminated"]).toContain((await b.reader.run(child.runId))?.status);
      }
    });

    it("is the chain's: children stay with a parent that is continued, and are closed with its last run", async () => {
      const b = bench();
      const worker = await b.worker();
      const [parent, child] = await family(b, worker, { owner: worker });
      const next = await b.continued(parent, { nextSeq: seq(2) });
      expect(await b.carryOn()).toEqual([]);
      expect((await b.journal.inbox(worker, [child]))[0]!.cancel).toBeNull();
      await b.claimOne(worker);
      await b.commit(next, completed());
      expect(await b.carryOn()).toEqual([[worker, child]]);
    });

    it("reaches the live run of a child that was continued", async () => {
      const b = bench();
      const worker = await b.worker();
      const [parent, child] = await family(b, worker, { owner: worker });
      const next = await b.continued(child, {}, { owner: worker });
      await close(b, "completed", parent);
      expect(await b.carryOn()).toEqual([[worker, next]]);
      expect((await b.journal.inbox(worker, [next]))[0]).toMatchObject({ cancel: { reason: PARENT_ENDED } });
    });

    it("leaves a child alone that has ended or was cancelled already", async () => {
      const b = bench();
      const worker = await b.worker();
      const parent = await b.born(worker);
      const [done, cancelled] = [
        b.child(parent, 1, { owner: worker }),
        b.child(parent, 2, { owner: worker }),
      ];
      const events = [childStarted(1, done.runId), childStarted(2, cancelled.runId)];
      await b.commit(parent, { events, children: [done, cancelled] });
      await b.commit(done.runId, completed());
      await b.journal.cancel(cancelled.runId, "first");
      await close(b, "completed", parent, seq(3));
      expect(await b.carryOn()).toEqual([]);
      expect((await b.journal.inbox(worker, [cancelled.runId]))[0]).toMatchObject({
        mark: 1,
        cancel: { reason: "first" },
      });
    });

    it("of many children takes as many calls as the limit asks for", async () => {
      const b = bench();
      const worker = await b.worker();
      const parent = await b.born(worker);
      const all = Array.from({ length: 7 }, (_, i) => b.child(parent, i + 1, { onParentClose: "terminate" }));
      await b.commit(parent, { events: all.map((c, i) => childStarted(i + 1, c.runId)), children: all });
      await b.journal.terminate(parent, null);
      for (const more of [true, true, true]) expect((await b.journal.carryOn(2)).more).toBe(more);
      await b.carryOn(2);
      for (const child of all)
        expect(await b.reader.run(child.runId)).toMatchObject({ status: "terminated" });
      expect(await b.claim(worker)).toEqual([]);
    });
  });
}
