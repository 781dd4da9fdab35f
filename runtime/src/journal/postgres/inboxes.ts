/*
 * Reading what waits for runs: in one statement, so that the mark is never newer than what is read with it.
 */
import { sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { AtMs, Mark, Payload, RunId, Seq, WorkerId } from "../../core/ids.js";
import type { ChildOutcome, Inbox, RunStatus, TaskOutcome } from "../port.js";
import type { Row, Session } from "./connection.js";
import { param, statement } from "./statement.js";

/** The columns of an inbox, of a run `r`. */
export const inboxColumns: SQL = sql`r.run_id, r.mark::float8 as mark, r.status,
  (select coalesce(json_agg(json_build_array(s.position, s.name, s.payload, s.accepted_at) order by s.position), '[]')
    from continuum.signals s where s.chain_id = r.chain_id and not s.consumed) as signals,
  (select coalesce(json_agg(json_build_array(k.command, k.attempt, k.state, k.outcome) order by k.command), '[]')
    from continuum.tasks k where k.run_id = r.run_id and k.state in ('completed', 'failed')) as outcomes,
  case when r.bears then (
    select coalesce(json_agg(json_build_array(c.parent_command, c.status, case when c.status in ('completed', 'failed') then (
      select e.payload from continuum.events e where e.run_id = c.run_id order by e.seq desc limit 1) end, c.ended_at) order by c.parent_command), '[]')
    from continuum.runs c where c.parent_id = r.run_id and c.reports is not null) end as children,
  case when r.cancel_seen is not true then r.cancel_at::float8 end as cancel_at, r.cancel_reason`;

export const withNews = statement(
  "inbox_news",
  sql`select ${inboxColumns} from continuum.runs r where r.owner = ${param("worker", "text")} and r.news`,
);

const named = statement(
  "inbox_of",
  sql`select ${inboxColumns} from unnest(${param("runIds", "text[]")}) with ordinality as n(run_id, place)
join continuum.runs r on r.run_id = n.run_id
where r.owner = ${param("worker", "text")} or r.status not in ('live', 'blocked')
order by n.place`,
);

export async function readInboxes(
  session: Session,
  worker: WorkerId,
  runs: readonly RunId[] | undefined,
): Promise<readonly Inbox[]> {
  const rows =
    runs === undefined
      ? await session.query(withNews, { worker })
      : await session.query(named, { worker, runIds: runs });
  return rows.map(inboxOf);
}

type SignalColumns = readonly [number, string, Payload, AtMs];
type OutcomeColumns = readonly [Seq, number, TaskOutcome["kind"], Payload];

type ChildColumns = readonly [Seq, ChildOutcome["status"], Payload | null, AtMs];

export function inboxOf(row: Row): Inbox {
  return {
    runId: row.run_id as RunId,
    mark: row.mark as Mark,
    status: row.status as RunStatus,
    signals: (row.signals as readonly SignalColumns[]).map(([position, name, payload, acceptedAt]) => {
      return { position, name, payload, acceptedAt };
    }),
    outcomes: (row.outcomes as readonly OutcomeColumns[]).map(([command, attempt, kind, payload]) => {
      return { command, attempt, kind, payload };
    }),
    children: ((row.children ?? []) as readonly ChildColumns[]).map(([command, status, payload, endedAt]) => {
      return { command, status, payload, endedAt };
    }),
    cancel:
      row.cancel_at === null
        ? null
        : { reason: row.cancel_reason as string | null, requestedAt: row.cancel_at as AtMs },
  };
}
