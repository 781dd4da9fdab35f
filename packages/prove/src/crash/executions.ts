/*
 * How often bodies ran, by the file that they write to, compared with what the database says.
 */
import { readFileSync } from "node:fs";
import type { Database } from "./databases.js";

export interface Execution {
  readonly runId: string;
  readonly activity: string;
  readonly attempt: number;
  /** Of the scheduled activity: the same for all of its attempts. */
  readonly key: string;
  readonly pid: number;
}

export function executionsIn(effects: string): readonly Execution[] {
  return readFileSync(effects, { encoding: "utf8", flag: "a+" })
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Execution);
}

interface Scheduled {
  readonly run: string;
  readonly key: string;
  readonly activity: string;
  /** Of the accepted outcome; null: there is none. */
  readonly accepted: number | null;
  readonly completed: boolean;
}

/** Every activity that was scheduled, but of earlier runs. */
export async function scheduledIn(
  database: Database,
  earlier: ReadonlySet<string>,
): Promise<readonly Scheduled[]> {
  const rows = await database.query(
    `
    select s.run_id as run, s.run_id || '/' || s.seq as key, s.body::json ->> 'activity' as activity,
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

/**
 * What contradicts the rules: each attempt runs at most once; the accepted one ran; and but for activities that fail on their own,
 * a body is repeated only if a process died between its beginning and the commit of its outcome.
 *
 * @param stored keys of the activities whose outcome was stored when the process died; `victim` is its pid.
 */
export function wrongExecutions(
  executions: readonly Execution[],
  scheduled: readonly Scheduled[],
  death: { readonly victim: number; readonly stored: ReadonlySet<string> },
  fails: readonly string[],
): readonly string[] {
  const wrong: string[] = [];
  const attempts = new Set<string>();
  for (const { key, attempt } of executions) {
    const name = `attempt ${attempt} of ${key}`;
    if (attempts.has(name)) wrong.push(`${name} ran twice`);
    attempts.add(name);
  }
  const known = new Set(scheduled.map(({ key }) => key));
  for (const { key } of executions) if (!known.has(key)) wrong.push(`${key} ran, and was never scheduled`);
  for (const { key, activity, accepted, completed } of scheduled) {
    const own = executions.filter((each) => each.key === key);
    if (accepted === null) continue;
    // A last attempt may be lost before its body begins: that is a failure, too.
    if (completed && !own.some(({ attempt }) => attempt === accepted))
      wrong.push(`${key}: attempt ${accepted} was accepted and never ran`);
    if (fails.includes(activity)) continue;
    const cut = own.some(({ pid }) => pid === death.victim) && !death.stored.has(key);
    const wanted = cut ? 2 : 1;
    if (own.length !== wanted)
      wrong.push(`${activity} (${key}) ran ${own.length} times in place of ${wanted}`);
  }
  return wrong;
}

/** The runs of a database. */
export async function runsOf(database: Database): Promise<ReadonlySet<string>> {
  const rows = await database.query("select run_id from continuum.runs");
  return new Set(rows.map((row) => row["run_id"] as string));
}
