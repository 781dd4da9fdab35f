import { beforeAll, describe, expect, it } from "vitest";
import type { RunId, WorkerId } from "../../core/ids.js";
import {
  completed,
  ended,
  mark,
  payload,
  scheduled,
  seq,
  started,
  token,
  Workbench,
} from "../conformance/workbench.conformance.js";
import { testServer } from "./fixtures/databases.js";
import { LOST, lossyBench, lossyJournal } from "./fixtures/lossy-bench.js";

/** Each verb, cut before its statement arrives and after it was carried out: the same answer, and its effect once. */
describe.each(LOST)("when the %s is lost", (what) => {
  const { bench, lose, fired } = lossyBench(what);
  let b: Workbench;
  beforeAll(() => void (b = bench()));

  const finish = (worker: WorkerId, run: RunId, end: Parameters<typeof b.journal.finishTask>[0]["end"]) =>
    b.journal.finishTask({ worker, runId: run, command: seq(1), attempt: 1, end });

  it("a turn is stored once", async () => {
    const run = await b.born(await b.worker());
    lose("continuum_commit_");
    expect(await b.commit(run, { events: [scheduled(1)] })).toMatchObject({ kind: "committed" });
    fired();
    expect(await b.reader.history(run)).toEqual([started, scheduled(1)]);
    // The run's next turns are judged as ever.
    expect(await b.commit(run, { events: [scheduled(1)] })).toEqual({ kind: "lost" });
    expect(await b.commit(run, { nextSeq: seq(2), events: [scheduled(2)] })).toMatchObject({
      kind: "committed",
    });
  });

  it("the turn that ends a run is stored once, and says that somebody waits", async () => {
    const run = await b.born(await b.worker());
    await b.journal.ends([run]);
    lose("continuum_commit_");
    const end = { events: [ended(1)], end: { status: "completed" as const } };
    expect(await b.commit(run, end)).toMatchObject({ kind: "committed", awaited: true });
    fired();
    expect(await b.reader.run(run)).toMatchObject({ status: "completed" });
  });

  it("each turn of a batch is judged by itself", async () => {
    const worker = await b.worker();
    const [one, other, foreign] = [await b.born(worker), await b.born(worker), await b.born(worker)];
    lose("continuum_commit_");
    const verdicts = await b.journal.commit([
      b.turn(one, { events: [scheduled(1)] }),
      b.turn(other, { events: [ended(1)], end: { status: "completed" } }),
      b.turn(foreign, { token: token(9), events: [scheduled(1)] }),
    ]);
    fired();
    expect(verdicts.map((verdict) => verdict.kind)).toEqual(["committed", "committed", "lost"]);
    expect(await b.reader.history(foreign)).toEqual([started]);
  });

  it("a turn that another owner overtook in the meantime is lost", async () => {
    const owner = await b.worker();
    const run = await b.born(owner);
    await b.journal.retire(owner);
    await b.claimOne(await b.worker());
    lose("continuum_commit_");
    expect(await b.commit(run, { events: [scheduled(1)] })).toEqual({ kind: "lost" });
    fired();
    expect(await b.reader.history(run)).toEqual([started]);
  });

  it("a birth is one run, and its creator is told that it was created", async () => {
    const run = b.newRun({ idempotencyKey: "k" });
    lose("continuum_create");
    expect(await b.journal.create([run])).toMatchObject([{ kind: "created" }]);
    fired();
    expect(await b.journal.create([run])).toMatchObject([{ kind: "exists" }]);
    expect(await b.reader.history(run.runId)).toEqual([started]);
  });

  it("a claim of ready runs loses none", async () => {
    const worker = await b.worker();
    const runs = [await b.waiting(), await b.waiting()];
    lose("continuum_claim_ready");
    const claimed = [...(await b.claim(worker)), ...(await b.claim(worker))];
    fired();
    expect(claimed.map((run) => [run.runId, run.token]).sort()).toEqual(runs.map((run) => [run, 1]).sort());
  });

  it.each(["continuum_claim_gone", "commit", "continuum_claimed_runs"])(
    "a take-over loses none, cut at %s",
    async (statement) => {
      const owner = await b.worker();
      const run = await b.born(owner, { events: [started, scheduled(1)] });
      await b.journal.retire(owner);
      const heir = await b.worker();
      lose(statement);
      const claimed = [...(await b.claim(heir)), ...(await b.claim(heir))];
      fired();
      expect(claimed).toMatchObject([{ runId: run, token: 2, rows: [1] }]);
      expect(await b.reader.attempts(run)).toHaveLength(1);
      expect(await b.reader.tasks(run)).toMatchObject([{ attempt: 2 }]);
    },
  );

  it.each(["continuum_claim_tasks", "continuum_claimed_tasks"])(
    "a claim of tasks loses none, cut at %s",
    async (statement) => {
      const worker = await b.worker();
      const run = await b.withRow(worker);
      lose(statement);
      const claimed = [...(await b.tasks(worker)), ...(await b.tasks(worker))];
      fired();
      expect(claimed).toMatchObject([{ runId: run, attempt: 1 }]);
    },
  );

  it.each([
    { kind: "completed", payload: payload("r") },
    { kind: "failed", payload: payload("r") },
    { kind: "retry", payload: payload("r"), delayMs: 0 },
  ] as const)("the end of an attempt that $kind is accepted once", async (end) => {
    const worker = await b.worker();
    const run = await b.withRow(worker);
    await b.tasks(worker);
    lose("continuum_finish_task");
    expect(await finish(worker, run, end)).toEqual({ kind: "accepted", owner: worker });
    fired();
    expect(await finish(worker, run, end)).toEqual({ kind: "refused" });
    expect((await b.journal.inbox(worker, [run]))[0]).toMatchObject({ mark: end.kind === "retry" ? 0 : 1 });
    expect(await b.reader.attempts(run)).toHaveLength(end.kind === "completed" ? 0 : 1);
  });

  it("a signal is one signal", async () => {
    const run = await b.born(await b.worker());
    lose("continuum_signal");
    expect(await b.journal.signal(run, "s", payload("p"), "d")).toMatchObject({
      kind: "accepted",
      position: 1,
    });
    fired();
    expect(await b.reader.mailbox(run)).toHaveLength(1);
  });

  it("terminate says that it did it", async () => {
    const worker = await b.worker();
    const run = await b.born(worker);
    lose("continuum_terminate");
    expect(await b.journal.terminate(run, "why")).toMatchObject({ kind: "terminated" });
    fired();
    expect(await b.reader.run(run)).toMatchObject({ status: "terminated" });
  });

  it("release, block and resume say that they did it", async () => {
    const worker = await b.worker();
    const [released, blocked] = [await b.born(worker), await b.born(worker)];
    lose("continuum_release");
    expect(
      await b.journal.release(worker, [{ runId: released, token: token(1), seenMark: mark(0), tasks: [] }]),
    ).toEqual([true]);
    fired();
    lose("continuum_block");
    const diagnosis = { code: "CTM4001", message: "m", hint: "h", seq: null };
    expect(await b.journal.block(blocked, token(1), diagnosis)).toBe(true);
    fired();
    lose("continuum_resume");
    expect(await b.journal.resume(blocked)).toBe(true);
    fired();
  });

  it("a trial is on record", async () => {
    const worker = await b.worker();
    const run = await b.born(worker);
    lose("continuum_begin_trial");
    expect(await b.journal.beginTrial(run, token(1))).toBe(true);
    fired();
    await b.journal.retire(worker);
    expect((await b.claimOne(await b.worker())).deaths).toBe(1);
  });

  it("renewing, retiring, enlisting and reading are simply done again", async () => {
    const worker = await b.worker();
    const run = await b.born(worker);
    for (const statement of ["continuum_renew", "continuum_retire", "continuum_enlist"]) {
      lose(statement);
      if (statement === "continuum_renew") expect(await b.journal.renew(worker, 60_000)).toBe(true);
      else if (statement === "continuum_retire") await b.journal.retire(worker);
      else await b.worker();
    }
    lose('from "continuum"."events"');
    expect(await b.reader.history(run)).toEqual([started]);
    fired(4);
  });
});

