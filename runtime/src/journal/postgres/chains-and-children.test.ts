import type pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import type { RunId, WorkerId } from "../../core/ids.js";
import type { Workbench } from "../conformance/workbench.conformance.js";
import {
  childStarted,
  continuedAs,
  ended,
  mark,
  ms,
  payload,
  scheduled,
  seq,
  started,
} from "../conformance/workbench.conformance.js";
import type { KeyClaim } from "../port.js";
import { commitOf } from "./commit-statement.js";
import type { Server } from "./fixtures/databases.js";
import { LOST, lossyBench } from "./fixtures/lossy-bench.js";
import { severalConnections } from "./fixtures/several-connections.js";
import { inOrder } from "./statement.js";

const completed = (at = 1) => ({ events: [ended(at)], end: { status: "completed" as const } });

const family = async (
  b: Workbench,
  worker: WorkerId,
  overrides: Parameters<Workbench["child"]>[2] = {},
): Promise<readonly [RunId, RunId]> => {
  const parent = await b.born(worker);
  const child = b.child(parent, 1, { owner: worker, ...overrides });
  await b.commit(parent, { events: [childStarted(1, child.runId)], children: [child] });
  return [parent, child.runId];
};

const claimOf = (runId: RunId, worker: WorkerId): KeyClaim => ({
  namespace: "default",
  activity: "payments.charge",
  key: "k",
  worker,
  runId,
  command: seq(1),
  attempt: 1,
});

