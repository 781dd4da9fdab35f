/*
 * Claims of activity tasks: due rows by priority and age; before them, rows whose claimer died or whose heartbeats stopped
 * (R13, R16, R18).
 *
 * Lock order: the claim of due rows locks task rows and the worker's row; taking back locks runs, then tasks.
 */
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import type { ActivityPolicy } from "../../core/events.js";
import { encodeFailure } from "../../core/failures.js";
import type { AtMs, Payload, RunId, Seq, WorkerId } from "../../core/ids.js";
import { nextPause } from "../../core/retry-policy.js";
import { attemptLost, heartbeatMissed } from "../../errors/journal-errors.js";
import type { JournalPorts } from "../journal-ports.js";
import type { ClaimedTask, ClaimTasks } from "../port.js";
import { nextClaim, settleClaims, workerMayClaim } from "./claim-numbers.js";
import type { UnsettledClaim } from "./claim-numbers.js";
import type { ClaimState } from "./claims.js";
import type { Database, Row, Session } from "./connection.js";
import { goneClaimers } from "./gone-workers.js";
import type { Persistence } from "./persistence.js";
import { persist } from "./persistence.js";
import { column, param, statement } from "./statement.js";

// (The update goes by an array, not by a join: see claims.ts.)
// A lane is a queue, an activity and a priority: within it the index gives due rows by age, and stops at those not due.
export const claimDue = statement(
  "claim_tasks",
  sql`with recursive lane(queue, activity, priority) as (
  select q.queue, a.activity, (
    select k.priority from continuum.tasks k
    where k.state = 'waiting' and k.queue = q.queue and k.activity = a.activity
    order by k.priority desc limit 1)
  from unnest(${param("queues", "text[]")}) as q(queue) cross join unnest(${param("activities", "text[]")}) as a(activity)
  union all
  select l.queue, l.activity, (
    select k.priority from continuum.tasks k
    where k.state = 'waiting' and k.queue = l.queue and k.activity = l.activity and k.priority < l.priority
    order by k.priority desc limit 1)
  from lane l where l.priority is not null
),
picked as materialized (
  select p.run_id, p.command
  from (
    select l.*, (
      select min(k.due_at) from continuum.tasks k
      where k.state = 'waiting' and k.queue = l.queue and k.activity = l.activity and k.priority = l.priority) as oldest
    from lane l where l.priority is not null
    order by l.priority desc, oldest
  ) l
  cross join lateral (
    select k.run_id, k.command from continuum.tasks k
    where k.state = 'waiting' and k.queue = l.queue and k.activity = l.activity and k.priority = l.priority
      and k.due_at <= (select continuum.now_ms())
    order by k.due_at limit ${param("limit", "int4")}
    for no key update of k skip locked
  ) p
  limit ${param("limit", "int4")}
),
me as materialized (${workerMayClaim(sql`exists (select from picked)`)})
update continuum.tasks k set state = 'claimed', claimed_by = me.worker_id, claim = ${param("claim", "text")}, started_at = continuum.now_ms(),
  beat_by = continuum.now_ms() + k.heartbeat_ms
from me
where k.run_id = any(array(select run_id from picked)) and ((k.run_id, k.command) in (select run_id, command from picked)) is true
returning k.run_id`,
);

const claimedTasks = statement(
  "claimed_tasks",
  sql`select k.run_id, r.namespace, k.command, k.activity, k.attempt, k.policy, k.payload, k.started_at::float8 as started_at, k.heartbeat
from continuum.tasks k join continuum.runs r on r.run_id = k.run_id
where k.state = 'claimed' and k.claimed_by = ${param("worker", "text")} and k.claim = ${param("claim", "text")}
order by k.priority desc, k.due_at`,
);

export async function claimTasks(
  database: Database,
  ports: Persistence & JournalPorts,
  state: ClaimState,
  ask: ClaimTasks,
): Promise<readonly ClaimedTask[]> {
  if (ask.limit <= 0 || ask.activities.length === 0 || ask.queues.length === 0) return [];
  await takeBackFromGone(database, ports);
  const { worker, activities, queues } = ask;
  const claimed: ClaimedTask[] = [];
  for (const unsettled of [...state.unsettledTasks].filter((claim) => claim.worker === worker)) {
    claimed.push(...(await persist(ports, "claim tasks", () => settle(database, unsettled))));
    state.unsettledTasks.delete(unsettled);
  }
  const limit = ask.limit - claimed.length;
  if (limit <= 0) return claimed;
  const mine: UnsettledClaim = { worker, nonce: randomUUID(), number: nextClaim() };
  const values = { worker, claim: mine.nonce, number: mine.number, limit, activities, queues };
  let isTaken = false;
  try {
    const taken = await persist(ports, "claim tasks", async (unsure) => {
      if (!isTaken && unsure) return settle(database, mine);
      if (!isTaken && (await database.query(claimDue, values)).length === 0) return [];
      isTaken = true;
      return load(database, mine);
    });
    return [...claimed, ...taken];
  } catch (error) {
    state.unsettledTasks.add(mine);
    throw error;
  }
}

