/*
 * Birth: new runs, their events and rows, in one statement (R39).
 *
 * Two unique keys can be in the way, the id and the idempotency key, so that ON CONFLICT can name no target; a run that was not
 * born is looked up afterwards, in a statement with a fresh snapshot, since whoever was first may have committed just now.
 */
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { AtMs, RunId } from "../../core/ids.js";
import type { Attributes, CreateVerdict, NewRun, NewTask } from "../port.js";
import { bearBrood, broodOf, broodValues } from "./brood.js";
import type { Database, Row } from "./connection.js";
import { eventRows, eventValues } from "./event-rows.js";
import type { EventOf } from "./event-rows.js";
import type { Persistence } from "./persistence.js";
import { persist } from "./persistence.js";
import { column, param, statement } from "./statement.js";
import type { Values } from "./statement.js";
import { insertTasks, taskValues } from "./task-rows.js";

/** A run from outside begins its chain and has no parent. */
const base = sql`base as materialized (
  select n.run_id, n.attributes::jsonb as attributes, n.run_id as chain_id, 0 as chain_place, 0 as mark, 0 as seen_mark, false as awaited, null::int8 as cancel_at,
    null::text as cancel_reason, null::text as parent_id, null::int4 as parent_command, null::text as parent_chain,
    null::text as on_parent_close, null::int4 as depth, n.bears, c.at
  from asked n join born b on b.run_id = n.run_id cross join clock c
)`;

/** `brood`: runs among them start children, or are continued in their first turn. */
function birthSql(brood: boolean): SQL {
  const flag = (columns: string): SQL => sql.raw(brood ? columns : "");
  return sql`with asked as materialized (
  select * from unnest(${param("runIds", "text[]")}, ${param("namespaces", "text[]")}, ${param("workflows", "text[]")},
    ${param("hashes", "text[]")}, ${param("labels", "text[]")}, ${param("keys", "text[]")}, ${param("retentions", "int8[]")},
    ${param("attributes", "text[]")}, ${param("owners", "text[]")}, ${param("counts", "int4[]")}, ${param("dueTimes", "int8[]")}, ${param("ends", "text[]")},
    ${param("sends", "bool[]")}${brood ? sql`, ${param("bears", "bool[]")}` : sql``})
    as n(run_id, namespace, workflow, hash, label, key, retention_ms, attributes, owner, count, due_at, ended, sends${flag(", bears")})
),
clock as materialized (select continuum.now_ms() as at),
alive as materialized (
  select w.worker_id from continuum.workers w cross join clock c
  where w.worker_id in (select owner from asked) and w.dead_at is null and w.lease_until > c.at
),
born as (
  insert into continuum.runs (run_id, chain_id, namespace, workflow, version_hash, version_label, idempotency_key, birth,
    retention_ms, attributes, status, owner, token, next_seq, mark, seen_mark, news, awaited, due_at, wake_at, created_at, ended_at, sends${flag(", bears, closes")})
  select n.run_id, n.run_id, n.namespace, n.workflow, n.hash, n.label, n.key, ${param("birth", "text")},
    n.retention_ms, n.attributes::jsonb, coalesce(n.ended, 'live'), case when n.ended is null then n.owner end, (n.owner is not null)::int,
    n.count, 0, 0, false, false, case when n.ended is null then n.due_at end,
    case when n.owner is null and n.ended is null then c.at end, c.at, case when n.ended is not null then c.at end, case when n.sends then true end${flag(`,
    case when n.bears then true end, case when n.bears and n.ended <> 'continued' then true end`)}
  from asked n cross join clock c
  where n.owner is null or n.owner in (select worker_id from alive)
  order by n.run_id
  on conflict do nothing
  returning run_id
),
${brood ? sql`${base}, ${bearBrood}, ` : sql``}stored as (
  insert into continuum.events (run_id, seq, token, at, kind, body, payload)
  select e.run_id, e.seq, e.token, e.at, e.kind, e.body, e.payload from ${eventRows}
  where (e.run_id in (select run_id from born${flag(" union all select run_id from brood")})) is true
),
scheduled as (${insertTasks(sql`select run_id from born${flag(" union all select run_id from brood")}`)})
select n.run_id, n.run_id in (select run_id from born) as born,
  n.owner is not null and n.owner not in (select worker_id from alive) as orphaned, c.at::float8 as at
from asked n cross join clock c`;
}

export const bear = statement("create", birthSql(false));
export const bearWithBrood = statement("create_brood", birthSql(true));

const inTheWay = statement(
  "create_lookup",
  sql`select n.run_id, r.run_id as taken, r.birth, r.created_at::float8 as at, k.run_id as same_key, k.birth as key_birth
from unnest(${param("runIds", "text[]")}, ${param("namespaces", "text[]")}, ${param("workflows", "text[]")}, ${param("keys", "text[]")})
  as n(run_id, namespace, workflow, key)
left join continuum.runs r on r.run_id = n.run_id
left join continuum.runs k on k.namespace = n.namespace and k.workflow = n.workflow and k.idempotency_key = n.key`,
);