describe("chains and children, over several connections", () => {
  const { opened, lock, letGo, waiting } = severalConnections();
  let server: Server;
  let b: Workbench;
  let other: Workbench;
  let holder: pg.PoolClient;
  beforeAll(() => void ({ server, b, other, holder } = opened()));

  /** What the commit of a continuation does, in the holder's transaction. */
  const continueByHand = async (run: RunId): Promise<RunId> => {
    const next = `${run}-next` as RunId;
    await lock(run);
    await holder.query(
      `insert into continuum.runs (run_id, chain_id, chain_place, namespace, workflow, version_hash, version_label, birth, status, token,
         next_seq, mark, seen_mark, news, awaited, wake_at, created_at, parent_id, parent_command, parent_chain, on_parent_close, depth)
       select $2, chain_id, 1, namespace, workflow, '', '', 'b', 'live', 0, 0, mark, seen_mark, false, awaited, 1, 1,
         parent_id, parent_command, parent_chain, on_parent_close, depth
       from continuum.runs where run_id = $1`,
      [run, next],
    );
    await holder.query(
      "update continuum.runs set status = 'continued', owner = null, ended_at = 1 where run_id = $1",
      [run],
    );
    return next;
  };

  it.each([
    ["a signal", (run: RunId) => b.journal.signal(run, "s", payload("p"), "d"), "accepted"],
    ["a cancel", (run: RunId) => b.journal.cancel(run, null), "requested"],
    ["terminate", (run: RunId) => b.journal.terminate(run, null), "terminated"],
  ] as const)(
    "%s that waits for a run which is being continued reaches its successor",
    async (_, send, kind) => {
      const run = await b.born(await b.worker());
      const next = await continueByHand(run);
      const verdict = send(run);
      await waiting();
      await letGo();
      expect(await verdict).toMatchObject({ kind, owner: null });
      const { rows } = await server.admin.query<{ run_id: string; mark: string; status: string }>(
        "select run_id, mark, status from continuum.runs order by run_id",
      );
      expect(rows).toEqual([
        { run_id: run, mark: "0", status: "continued" },
        kind === "terminated"
          ? { run_id: next, mark: "0", status: "terminated" }
          : { run_id: next, mark: "1", status: "live" },
      ]);
    },
  );

  it("whoever waits for a chain that is continued before he is registered is registered with its successor", async () => {
    const run = await b.born(await b.worker());
    const next = await continueByHand(run);
    const ends = b.journal.ends([run]);
    await waiting();
    await letGo();
    expect(await ends).toEqual(new Map([[run, { status: "open", chainId: run }]]));
    const { rows } = await server.admin.query("select awaited from continuum.runs where run_id = $1", [next]);
    expect(rows).toEqual([{ awaited: true }]);
  });

  it("a turn that records a child's end while its row is held asks again, and nothing of it is stored", async () => {
    const worker = await b.worker();
    const [parent, child] = await family(b, worker);
    await b.commit(child, completed());
    await lock(child);
    const turn = { nextSeq: seq(2), events: [scheduled(2)], consumedChildren: [seq(1)] };
    expect(await b.commit(parent, turn)).toEqual({ kind: "locked" });
    expect(await b.reader.history(parent)).toHaveLength(2);
    await letGo();
    expect(await b.commit(parent, turn)).toMatchObject({ kind: "committed" });
    expect(await b.journal.inbox(worker, [parent])).toMatchObject([{ children: [] }]);
  });

  it.each(["parent", "child"] as const)(
    "what is owed to a parent is owed on while the %s is held",
    async (who) => {
      const worker = await b.worker();
      const [parent, child] = await family(b, worker);
      await b.commit(child, completed());
      await lock(who === "parent" ? parent : child);
      expect(await b.journal.carryOn(10)).toMatchObject({ owners: [], more: false });
      await letGo();
      expect(await b.journal.carryOn(10)).toMatchObject({ owners: [[worker, parent]], more: false });
    },
  );

  it.each(["parent", "child"] as const)(
    "what is owed to a child is owed on while the %s is held",
    async (who) => {
      const worker = await b.worker();
      const [parent, child] = await family(b, worker);
      await b.commit(parent, { nextSeq: seq(2), ...completed(2) });
      await lock(who === "parent" ? parent : child);
      expect(await b.journal.carryOn(10)).toMatchObject({ owners: [], more: false });
      await letGo();
      expect(await b.journal.carryOn(10)).toMatchObject({ owners: [[worker, child]], more: false });
      expect(await b.journal.carryOn(10)).toMatchObject({ owners: [], more: false });
    },
  );

  it("a child that is being continued does not slip away from its parent's end", async () => {
    const worker = await b.worker();
    const [parent, child] = await family(b, worker, { onParentClose: "terminate" });
    await b.journal.terminate(parent, null);
    const next = await continueByHand(child);
    expect(await b.journal.carryOn(10)).toMatchObject({ owners: [], more: false });
    await letGo();
    await b.carryOn();
    expect(await b.reader.run(next)).toMatchObject({ status: "terminated" });
  });

  it("a child that is born while its parent is terminated is not born, or ends with it", async () => {
    const parent = await b.born(await b.worker());
    const child = b.child(parent, 1, { onParentClose: "terminate" });
    await lock(parent);
    const verdict = b.journal.terminate(parent, null);
    await waiting();
    expect(await b.commit(parent, { events: [childStarted(1, child.runId)], children: [child] })).toEqual({
      kind: "locked",
    });
    await letGo();
    expect(await verdict).toMatchObject({ kind: "terminated" });
    expect(await b.commit(parent, { events: [childStarted(1, child.runId)], children: [child] })).toEqual({
      kind: "lost",
    });
    expect(await b.reader.run(child.runId)).toBeNull();
  });

  it("many that carry on at once tell each parent, and each child once, without waiting for each other", async () => {
    const worker = await b.worker();
    const parents = await Promise.all([1, 2, 3].map(() => b.born(worker)));
    for (const parent of parents) {
      const all = Array.from({ length: 60 }, (_, i) =>
        b.child(parent, i + 1, { owner: worker, onParentClose: i % 2 === 0 ? "cancel" : "terminate" }),
      );
      await b.commit(parent, { events: all.map((c, i) => childStarted(i + 1, c.runId)), children: all });
      await b.journal.commit(all.slice(0, 30).map((child) => b.turn(child.runId, completed())));
    }
    await Promise.all([b, other, b, other].map((bench) => bench.carryOn(7)));
    await b.carryOn();
    const inboxes = await b.journal.inbox(worker, parents);
    expect(inboxes.map((inbox) => inbox.children.length)).toEqual([30, 30, 30]);
    for (const parent of parents) await b.journal.terminate(parent, null);
    await Promise.all([b, other, b, other].map((bench) => bench.carryOn(7)));
    await b.carryOn();
    const { rows } = await server.admin.query<{ status: string; mark: string; n: number }>(
      `select status, mark, count(*)::int as n from continuum.runs where parent_id is not null and status <> 'completed'
       group by 1, 2 order by 1`,
    );
    expect(rows).toEqual([
      { status: "live", mark: "1", n: 45 },
      { status: "terminated", mark: "0", n: 45 },
    ]);
  });

  it("what nobody will ask for is forgotten with the parent's end", async () => {
    const worker = await b.worker();
    const [parent, child] = await family(b, worker);
    await b.commit(child, completed());
    await b.carryOn();
    await b.commit(parent, { nextSeq: seq(2), seenMark: mark(1), ...completed(2) });
    await b.carryOn();
    const { rows } = await server.admin.query(
      "select run_id from continuum.runs where reports is not null or closes",
    );
    expect(rows).toEqual([]);
  });

  it("turns of plain runs stay within their page: nothing that they change is in an index", async () => {
    const worker = await b.worker();
    const run = await b.born(worker);
    // The counters hold what this connection has not reported yet of earlier transactions, too.
    const counted = async (): Promise<{ all: number; hot: number }> => {
      const { rows } = await holder.query(
        `select pg_stat_get_xact_tuples_updated(t)::int as all, pg_stat_get_xact_tuples_hot_updated(t)::int as hot
         from (select 'continuum.runs'::regclass as t) t`,
      );
      return rows[0] as { all: number; hot: number };
    };
    await holder.query("begin");
    const before = await counted();
    for (let n = 1; n <= 5; n++) {
      const { statement, values } = commitOf([
        b.turn(run, { nextSeq: seq(n), events: [scheduled(n)], dueAt: ms(n) }),
      ]);
      await holder.query(statement.text, inOrder(statement, values) as unknown[]);
    }
    const after = await counted();
    await letGo();
    expect({ all: after.all - before.all, hot: after.hot - before.hot }).toEqual({ all: 5, hot: 5 });
  });

  it("a key that was taken while one waited for it is held, since its holder's claim is looked up afterwards", async () => {
    const [worker, rival] = [await b.worker(), await b.worker()];
    const [mine, theirs] = [await b.withRow(worker), await b.withRow(rival)];
    await holder.query("begin");
    await holder.query(
      `insert into continuum.activity_keys (namespace, activity, key, worker, run_id, command, attempt, claimed_at)
       values ('default', 'payments.charge', 'k', $1, $2, 1, 1, 1)`,
      [rival, theirs],
    );
    await holder.query(
      "update continuum.tasks set state = 'claimed', claimed_by = $1, started_at = 1 where run_id = $2",
      [rival, theirs],
    );
    const verdict = b.journal.claimKey(claimOf(mine, worker));
    await waiting();
    await letGo();
    expect(await verdict).toEqual({ kind: "held" });
  });
});

