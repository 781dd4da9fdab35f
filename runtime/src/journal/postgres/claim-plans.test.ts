import { beforeAll, describe, expect, it } from "vitest";
import type { FencingToken, Mark, RunId, Seq } from "../../core/ids.js";
import { ended, ms, seq, started } from "../conformance/workbench.conformance.js";
import type { NewRun, Turn } from "../port.js";
import { bear, birthValues } from "./births.js";
import { lastOfChain } from "./chains.js";
import { claimReady, takeFromGone } from "./claims.js";
import { commitOf } from "./commit-statement.js";
import { tellChildren, tellParents } from "./consequences.js";
import { testServer } from "./fixtures/databases.js";
import type { Server } from "./fixtures/databases.js";
import { planOf, rowsRead } from "./fixtures/plans.js";
import { claimersGone, ownersGone } from "./gone-workers.js";
import { beat } from "./heartbeats.js";
import { withNews } from "./inboxes.js";
import { putOnTrial, releaseRuns } from "./ownership.js";
import { cancel, readEnds, registerWaiter, send, terminate } from "./senders.js";
import type { Statement, Value } from "./statement.js";
import { claimDue, lockRunsOfLost } from "./task-claims.js";
import { finish } from "./task-ends.js";
import { taskValues } from "./task-rows.js";
import { readChildren } from "./families.js";
import { unsentSignals } from "./unsent.js";

const HASH = "a".repeat(64);

/** 300,000 finished runs, 100,000 that wait for a later time, as many rows of tasks, 2,000 owned runs, and a few that are due. */
const BACKLOG = `
insert into continuum.runs (run_id, chain_id, namespace, workflow, version_hash, version_label, birth, status, token, next_seq,
  mark, seen_mark, news, awaited, created_at, ended_at)
select 'done-' || n, 'done-' || n, 'default', 'order', '${HASH}', '1', 'b', 'completed', 1, 3, 0, 0, false, false, n, n
from generate_series(1, 300000) n;
insert into continuum.runs (run_id, chain_id, namespace, workflow, version_hash, version_label, birth, status, token, next_seq,
  mark, seen_mark, news, awaited, created_at, due_at, wake_at)
select 'waits-' || n, 'waits-' || n, 'default', 'order', '${HASH}', '1', 'b', 'live', 1, 3, 0, 0, false, false, n, at, at
from (select n, case when n <= 5 then n else continuum.now_ms() + 3600000 + n end as at from generate_series(1, 100000) n) s;
insert into continuum.runs (run_id, chain_id, namespace, workflow, version_hash, version_label, birth, status, owner, token, next_seq,
  mark, seen_mark, news, awaited, created_at)
select 'owned-' || n, 'owned-' || n, 'default', 'order', '${HASH}', '1', 'b', 'live', case when n <= 5 then 'gone' else 'busy-' || n % 3 end,
  1, 3, (n % 400 = 0)::int, 0, n % 400 = 0, false, n
from generate_series(1, 2000) n;
insert into continuum.tasks (run_id, command, activity, queue, priority, attempt, due_at, policy, payload, state, started_at, claimed_by)
select 'waits-' || n, 1, 'charge', 'default', n % 3, 1,
  case when n <= 6 then n else continuum.now_ms() + 3600000 + n end, '{}', '', case when n <= 99000 then 'waiting' else 'claimed' end, n,
  case when n > 99000 then case when n > 99995 then 'gone' else 'busy-' || n % 3 end end
from generate_series(1, 100000) n;
update continuum.tasks set heartbeat_ms = 1000, beat_by = case when command = 1 and run_id > 'waits-9998' then 1 else continuum.now_ms() + 3600000 end
  where state = 'claimed';
insert into continuum.runs (run_id, chain_id, namespace, workflow, version_hash, version_label, birth, status, token, next_seq,
  mark, seen_mark, news, awaited, created_at, ended_at, parent_id, parent_command, parent_chain, on_parent_close, depth, reports)
select 'child-' || n, 'child-' || n, 'default', 'order', '${HASH}', '1', 'b', case when n % 2 = 0 then 'live' else 'completed' end, 1, 3, 0, 0,
  false, false, n, case when n % 2 = 1 then n end, 'owned-' || n % 1000, n, case when n % 200 < 2 then 'done-' else 'owned-' end || n % 1000,
  'cancel', 1, case when n % 2 = 1 then case when n < 20 then 'due' when n % 10 = 1 then 'told' end end
from generate_series(1, 20000) n;
update continuum.runs set bears = true where run_id in (select distinct parent_id from continuum.runs);
update continuum.runs set closes = true where run_id in ('done-0', 'done-1', 'done-200');
insert into continuum.runs (run_id, chain_id, chain_place, namespace, workflow, version_hash, version_label, birth, status, token, next_seq,
  mark, seen_mark, news, awaited, created_at, ended_at)
select 'link-' || n, 'done-' || n % 100, n / 100, 'default', 'order', '${HASH}', '1', 'b', 'continued', 1, 3, 0, 0, false, false, n, n
from generate_series(100, 20000) n;
insert into continuum.workers (worker_id, enlisted_at, lease_until, claim_floor)
select id, 0, continuum.now_ms() + 3600000, 0 from unnest(array['me', 'busy-0', 'busy-1', 'busy-2']) id;
analyze;`;

