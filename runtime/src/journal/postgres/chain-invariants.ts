/*
 * What must hold of chains, children, cancellation, keys and heartbeats at any moment, as queries that give no rows.
 */

/** A row per violation; its first column is the run concerned. */
export interface ChainInvariant {
  readonly name: string;
  readonly sql: string;
}

const ENDED = "('completed', 'failed', 'cancelled', 'terminated')";
/** `body` is read only of the events that are meant. */
const field = (kinds: string, name: string): string =>
  `(case when e.kind in (${kinds}) then e.body::json end ->> '${name}')`;
const OUTCOMES = "'child_completed', 'child_failed', 'child_cancelled'";
/** Children that their parent's end concerns and that have not been told. */
const untold = (run: string): string => `exists (
  select from continuum.runs c where c.parent_chain = ${run}.chain_id and c.status in ('live', 'blocked')
    and (c.on_parent_close = 'terminate' or (c.on_parent_close = 'cancel' and c.cancel_at is null)))`;

export const CHAIN_INVARIANTS: readonly ChainInvariant[] = [
  {
    name: "a chain is a path: each of its runs but the last was continued, in the next place",
    sql: `select r.run_id from continuum.runs r where (r.status = 'continued') <> exists (
      select from continuum.runs n where n.chain_id = r.chain_id and n.chain_place = coalesce(r.chain_place, 0) + 1)`,
  },
  {
    name: "a chain begins with the run that gave it its id",
    sql: `select r.run_id from continuum.runs r where (r.chain_place is null) <> (r.chain_id = r.run_id)
      or not exists (select from continuum.runs f where f.run_id = r.chain_id)`,
  },
  {
    name: "a continued run ended when its successor was born, and its last event names it",
    sql: `select r.run_id from continuum.runs r
      join continuum.runs n on n.chain_id = r.chain_id and n.chain_place = coalesce(r.chain_place, 0) + 1
      left join continuum.events e on e.run_id = r.run_id and e.seq = r.next_seq - 1 and e.kind = 'run_continued'
      where r.ended_at is distinct from n.created_at or ${field("'run_continued'", "successor")} is distinct from n.run_id`,
  },
  {
    name: "a continued run has no lease, no due time, no task, and the time of its end",
    sql: `select r.run_id from continuum.runs r where r.status = 'continued' and (
      r.owner is not null or r.wake_at is not null or r.due_at is not null or r.ended_at is null
      or exists (select from continuum.tasks k where k.run_id = r.run_id))`,
  },
  {
    name: "namespace, attributes and parent are the same along a chain, and its mark does not fall",
    sql: `select n.run_id from continuum.runs n
      join continuum.runs r on r.chain_id = n.chain_id and coalesce(r.chain_place, 0) = n.chain_place - 1
      where n.mark < r.mark or (n.namespace, n.attributes, n.parent_id, n.parent_command, n.parent_chain, n.on_parent_close, n.depth)
        is distinct from (r.namespace, r.attributes, r.parent_id, r.parent_command, r.parent_chain, r.on_parent_close, r.depth)`,
  },
  {
    name: "a child was started by its parent, and each that was started is there",
    sql: `select c.run_id from continuum.runs c join continuum.runs p on p.run_id = c.parent_id
      left join continuum.events e on e.run_id = p.run_id and e.seq = c.parent_command and e.kind = 'child_started'
      where c.chain_place is null and ${field("'child_started'", "childId")} is distinct from c.run_id
      union all
      select e.run_id from continuum.events e where e.kind = 'child_started' and not exists (
        select from continuum.runs c where c.run_id = ${field("'child_started'", "childId")} and c.parent_id = e.run_id)`,
  },
  {
    name: "a child is one deeper than its parent, and belongs to its parent's chain",
    sql: `select c.run_id from continuum.runs c join continuum.runs p on p.run_id = c.parent_id
      where c.depth <> coalesce(p.depth, 0) + 1 or c.parent_chain <> p.chain_id or p.bears is not true`,
  },
  {
    name: "no chain that has ended leaves children that go on and are told by nobody",
    sql: `select r.run_id from continuum.runs r where r.status in ${ENDED} and r.closes is not true and ${untold("r")}`,
  },
  {
    name: "a child's end is recorded once by a parent that goes on, or is owed to it, and never both",
    sql: `select c.run_id from continuum.runs c join continuum.runs p on p.run_id = c.parent_id
      cross join lateral (
        select count(*) filter (where e.kind in (${OUTCOMES}) and ${field(OUTCOMES, "command")}::int = c.parent_command) as recorded,
          count(*) filter (where e.kind = 'cancel_requested' and e.seq > c.parent_command) as cancelled
        from continuum.events e where e.run_id = p.run_id) h
      where c.status in ${ENDED} and (h.recorded + (c.reports is not null)::int > 1
        or (p.status in ('live', 'blocked') and h.cancelled = 0 and h.recorded + (c.reports is not null)::int = 0))`,
  },
  {
    name: "no end of a child is recorded before it",
    sql: `select e.run_id, e.seq from continuum.events e where e.kind in (${OUTCOMES}) and not exists (
      select from continuum.runs c
      where c.parent_id = e.run_id and c.parent_command = ${field(OUTCOMES, "command")}::int and c.status in ${ENDED})`,
  },
  {
    name: "only what has ended owes something",
    sql: `select run_id from continuum.runs where
      (reports is not null and (parent_id is null or status not in ${ENDED}))
      or (closes and (bears is not true or status not in ${ENDED}))`,
  },
  {
    name: "a cancel is recorded once, and only if it was asked for",
    sql: `select r.run_id from continuum.runs r cross join lateral (
        select count(*) as n from continuum.events e where e.run_id = r.run_id and e.kind = 'cancel_requested') h
      where h.n <> (r.cancel_seen is true)::int or (r.cancel_seen and r.cancel_at is null)`,
  },
  {
    name: "an attempt has a deadline for its heartbeat while it runs, if its policy says so, and only then",
    sql: `select run_id, command from continuum.tasks
      where (state = 'claimed' and heartbeat_ms is not null) <> (beat_by is not null)`,
  },
  {
    name: "a key is settled once it has its result",
    sql: `select run_id, key from continuum.activity_keys where (settled_at is null) <> (result is null)`,
  },
];
