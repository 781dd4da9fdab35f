/*
 * The end of an attempt that has a row: accepted only from the worker and attempt that hold the claim (R16).
 *
 * Lock order: the run's row, then the task's. A completion that came while the run was ending waits for that, and finds no row.
 */
import { sql } from "drizzle-orm";
import type { WorkerId } from "../../core/ids.js";
import type { FinishTask, FinishVerdict } from "../port.js";
import type { Database } from "./connection.js";
import type { Persistence } from "./persistence.js";
import { persist } from "./persistence.js";
import { param, statement } from "./statement.js";

export const finish = statement(
  "finish_task",
  sql`with verdict as materialized (select ${param("kind", "text")} as kind, ${param("payload", "text")} as payload, ${param("delayMs", "int8")} as delay_ms),
run as materialized (select r.run_id, r.owner from continuum.runs r where r.run_id = ${param("runId", "text")} for no key update of r),
task as materialized (
  select k.run_id, k.command, k.attempt, k.activity, k.started_at, k.claimed_by
  from run join continuum.tasks k on k.run_id = run.run_id
  where k.run_id = ${param("runId", "text")} and k.command = ${param("command", "int4")} and k.state = 'claimed'
    and k.claimed_by = ${param("worker", "text")} and k.attempt = ${param("attempt", "int4")}
  for no key update of k
),
settled as (
  update continuum.tasks k set
    state = case when v.kind in ('completed', 'failed') then v.kind else 'waiting' end,
    attempt = k.attempt + (v.kind = 'retry')::int,
    due_at = case v.kind when 'retry' then continuum.now_ms() + v.delay_ms when 'returned' then continuum.now_ms() + v.delay_ms else k.due_at end,
    claimed_by = case when v.kind in ('completed', 'failed') then k.claimed_by end,
    beat_by = null,
    outcome = case when v.kind in ('completed', 'failed') then v.payload end
  from task t cross join verdict v where k.run_id = t.run_id and k.command = t.command
),
ended as (
  insert into continuum.attempts (run_id, command, attempt, activity, started_at, ended_at, worker, error)
  select t.run_id, t.command, t.attempt, t.activity, t.started_at, continuum.now_ms(), t.claimed_by, v.payload
  from task t cross join verdict v where v.kind in ('failed', 'retry')
  on conflict (run_id, command, attempt) do nothing
),
marked as (
  update continuum.runs r set mark = r.mark + 1, news = true,
    wake_at = case when r.owner is null and r.status = 'live' then least(r.wake_at, continuum.now_ms()) end
  from task t cross join verdict v where r.run_id = t.run_id and v.kind in ('completed', 'failed')
)
select run.owner from task join run on run.run_id = task.run_id`,
);

// After an unknown outcome: whether this very end is recorded, as an outcome, as a failed attempt, or in the history already.
const trace = statement(
  "finish_task_trace",
  sql`select r.owner from continuum.runs r
where r.run_id = ${param("runId", "text")} and (
  exists (
    select from continuum.tasks k where k.run_id = r.run_id and k.command = ${param("command", "int4")}
      and k.attempt = ${param("attempt", "int4")} and k.claimed_by = ${param("worker", "text")} and k.state in ('completed', 'failed'))
  or exists (
    select from continuum.attempts a where a.run_id = r.run_id and a.command = ${param("command", "int4")}
      and a.attempt = ${param("attempt", "int4")} and a.worker = ${param("worker", "text")} and a.error is not null)
  or exists (
    select from continuum.events e where e.run_id = r.run_id and e.kind in ('activity_completed', 'activity_failed')
      and (e.body::json ->> 'command')::int = ${param("command", "int4")} and (e.body::json ->> 'attempt')::int = ${param("attempt", "int4")}))
for no key update of r`,
);

export function finishTask(
  database: Database,
  ports: Persistence,
  { worker, runId, command, attempt, end }: FinishTask,
): Promise<FinishVerdict> {
  const claim = { worker, runId, command, attempt };
  const values = {
    ...claim,
    kind: end.kind,
    payload: end.kind === "returned" ? null : end.payload,
    delayMs: end.kind === "retry" || end.kind === "returned" ? Math.round(end.delayMs ?? 0) : 0,
  };
  return persist(ports, "finish a task", async (unsure) => {
    let [row] = await database.query(finish, values);
    if (row === undefined && unsure) [row] = await database.query(trace, claim);
    return row === undefined
      ? { kind: "refused" }
      : { kind: "accepted", owner: row.owner as WorkerId | null };
  });
}
