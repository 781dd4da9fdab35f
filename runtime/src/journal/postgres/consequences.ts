/*
 * What the ends of runs set going: a child's end is told to its parent (R27), a parent's to its children (R28, R35).
 *
 * What is owed was written on the ended run's row with its end (`reports`, `closes`), so that no crash loses it. Each call goes one
 * level: two statements, each a transaction of its own.
 *
 * Lock order: both lock all the runs that they touch before they write, skipping those that others hold, so that they wait for
 * nobody; then task rows. What was skipped stays owed.
 *
 * What was told to a parent that ended without recording it is forgotten with its end: nobody will ask for it.
 *
 * No child escapes: it was born in a commit that held its parent's row, hence before the parent's end, and is seen by every statement
 * that sees the end. One that is continued in that moment is seen as live by this snapshot and skipped under the lock: its parent
 * stays owed, and its successor, which has the same parent, is found by the next call.
 */
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { RunId, WorkerId } from "../../core/ids.js";
import { PARENT_ENDED } from "../parent-ended.js";
import type { Journal } from "../port.js";
import type { Database, Row } from "./connection.js";
import { clearTasks } from "./cleared-tasks.js";
import type { Persistence } from "./persistence.js";
import { persist } from "./persistence.js";
import { param, statement } from "./statement.js";
import { HAS_SENT } from "./unsent.js";

// Of `r` alone, not of the row that was locked: see `send`.
const WAKE = `case when r.owner is null and r.status = 'live' then least(r.wake_at, continuum.now_ms()) end`;

// A parent that is over or gone has nothing to be told; then its child owes nothing either.
export const tellParents = statement(
  "tell_parents",
  sql`with due as materialized (
  select c.run_id, c.parent_id from continuum.runs c where c.reports = 'due' limit ${param("limit", "int4")}
),
held as materialized (
  select r.run_id, r.status, r.owner from continuum.runs r
  where r.run_id = any(array(select run_id from due union select parent_id from due))
  order by r.run_id for no key update of r skip locked
),
reached as materialized (
  select d.run_id, d.parent_id, p.owner, p.status, p.status in ('live', 'blocked') as goes_on
  from due d join held c on c.run_id = d.run_id join held p on p.run_id = d.parent_id
  union all
  select d.run_id, d.parent_id, null, null, false
  from due d join held c on c.run_id = d.run_id
  where not exists (select from continuum.runs p where p.run_id = d.parent_id)
),
marked as (
  update continuum.runs r set mark = r.mark + 1, news = true, wake_at = ${sql.raw(WAKE)}
  from (select distinct parent_id, owner, status from reached where goes_on) p where r.run_id = p.parent_id
),
told as (
  update continuum.runs r set reports = case when p.goes_on then 'told' end
  from reached p where r.run_id = p.run_id and r.reports = 'due'
)
select (select count(*) from due)::int as found, (select count(*) from reached)::int as done, 0 as born,
  exists (select from continuum.runs r where r.sends) as owing,
  (select coalesce(json_agg(distinct jsonb_build_array(p.owner, p.parent_id)), '[]') from reached p where p.owner is not null) as owners`,
);

export const tellChildren = statement(
  "tell_children",
  sql`with closing as materialized (
  select r.run_id, r.chain_id from continuum.runs r where r.closes limit ${param("limit", "int4")} for no key update of r skip locked
),
picked as materialized (
  select p.run_id, p.owner, p.status, p.on_parent_close, p.bears
  from closing e cross join lateral (
    select c.run_id, c.owner, c.status, c.on_parent_close, c.bears from continuum.runs c
    where c.parent_chain = e.chain_id and c.status in ('live', 'blocked')
      and (c.on_parent_close = 'terminate' or (c.on_parent_close = 'cancel' and c.cancel_at is null))
    limit ${param("limit", "int4")}
    for no key update of c skip locked
  ) p
  limit ${param("limit", "int4")}
),
cancelled as (
  update continuum.runs r set cancel_at = continuum.now_ms(), cancel_reason = ${param("reason", "text")}, mark = r.mark + 1, news = true,
    wake_at = ${sql.raw(WAKE)}
  from picked p where r.run_id = p.run_id and p.on_parent_close = 'cancel'
),
stopped as (
  update continuum.runs r set status = 'terminated', token = r.token + 1, owner = null, wake_at = null, due_at = null, diagnosis = null,
    ended_at = continuum.now_ms(), terminate_reason = ${param("reason", "text")}, closes = r.bears, sends = ${sql.raw(HAS_SENT)}
  from picked p where r.run_id = p.run_id and p.on_parent_close = 'terminate'
),
finished as materialized (
  select e.run_id from closing e where not exists (
    select from continuum.runs c
    where c.parent_chain = e.chain_id and c.status in ('live', 'blocked')
      and (c.on_parent_close = 'terminate' or (c.on_parent_close = 'cancel' and c.cancel_at is null))
      and (c.run_id in (select run_id from picked)) is not true)
),
settled as (update continuum.runs r set closes = null from finished e where r.run_id = e.run_id),
unheard as materialized (
  select c.run_id from finished e join continuum.runs c on c.parent_id = e.run_id and c.reports = 'told'
  for no key update of c skip locked
),
forgotten as (update continuum.runs r set reports = null from unheard c where r.run_id = c.run_id)
select (select count(*) from closing)::int as found, (select count(*) from finished)::int as done,
  (select count(*) from picked p where p.bears and p.on_parent_close = 'terminate')::int as born,
  (select count(*) from picked)::int as told,
  array(select p.run_id from picked p where p.on_parent_close = 'terminate') as stopped,
  (select coalesce(json_agg(json_build_array(p.owner, p.run_id)), '[]') from picked p where p.owner is not null) as owners`,
);

/** How often it comes back for what others held in that moment, before it leaves that to the next call. */
const LOOKS = 3;
const PAUSE_MS = 5;

export async function carryOn(
  database: Database,
  ports: Persistence,
  limit: number,
): ReturnType<Journal["carryOn"]> {
  const owners = new Map<RunId, WorkerId>();
  for (let look = 1; ; look++) {
    // An answer that was lost costs its owners a hint, and nothing else.
    const [parents, children] = await persist(ports, "carry on what ends have set going", async () => [
      (await database.query(tellParents, { limit }))[0]!,
      await database.transaction(async (session) => {
        const [row] = await session.query(tellChildren, { limit, reason: PARENT_ENDED });
        await clearTasks(session, row!.stopped as readonly string[]);
        return row!;
      }),
    ]);
    for (const row of [parents, children])
      for (const [worker, runId] of row.owners as readonly (readonly [WorkerId, RunId])[])
        owners.set(runId, worker);
    const more = isFull(parents, limit) || isFull(children, limit) || (children.born as number) > 0;
    const missed = parents.done !== parents.found || children.done !== children.found;
    if (more || !missed || look === LOOKS)
      return {
        owners: [...owners].map(([runId, worker]) => [worker, runId] as const),
        more,
        owing: parents.owing === true,
      };
    await pause(PAUSE_MS * look);
  }
}

/** It stopped at its limit, and got on. */
function isFull(row: Row, limit: number): boolean {
  return Math.max(row.found as number, (row.told as number | undefined) ?? 0) >= limit && hasMoved(row);
}

function hasMoved(row: Row): boolean {
  return (row.done as number) > 0 || ((row.told as number | undefined) ?? 0) > 0;
}
