/*
 * Take-over of runs whose owner died: bodies that ran there without a row were attempt 1. Each becomes a row for attempt 2
 * after its pause, or has failed for good (R13). In the transaction of the claim, under the runs' locks. The death is the attempt's:
 * what the claim has counted against the run is taken back (R41).
 */
import { sql } from "drizzle-orm";
import type { HistoryEvent } from "../../core/events.js";
import { encodeFailure } from "../../core/failures.js";
import type { AtMs, RunId, WorkerId } from "../../core/ids.js";
import { openActivities } from "../../core/replay.js";
import { nextPause } from "../../core/retry-policy.js";
import { attemptLost } from "../../errors/journal-errors.js";
import type { JournalPorts } from "../journal-ports.js";
import type { FailedAttempt, NewTask } from "../port.js";
import type { Session } from "./connection.js";
import { eventOf } from "./event-rows.js";
import { column, param, statement } from "./statement.js";
import { attemptValues, insertAttempts, insertTasks, taskValues } from "./task-rows.js";

const activityEvents = statement(
  "activity_events",
  sql`select e.run_id, e.seq, e.at::float8 as at, e.kind, e.body, e.payload from continuum.events e
where e.run_id = any(${param("runIds", "text[]")}) and e.kind in ('activity_scheduled', 'activity_completed', 'activity_failed', 'cancel_requested')
order by e.run_id, e.seq`,
);

const rowsOf = statement(
  "rows_of",
  sql`select k.run_id, k.command from continuum.tasks k where k.run_id = any(${param("runIds", "text[]")})`,
);

const now = statement("now", sql`select continuum.now_ms()::float8 as at`);

const reschedule = statement(
  "reschedule",
  sql`with scheduled as (${insertTasks(sql`select unnest(${param("taskRuns", "text[]")})`)}),
failed as (${insertAttempts(sql`select unnest(${param("attemptRuns", "text[]")})`)}),
charged as (
  update continuum.runs r set deaths = nullif(r.deaths - 1, 0) where r.run_id = any(${param("attemptRuns", "text[]")})
)
select 1 as done`,
);

const failForGood = statement(
  "fail_for_good",
  sql`with lost as materialized (
  select * from unnest(${param("runIds", "text[]")}, ${param("commands", "int4[]")}, ${param("outcomes", "text[]")}, ${param("workers", "text[]")})
    as l(run_id, command, outcome, worker)
),
settled as (
  update continuum.tasks k set state = 'failed', outcome = l.outcome, claimed_by = l.worker, started_at = k.due_at
  from lost l where k.run_id = l.run_id and k.command = l.command
)
update continuum.runs r set mark = r.mark + m.marks, news = true
from (select run_id, count(*) as marks from lost group by run_id) m where r.run_id = m.run_id`,
);

export async function loseBodies(
  session: Session,
  ports: JournalPorts,
  taken: ReadonlyMap<RunId, WorkerId>,
): Promise<void> {
  const runIds = [...taken.keys()];
  const histories = new Map<RunId, HistoryEvent[]>(runIds.map((runId) => [runId, []]));
  for (const row of await session.query(activityEvents, { runIds }))
    histories.get(row.run_id as RunId)!.push(eventOf(row));
  const rows = new Set(
    (await session.query(rowsOf, { runIds })).map(
      (row) => `${row.command as number} ${row.run_id as string}`,
    ),
  );
  const at = (await session.query(now, {}))[0]!.at as AtMs;

  const tasks: NewTask[] = [];
  const attempts: FailedAttempt[] = [];
  const failed: { readonly task: NewTask; readonly worker: WorkerId }[] = [];
  for (const [runId, history] of histories) {
    const worker = taken.get(runId)!;
    for (const open of openActivities(history)) {
      const { activity, policy, payload, seq: command } = open;
      if (rows.has(`${command} ${runId}`)) continue;
      const pauseMs = nextPause(policy.retry, 1, ports.random());
      const attempt = pauseMs === null ? 1 : 2;
      const dueAt = (at + (pauseMs ?? 0)) as AtMs;
      const task = { runId, command, activity, attempt, dueAt, policy, payload, claimedBy: null };
      tasks.push(task);
      attempts.push({
        runId,
        command,
        activity,
        attempt: 1,
        startedAt: open.at,
        endedAt: at,
        worker,
        error: null,
      });
      if (pauseMs === null) failed.push({ task, worker });
    }
  }
  if (tasks.length > 0) await session.query(reschedule, { ...taskValues(tasks), ...attemptValues(attempts) });
  if (failed.length > 0) {
    await session.query(failForGood, {
      runIds: column(failed, ({ task }) => task.runId),
      commands: column(failed, ({ task }) => task.command),
      outcomes: column(failed, ({ task }) => encodeFailure(ports.codec, attemptLost(task.activity, 1))),
      workers: column(failed, ({ worker }) => worker),
    });
  }
}