const asking = { worker: "me", claim: "c", number: 1, limit: 50 };
const newRun = (runId: string): NewRun => ({
  runId: runId as RunId,
  namespace: "default",
  version: null,
  workflow: "order",
  idempotencyKey: runId,
  retentionMs: null,
  owner: null,
  events: [started],
  dueAt: null,
  tasks: [],
  children: [],
  chainId: null,
  parent: null,
  end: null,
});
/** Each with another row of the backlog. */
const turn = (n: number): Turn => ({
  runId: `owned-${n}` as RunId,
  token: 1 as FencingToken,
  nextSeq: 3 as Seq,
  seenMark: 0 as Mark,
  decisive: false,
  notBefore: null,
  events: [{ ...ended(3), at: ms(1) }],
  dueAt: null,
  consumedSignals: [1],
  setAside: [{ position: 2, reason: "why" }],
  consumedTasks: [seq(1)],
  tasks: [],
  attempts: [],
  children: [],
  consumedChildren: [],
  consumedCancel: false,
  end: n % 2 === 0 ? null : { status: "completed", successor: null, sends: false },
});
const one = commitOf([turn(7)]);
const many = commitOf(Array.from({ length: 100 }, (_, n) => turn(n + 10)));
const birth = birthValues([newRun("new-1"), newRun("new-2")], "b");
/** A fan-out, a continuation, and outcomes of children that are recorded. */
const family = commitOf([
  {
    ...turn(7),
    children: Array.from({ length: 100 }, (_, n) => ({
      ...newRun(`newborn-${n}`),
      parent: { runId: "owned-7" as RunId, command: seq(n), onParentClose: "cancel" as const, depth: 1 },
    })),
  },
  {
    ...turn(11),
    end: {
      status: "continued",
      successor: { ...newRun("next"), chainId: "owned-11" as never },
      sends: false,
    },
  },
]);
const recording = commitOf([{ ...turn(21), consumedChildren: [seq(1021), seq(2021)], consumedCancel: true }]);
const beating = { worker: "busy-0", runId: "waits-99900", command: 1, attempt: 1, details: null };
const finishing = {
  worker: "busy-0",
  runId: "waits-99900",
  command: 1,
  attempt: 1,
  kind: "retry",
  payload: "",
  delayMs: 1,
};
const releasing = {
  worker: "busy-1",
  runIds: ["owned-7", "owned-13"],
  tokens: [1, 1],
  seenMarks: [0, 0],
  ...taskValues([]),
};
const versions = {
  workflows: ["order", "order"],
  hashes: [HASH, ""],
  giveHashes: [null, HASH],
  giveLabels: [null, "1"],
};