export async function createRuns(
  database: Database,
  ports: Persistence,
  runs: readonly NewRun[],
): Promise<readonly CreateVerdict[]> {
  const verdicts = new Map<NewRun, CreateVerdict>();
  // A batch that repeats an id is born one by one: the statement tells its rows apart by their ids.
  const groups =
    new Set(runs.map((run) => run.runId)).size === runs.length ? [runs] : runs.map((run) => [run]);
  for (const group of groups) await bearAll(database, ports, group, verdicts);
  return runs.map((run) => verdicts.get(run)!);
}

async function bearAll(
  database: Database,
  ports: Persistence,
  runs: readonly NewRun[],
  verdicts: Map<NewRun, CreateVerdict>,
): Promise<void> {
  const birth = randomUUID();
  // Whatever was in the way may be gone when it is looked up: then the birth is tried again.
  for (let left = runs; left.length > 0; left = left.filter((run) => !verdicts.has(run))) {
    await persist(ports, "create runs", async () => {
      const hasBrood = left.some((run) => run.children.length > 0 || run.end?.status === "continued");
      const rows = byRun(
        await database.query(
          hasBrood ? bearWithBrood : bear,
          hasBrood ? birthAndBroodValues(left, birth) : birthValues(left, birth),
        ),
      );
      for (const run of left) {
        const row = rows.get(run.runId)!;
        if (row.born === true) verdicts.set(run, { kind: "created", at: row.at as AtMs });
        // An earlier try of this call may have been stored before the worker died: looked up first.
      }
      const unborn = left.filter((run) => !verdicts.has(run));
      if (unborn.length === 0) return;
      const found = byRun(await database.query(inTheWay, lookupValues(unborn)));
      for (const run of unborn) {
        const verdict =
          whyNot(found.get(run.runId)!, birth) ?? (rows.get(run.runId)!.orphaned === true ? DEAD : null);
        if (verdict !== null) verdicts.set(run, verdict);
      }
    });
  }
}

const DEAD: CreateVerdict = { kind: "dead_worker" };

function whyNot(row: Row, birth: string): CreateVerdict | null {
  if (row.birth === birth) return { kind: "created", at: row.at as AtMs };
  // The key first: who repeats a start with id and key gets the first run, not a complaint about its id.
  if (row.same_key !== null) return { kind: "exists", runId: row.same_key as RunId, sameKey: true };
  if (row.taken !== null) return { kind: "exists", runId: row.taken as RunId, sameKey: false };
  return null;
}

function byRun(rows: readonly Row[]): ReadonlyMap<unknown, Row> {
  return new Map(rows.map((row) => [row.run_id, row]));
}

export function birthValues(runs: readonly NewRun[], birth: string): Values {
  return {
    ...lookupValues(runs),
    birth,
    hashes: column(runs, (run) => run.version?.hash ?? ""),
    labels: column(runs, (run) => run.version?.label ?? ""),
    retentions: column(runs, (run) => run.retentionMs),
    attributes: column(runs, ({ attributes }) => attributesText(attributes)),
    owners: column(runs, (run) => run.owner),
    counts: column(runs, (run) => run.events.length),
    dueTimes: column(runs, (run) => run.dueAt),
    ends: column(runs, (run) => run.end?.status ?? null),
    sends: column(runs, (run) => run.end?.sends ?? false),
    ...bornWithEvents(runs),
  };
}

function birthAndBroodValues(runs: readonly NewRun[], birth: string): Values {
  const brood = runs.flatMap(broodOf);
  return {
    ...birthValues(runs, birth),
    ...broodValues(brood, birth),
    ...bornWithEvents([...runs, ...brood.map(({ run }) => run)]),
    bears: column(runs, (run) => run.children.length > 0),
  };
}

/** Null for none, as in rows of before there were any. */
function attributesText(attributes: Attributes = {}): string | null {
  return Object.keys(attributes).length === 0 ? null : JSON.stringify(attributes);
}

/** First events and rows of new runs. */
function bornWithEvents(runs: readonly NewRun[]): Values {
  return {
    ...eventValues(firstEvents(runs)),
    ...taskValues(firstTasks(runs)),
  };
}

export function firstEvents(runs: readonly NewRun[]): readonly EventOf[] {
  return runs.flatMap((run) =>
    run.events.map((event) => ({ runId: run.runId, token: run.owner === null ? 0 : 1, event })),
  );
}

export function firstTasks(runs: readonly NewRun[]): readonly NewTask[] {
  return runs.flatMap((run) => (run.end === null ? run.tasks : []));
}

function lookupValues(runs: readonly NewRun[]) {
  return {
    runIds: column(runs, (run) => run.runId),
    namespaces: column(runs, (run) => run.namespace),
    workflows: column(runs, (run) => run.workflow),
    keys: column(runs, (run) => run.idempotencyKey),
  };
}
