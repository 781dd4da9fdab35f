import pg from "pg";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { freshDatabase } from "../../../../packages/workspace/src/test-postgres/index.js";
import { payloadCodec } from "../../codec/payload-codec.js";
import type { RunId } from "../../core/ids.js";
import {
  ended,
  mark,
  ms,
  payload,
  scheduled,
  seq,
  started,
  token,
  until,
  Workbench,
} from "../conformance/workbench.conformance.js";
import { migrateDatabase } from "../open.js";
import { subjectOf, testServer } from "./fixtures/databases.js";
import type { Server } from "./fixtures/databases.js";
import { severalConnections } from "./fixtures/several-connections.js";
import { postgresJournal } from "./journal.js";
import { pgDatabase } from "./pg-database.js";

describe("several connections", () => {
  const { opened, hold, lock, letGo, waiting } = severalConnections();
  let server: Server;
  let b: Workbench;
  let other: Workbench;
  let holder: pg.PoolClient;
  beforeAll(() => void ({ server, b, other, holder } = opened()));

  it("claim a hundred runs between them, each once", async () => {
    for (let i = 0; i < 100; i++) await b.waiting();
    const workers = [await b.worker(), await b.worker(), await b.worker(), await b.worker()];
    const claimAll = async (bench: Workbench, worker: (typeof workers)[number]): Promise<RunId[]> => {
      const mine: RunId[] = [];
      for (let empty = 0; empty < 3;) {
        const runs = await bench.claim(worker, 7);
        empty = runs.length === 0 ? empty + 1 : 0;
        mine.push(...runs.map((run) => run.runId));
      }
      return mine;
    };
    const claimed = (
      await Promise.all(workers.map((worker, i) => claimAll(i % 2 === 0 ? b : other, worker)))
    ).flat();
    expect(claimed).toHaveLength(100);
    expect(new Set(claimed).size).toBe(100);
  });

  it("claim the tasks of dead workers between them, each attempt once", async () => {
    const [owner, dead, worker] = [await b.worker(), await b.worker(), await b.worker()];
    for (let i = 0; i < 20; i++) await b.withRow(owner);
    expect(await b.tasks(dead)).toHaveLength(20);
    await b.journal.retire(dead);
    const claimed = (await Promise.all([b, other, b, other].map((bench) => bench.tasks(worker, 100)))).flat();
    // Whoever found a row locked left it to the others, or to the next look.
    claimed.push(...(await b.tasks(worker)));
    expect(claimed).toHaveLength(20);
    expect(new Set(claimed.map((task) => task.runId)).size).toBe(20);
    expect(claimed.every((task) => task.attempt === 2)).toBe(true);
    const { rows } = await server.admin.query(
      "select count(*)::int as n, count(distinct run_id)::int as runs from continuum.attempts",
    );
    expect(rows).toEqual([{ n: 20, runs: 20 }]);
  });

  it("claim past a run that somebody holds, without waiting", async () => {
    const [held, free] = [await b.waiting(), await b.waiting()];
    await lock(held);
    const worker = await b.worker();
    expect((await b.claim(worker)).map((run) => run.runId)).toEqual([free]);
    await letGo();
    expect((await b.claim(worker)).map((run) => run.runId)).toEqual([held]);
  });

  it("tell a turn that its row is held, while the rest of the batch goes on", async () => {
    const worker = await b.worker();
    const [held, free] = [await b.born(worker), await b.born(worker)];
    await lock(held);
    const turns = [held, free].map((run) => b.turn(run, { events: [scheduled(1)] }));
    expect((await b.journal.commit(turns)).map((verdict) => verdict.kind)).toEqual(["locked", "committed"]);
    expect((await b.journal.commit([turns[0]!])).map((verdict) => verdict.kind)).toEqual(["locked"]);
    await letGo();
    expect((await b.journal.commit([turns[0]!])).map((verdict) => verdict.kind)).toEqual(["committed"]);
  });

  it("a decisive turn never slips past a signal that is being accepted", async () => {
    const run = await b.born(await b.worker());
    const end = { events: [ended(1)], decisive: true, end: { status: "completed" as const } };
    await hold("update continuum.runs set mark = mark + 1, news = true where run_id = $1", run);
    expect(await b.commit(run, end)).toEqual({ kind: "locked" });
    await letGo();
    expect(await b.commit(run, end)).toEqual({ kind: "marked", mark: 1 });
  });

  it("a zombie's turn is lost as soon as the take-over is committed, and waits for no one before", async () => {
    const run = await b.born(await b.worker());
    await hold("update continuum.runs set token = token + 1 where run_id = $1", run);
    const turn = { events: [scheduled(1)] };
    expect(await b.commit(run, turn)).toEqual({ kind: "locked" });
    await letGo();
    expect(await b.commit(run, turn)).toEqual({ kind: "lost" });
    expect(await b.reader.history(run)).toEqual([started]);
  });

  it("a signal that waits for an ending run is refused, not lost in its mailbox", async () => {
    const run = await b.born(await b.worker());
    await hold(
      "update continuum.runs set status = 'completed', owner = null, ended_at = 1 where run_id = $1",
      run,
    );
    const verdict = b.journal.signal(run, "s", payload("p"), "d");
    await waiting();
    await letGo();
    expect(await verdict).toEqual({ kind: "ended", status: "completed" });
    expect(await b.reader.mailbox(run)).toEqual([]);
  });

  it("a signal and a cancel that wait for a release are accepted, and wake the run", async () => {
    const released = "update continuum.runs set owner = null, wake_at = null where run_id = $1";
    const signal = (run: RunId) => b.journal.signal(run, "s", payload("p"), "d");
    const cancel = (run: RunId) => b.journal.cancel(run, null);
    for (const tell of [signal, cancel]) {
      const run = await b.born(await b.worker());
      await hold(released, run);
      const verdict = tell(run);
      await waiting();
      await letGo();
      expect(await verdict).toMatchObject({ owner: null, repeated: false });
      expect((await b.claim(await b.worker())).map(({ runId }) => runId)).toEqual([run]);
    }
  });

  it("a signal's time and place are taken once it holds the row", async () => {
    const run = await b.born(await b.worker());
    await hold("update continuum.runs set mark = mark + 1 where run_id = $1", run);
    const verdict = b.journal.signal(run, "s", payload("p"), "d");
    await waiting();
    const asked = await b.journal.clock();
    await until(async () => (await b.journal.clock()) > asked + 5);
    const released = await b.journal.clock();
    await letGo();
    expect(await verdict).toMatchObject({ kind: "accepted", position: 2 });
    expect((await b.reader.mailbox(run))[0]!.acceptedAt).toBeGreaterThanOrEqual(released);
  });

  it("one delivery id sent twice at once is one signal, though neither saw the other", async () => {
    const run = await b.born(await b.worker());
    await lock(run);
    const verdicts = [b, other].map((bench) => bench.journal.signal(run, "s", payload("p"), "same"));
    await waiting(2);
    await letGo();
    const repeated = (await Promise.all(verdicts)).map(
      (verdict) => verdict.kind === "accepted" && verdict.repeated,
    );
    expect(repeated.sort()).toEqual([false, true]);
    expect(await b.reader.mailbox(run)).toHaveLength(1);
    expect((await b.journal.inbox((await b.reader.run(run))!.owner!))[0]).toMatchObject({ mark: 1 });
  });

  it("one key started by many at once is one run, and all are told which", async () => {
    for (let round = 0; round < 10; round++) {
      const runs = Array.from({ length: 8 }, () => b.newRun({ idempotencyKey: `k${round}` }));
      const verdicts = (
        await Promise.all(runs.map((run, i) => (i % 2 === 0 ? b : other).journal.create([run])))
      ).flat();
      const created = runs.filter((_, i) => verdicts[i]!.kind === "created");
      expect(created).toHaveLength(1);
      for (const verdict of verdicts) {
        if (verdict.kind === "exists")
          expect(verdict).toEqual({ kind: "exists", runId: created[0]!.runId, sameKey: true });
      }
    }
  });

  it("a result that waits for terminate is refused", async () => {
    const worker = await b.worker();
    const run = await b.withRow(worker);
    await b.tasks(worker);
    await lock(run);
    const terminated = other.journal.terminate(run, null);
    await waiting();
    const finished = b.journal.finishTask({
      worker,
      runId: run,
      command: seq(1),
      attempt: 1,
      end: { kind: "completed", payload: payload("r") },
    });
    await waiting(2);
    await letGo();
    expect([(await terminated).kind, (await finished).kind]).toEqual(["terminated", "refused"]);
  });

  it("a row that a turn makes while terminate waits for it is removed with the others", async () => {
    const worker = await b.worker();
    const [from, run] = [await b.withRow(worker), await b.born(worker)];
    await hold("update continuum.runs set next_seq = next_seq where run_id = $1", run);
    await holder.query("update continuum.tasks set run_id = $2 where run_id = $1", [from, run]);
    const terminated = b.journal.terminate(run, null);
    await waiting();
    await letGo();
    expect(await terminated).toMatchObject({ kind: "terminated" });
    expect(await b.tasks(worker)).toEqual([]);
    const { rows } = await server.admin.query("select * from continuum.tasks");
    expect(rows).toEqual([]);
  });

  it("a lease is not renewed while its worker is being declared dead", async () => {
    const worker = await b.worker();
    await holder.query("begin");
    await holder.query("update continuum.workers set dead_at = 1 where worker_id = $1", [worker]);
    const renewed = b.journal.renew(worker, 60_000);
    await waiting();
    await letGo();
    expect(await renewed).toBe(false);
  });

  it("who asks for the end and the turn that ends the run find each other", async () => {
    const worker = await b.worker();
    for (let round = 0; round < 20; round++) {
      const run = await b.born(worker);
      const end = { events: [ended(1)], end: { status: "completed" as const } };
      const [ends, first] = await Promise.all([other.journal.ends([run]), b.commit(run, end)]);
      const verdict = first.kind === "locked" ? await b.commit(run, end) : first;
      const seen = ends.get(run)?.status !== "open";
      expect(seen || (verdict.kind === "committed" && verdict.awaited)).toBe(true);
    }
  });

  it("a deadlock is survived", async () => {
    const worker = await b.worker();
    const [first, second] = [await b.born(worker), await b.born(worker)].sort();
    await lock(second!);
    const release = (run: RunId) => ({ runId: run, token: token(1), seenMark: mark(0), tasks: [] });
    const released = b.journal.release(worker, [release(first!), release(second!)]);
    await waiting();
    // Now each waits for the other, and the server ends one of them.
    await holder
      .query("select from continuum.runs where run_id = $1 for update", [first])
      .catch(() => undefined);
    await holder.query("rollback");
    expect(await released).toEqual([true, true]);
  });

  it("a server that ends all connections is survived by what runs, and by what comes", async () => {
    const run = await b.born(await b.worker());
    await lock(run);
    const signalled = b.journal.signal(run, "s", payload("p"), "d");
    await waiting();
    await server.admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'continuum'`,
    );
    await letGo();
    expect(await signalled).toMatchObject({ kind: "accepted", position: 1 });
    expect(await b.commit(run, { events: [scheduled(1)] })).toMatchObject({ kind: "committed" });
  });
});

describe("a sequential step", () => {
  it("changes its run's row in place: no index is touched", async () => {
    const server = await testServer();
    const opened = await server.open({ maxConnections: 1 });
    const b = new Workbench(subjectOf(opened));
    const run = await b.born(await b.worker());
    for (let n = 1; n <= 200; n++) await b.commit(run, { nextSeq: seq(n), events: [scheduled(n)] });
    await opened.journal.close();
    const updates = await until(async () => {
      const { rows } = await server.admin.query<{ all: number; hot: number }>(
        `select n_tup_upd::int as all, n_tup_hot_upd::int as hot from pg_stat_user_tables
         where schemaname = 'continuum' and relname = 'runs'`,
      );
      return rows[0]!.all >= 200 && rows[0];
    });
    // A page that has filled up is left once in a while.
    expect(updates.hot / updates.all).toBeGreaterThan(0.9);
  });
});

describe("transactions, by the server's own count", () => {
  it("a sequential step is one; so are a birth, a signal, a finished task and a batch of any size", async () => {
    const { url } = await freshDatabase();
    await migrateDatabase({ database: url });
    // One connection: its statistics can be flushed when they are to be read.
    const database = pgDatabase(url, { pooled: false, maxConnections: 1, report: () => undefined });
    const ports = { exclusive: false, patienceMs: 1_000, codec: payloadCodec(), random: Math.random };
    const opened = postgresJournal(database, ports);
    const b = new Workbench({ ...opened, close: () => Promise.resolve() });
    const elsewhere = new pg.Client({ connectionString: inject("postgresUrl") });
    await elsewhere.connect();
    const count = async (): Promise<number> => {
      // It reads a table, since a flush without anything about tables is put off.
      await database.script("select pg_stat_force_next_flush() from continuum.migrations");
      const { rows } = await elsewhere.query<{ n: number }>(
        "select (xact_commit + xact_rollback)::int as n from pg_stat_database where datname = $1",
        [new URL(url).pathname.slice(1)],
      );
      return rows[0]!.n;
    };
    /** Besides the statement that flushes. */
    const transactionsOf = async (work: () => Promise<unknown>): Promise<number> => {
      const before = await count();
      await work();
      return (await count()) - before - 1;
    };
    // Connections that migrated have gone; what they did is counted once they have.
    await until(async () => (await transactionsOf(() => Promise.resolve())) === 0);

    const worker = await b.worker();
    const runs = [await b.born(worker), await b.born(worker), await b.born(worker)];
    let next = 1;
    const step = (): Promise<unknown> => {
      const events = [
        {
          kind: "activity_completed",
          seq: seq(next),
          at: ms(1),
          command: seq(0),
          attempt: 1,
          payload: payload("r"),
        } as const,
        scheduled(next + 1),
      ];
      next += 2;
      return b.commit(runs[0]!, { nextSeq: seq(next - 2), events });
    };
    expect(await transactionsOf(step)).toBe(1);
    expect(
      await transactionsOf(async () => {
        for (let i = 0; i < 20; i++) await step();
      }),
    ).toBe(20);
    expect(await transactionsOf(() => b.born(worker))).toBe(1);
    const others = runs.slice(1).map((run) => b.turn(run, { events: [scheduled(1)], tasks: [b.task(run)] }));
    expect(await transactionsOf(() => opened.journal.commit(others))).toBe(1);
    expect(await transactionsOf(() => opened.journal.signal(runs[0]!, "s", payload("p"), "d"))).toBe(1);
    await b.tasks(worker);
    const finish = {
      worker,
      runId: runs[1]!,
      command: seq(1),
      attempt: 1,
      end: { kind: "returned" } as const,
    };
    expect(await transactionsOf(() => opened.journal.finishTask(finish))).toBe(1);
    await opened.journal.close();
    await elsewhere.end();
  });
});
