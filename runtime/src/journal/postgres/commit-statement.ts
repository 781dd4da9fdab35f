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
import { randomUUID } from "node:crypto";
import type { SQL } from "drizzle-orm";
import { sql } from "drizzle-orm";
import type { Turn } from "../port.js";
import { firstEvents, firstTasks } from "./births.js";
import { bearBrood, broodOf, broodValues } from "./brood.js";
import { eventRows, eventValues } from "./event-rows.js";
import { column, keepableText, param, statement } from "./statement.js";
import type { Statement, Values } from "./statement.js";
import { attemptValues, insertAttempts, insertTasks, taskValues } from "./task-rows.js";

/** What a batch contains: its statement has the parts that it needs, and no other. */
interface Parts {
  readonly one: boolean;
  readonly events: boolean;
  readonly ends: boolean;
  readonly signals: boolean;
  readonly setAside: boolean;
  readonly consumedTasks: boolean;
  readonly tasks: boolean;
  readonly attempts: boolean;
  /** Children, or a run that is continued. */
  readonly births: boolean;
  /** Outcomes of children are recorded. */
  readonly children: boolean;
  /** A request to cancel is recorded. */
  readonly cancels: boolean;
}

/** The statement for `turns`, and its values. */
export function commitOf(turns: readonly Turn[]): { readonly statement: Statement; readonly values: Values } {
  // An ended run has no rows: those that its last turn would have written or removed go with all the others.
  const going = turns.filter((turn) => turn.end === null);
  const brood = turns.flatMap(broodOf);
  const born = brood.map(({ run }) => run);
  const events = [
    ...turns.flatMap((turn) => turn.events.map((event) => ({ runId: turn.runId, token: turn.token, event }))),
    ...firstEvents(born),
  ];
  const signals = turns.flatMap((turn) =>
    turn.consumedSignals.map((position) => ({ runId: turn.runId, position })),
  );
  const setAside = turns.flatMap((turn) => turn.setAside.map((signal) => ({ runId: turn.runId, ...signal })));
  const consumed = going.flatMap((turn) =>
    turn.consumedTasks.map((command) => ({ runId: turn.runId, command })),
  );
  const recorded = turns.flatMap((turn) =>
    turn.consumedChildren.map((command) => ({ runId: turn.runId, command })),
  );
  const tasks = [...going.flatMap((turn) => turn.tasks), ...firstTasks(born)];
  const attempts = turns.flatMap((turn) => turn.attempts);
  const parts: Parts = {
    one: turns.length === 1,
    events: events.length > 0,
    ends: going.length < turns.length,
    signals: signals.length > 0,
    setAside: setAside.length > 0,
    consumedTasks: consumed.length > 0,
    tasks: tasks.length > 0,
    attempts: attempts.length > 0,
    births: brood.length > 0,
    children: recorded.length > 0,
    cancels: turns.some((turn) => turn.consumedCancel),
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
      ...(parts.setAside
        ? {
            asideRuns: column(setAside, ({ runId }) => runId),
            asidePositions: column(setAside, ({ position }) => position),
            asideReasons: column(setAside, ({ reason }) => keepableText(reason)),
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
      ...(parts.births ? broodValues(brood, randomUUID()) : {}),
      ...(parts.children
        ? {
            childParents: column(recorded, ({ runId }) => runId),
            childCommands: column(recorded, ({ command }) => command),
          }
        : {}),
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
    sends: column(turns, (turn) => turn.end?.sends ?? false),
    bears: column(turns, (turn) => turn.children.length > 0),
    cancels: column(turns, (turn) => turn.consumedCancel),
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
    sends: turn.end?.sends ?? false,
    bears: turn.children.length > 0,
    cancels: turn.consumedCancel,
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
  const judged = sql`select run_id from judged where verdict = 'committed'`;
  const committed = parts.births ? sql`${judged} union all select run_id from brood` : judged;
  const writes: SQL[] = [sql`written as (${writeRuns(parts)})`];
  if (parts.births) writes.push(sql`base as materialized (${base(parts)}), ${bearBrood}`);
  if (parts.children) writes.push(sql`acknowledged as (${acknowledgeChildren()})`);
  if (parts.events) writes.push(sql`stored as (${insertEvents(committed)})`);
  if (parts.signals) writes.push(sql`consumed as (${consumeSignals()})`);
  if (parts.setAside) writes.push(sql`aside as (${setSignalsAside()})`);
  if (parts.consumedTasks) writes.push(sql`removed as (${removeTasks(committed)})`);
  if (parts.tasks) writes.push(sql`scheduled as (${insertTasks(committed)})`);
  if (parts.attempts) writes.push(sql`failed as (${insertAttempts(committed)})`);
  if (parts.ends) writes.push(sql`cleared as (${clearTasks()})`);
  return sql`with turn as materialized (${parts.one ? oneTurn(parts) : manyTurns(parts)}),
clock as materialized (select continuum.now_ms() as at),
held as materialized (
  select t.*, r.chain_id, r.status, r.owner, r.mark, r.awaited, r.token = t.token and r.next_seq = t.next_seq as fenced${sql.raw(parts.births ? CHAIN_COLUMNS : "")}
  from turn t join continuum.runs r on r.run_id = t.run_id
  for no key update of r skip locked
),${parts.children ? sql`${endedChildren}` : sql``}
judged as materialized (
  select h.*, c.at,
    case
      when not h.fenced or h.status <> 'live' or h.owner is null then 'lost'
      when h.decisive and h.mark <> h.seen_mark then 'marked'
      when h.not_before > c.at then 'early'${sql.raw(parts.children ? UNREACHED : "")}
      else 'committed'
    end as verdict
  from held h cross join clock c
),
${sql.join(writes, sql`,\n`)}
select run_id, verdict, mark::float8 as mark, at::float8 as at, awaited and ended is not null and ended <> 'continued' as awaited from judged`;
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

/** Only in statements with the part that needs them. */
function columnsFor(parts: Parts): readonly (readonly [string, string, string])[] {
  return [
    ...TURN_COLUMNS,
    ...(parts.ends ? [["sends", "sends", "bool"] as const] : []),
    ...(parts.births ? [["bears", "bears", "bool"] as const] : []),
    ...(parts.cancels ? [["cancels", "cancels", "bool"] as const] : []),
  ];
}

function oneTurn(parts: Parts): SQL {
  const columns = columnsFor(parts).map(
    ([name, field, type]) => sql`${param(name, type)} as ${sql.raw(field)}`,
  );
  return sql`select ${sql.join(columns, sql`, `)}`;
}

function manyTurns(parts: Parts): SQL {
  const columns = columnsFor(parts);
  const arrays = columns.map(([name, , type]) => param(name, `${type}[]`));
  const fields = sql.raw(columns.map(([, field]) => field).join(", "));
  return sql`select * from unnest(${sql.join(arrays, sql`, `)}) as t(${fields})`;
}

/** `news` and `awaited` stay as they are on an ended run: its row leaves the indexes with its owner. */
function writeRuns(parts: Parts): SQL {
  const bears = parts.births ? "(r.bears or j.bears)" : "r.bears";
  // A chain's end is told to its parent and to its children by transactions of their own: what is owed stands on the row (R35).
  const end = parts.ends
    ? `, status = coalesce(j.ended, r.status), owner = case when j.ended is null then r.owner end,
    ended_at = case when j.ended is not null then j.at end,
    closes = case when j.ended <> 'continued' and ${bears} then true end,
    reports = case when j.ended <> 'continued' and r.parent_id is not null then 'due' end,
    sends = case when j.ended is not null and j.sends then true end`
    : "";
  const born = parts.births ? `, bears = case when ${bears} then true end` : "";
  const cancel = parts.cancels ? ", cancel_seen = case when j.cancels then true else r.cancel_seen end" : "";
  return sql`update continuum.runs r set
    next_seq = j.next_seq + j.count,
    seen_mark = greatest(r.seen_mark, j.seen_mark),
    news = r.mark > greatest(r.seen_mark, j.seen_mark),
    due_at = j.due_at, deaths = null, trial = null${sql.raw(end + born + cancel)}
  from judged j where r.run_id = j.run_id and j.verdict = 'committed'`;
}

/** What a birth needs of the row that is held. */
const CHAIN_COLUMNS = `, r.attributes, r.chain_place, r.seen_mark as row_seen, r.cancel_at, r.cancel_reason, r.cancel_seen,
    r.parent_id, r.parent_command, r.parent_chain, r.on_parent_close, r.depth, r.bears as row_bears`;

/** What the next run of the chain takes over (R30): a cancel that this turn has not recorded, too. */
function base(parts: Parts): SQL {
  const pending = `j.cancel_seen is not true${parts.cancels ? " and not j.cancels" : ""}`;
  return sql`select j.run_id, j.attributes, j.chain_id, j.chain_place, j.mark, greatest(j.row_seen, j.seen_mark) as seen_mark, j.awaited,
    case when ${sql.raw(pending)} then j.cancel_at end as cancel_at, case when ${sql.raw(pending)} then j.cancel_reason end as cancel_reason,
    j.parent_id, j.parent_command, j.parent_chain, j.on_parent_close, j.depth, j.row_bears or j.bears as bears, j.at
  from judged j where j.verdict = 'committed'`;
}

// The children's rows are locked after their parents', skipping those that others hold; whoever misses one asks again.
const endedChildren = sql`
recorded as materialized (
  select * from unnest(${param("childParents", "text[]")}, ${param("childCommands", "int4[]")}) as x(parent_id, command)
),
owed as materialized (
  select x.parent_id, count(*) as rows from recorded x
  join continuum.runs c on c.parent_id = x.parent_id and c.parent_command = x.command and c.reports is not null
  group by x.parent_id
),
heard as materialized (
  select c.run_id, c.parent_id from recorded x
  join continuum.runs c on c.parent_id = x.parent_id and c.parent_command = x.command and c.reports is not null
  where (x.parent_id in (select run_id from held)) is true
  for no key update of c skip locked
),`;

const UNREACHED = `
      when (select o.rows from owed o where o.parent_id = h.run_id) > (select count(*) from heard c where c.parent_id = h.run_id)
        then 'locked'`;

function acknowledgeChildren(): SQL {
  return sql`update continuum.runs c set reports = null
  from heard x join judged j on j.run_id = x.parent_id and j.verdict = 'committed'
  where c.run_id = x.run_id`;
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

// Its payload stays: whoever looks into it later wants to see what was sent.
function setSignalsAside(): SQL {
  return sql`update continuum.signals s set consumed = true, set_aside = c.reason
  from unnest(${param("asideRuns", "text[]")}, ${param("asidePositions", "int8[]")}, ${param("asideReasons", "text[]")})
    as c(run_id, position, reason)
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
