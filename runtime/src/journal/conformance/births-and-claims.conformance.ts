import { describe, expect, it } from "vitest";
import type { Workbench } from "./workbench.conformance.js";
import {
  completed,
  ended,
  mark,
  ms,
  NEXT_VERSION,
  payload,
  scheduled,
  seq,
  started,
  token,
  until,
  VERSION,
} from "./workbench.conformance.js";
import type { HistoryEvent } from "../../core/events.js";
import type { Payload, WorkerId } from "../../core/ids.js";

export function birthsAndClaims(bench: () => Workbench): void {
  describe("births", () => {
    it("stores the run, its events and its version at once", async () => {
      const b = bench();
      const worker = await b.worker();
      const run = await b.born(worker, { events: [started, scheduled(1)], retentionMs: 1_000 });
      expect(await b.reader.run(run)).toMatchObject({
        runId: run,
        chainId: run,
        namespace: "default",
        workflow: "order",
        versionHash: VERSION.hash,
        versionLabel: "1",
        status: "live",
        owner: worker,
        endedAt: null,
      });
      expect(await b.reader.history(run)).toEqual([started, scheduled(1)]);
    });

    it("keeps texts with NUL and lone surrogates inside payloads and events as they were", async () => {
      const b = bench();
      const event = {
        ...scheduled(1),
        site: "a\0b\ud800",
        payload: payload("\0\udc00é😀"),
      } as typeof started;
      const run = await b.born(await b.worker(), { events: [started, event] });
      expect(await b.reader.history(run)).toEqual([started, event]);
    });

    it("keeps a payload that is no valid JSON, empty or of one megabyte", async () => {
      const b = bench();
      for (const text of ["", "~-1", "{", "x".repeat(1_000_000)]) {
        const run = await b.born(await b.worker(), {
          events: [{ ...started, payload: text as Payload } as HistoryEvent],
        });
        expect((await b.reader.history(run))[0]).toEqual({ ...started, payload: text });
      }
    });

    it("answers a repeated key with the first run, and stores nothing", async () => {
      const b = bench();
      const first = b.newRun({ idempotencyKey: "k" });
      const second = b.newRun({ idempotencyKey: "k" });
      expect(await b.journal.create([first])).toMatchObject([{ kind: "created" }]);
      expect(await b.journal.create([second])).toEqual([
        { kind: "exists", runId: first.runId, sameKey: true },
      ]);
      expect(await b.reader.run(second.runId)).toBeNull();
      expect(await b.reader.history(second.runId)).toEqual([]);
    });

    it("answers a repeated key within one batch too", async () => {
      const b = bench();
      const runs = [b.newRun({ idempotencyKey: "k" }), b.newRun({ idempotencyKey: "k" }), b.newRun()];
      const verdicts = await b.journal.create(runs);
      expect(verdicts.map((verdict) => verdict.kind).sort()).toEqual(["created", "created", "exists"]);
      expect(verdicts[2]!.kind).toBe("created");
    });

    it("scopes keys by namespace and workflow", async () => {
      const b = bench();
      const runs = [
        b.newRun({ idempotencyKey: "k" }),
        b.newRun({ idempotencyKey: "k", namespace: "other" }),
        b.newRun({ idempotencyKey: "k", workflow: "refund" }),
      ];
      expect((await b.journal.create(runs)).map((verdict) => verdict.kind)).toEqual([
        "created",
        "created",
        "created",
      ]);
    });

    it("refuses a taken id", async () => {
      const b = bench();
      const run = await b.waiting();
      expect(await b.journal.create([b.newRun({ runId: run })])).toEqual([
        { kind: "exists", runId: run, sameKey: false },
      ]);
      expect(await b.reader.history(run)).toEqual([started]);
    });

    it("refuses an owner that is dead or was never enlisted, and stores nothing", async () => {
      const b = bench();
      const runs = [b.newRun({ owner: await b.dead() }), b.newRun({ owner: "nobody" as WorkerId })];
      expect(await b.journal.create(runs)).toEqual([{ kind: "dead_worker" }, { kind: "dead_worker" }]);
      expect(await b.reader.run(runs[0]!.runId)).toBeNull();
    });

    it("refuses an owner whose lease has expired though nobody has declared it dead", async () => {
      const b = bench();
      const worker = await b.worker(1);
      await until(
        async () => (await b.journal.create([b.newRun({ owner: worker })]))[0]!.kind === "dead_worker",
      );
    });

    it("stores a run that ends in its first turn as ended, owned by nobody, without rows", async () => {
      const b = bench();
      const run = b.newRun({
        owner: await b.worker(),
        events: [started, ended(1)],
        end: { status: "completed" },
      });
      await b.journal.create([{ ...run, tasks: [b.task(run.runId)] }]);
      expect(await b.reader.run(run.runId)).toMatchObject({
        status: "completed",
        owner: null,
        dueAt: null,
        endedAt: expect.any(Number) as number,
      });
      expect(await b.reader.tasks(run.runId)).toEqual([]);
      expect(await b.claim(await b.worker())).toEqual([]);
    });

    it.each([
      ["empty", ""],
      ["blank", "  "],
      ["with NUL", "a\0b"],
      ["with a lone surrogate", "a\ud800"],
      ["of ten kilobytes", "x".repeat(10_240)],
    ])("refuses a run id and a key that is %s, with CTM5004", async (_, name) => {
      const b = bench();
      await expect(b.journal.create([b.newRun({ runId: name as never })])).rejects.toMatchObject({
        code: "CTM5004",
      });
      await expect(b.journal.create([b.newRun({ idempotencyKey: name })])).rejects.toMatchObject({
        code: "CTM5004",
      });
    });

    it("takes SQL text for what it is: a name", async () => {
      const b = bench();
      const name = "'; drop table continuum.runs; --" as never;
      expect(await b.journal.create([b.newRun({ runId: name })])).toMatchObject([{ kind: "created" }]);
      expect(await b.reader.run(name)).toMatchObject({ runId: name });
    });
  });

  describe("claims", () => {
    it("gives an unowned run its version, its first token and its history", async () => {
      const b = bench();
      const run = await b.waiting();
      const worker = await b.worker();
      expect(await b.claim(worker)).toEqual([
        {
          runId: run,
          chainId: run,
          namespace: "default",
          version: { workflow: "order", hash: VERSION.hash },
          token: 1,
          history: [started],
          inbox: {
            runId: run,
            mark: 0,
            status: "live",
            signals: [],
            outcomes: [],
            children: [],
            cancel: null,
          },
          rows: [],
          takenFrom: null,
          parent: null,
          deaths: 0,
        },
      ]);
      expect(await b.reader.run(run)).toMatchObject({
        owner: worker,
        versionHash: VERSION.hash,
        versionLabel: "1",
      });
    });

    it("gives a run once", async () => {
      const b = bench();
      await b.waiting();
      const [one, other] = await Promise.all([b.claim(await b.worker()), b.claim(await b.worker())]);
      expect(one.length + other.length).toBe(1);
    });

    it("gives nothing that is owned by a living worker", async () => {
      const b = bench();
      await b.born(await b.worker());
      expect(await b.claim(await b.worker())).toEqual([]);
    });

    it("gives nothing to a worker that is dead", async () => {
      const b = bench();
      await b.waiting();
      expect(await b.claim(await b.dead())).toEqual([]);
      expect(await b.claim(await b.worker())).toHaveLength(1);
    });

    it("gives at most as many as asked for, the one that waits longest first", async () => {
      const b = bench();
      const runs = [];
      for (let i = 0; i < 3; i++) {
        runs.push(await b.waiting());
        const at = await b.journal.clock();
        await until(async () => (await b.journal.clock()) > at);
      }
      const worker = await b.worker();
      expect((await b.claim(worker, 2)).map((run) => run.runId)).toEqual(runs.slice(0, 2));
      expect((await b.claim(worker, 2)).map((run) => run.runId)).toEqual(runs.slice(2));
    });

    it("leaves a run alone whose version the worker has not", async () => {
      const b = bench();
      const first = await b.worker();
      const run = await b.born(first);
      await b.journal.release(first, [{ runId: run, token: token(1), seenMark: mark(0), tasks: [] }]);
      await b.journal.signal(run, "s", payload("p"), "d");
      const worker = await b.worker();
      const ask = { worker, limit: 10, current: [NEXT_VERSION] };
      expect(await b.journal.claimRuns({ ...ask, versions: [NEXT_VERSION] })).toEqual([]);
      expect(
        await b.journal.claimRuns({ ...ask, versions: [{ workflow: "refund", hash: VERSION.hash }] }),
      ).toEqual([]);
      expect(await b.journal.claimRuns({ ...ask, versions: [NEXT_VERSION, VERSION] })).toMatchObject([
        { version: { hash: VERSION.hash } },
      ]);
    });

    it("raises the token with each claim", async () => {
      const b = bench();
      const run = await b.waiting();
      for (let n = 1; n <= 3; n++) {
        const worker = await b.worker();
        expect((await b.claimOne(worker)).token).toBe(n);
        await b.journal.retire(worker);
      }
      expect(await b.commit(run, { token: token(2), events: [scheduled(1)] })).toEqual({ kind: "lost" });
    });
  });

  describe("a dead owner", () => {
    it("loses its runs to whoever asks, and the answer says whose they were", async () => {
      const b = bench();
      const owner = await b.worker();
      const run = await b.born(owner);
      const heir = await b.worker();
      expect(await b.claim(heir)).toEqual([]);
      await b.journal.retire(owner);
      expect(await b.claimOne(heir)).toMatchObject({ runId: run, token: 2, takenFrom: owner });
      expect(await b.commit(run, { events: [scheduled(1)] })).toEqual({ kind: "lost" });
      expect(await b.commit(run, { token: token(2), events: [scheduled(1)] })).toMatchObject({
        kind: "committed",
      });
    });

    it("is declared dead when its lease expires, and cannot renew it", async () => {
      const b = bench();
      const owner = await b.worker(400);
      const run = await b.born(owner);
      const heir = await b.worker();
      const [taken] = await until(async () => {
        const runs = await b.claim(heir);
        return runs.length > 0 && runs;
      });
      expect(taken).toMatchObject({ runId: run, takenFrom: owner });
      expect(await b.journal.renew(owner, 60_000)).toBe(false);
      await expect(b.journal.enlist(owner, 60_000)).rejects.toMatchObject({ code: "CTM5003" });
    });

    it("turns bodies without a row into rows for the next attempt, in the claim", async () => {
      const b = bench();
      const owner = await b.worker();
      const run = await b.born(owner, { events: [started, scheduled(1, { pauseMs: 60_000 })] });
      await b.journal.retire(owner);
      const heir = await b.worker();
      const claimed = await b.claimOne(heir);
      expect(claimed).toMatchObject({ rows: [1], inbox: { outcomes: [] } });
      const now = await b.journal.clock();
      const [row] = await b.reader.tasks(run);
      expect(row).toMatchObject({ command: 1, activity: "payments.charge", attempt: 2, claimedBy: null });
      expect(row!.dueAt).toBeGreaterThan(now + 50_000);
      expect(row!.dueAt).toBeLessThanOrEqual(now + 60_000);
      expect(await b.reader.attempts(run)).toMatchObject([
        { command: 1, attempt: 1, worker: owner, error: null },
      ]);
      // Its pause has not passed.
      expect(await b.tasks(heir)).toEqual([]);
    });

    it("turns a body whose last attempt it was into that failure", async () => {
      const b = bench();
      const owner = await b.worker();
      const run = await b.born(owner, { events: [started, scheduled(1, { maxAttempts: 1 })] });
      await b.journal.retire(owner);
      const { inbox, rows } = await b.claimOne(await b.worker());
      expect(rows).toEqual([1]);
      expect(inbox).toMatchObject({ mark: 1, outcomes: [{ command: 1, attempt: 1, kind: "failed" }] });
      expect(inbox.outcomes[0]!.payload).toContain("CTM5010");
      expect(await b.reader.tasks(run)).toEqual([]);
      expect(await b.reader.attempts(run)).toHaveLength(1);
    });

    it("leaves an activity that has an outcome or a row as it is", async () => {
      const b = bench();
      const owner = await b.worker();
      const other = await b.worker();
      const run = await b.born(owner, { events: [started, scheduled(1), scheduled(2)] });
      await b.commit(run, {
        nextSeq: seq(3),
        events: [completed(3, 1)],
        tasks: [b.task(run, { command: seq(2) })],
      });
      await b.tasks(other);
      await b.journal.retire(owner);
      expect((await b.claimOne(await b.worker())).rows).toEqual([2]);
      expect(await b.reader.tasks(run)).toMatchObject([{ command: 2, attempt: 1, claimedBy: other }]);
      expect(await b.reader.attempts(run)).toEqual([]);
    });

    it("burns nothing when the run was released before", async () => {
      const b = bench();
      const owner = await b.worker();
      const run = await b.born(owner, { events: [started, scheduled(1)] });
      const row = b.task(run, { claimedBy: owner });
      expect(
        await b.journal.release(owner, [{ runId: run, token: token(1), seenMark: mark(0), tasks: [row] }]),
      ).toEqual([true]);
      await b.journal.signal(run, "s", payload("p"), "d");
      expect(await b.claimOne(await b.worker())).toMatchObject({ rows: [1], takenFrom: null });
      expect(await b.reader.tasks(run)).toMatchObject([{ attempt: 1, claimedBy: owner }]);
      expect(await b.reader.attempts(run)).toEqual([]);
    });
  });

  describe("workers", () => {
    it("renews a lease that has not expired, for an enlisted worker only", async () => {
      const b = bench();
      expect(await b.journal.renew(await b.worker(), 60_000)).toBe(true);
      expect(await b.journal.renew("nobody" as WorkerId, 60_000)).toBe(false);
      expect(await b.journal.renew(await b.dead(), 60_000)).toBe(false);
    });

    it("lets a renewed worker keep its runs", async () => {
      const b = bench();
      const owner = await b.worker(1_000);
      await b.born(owner);
      const heir = await b.worker();
      const afterTheFirstLease = ms((await b.journal.clock()) + 1_200);
      await until(async () => {
        expect(await b.journal.renew(owner, 1_000)).toBe(true);
        expect(await b.claim(heir)).toEqual([]);
        return (await b.journal.clock()) > afterTheFirstLease;
      });
    });

    it("gives a clock that does not go back", async () => {
      const { journal } = bench();
      const first = await journal.clock();
      expect(Number.isInteger(first)).toBe(true);
      expect(await journal.clock()).toBeGreaterThanOrEqual(first);
    });
  });
}
