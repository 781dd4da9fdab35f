/*
 * Which workers hold something and are gone.
 *
 * Expired leases are declared dead first, each under its own row's lock, so that a clock that steps back revives nobody (R36).
 * Then the holders of runs or claims are walked by leaps over the index: a probe per holder, whatever the number of rows.
 * A holder without a row in `workers` is gone as well.
 */
import { sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { WorkerId } from "../../core/ids.js";
import type { Session } from "./connection.js";
import { statement } from "./statement.js";
import type { Statement } from "./statement.js";

function goneAmong(table: SQL, holder: SQL, held: SQL): SQL {
  return sql`with recursive expired as (
  update continuum.workers set dead_at = continuum.now_ms()
  where dead_at is null and lease_until <= continuum.now_ms()
  returning worker_id
),
holder(id) as (
  (select ${holder} from ${table} where ${held} order by ${holder} limit 1)
  union all
  select (select ${holder} from ${table} where ${held} and ${holder} > h.id order by ${holder} limit 1)
  from holder h where h.id is not null
)
select h.id from holder h left join continuum.workers w on w.worker_id = h.id
where h.id is not null and (w.worker_id is null or w.dead_at is not null or h.id in (select worker_id from expired))`;
}

export const ownersGone = statement(
  "owners_gone",
  goneAmong(sql`continuum.runs`, sql`owner`, sql`owner is not null`),
);
export const claimersGone = statement(
  "claimers_gone",
  // A row without an id: some attempt's heartbeat is overdue.
  sql`${goneAmong(sql`continuum.tasks`, sql`claimed_by`, sql`state = 'claimed'`)}
union all
select null where exists (
  select from continuum.tasks k where k.state = 'claimed' and k.beat_by <= (select continuum.now_ms()))`,
);

export async function goneOwners(session: Session): Promise<readonly WorkerId[]> {
  return (await ids(session, ownersGone)).filter((id) => id !== null);
}

/** `late`: some attempt's heartbeat is overdue. */
export async function goneClaimers(
  session: Session,
): Promise<{ readonly gone: readonly WorkerId[]; readonly late: boolean }> {
  const found = await ids(session, claimersGone);
  const gone = found.filter((id) => id !== null);
  return { gone, late: gone.length < found.length };
}

async function ids(session: Session, query: Statement): Promise<readonly (WorkerId | null)[]> {
  return (await session.query(query, {})).map((row) => row.id as WorkerId | null);
}