describe("when the database is away for longer than the journal's patience", () => {
  it("a turn is rejected as undecided, and the same turn sent again finds out", async () => {
    const { b, wire, close } = await lossyJournal({ maxConnections: 1, patienceMs: 0 });
    const run = await b.born(await b.worker());
    wire.loseAnswer("continuum_commit_");
    await expect(b.commit(run, { events: [scheduled(1)] })).rejects.toMatchObject({
      code: "CTM5001",
      details: { again: true },
    });
    expect(wire.lost()).toBe(1);
    expect(await b.commit(run, { events: [scheduled(1)] })).toMatchObject({ kind: "committed" });
    expect(await b.commit(run, { nextSeq: seq(2), events: [completed(2, 1)] })).toMatchObject({
      kind: "committed",
    });
    expect(await b.reader.history(run)).toHaveLength(3);
    await close();
  });

  it("a claim is rejected, and what it took comes with the next one", async () => {
    const { b, wire, close } = await lossyJournal({ maxConnections: 1, patienceMs: 0 });
    const worker = await b.worker();
    const run = await b.waiting();
    wire.loseAnswer("continuum_claim_ready");
    await expect(b.claim(worker)).rejects.toMatchObject({ code: "CTM5001" });
    expect(await b.claimOne(worker)).toMatchObject({ runId: run, token: 1 });
    await b.commit(run, { events: [scheduled(1)], tasks: [b.task(run)] });
    wire.loseAnswer("continuum_claim_tasks");
    await expect(b.tasks(worker)).rejects.toMatchObject({ code: "CTM5001" });
    expect(await b.tasks(worker)).toMatchObject([{ runId: run, attempt: 1 }]);
    expect(await b.tasks(worker)).toEqual([]);
    expect(wire.lost()).toBe(2);
    await close();
  });

  it("nothing of a refused statement is stored, nothing of its values is said, and the rest of the batch can go", async () => {
    const server = await testServer();
    const opened = await server.open();
    const b = new Workbench({ ...opened, close: () => Promise.resolve() });
    const worker = await b.worker();
    const [good, bad] = [await b.born(worker), await b.born(worker)];
    const poison = { ...scheduled(1), payload: "secret\0" as never } as typeof started;
    const batch = [b.turn(good, { events: [scheduled(1)] }), b.turn(bad, { events: [poison] })];
    const error: unknown = await opened.journal.commit(batch).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "CTM5002", details: { again: false } });
    expect(`${String(error)}${JSON.stringify(error)}${String((error as Error).cause)}`).not.toContain(
      "secret",
    );
    expect(await b.reader.history(good)).toEqual([started]);
    expect((await opened.journal.commit([batch[0]!]))[0]).toMatchObject({ kind: "committed" });
  });
});