/** Each verb, cut before its statement arrives and after it was carried out: the same answer, and its effect once. */
describe.each(LOST)("when the %s is lost", (what) => {
  const { bench, lose, fired } = lossyBench(what);
  let b: Workbench;
  beforeAll(() => void (b = bench()));

  it("a child is born once, and its parent's turn is committed", async () => {
    const worker = await b.worker();
    const parent = await b.born(worker);
    const child = b.child(parent, 1, { owner: worker });
    lose("continuum_commit_");
    expect(
      await b.commit(parent, { events: [childStarted(1, child.runId)], children: [child] }),
    ).toMatchObject({
      kind: "committed",
    });
    fired();
    expect(await b.reader.history(child.runId)).toEqual([started]);
  });

  it("a run is continued once", async () => {
    const run = await b.born(await b.worker());
    await b.journal.ends([run]);
    const successor = b.successor(run);
    lose("continuum_commit_");
    const end = { status: "continued" as const, successor };
    expect(await b.commit(run, { events: [continuedAs(1, successor.runId)], end })).toMatchObject({
      kind: "committed",
      awaited: false,
    });
    fired();
    expect(await b.reader.latest(run)).toBe(successor.runId);
  });

  it("a family is born once", async () => {
    const worker = await b.worker();
    const parent = b.newRun({ owner: worker });
    const child = b.child(parent.runId, 1);
    lose("continuum_create_brood");
    expect(await b.journal.create([{ ...parent, children: [child] }])).toMatchObject([{ kind: "created" }]);
    fired();
    expect(await b.reader.run(child.runId)).toMatchObject({ status: "live" });
  });

  it("a cancel is asked for once", async () => {
    const worker = await b.worker();
    const run = await b.born(worker);
    lose("continuum_cancel");
    expect(await b.journal.cancel(run, null)).toMatchObject({ kind: "requested" });
    fired();
    expect(await b.journal.inbox(worker)).toMatchObject([{ mark: 1, cancel: { reason: null } }]);
  });

  it.each(["tell_parents", "tell_children"])("what an end has set going is done (%s)", async (statement) => {
    const worker = await b.worker();
    const [parent, child] = await family(b, worker);
    if (statement === "tell_parents") await b.commit(child, completed());
    else await b.journal.terminate(parent, null);
    lose(`continuum_${statement}`);
    await b.carryOn();
    fired();
    const told = statement === "tell_parents" ? parent : child;
    expect(await b.journal.inbox(worker)).toMatchObject([{ runId: told, mark: 1 }]);
  });

  it("a key is claimed, settled and known", async () => {
    const worker = await b.worker();
    const claim = claimOf(await b.withRow(worker), worker);
    await b.tasks(worker);
    lose("continuum_take_key");
    expect(await b.journal.claimKey(claim)).toEqual({ kind: "claimed" });
    fired();
    lose("continuum_settle_key");
    expect(await b.journal.settleKey(claim, payload("r"))).toBe(true);
    fired();
    expect(await b.journal.claimKey(claim)).toEqual({ kind: "known", payload: payload("r") });
  });

  it("a heartbeat renews", async () => {
    const worker = await b.worker();
    const run = await b.withRow(worker);
    await b.tasks(worker);
    lose("continuum_heartbeat");
    const beat = { worker, runId: run, command: seq(1), attempt: 1, details: payload("d") };
    expect(await b.journal.heartbeat(beat)).toEqual({ kind: "renewed", cancelled: false });
    fired();
  });

  it("a child's end is recorded once", async () => {
    const worker = await b.worker();
    const [parent, child] = await family(b, worker);
    await b.commit(child, completed());
    await b.carryOn();
    lose("continuum_commit_");
    const turn = { nextSeq: seq(2), seenMark: mark(1), events: [scheduled(2)], consumedChildren: [seq(1)] };
    expect(await b.commit(parent, turn)).toMatchObject({ kind: "committed" });
    fired();
    expect(await b.journal.inbox(worker, [parent])).toMatchObject([{ children: [] }]);
    expect(await b.reader.history(parent)).toHaveLength(3);
  });
});
