/*
 * Activity tasks and failed attempts as rows to insert.
 */
import type { SQL } from "drizzle-orm";
import { sql } from "drizzle-orm";
import type { FailedAttempt, NewTask } from "../port.js";
import { column, param } from "./statement.js";
import type { Values } from "./statement.js";

export function taskValues(tasks: readonly NewTask[]): Values {
  return {
    taskRuns: column(tasks, (task) => task.runId),
    taskCommands: column(tasks, (task) => task.command),
    taskActivities: column(tasks, (task) => task.activity),
    taskQueues: column(tasks, (task) => task.policy.queue),
    taskPriorities: column(tasks, (task) => task.policy.priority),
    taskAttempts: column(tasks, (task) => task.attempt),
    taskTimes: column(tasks, (task) => task.dueAt),
    taskPolicies: column(tasks, (task) => JSON.stringify(task.policy)),
    taskPayloads: column(tasks, (task) => task.payload),
    taskBeats: column(tasks, (task) => task.policy.heartbeatTimeoutMs),
    taskClaimers: column(tasks, (task) => task.claimedBy),
  };
}

/** Inserts the tasks whose run is in `of`; a row that is there already stays as it is. */
export function insertTasks(of: SQL): SQL {
  return sql`insert into continuum.tasks
    (run_id, command, activity, queue, priority, attempt, due_at, policy, payload, state, claimed_by, started_at,
    heartbeat_ms, beat_by)
  select n.run_id, n.command, n.activity, n.queue, n.priority, n.attempt, n.due_at, n.policy, n.payload,
    case when n.claimed_by is null then 'waiting' else 'claimed' end,
    n.claimed_by, case when n.claimed_by is not null then continuum.now_ms() end,
    n.heartbeat_ms, case when n.claimed_by is not null then continuum.now_ms() + n.heartbeat_ms end
  from unnest(${param("taskRuns", "text[]")}, ${param("taskCommands", "int4[]")}, ${param("taskActivities", "text[]")},
    ${param("taskQueues", "text[]")}, ${param("taskPriorities", "int4[]")}, ${param("taskAttempts", "int4[]")},
    ${param("taskTimes", "int8[]")}, ${param("taskPolicies", "text[]")}, ${param("taskPayloads", "text[]")},
    ${param("taskClaimers", "text[]")}, ${param("taskBeats", "int8[]")})
    as n(run_id, command, activity, queue, priority, attempt, due_at, policy, payload, claimed_by, heartbeat_ms)
  where (n.run_id in (${of})) is true
  on conflict (run_id, command) do nothing`;
}

export function attemptValues(attempts: readonly FailedAttempt[]): Values {
  return {
    attemptRuns: column(attempts, (attempt) => attempt.runId),
    attemptCommands: column(attempts, (attempt) => attempt.command),
    attemptNumbers: column(attempts, (attempt) => attempt.attempt),
    attemptActivities: column(attempts, (attempt) => attempt.activity),
    attemptStarts: column(attempts, (attempt) => attempt.startedAt),
    attemptEnds: column(attempts, (attempt) => attempt.endedAt),
    attemptWorkers: column(attempts, (attempt) => attempt.worker),
    attemptErrors: column(attempts, (attempt) => attempt.error),
  };
}

/** Inserts the attempts whose run is in `of`. */
export function insertAttempts(of: SQL): SQL {
  return sql`insert into continuum.attempts (run_id, command, attempt, activity, started_at, ended_at, worker, error)
  select a.run_id, a.command, a.attempt, a.activity, a.started_at, a.ended_at, a.worker, a.error
  from unnest(${param("attemptRuns", "text[]")}, ${param("attemptCommands", "int4[]")}, ${param("attemptNumbers", "int4[]")},
    ${param("attemptActivities", "text[]")}, ${param("attemptStarts", "int8[]")}, ${param("attemptEnds", "int8[]")},
    ${param("attemptWorkers", "text[]")}, ${param("attemptErrors", "text[]")})
    as a(run_id, command, attempt, activity, started_at, ended_at, worker, error)
  where (a.run_id in (${of})) is true
  on conflict (run_id, command, attempt) do nothing`;
}
