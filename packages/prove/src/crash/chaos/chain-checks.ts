/*
 * What must hold of the runs of chaos beyond the invariants of any database: what their workflows promise. Queries that give no rows.
 */
import type { Database } from "../databases.js";

interface Check {
  readonly name: string;
  readonly sql: string;
}

/** Events with their bodies, which are read only of the kinds that are meant. */
const events = (...kinds: readonly string[]): string => {
  const list = kinds.map((kind) => `'${kind}'`).join(", ");
  return `(select e.run_id, e.seq, e.kind, case when e.kind in (${list}) then e.body::json end as b
    from continuum.events e where e.kind in (${list}))`;
};

const INPUTS = [
  ...["activity_completed", "activity_failed", "timer_fired", "signal_received", "signal_timed_out"],
  ...["child_completed", "child_failed", "child_cancelled", "signal_delivered", "signal_refused"],
].map((kind) => `'${kind}'`);

const CHECKS: readonly Check[] = [
  {
    name: "an activity was undone twice",
    sql: `select s.run_id, s.b ->> 'compensates' as command from ${events("activity_scheduled")} s
      where s.b ->> 'compensates' is not null group by 1, 2 having count(*) > 1`,
  },
  {
    name: "a cancelled run left undone what it should have undone",
    sql: `select s.run_id, s.seq from continuum.runs r
      join ${events("activity_scheduled")} s on s.run_id = r.run_id and s.b ->> 'activity' = 'activities.book'
      join ${events("activity_completed")} c on c.run_id = s.run_id and (c.b ->> 'command')::int = s.seq
      where r.status = 'cancelled' and not exists (
        select from ${events("activity_scheduled")} u
        where u.run_id = s.run_id and (u.b ->> 'compensates')::int = s.seq)`,
  },
  {
    name: "an activity was undone that had not succeeded",
    sql: `select u.run_id, u.seq from ${events("activity_scheduled")} u
      where u.b ->> 'compensates' is not null and not exists (
        select from ${events("activity_completed")} c
        where c.run_id = u.run_id and c.b ->> 'command' = u.b ->> 'compensates' and c.seq < u.seq)`,
  },
  {
    // One that has nothing to wait for ends in its first step, which nobody can come before.
    name: "a cancel that was asked for in time was not heard",
    sql: `select r.run_id, r.status, (
        select string_agg(e.kind, ' ' order by e.seq) from continuum.events e where e.run_id = r.run_id) as history
      from continuum.runs r
      where r.cancel_at is not null and r.status in ('completed', 'failed', 'cancelled') and not exists (
        select from continuum.events e join continuum.runs c on c.run_id = e.run_id
        where c.chain_id = r.chain_id and e.kind = 'cancel_requested')
      and exists (select from continuum.events e where e.run_id = r.run_id and e.kind in (${INPUTS.join(", ")}))`,
  },
  {
    name: "a run was cancelled, and nobody had asked for it",
    sql: `select r.run_id from continuum.runs r where r.status = 'cancelled' and r.cancel_at is null`,
  },
  {
    name: "a child that its parent left did not go by its policy",
    sql: `select c.run_id, c.status, c.on_parent_close from continuum.runs c
      join continuum.runs p on p.run_id = c.parent_id
      where c.workflow = 'sitter' and p.status in ('completed', 'failed') and c.cancel_at is null
        and not exists (select from ${events("cancel_requested")} q where q.run_id = p.run_id)
        and case c.on_parent_close
          when 'terminate' then c.status <> 'terminated'
          when 'abandon' then c.status <> 'completed'
          else true end`,
  },
  {
    name: "a run failed that only does what cannot fail",
    sql: `select r.run_id, r.workflow, r.terminate_reason from continuum.runs r where r.status = 'failed'`,
  },
];

export async function wrongChains(database: Pick<Database, "query">): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const { name, sql } of CHECKS) {
    const rows = await database.query(sql);
    if (rows.length > 0) wrong.push(`${name}: ${rows.length} times, as ${JSON.stringify(rows.slice(0, 3))}`);
  }
  return wrong;
}
