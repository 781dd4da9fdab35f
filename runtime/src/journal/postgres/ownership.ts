/*
 * Workers' leases, and giving runs up: release, block, resume. Trials, which come before that.
 */
import { sql } from "drizzle-orm";
import { workerDeclaredDead } from "../../errors/journal-errors.js";
import type { AtMs, FencingToken, RunId, WorkerId } from "../../core/ids.js";
import { checkName } from "../checks.js";
import type { Diagnosis, Release } from "../port.js";
import type { Database } from "./connection.js";
import type { Persistence } from "./persistence.js";
import { persist } from "./persistence.js";
import { column, param, statement } from "./statement.js";
import { insertTasks, taskValues } from "./task-rows.js";

/** Workers that have been dead for so long are forgotten; whatever might still name them counts as orphaned all the same. */
const REMEMBERED_MS = 24 * 60 * 60 * 1000;

const enlistWorker = statement(
  "enlist",
  sql`with forgotten as (delete from continuum.workers where dead_at < continuum.now_ms() - ${sql.raw(String(REMEMBERED_MS))})
insert into continuum.workers as w (worker_id, enlisted_at, lease_until, claim_floor)
values (${param("worker", "text")}, continuum.now_ms(), continuum.now_ms() + ${param("leaseMs", "int8")}, 0)
on conflict (worker_id) do update set lease_until = excluded.lease_until
where w.dead_at is null and w.lease_until > continuum.now_ms()
returning continuum.now_ms()::float8 as at`,
);

const renewLease = statement(
  "renew",
  sql`update continuum.workers set lease_until = continuum.now_ms() + ${param("leaseMs", "int8")}
where worker_id = ${param("worker", "text")} and dead_at is null and lease_until > continuum.now_ms()
returning true as renewed`,
);

const retireWorker = statement(
  "retire",
  sql`update continuum.workers set dead_at = continuum.now_ms() where worker_id = ${param("worker", "text")} and dead_at is null`,
);

const buryAll = statement(
  "bury_all",
  sql`update continuum.workers set dead_at = continuum.now_ms() where dead_at is null`,
);

export function enlist(
  database: Database,
  ports: Persistence,
  worker: WorkerId,
  leaseMs: number,
): Promise<AtMs> {
  checkName("worker id", worker);
  return persist(ports, "enlist a worker", async () => {
    const [row] = await database.query(enlistWorker, { worker, leaseMs: Math.round(leaseMs) });
    if (row === undefined) throw workerDeclaredDead(worker);
    return row.at as AtMs;
  });
}

export function renew(
  database: Database,
  ports: Persistence,
  worker: WorkerId,
  leaseMs: number,
): Promise<boolean> {
  return persist(ports, "renew a lease", async () => {
    return (await database.query(renewLease, { worker, leaseMs: Math.round(leaseMs) })).length > 0;
  });
}

export async function retire(database: Database, ports: Persistence, worker: WorkerId): Promise<void> {
  await persist(ports, "retire a worker", () => database.query(retireWorker, { worker }));
}

/** Whoever opens alone knows that everybody before it is dead. */
export async function buryEverybody(database: Database): Promise<void> {
  await database.query(buryAll, {});
}

// Ordered and waiting, not skipping: a release that skipped a run would leave it owned by a worker that is about to go.
export const releaseRuns = statement(
  "release",
  sql`with asked as materialized (
  select * from unnest(${param("runIds", "text[]")}, ${param("tokens", "int8[]")}, ${param("seenMarks", "int8[]")}) as a(run_id, token, seen_mark)
),
held as materialized (
  select r.run_id, r.owner, r.token, r.mark, r.status from continuum.runs r
  where r.run_id in (select run_id from asked) order by r.run_id for no key update of r
),
released as (
  update continuum.runs r set owner = null, wake_at = r.due_at, seen_mark = a.seen_mark, news = false
  from held h join asked a on a.run_id = h.run_id
  where r.run_id = h.run_id and h.owner = ${param("worker", "text")} and h.token = a.token and h.mark = a.seen_mark
  returning r.run_id
),
scheduled as (${insertTasks(sql`select run_id from released`)})
select run_id from released`,
);

const releasedAlready = statement(
  "released_already",
  sql`select r.run_id from unnest(${param("runIds", "text[]")}, ${param("tokens", "int8[]")}) as a(run_id, token)
join continuum.runs r on r.run_id = a.run_id and r.token = a.token
where r.owner is null and r.status = 'live'
order by r.run_id for no key update of r`,
);

export function release(
  database: Database,
  ports: Persistence,
  worker: WorkerId,
  runs: readonly Release[],
): Promise<readonly boolean[]> {
  if (runs.length === 0) return Promise.resolve([]);
  const fence = { runIds: column(runs, (run) => run.runId), tokens: column(runs, (run) => run.token) };
  const values = {
    ...fence,
    worker,
    seenMarks: column(runs, (run) => run.seenMark),
    ...taskValues(runs.flatMap((run) => run.tasks)),
  };
  return persist(ports, "release runs", async (unsure) => {
    const released = new Set((await database.query(releaseRuns, values)).map((row) => row.run_id));
    if (unsure) for (const row of await database.query(releasedAlready, fence)) released.add(row.run_id);
    return runs.map((run) => released.has(run.runId));
  });
}

// Sent again after a lost answer, it says the same once more.
export const putOnTrial = statement(
  "begin_trial",
  sql`update continuum.runs set trial = token
where run_id = ${param("runId", "text")} and token = ${param("token", "int8")} and status = 'live' and owner is not null
returning true as done`,
);

export function beginTrial(
  database: Database,
  ports: Persistence,
  runId: RunId,
  token: FencingToken,
): Promise<boolean> {
  return persist(ports, "try a suspect alone", async () => {
    return (await database.query(putOnTrial, { runId, token })).length > 0;
  });
}

const blockRun = statement(
  "block",
  sql`update continuum.runs set status = 'blocked', owner = null, wake_at = null, diagnosis = ${param("diagnosis", "text")}
where run_id = ${param("runId", "text")} and token = ${param("token", "int8")} and status = 'live' and owner is not null
returning true as done`,
);

const blockedAlready = statement(
  "blocked_already",
  sql`select true as done from continuum.runs where run_id = ${param("runId", "text")} and token = ${param("token", "int8")}
  and status = 'blocked' and diagnosis = ${param("diagnosis", "text")} for no key update`,
);

export function block(
  database: Database,
  ports: Persistence,
  runId: RunId,
  token: FencingToken,
  diagnosis: Diagnosis,
): Promise<boolean> {
  const values = { runId, token, diagnosis: JSON.stringify(diagnosis) };
  return persist(ports, "block a run", async (unsure) => {
    if ((await database.query(blockRun, values)).length > 0) return true;
    return unsure && (await database.query(blockedAlready, values)).length > 0;
  });
}

const resumeRun = statement(
  "resume",
  sql`update continuum.runs set status = 'live', diagnosis = null, deaths = null, trial = null, wake_at = continuum.now_ms()
where run_id = ${param("runId", "text")} and status = 'blocked'
returning true as done`,
);

const resumedAlready = statement(
  "resumed_already",
  sql`select true as done from continuum.runs where run_id = ${param("runId", "text")} and status = 'live' for no key update`,
);

export function resume(database: Database, ports: Persistence, runId: RunId): Promise<boolean> {
  return persist(ports, "resume a run", async (unsure) => {
    if ((await database.query(resumeRun, { runId })).length > 0) return true;
    return unsure && (await database.query(resumedAlready, { runId })).length > 0;
  });
}
