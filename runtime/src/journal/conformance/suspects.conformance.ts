import { describe, expect, it } from "vitest";
import type { FencingToken, RunId, WorkerId } from "../../core/ids.js";
import type { ClaimedRun } from "../port.js";
import { completed, ended, mark, payload, scheduled, seq, started, token } from "./workbench.conformance.js";
import type { Workbench } from "./workbench.conformance.js";

const diagnosis = { code: "CTM4011", message: "m", hint: "h", seq: null };

/** Deaths that are counted against runs (R41). */
export function suspects(bench: () => Workbench): void {
  describe("the death of an owner", () => {
    /** `owner` dies, and a new worker takes the one run that it had. */
    const inherit = async (
      b: Workbench,
      owner: WorkerId,
    ): Promise<{ readonly heir: WorkerId; readonly claimed: ClaimedRun }> => {
      await b.journal.retire(owner);
      const heir = await b.worker();
      return { heir, claimed: await b.claimOne(heir) };
    };
    /** A run that two workers have died with, in the hands of a third. */
    const suspect = async (b: Workbench) => {
      const first = await b.worker();
      const run = await b.born(first);
      const second = await inherit(b, first);
      const third = await inherit(b, second.heir);
      expect(third.claimed).toMatchObject({ runId: run, token: 3, deaths: 2 });
      expect(await b.reader.run(run)).toMatchObject({ deaths: 2 });
      return { run, owner: third.heir, token: third.claimed.token };
    };
    const commit = (b: Workbench, run: RunId, held: FencingToken) =>
      b.commit(run, { token: held, events: [scheduled(1)], tasks: [b.task(run)] });

    it("is counted twice, and then no more as long as the run is not on trial", async () => {
      const b = bench();
      const { owner } = await suspect(b);
      const fourth = await inherit(b, owner);
      expect(fourth.claimed.deaths).toBe(2);
      expect((await inherit(b, fourth.heir)).claimed.deaths).toBe(2);
    });

    it("counts nothing against a run that was claimed and never lost", async () => {
      const b = bench();
      await b.waiting();
      expect((await b.claimOne(await b.worker())).deaths).toBe(0);
    });

    it("is forgotten with the run's next commit, be it empty", async () => {
      const b = bench();
      const owner = await b.worker();
      const run = await b.born(owner);
      const second = await inherit(b, owner);
      expect(second.claimed.deaths).toBe(1);
      expect(await b.commit(run, { token: token(2) })).toMatchObject({ kind: "committed" });
      expect((await inherit(b, second.heir)).claimed.deaths).toBe(1);
    });

    it("on trial counts each time, and stays counted whoever claims the run then", async () => {
      const b = bench();
      const { run, ...first } = await suspect(b);
      let { owner, token: held } = first;
      for (const counted of [3, 4, 5]) {
        expect(await b.journal.beginTrial(run, held)).toBe(true);
        const { heir, claimed } = await inherit(b, owner);
        expect(claimed.deaths).toBe(counted);
        const untried = await inherit(b, heir);
        expect(untried.claimed.deaths).toBe(counted);
        [owner, held] = [untried.heir, untried.claimed.token];
      }
    });

    it("after a trial that ended with a commit is a first one again", async () => {
      const b = bench();
      const { run, owner, token: held } = await suspect(b);
      await b.journal.beginTrial(run, held);
      expect(await b.commit(run, { token: held })).toMatchObject({ kind: "committed" });
      expect((await inherit(b, owner)).claimed.deaths).toBe(1);
    });

    it("counts no trial of an owner before: one that did not die of it, but gave the run up", async () => {
      const b = bench();
      const { run, owner, token: held } = await suspect(b);
      await b.journal.beginTrial(run, held);
      await b.journal.release(owner, [{ runId: run, token: held, seenMark: mark(0), tasks: [] }]);
      await b.journal.signal(run, "s", payload("p"), "d");
      const next = await b.worker();
      expect(await b.claimOne(next)).toMatchObject({ deaths: 2, takenFrom: null });
      expect((await inherit(b, next)).claimed.deaths).toBe(2);
    });

    it("concerns each of its runs, and no other", async () => {
      const b = bench();
      const [dies, lives] = [await b.worker(), await b.worker()];
      const runs = [await b.born(dies), await b.born(dies)];
      const other = await b.born(lives);
      await b.journal.retire(dies);
      const taken = await b.claim(await b.worker());
      expect(taken.map(({ runId, deaths }) => [runId, deaths]).sort()).toEqual(
        runs.map((run) => [run, 1]).sort(),
      );
      await b.journal.retire(lives);
      expect(await b.claimOne(await b.worker())).toMatchObject({ runId: other, deaths: 1 });
    });

    describe("with a body of the run open is the attempt's, not the run's:", () => {
      it("a body without a row", async () => {
        const b = bench();
        const owner = await b.worker();
        await b.born(owner, { events: [started, scheduled(1)] });
        const { claimed } = await inherit(b, owner);
        expect(claimed).toMatchObject({ deaths: 0, rows: [1] });
      });

      it("a row that the dead worker had claimed", async () => {
        const b = bench();
        const owner = await b.worker();
        await b.withRow(owner);
        expect(await b.tasks(owner)).toHaveLength(1);
        expect((await inherit(b, owner)).claimed.deaths).toBe(0);
      });

      it("a row that was taken back from it before the run was", async () => {
        const b = bench();
        const [owner, other] = [await b.worker(), await b.worker()];
        await b.withRow(owner);
        await b.tasks(owner);
        await b.journal.retire(owner);
        expect(await b.tasks(other)).toMatchObject([{ attempt: 2 }]);
        expect((await b.claimOne(other)).deaths).toBe(0);
      });

      it("on trial, too", async () => {
        const b = bench();
        const { run, owner, token: held } = await suspect(b);
        await commit(b, run, held);
        const second = await inherit(b, owner);
        const third = await inherit(b, second.heir);
        expect(third.claimed.deaths).toBe(2);
        await b.tasks(third.heir);
        await b.journal.beginTrial(run, third.claimed.token);
        expect((await inherit(b, third.heir)).claimed.deaths).toBe(2);
      });

      it("but not one that runs elsewhere, or has ended", async () => {
        const b = bench();
        const [owner, elsewhere] = [await b.worker(), await b.worker()];
        const run = await b.born(owner, { events: [started, scheduled(1), scheduled(2)] });
        await b.commit(run, {
          nextSeq: seq(3),
          events: [completed(3, 1)],
          tasks: [b.task(run, { command: seq(2) })],
        });
        expect(await b.tasks(elsewhere)).toHaveLength(1);
        expect((await inherit(b, owner)).claimed.deaths).toBe(1);
      });
    });

    it("is forgotten when a blocked run is put back", async () => {
      const b = bench();
      const { run, owner, token: held } = await suspect(b);
      await b.journal.beginTrial(run, held);
      const convicted = await inherit(b, owner);
      expect(await b.journal.block(run, convicted.claimed.token, diagnosis)).toBe(true);
      expect(await b.reader.run(run)).toMatchObject({ status: "blocked", diagnosis });
      expect(await b.journal.resume(run)).toBe(true);
      expect(await b.reader.run(run)).toMatchObject({ status: "live", diagnosis: null, deaths: 0 });
      const next = await b.worker();
      expect(await b.claimOne(next)).toMatchObject({ runId: run, deaths: 0 });
      expect((await inherit(b, next)).claimed.deaths).toBe(1);
    });

    it("puts nothing on trial that is not this owner's to try", async () => {
      const b = bench();
      const owner = await b.worker();
      const [stale, over, blocked] = [await b.born(owner), await b.born(owner), await b.born(owner)];
      expect(await b.journal.beginTrial(stale, token(2))).toBe(false);
      await b.commit(over, { decisive: true, events: [ended(1)], end: { status: "completed" } });
      expect(await b.journal.beginTrial(over, token(1))).toBe(false);
      await b.journal.block(blocked, token(1), diagnosis);
      expect(await b.journal.beginTrial(blocked, token(1))).toBe(false);
      expect(await b.journal.beginTrial("nothing" as RunId, token(1))).toBe(false);
    });
  });
}