async function settle(database: Database, claim: UnsettledClaim): Promise<readonly ClaimedTask[]> {
  await settleClaims(database, claim);
  return load(database, claim);
}

async function load(session: Session, claim: UnsettledClaim): Promise<readonly ClaimedTask[]> {
  return (await session.query(claimedTasks, { worker: claim.worker, claim: claim.nonce })).map(taskOf);
}

function taskOf(row: Row): ClaimedTask {
  return {
    runId: row.run_id as RunId,
    namespace: row.namespace as string,
    command: row.command as Seq,
    activity: row.activity as string,
    attempt: row.attempt as number,
    policy: JSON.parse(row.policy as string) as ActivityPolicy,
    payload: row.payload as Payload,
    startedAt: row.started_at as AtMs,
    lastHeartbeat: row.heartbeat as Payload | null,
  };
}

export const lockRunsOfLost = statement(
  "lock_runs_of_lost",
  sql`select r.run_id from continuum.runs r
where r.run_id in (
  (select k.run_id from continuum.tasks k where k.state = 'claimed' and k.claimed_by = any(${param("gone", "text[]")}) limit 200)
  union all
  (select k.run_id from continuum.tasks k where k.state = 'claimed' and k.beat_by <= (select continuum.now_ms()) limit 200))
order by r.run_id
for no key update of r skip locked`,
);

const lockLostTasks = statement(
  "lock_lost_tasks",
  sql`select k.run_id, k.command, k.activity, k.attempt, k.policy,
  (k.claimed_by = any(${param("gone", "text[]")})) is not true as missed
from continuum.tasks k
where k.run_id = any(${param("runIds", "text[]")}) and k.state = 'claimed'
  and (k.claimed_by = any(${param("gone", "text[]")}) or k.beat_by <= continuum.now_ms())
for no key update of k`,
);

const takeBack = statement(
  "take_back",
  sql`with lost as materialized (
  select * from unnest(${param("runIds", "text[]")}, ${param("commands", "int4[]")}, ${param("pauses", "int8[]")}, ${param("outcomes", "text[]")})
    as l(run_id, command, pause_ms, outcome)
),
ended as (
  insert into continuum.attempts (run_id, command, attempt, activity, started_at, ended_at, worker)
  select k.run_id, k.command, k.attempt, k.activity, k.started_at, continuum.now_ms(), k.claimed_by
  from lost l join continuum.tasks k on k.run_id = l.run_id and k.command = l.command
  on conflict (run_id, command, attempt) do nothing
),
settled as (
  update continuum.tasks k set
    state = case when l.outcome is null then 'waiting' else 'failed' end,
    attempt = case when l.outcome is null then k.attempt + 1 else k.attempt end,
    due_at = case when l.outcome is null then continuum.now_ms() + l.pause_ms else k.due_at end,
    claimed_by = case when l.outcome is not null then k.claimed_by end,
    beat_by = null,
    outcome = l.outcome
  from lost l where k.run_id = l.run_id and k.command = l.command
)
update continuum.runs r set mark = r.mark + m.marks, news = true,
  wake_at = case when r.owner is null and r.status = 'live' then least(r.wake_at, continuum.now_ms()) end
from (select run_id, count(*) as marks from lost where outcome is not null group by run_id) m where r.run_id = m.run_id`,
);

async function takeBackFromGone(database: Database, ports: Persistence & JournalPorts): Promise<void> {
  const { gone, late } = await persist(ports, "look for dead workers", () => goneClaimers(database));
  if (gone.length === 0 && !late) return;
  // Repeated after an unknown outcome, it finds what is still claimed by the dead, and nothing else.
  await persist(ports, "take tasks back from dead workers", () =>
    database.transaction((session) => takeBackSome(session, ports, gone)),
  );
}

async function takeBackSome(session: Session, ports: JournalPorts, gone: readonly WorkerId[]): Promise<void> {
  const runIds = (await session.query(lockRunsOfLost, { gone })).map((row) => row.run_id as string);
  if (runIds.length === 0) return;
  const rows = await session.query(lockLostTasks, { runIds, gone });
  if (rows.length === 0) return;
  const lost = rows.map((row) => {
    const attempt = row.attempt as number;
    const { retry } = JSON.parse(row.policy as string) as ActivityPolicy;
    const pauseMs = nextPause(retry, attempt, ports.random());
    const error = row.missed === true ? heartbeatMissed : attemptLost;
    return {
      runId: row.run_id as string,
      command: row.command as number,
      pauseMs: pauseMs ?? 0,
      outcome: pauseMs === null ? encodeFailure(ports.codec, error(row.activity as string, attempt)) : null,
    };
  });
  await session.query(takeBack, {
    runIds: column(lost, ({ runId }) => runId),
    commands: column(lost, ({ command }) => command),
    pauses: column(lost, ({ pauseMs }) => pauseMs),
    outcomes: column(lost, ({ outcome }) => outcome),
  });
}
