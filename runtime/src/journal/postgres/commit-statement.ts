/*
 * The statement that stores turns: one statement, one transaction, one round trip, whatever the number of runs.
 *
 *   turn     what was asked
 *   held     the rows of those runs, locked; a row that another transaction holds is skipped, so that no batch waits for another
 *   judged   the verdict on each, by the row as it is under the lock (R36–R38)
 *   written, stored, …   only for those judged `committed`
 *
 * A run that is missing from the answer was locked by another, or does not exist.
 *
 * The filter `(run_id in (select …)) is true` looks clumsy on purpose: as a plain `in`, a named statement's generic plan turns
 * it into a nested loop over the two CTEs, which is quadratic in the batch.
 */
import type { SQL } from "drizzle-orm";
import { sql } from "drizzle-orm";
import type { Turn } from "../port.js";
import { eventRows, eventValues } from "./event-rows.js";
import { column, param, statement } from "./statement.js";
import type { Statement, Values } from "./statement.js";
import { attemptValues, insertAttempts, insertTasks, taskValues } from "./task-rows.js";

/** What a batch contains: its statement has the parts that it needs, and no other. */
interface Parts {
  readonly one: boolean;
  readonly events: boolean;
  readonly ends: boolean;
  readonly signals: boolean;
  readonly consumedTasks: boolean;
  readonly tasks: boolean;
  readonly attempts: boolean;
}

/** The statement for `turns`, and its values. */
export function commitOf(turns: readonly Turn[]): { readonly statement: Statement; readonly values: Values } {
  // An ended run has no rows: those that its last turn would have written or removed go with all the others.
  const going = turns.filter((turn) => turn.end === null);
  const events = turns.flatMap((turn) =>
    turn.events.map((event) => ({ runId: turn.runId, token: turn.token, event })),
  );
  const signals = turns.flatMap((turn) =>
    turn.consumedSignals.map((position) => ({ runId: turn.runId, position })),
  );
  const consumed = going.flatMap((turn) =>
    turn.consumedTasks.map((command) => ({ runId: turn.runId, command })),
  );
  const tasks = going.flatMap((turn) => turn.tasks);
  const attempts = turns.flatMap((turn) => turn.attempts);
  const parts: Parts = {
    one: turns.length === 1,
    events: events.length > 0,
    ends: going.length < turns.length,
    signals: signals.length > 0,
    consumedTasks: consumed.length > 0,
    tasks: tasks.length > 0,
    attempts: attempts.length > 0,
  };
  return {
    statement: statementFor(parts),
    values: {
      ...(parts.one ? oneTurnValues(turns[0]!) : turnValues(turns)),
      ...(parts.events ? eventValues(events) : {}),
      ...(parts.signals
        ? {
            signalRuns: column(signals, ({ runId }) => runId),
            positions: column(signals, ({ position }) => position),
          }
        : {}),
      ...(parts.consumedTasks
        ? {
            consumedRuns: column(consumed, ({ runId }) => runId),
            consumedCommands: column(consumed, ({ command }) => command),
          }
        : {}),
      ...(parts.tasks ? taskValues(tasks) : {}),
      ...(parts.attempts ? attemptValues(attempts) : {}),
    },
  };
}

function turnValues(turns: readonly Turn[]): Values {
  return {
    runIds: column(turns, (turn) => turn.runId),
    tokens: column(turns, (turn) => turn.token),
    nextSeqs: column(turns, (turn) => turn.nextSeq),
    counts: column(turns, (turn) => turn.events.length),
    seenMarks: column(turns, (turn) => turn.seenMark),
    decisives: column(turns, (turn) => turn.decisive),
    notBefores: column(turns, (turn) => turn.notBefore),
    dueTimes: column(turns, (turn) => (turn.end === null ? turn.dueAt : null)),
    ends: column(turns, (turn) => turn.end?.status ?? null),
  };
}

function oneTurnValues(turn: Turn): Values {
  return {
    runIds: turn.runId,
    tokens: turn.token,
    nextSeqs: turn.nextSeq,
    counts: turn.events.length,
    seenMarks: turn.seenMark,
    decisives: turn.decisive,
    notBefores: turn.notBefore,
    dueTimes: turn.end === null ? turn.dueAt : null,
    ends: turn.end?.status ?? null,
  };
}

const known = new Map<string, Statement>();

function statementFor(parts: Parts): Statement {
  const name = `commit_${Object.values(parts).map(Number).join("")}`;
  let made = known.get(name);
  if (made === undefined) known.set(name, (made = statement(name, commitSql(parts))));
  return made;
}