describe("with 300,000 finished and 100,000 waiting runs and tasks", () => {
  let server: Server;
  beforeAll(async () => {
    server = await testServer();
    await server.admin.query(BACKLOG);
  }, 60_000);

  const cases: readonly [string, Statement, Record<string, Value>, readonly string[]][] = [
    ["the claim of due runs", claimReady, { ...asking, ...versions }, ["runs_ready"]],
    ["the claim from the dead", takeFromGone, { ...asking, ...versions, gone: ["gone"] }, ["runs_owned"]],
    ["the search for dead owners", ownersGone, {}, ["runs_owned"]],
    ["the search for dead claimers", claimersGone, {}, ["tasks_claimed", "tasks_beats"]],
    [
      "the claim of due tasks",
      claimDue,
      { ...asking, queues: ["default"], activities: ["charge", "other"] },
      ["tasks_waiting"],
    ],
    ["the record of a trial", putOnTrial, { runId: "owned-9", token: 1 }, ["runs_pkey"]],
    ["the poll for marks", withNews, { worker: "busy-1" }, ["runs_news"]],
    ["a commit of one turn", one.statement, one.values, ["runs_pkey"]],
    ["a commit of a hundred turns", many.statement, many.values, ["runs_pkey"]],
    ["a birth", bear, birth, []],
    ["a signal", send, { runId: "waits-9", deliveryId: "d", name: "s", payload: "p" }, ["runs_pkey"]],
    ["terminate", terminate, { runId: "waits-9", reason: null }, ["runs_pkey"]],
    ["a finished task", finish, finishing, ["runs_pkey", "tasks_pkey"]],
    ["a release", releaseRuns, releasing, ["runs_pkey"]],
    ["a commit of births", family.statement, family.values, ["runs_pkey"]],
    ["a commit of children's ends", recording.statement, recording.values, ["runs_pkey", "runs_reports"]],
    ["what parents are owed", tellParents, { limit: 50 }, ["runs_unreported", "runs_pkey", "runs_sending"]],
    ["what children are owed", tellChildren, { limit: 50, reason: "r" }, ["runs_closing", "runs_children"]],
    ["a chain's last run", lastOfChain, { runId: "done-7" }, ["runs_pkey", "runs_chain"]],
    [
      "the ends of chains",
      readEnds,
      { runIds: ["done-7", "link-107", "waits-9"] },
      ["runs_pkey", "runs_chain"],
    ],
    ["a cancel", cancel, { runId: "waits-9", reason: null }, ["runs_pkey"]],
    ["a heartbeat", beat, beating, ["tasks_pkey"]],
    ["lost attempts", lockRunsOfLost, { gone: ["gone"] }, ["tasks_claimed", "tasks_beats"]],
    ["what ended runs have not sent", unsentSignals, { limit: 50 }, ["runs_sending"]],
    ["a run's children", readChildren, { runId: "waits-9", limit: 101 }, ["runs_children", "runs_pkey"]],
    ["waiting for ends", registerWaiter, { runIds: ["waits-9", "waits-10"] }, ["runs_pkey"]],
  ];

  it.each(cases)("%s reads its own index, and only what it needs", async (_, statement, values, indexes) => {
    const nodes = await planOf(server.admin, statement, values);
    const used = nodes.map((node) => node["Index Name"]);
    for (const index of indexes) expect(used).toContain(index);
    const wasteful = nodes.filter((node) => {
      return node["Relation Name"] !== undefined && rowsRead(node) > 200;
    });
    expect(wasteful).toEqual([]);
  });

  it("finds what is due in them", async () => {
    const { journal } = await server.open();
    const ask = {
      worker: "me" as never,
      versions: [{ workflow: "order", hash: HASH }],
      current: [],
      limit: 50,
    };
    const claimed = await journal.claimRuns(ask);
    expect(claimed.map((run) => run.runId).sort()).toEqual(
      [
        "owned-1",
        "owned-2",
        "owned-3",
        "owned-4",
        "owned-5",
        "waits-1",
        "waits-2",
        "waits-3",
        "waits-4",
        "waits-5",
      ].sort(),
    );
  });
});
