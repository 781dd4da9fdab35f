/*
 * What must hold of the tables at any moment, as queries that give no rows. They can be asked from outside, of any journal on
 * Postgres, while it runs. Each is tested with a violation made by hand.
 */

import { CHAIN_INVARIANTS } from "./chain-invariants.js";

export interface Invariant {
  readonly name: string;
  /** Gives a row per violation; its first column is the run, chain or worker concerned. */
  readonly sql: string;
}

/** A history's events with those of their fields that the queries ask for. `body` is read only where it is needed. */
const commands = (kind: string, fields: string): string =>
  `(select e.run_id, e.seq, e.at, ${fields} from continuum.events e cross join lateral (
    select case when e.kind = '${kind}' then e.body::json end as b) x where e.kind = '${kind}')`;

const number = (field: string, name: string): string => `(x.b ->> '${field}')::bigint as ${name}`;
const text = (field: string, name: string): string => `x.b ->> '${field}' as ${name}`;

const scheduled = commands(
  "activity_scheduled",
  `(x.b #>> '{policy,retry,maxAttempts}')::int as max_attempts, (x.b #>> '{policy,retry,initialMs}')::numeric as initial_ms,
   (x.b #>> '{policy,retry,maxBackoffMs}')::numeric as cap_ms, x.b #>> '{policy,retry,backoff}' as backoff`,
);
const outcomes = `(select o.* from ${commands("activity_completed", `${number("command", "command")}, ${number("attempt", "attempt")}`)} o
  union all select o.* from ${commands("activity_failed", `${number("command", "command")}, ${number("attempt", "attempt")}`)} o)`;
const timers = commands("timer_started", number("dueAt", "due_at"));
const fired = commands("timer_fired", number("command", "command"));
const waits = commands("signal_awaited", `${text("name", "name")}, ${number("dueAt", "due_at")}`);
const received = commands(
  "signal_received",
  `${number("command", "command")}, ${number("position", "position")}`,
);
const timedOut = commands("signal_timed_out", number("command", "command"));
const withdrawn = `(select w.run_id, w.seq, c.command::bigint as command
  from ${commands("waits_withdrawn", "x.b -> 'commands' as commands")} w cross join lateral json_array_elements_text(w.commands) as c(command))`;
/** Each outcome of a timer or a wait. */
const settled = `(select run_id, seq, command from ${fired} f union all select run_id, seq, command from ${received} r
  union all select run_id, seq, command from ${timedOut} t union all select run_id, seq, command from ${withdrawn} w)`;

const TERMINAL = "('completed', 'failed', 'cancelled', 'terminated')";

