/*
 * How often bodies ran, by the file that they write to, compared with what the database says.
 */
import { readFileSync } from "node:fs";
import type { Database } from "./databases.js";

export interface Execution {
  readonly runId: string;
  readonly activity: string;
  readonly attempt: number;
  /** Of the scheduled activity, the same for all of its attempts; where it has an idempotency key, that. */
  readonly key: string;
  /** The details that it was handed. */
  readonly from?: unknown;
  readonly pid: number;
}

export function executionsIn(effects: string): readonly Execution[] {
  return readFileSync(effects, { encoding: "utf8", flag: "a+" })
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Execution);
}

export interface Scheduled {
  readonly run: string;
  readonly key: string;
  readonly activity: string;
  /** Of the accepted outcome; null: there is none. */
  readonly accepted: number | null;
  readonly completed: boolean;
  /** It has an idempotency key, perhaps together with others. */
  readonly keyed: boolean;
  /** The result of its key is recorded. */
  readonly settled: boolean;
  /** The last details of its row, as they are stored. */
  readonly details: string | null;
}

/** Every activity that was scheduled, but of earlier runs. */
export async function scheduledIn(
  database: Database,
  earlier: ReadonlySet<string>,
): Promise<readonly Scheduled[]> {
  const rows = await database.query(
    `
    select s.run_id as run, coalesce(s.body::json #>> '{policy,idempotencyKey}', s.run_id || '/' || s.seq) as key,
      s.body::json #>> '{policy,idempotencyKey}' is not null as keyed,
      exists (select from continuum.activity_keys a where a.key = s.body::json #>> '{policy,idempotencyKey}'
        and a.settled_at is not null) as settled,
      (select k.heartbeat from continuum.tasks k where k.run_id = s.run_id and k.command = s.seq) as details,
      s.body::json ->> 'activity' as activity,
      coalesce((select (o.body::json ->> 'attempt')::int from continuum.events o
        where o.run_id = s.run_id and o.kind in ('activity_completed', 'activity_failed')
        and (o.body::json ->> 'command')::int = s.seq),
        (select k.attempt from continuum.tasks k
        where k.run_id = s.run_id and k.command = s.seq and k.state in ('completed', 'failed'))) as accepted,
      exists (select from continuum.events o where o.run_id = s.run_id and o.kind = 'activity_completed'
        and (o.body::json ->> 'command')::int = s.seq) as completed
    from continuum.events s where s.kind = 'activity_scheduled'`,
  );
  return (rows as unknown as readonly Scheduled[]).filter(({ run }) => !earlier.has(run));
}

/** What a database said when a process, `victim`, had died. */
export interface Death {
  readonly victim: number;
  readonly scheduled: readonly Scheduled[];
}

/**
 * What contradicts the rules: each attempt runs at most once; the accepted one ran; and but for activities that fail on their own,
 * a body is repeated only if a process died between its beginning and the commit of its outcome.
 */
export function wrongExecutions(
  executions: readonly Execution[],
  scheduled: readonly Scheduled[],
  death: Death,
  fails: readonly string[],
): readonly string[] {
  const wrong: string[] = [];
  const byKey = new Map<string, Scheduled[]>();
  for (const one of scheduled) byKey.set(one.key, [...(byKey.get(one.key) ?? []), one]);
  const stored = new Set(death.scheduled.filter(isStored).map(({ key }) => key));
  for (const key of new Set(executions.map((each) => each.key)))
    if (!byKey.has(key)) wrong.push(`${key} ran, and was never scheduled`);
  for (const [key, group] of byKey) {
    const own = executions.filter((each) => each.key === key);
    const [{ activity, keyed }] = group as [Scheduled];
    const attempts = own.map(({ attempt }) => attempt);
    // One key may be that of several, each with attempts of its own.
    if (!keyed && new Set(attempts).size < attempts.length) wrong.push(`an attempt of ${key} ran twice`);
    const ended = group.filter(({ accepted }) => accepted !== null);
    if (ended.length === 0) continue;
    // A last attempt may be lost before its body begins: that is a failure, too.
    const ran = ({ accepted }: Scheduled): boolean => (keyed ? own.length > 0 : attempts.includes(accepted!));
    for (const one of ended)
      if (one.completed && !ran(one))
        wrong.push(`${key}: attempt ${one.accepted} was accepted and never ran`);
    if (fails.includes(activity)) continue;
    const cut = own.some(({ pid }) => pid === death.victim) && !stored.has(key);
    const wanted = cut ? 2 : 1;
    if (own.length !== wanted)
      wrong.push(`${activity} (${key}) ran ${own.length} times in place of ${wanted}`);
  }
  return wrong;
}

function isStored({ accepted, settled }: Scheduled): boolean {
  return accepted !== null || settled;
}

/** The first attempt behind a death is handed what was stored of the one before: no more, no less. */
export function wrongDetails(
  executions: readonly Execution[],
  { victim, scheduled }: Death,
): readonly string[] {
  return scheduled
    .filter((one) => !one.keyed && !isStored(one))
    .flatMap(({ key, details }) => {
      const own = executions.filter((each) => each.key === key);
      const next = own.find(({ pid }) => pid !== victim);
      const given = next?.from === undefined ? null : JSON.stringify(next.from);
      return next === undefined || given === details
        ? []
        : [`attempt ${next.attempt} of ${key} was handed ${given} in place of ${details}`];
    });
}

/** The runs of a database. */
export async function runsOf(database: Database): Promise<ReadonlySet<string>> {
  const rows = await database.query("select run_id from continuum.runs");
  return new Set(rows.map((row) => row["run_id"] as string));
}