function commitSql(parts: Parts): SQL {
  const committed = sql`select run_id from judged where verdict = 'committed'`;
  const writes: SQL[] = [sql`written as (${writeRuns(parts)})`];
  if (parts.events) writes.push(sql`stored as (${insertEvents(committed)})`);
  if (parts.signals) writes.push(sql`consumed as (${consumeSignals()})`);
  if (parts.consumedTasks) writes.push(sql`removed as (${removeTasks(committed)})`);
  if (parts.tasks) writes.push(sql`scheduled as (${insertTasks(committed)})`);
  if (parts.attempts) writes.push(sql`failed as (${insertAttempts(committed)})`);
  if (parts.ends) writes.push(sql`cleared as (${clearTasks()})`);
  return sql`with turn as materialized (${parts.one ? oneTurn() : manyTurns()}),
clock as materialized (select continuum.now_ms() as at),
held as materialized (
  select t.*, r.chain_id, r.status, r.owner, r.mark, r.awaited, r.token = t.token and r.next_seq = t.next_seq as fenced
  from turn t join continuum.runs r on r.run_id = t.run_id
  for no key update of r skip locked
),
judged as materialized (
  select h.*, c.at,
    case
      when not h.fenced or h.status <> 'live' or h.owner is null then 'lost'
      when h.decisive and h.mark <> h.seen_mark then 'marked'
      when h.not_before > c.at then 'early'
      else 'committed'
    end as verdict
  from held h cross join clock c
),
${sql.join(writes, sql`,\n`)}
select run_id, verdict, mark::float8 as mark, at::float8 as at, awaited and ended is not null as awaited from judged`;
}

const TURN_COLUMNS = [
  ["runIds", "run_id", "text"],
  ["tokens", "token", "int8"],
  ["nextSeqs", "next_seq", "int4"],
  ["counts", "count", "int4"],
  ["seenMarks", "seen_mark", "int8"],
  ["decisives", "decisive", "bool"],
  ["notBefores", "not_before", "int8"],
  ["dueTimes", "due_at", "int8"],
  ["ends", "ended", "text"],
] as const;

function oneTurn(): SQL {
  const columns = TURN_COLUMNS.map(([name, field, type]) => sql`${param(name, type)} as ${sql.raw(field)}`);
  return sql`select ${sql.join(columns, sql`, `)}`;
}

function manyTurns(): SQL {
  const arrays = TURN_COLUMNS.map(([name, , type]) => param(name, `${type}[]`));
  const fields = sql.raw(TURN_COLUMNS.map(([, field]) => field).join(", "));
  return sql`select * from unnest(${sql.join(arrays, sql`, `)}) as t(${fields})`;
}

/** `news` and `awaited` stay as they are on an ended run: its row leaves the indexes with its owner. */
function writeRuns(parts: Parts): SQL {
  const end = parts.ends
    ? sql`, status = coalesce(j.ended, r.status), owner = case when j.ended is null then r.owner end,
    ended_at = case when j.ended is not null then j.at end`
    : sql``;
  return sql`update continuum.runs r set
    next_seq = j.next_seq + j.count,
    seen_mark = greatest(r.seen_mark, j.seen_mark),
    news = r.mark > greatest(r.seen_mark, j.seen_mark),
    due_at = j.due_at${end}
  from judged j where r.run_id = j.run_id and j.verdict = 'committed'`;
}

function insertEvents(committed: SQL): SQL {
  return sql`insert into continuum.events (run_id, seq, token, at, kind, body, payload)
  select e.run_id, e.seq, e.token, e.at, e.kind, e.body, e.payload from ${eventRows}
  where (e.run_id in (${committed})) is true`;
}

function consumeSignals(): SQL {
  return sql`update continuum.signals s set consumed = true, payload = null
  from unnest(${param("signalRuns", "text[]")}, ${param("positions", "int8[]")}) as c(run_id, position)
  join judged j on j.run_id = c.run_id and j.verdict = 'committed'
  where s.chain_id = j.chain_id and s.position = c.position`;
}

function removeTasks(committed: SQL): SQL {
  return sql`delete from continuum.tasks k
  using unnest(${param("consumedRuns", "text[]")}, ${param("consumedCommands", "int4[]")}) as c(run_id, command)
  where k.run_id = c.run_id and k.command = c.command and (c.run_id in (${committed})) is true`;
}

function clearTasks(): SQL {
  return sql`delete from continuum.tasks k using judged j
  where k.run_id = j.run_id and j.verdict = 'committed' and j.ended is not null`;
}