export const INVARIANTS: readonly Invariant[] = [
  {
    name: "a history has no gaps, and its run knows its length",
    sql: `select r.run_id from continuum.runs r left join continuum.events e on e.run_id = r.run_id
      group by r.run_id, r.next_seq having count(e.seq) <> r.next_seq or min(e.seq) <> 0 or max(e.seq) <> r.next_seq - 1`,
  },
  {
    name: "no event is without its run",
    sql: `select e.run_id from continuum.events e where not exists (select from continuum.runs r where r.run_id = e.run_id)`,
  },
  {
    name: "a history begins with run_started, and has one",
    sql: `select run_id, seq from continuum.events where (kind = 'run_started') <> (seq = 0)`,
  },
  {
    name: "times do not fall along a history",
    sql: `select run_id, seq from (select run_id, seq, at, lag(at) over (partition by run_id order by seq) as before from continuum.events) e
      where at < before`,
  },
  {
    name: "tokens do not fall along a history, and none exceeds its run's",
    sql: `select e.run_id, e.seq from (
      select run_id, seq, token, lag(token) over (partition by run_id order by seq) as before from continuum.events) e
      join continuum.runs r on r.run_id = e.run_id where e.token < e.before or e.token > r.token`,
  },
  {
    name: "a run has one end, and nothing follows it",
    sql: `select e.run_id, e.seq from continuum.events e join continuum.runs r on r.run_id = e.run_id
      where e.kind in ('run_completed', 'run_failed') and (e.seq <> r.next_seq - 1 or r.status not in ('completed', 'failed', 'cancelled'))`,
  },
  {
    name: "a completed or failed run's last event says so",
    sql: `select r.run_id from continuum.runs r left join continuum.events e on e.run_id = r.run_id and e.seq = r.next_seq - 1
      where r.status in ('completed', 'failed') and e.kind is distinct from 'run_' || r.status`,
  },
  {
    name: "an ended run has no lease, no due time, no task, and the time of its end",
    sql: `select r.run_id from continuum.runs r where r.status in ${TERMINAL} and (
      r.owner is not null or r.wake_at is not null or r.due_at is not null or r.ended_at is null
      or exists (select from continuum.tasks k where k.run_id = r.run_id))`,
  },
  {
    name: "a run that goes on has no time of its end",
    sql: `select run_id from continuum.runs where status in ('live', 'blocked') and ended_at is not null`,
  },
  {
    name: "no run sleeps while there is a mark that it has not seen, or beyond its due time",
    sql: `select run_id from continuum.runs where status = 'live' and owner is null and (
      (mark > seen_mark and (wake_at is null or wake_at > continuum.now_ms())) or wake_at > due_at or (due_at is not null and wake_at is null))`,
  },
  {
    name: "an owner is told of each mark that it has not seen",
    sql: `select run_id from continuum.runs where owner is not null and news <> (mark > seen_mark)`,
  },
  {
    name: "marks are seen only after they are left",
    sql: `select run_id from continuum.runs where seen_mark > mark`,
  },
  {
    name: "signals stand in the order of their acceptance",
    sql: `select chain_id, position from (
      select chain_id, position, accepted_at, lag(accepted_at) over (partition by chain_id order by position) as before from continuum.signals) s
      where accepted_at < before`,
  },
  {
    name: "a signal's place is a mark of its chain",
    sql: `select s.chain_id, s.position from continuum.signals s
      where not exists (select from continuum.runs r where r.chain_id = s.chain_id and r.mark >= s.position)`,
  },
  {
    name: "a signal is consumed once, by the wait that says so",
    sql: `select s.chain_id, s.position from continuum.signals s
      left join (select r.chain_id, e.position from ${received} e join continuum.runs r on r.run_id = e.run_id) c
        on c.chain_id = s.chain_id and c.position = s.position
      group by s.chain_id, s.position, s.consumed, s.set_aside having count(c.position) <> (s.consumed and s.set_aside is null)::int`,
  },
  {
    name: "a signal that was set aside waits no more, and is still to be seen",
    sql: `select chain_id, position from continuum.signals where set_aside is not null and (not consumed or payload is null)`,
  },
  {
    name: "a run that goes on owes no signal to a sweep",
    sql: `select run_id from continuum.runs where sends and status in ('live', 'blocked')`,
  },
  {
    name: "no wait consumes a signal that was never accepted",
    sql: `select e.run_id, e.seq from ${received} e join continuum.runs r on r.run_id = e.run_id
      where not exists (select from continuum.signals s where s.chain_id = r.chain_id and s.position = e.position)`,
  },
  {
    name: "signals of one name are consumed in the order of their acceptance",
    sql: `select run_id, seq from (
      select e.run_id, e.seq, e.position, lag(e.position) over (partition by e.run_id, s.name order by e.seq) as before
      from ${received} e join continuum.runs r on r.run_id = e.run_id
      join continuum.signals s on s.chain_id = r.chain_id and s.position = e.position) o
      where position < before`,
  },
  {
    name: "a signal that was accepted before a deadline wins over it",
    sql: `select t.run_id, t.seq from ${timedOut} t
      join ${waits} w on w.run_id = t.run_id and w.seq = t.command
      join continuum.runs r on r.run_id = t.run_id
      join continuum.signals s on s.chain_id = r.chain_id and s.name = w.name and s.accepted_at < w.due_at and s.set_aside is null
      where not exists (select from ${received} e where e.run_id = t.run_id and e.position = s.position and e.seq < t.seq)`,
  },
  {
    name: "timers and waits have one outcome, after they began",
    sql: `select o.run_id, o.command from ${settled} o
      left join continuum.events c on c.run_id = o.run_id and c.seq = o.command and c.kind in ('timer_started', 'signal_awaited')
      group by o.run_id, o.command having count(*) > 1 or count(c.seq) = 0 or min(o.seq) <= o.command`,
  },
  {
    name: "no timer fires early",
    sql: `select f.run_id, f.seq from ${fired} f join ${timers} t on t.run_id = f.run_id and t.seq = f.command where f.at < t.due_at
      union all
      select o.run_id, o.seq from ${timedOut} o join ${waits} w on w.run_id = o.run_id and w.seq = o.command where o.at < w.due_at`,
  },
  {
    name: "an activity has one outcome, after it was scheduled",
    sql: `select o.run_id, o.command from ${outcomes} o
      left join ${scheduled} c on c.run_id = o.run_id and c.seq = o.command
      group by o.run_id, o.command having count(*) > 1 or count(c.seq) = 0 or min(o.seq) <= o.command`,
  },
  {
    name: "attempts are dense, and within the limit",
    sql: `select n.run_id, n.command, n.attempt from (
        select run_id, command, attempt, attempt - 1 as failures from ${outcomes} o
        union all select run_id, command, attempt, attempt - 1 from continuum.tasks
        union all select run_id, command, max(attempt), max(attempt) from continuum.attempts group by run_id, command) n
      join ${scheduled} c on c.run_id = n.run_id and c.seq = n.command
      where n.attempt > c.max_attempts or n.attempt < 1 or n.failures > (
        select count(*) from continuum.attempts a
        where a.run_id = n.run_id and a.command = n.command and a.attempt <= n.failures)`,
  },
  {
    name: "attempts are spaced by the pause of their policy",
    sql: `select a.run_id, a.command, a.attempt from continuum.attempts a
      join continuum.attempts b on b.run_id = a.run_id and b.command = a.command and b.attempt = a.attempt - 1
      join ${scheduled} c on c.run_id = a.run_id and c.seq = a.command
      where a.started_at < b.ended_at + floor(least(c.cap_ms, c.initial_ms * case c.backoff
        when 'constant' then 1 when 'linear' then b.attempt else power(2, least(b.attempt - 1, 60)) end))`,
  },
  {
    name: "no attempt begins after its run's end",
    sql: `select a.run_id, a.command from continuum.attempts a join continuum.runs r on r.run_id = a.run_id where a.started_at > r.ended_at`,
  },
  {
    name: "a task belongs to an activity of its run that has no outcome",
    sql: `select k.run_id, k.command from continuum.tasks k
      where not exists (
        select from continuum.events e where e.run_id = k.run_id and e.seq = k.command and e.kind = 'activity_scheduled')
      or exists (select from ${outcomes} o where o.run_id = k.run_id and o.command = k.command)`,
  },
  {
    name: "a claimed task says by whom and since when, and an ended one has its outcome",
    sql: `select run_id, command from continuum.tasks
      where (state = 'claimed' and (claimed_by is null or started_at is null))
      or (state in ('completed', 'failed')) <> (outcome is not null)`,
  },
  {
    name: "a chain has one run that goes on",
    sql: `select chain_id from continuum.runs where status in ('live', 'blocked') group by chain_id having count(*) > 1`,
  },
  {
    name: "an owned run has a version and a token",
    sql: `select run_id from continuum.runs where owner is not null and (version_hash = '' or token < 1)`,
  },
  {
    name: "at most five deaths are counted against a run",
    sql: `select run_id from continuum.runs where deaths not between 1 and 5`,
  },
  {
    name: "only a suspect is on trial",
    sql: `select run_id from continuum.runs where owner is not null and trial = token and (deaths between 2 and 4) is not true`,
  },
  {
    name: "a worker tries one run at a time",
    sql: `select owner from continuum.runs where owner is not null and trial = token group by owner having count(*) > 1`,
  },
];

/** The names of those that do not hold, each with the rows that say where. `query` runs a text and gives its rows. */
export async function violatedInvariants(
  query: (sql: string) => Promise<readonly object[]>,
): Promise<readonly { readonly name: string; readonly rows: readonly object[] }[]> {
  const violated = [];
  for (const { name, sql } of [...INVARIANTS, ...CHAIN_INVARIANTS]) {
    const rows = await query(sql);
    if (rows.length > 0) violated.push({ name, rows });
  }
  return violated;
}
