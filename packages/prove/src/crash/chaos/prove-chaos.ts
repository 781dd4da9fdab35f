/*
 * `npm run prove chaos -- --seconds 60 --seed N`: three workers on one server, which start and run random workflows, with children,
 * chains and compensations, while a random one of them is killed, or all at once, or one is stopped for longer than its lease, or
 * cut from the server; a client sends signals, cancels and terminates meanwhile. Then the faults stop, and everything that was
 * acknowledged must have come, once and in order.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { Continuum } from "@continuum/runtime";
import { randomnessOf } from "../../differential/randomness.js";
import { UsageError } from "../../table.js";
import type { Findings } from "../../table.js";
import { compileFlows } from "../compile-flows.js";
import { startServer } from "../databases.js";
import type { Database } from "../databases.js";
import { executionsIn, scheduledIn, wrongExecutions } from "../executions.js";
import { inspect } from "../inspect.js";
import { loadFlows, MODULES } from "../load-flows.js";
import { WORKER } from "../orders.js";
import { wrongChains } from "./chain-checks.js";
import { Crew } from "./crew.js";
import { Tenders } from "./tenders.js";
import { planOf, wrongEnd } from "./plans.js";

const WORKERS = 3;
/** What a run is blocked with that is thought to kill its workers. */
const CONVICTED = "CTM4011";
const QUIET_MS = 60_000;
/** As many runs of one worker: enough for a life that lasts seconds. */
const ORDINALS = 100_000;

export async function proveChaos(words: readonly string[]): Promise<Findings> {
  const { seconds, seed } = optionsFrom(words);
  const random = randomnessOf(seed, -1);
  const flows = await loadFlows(compileFlows(MODULES));
  const folder = mkdtempSync(join(tmpdir(), "continuum-chaos-"));
  const effects = join(folder, "effects.jsonl");
  const server = await startServer();
  const faults = { kills: 0, killsOfAll: 0, stops: 0, cuts: 0 };
  const violations: string[] = [];
  try {
    const database = await server.database();
    const client = await Continuum.connect({
      database: database.url,
      workflows: flows.workflows,
      worker: false,
    });
    const tenders = new Tenders(client, seed);
    const acknowledged = new Set<number>();
    const crew = new Crew(flows.folder, WORKERS, (life) => ({
      database: database.url,
      effects,
      seed,
      firstOrdinal: life * ORDINALS,
      pauseMs: 60,
    }));
    crew.onStarted((ordinal) => {
      acknowledged.add(ordinal);
      tenders.tend(ordinal);
    });
    await crew.full();
    const until = performance.now() + seconds * 1_000;
    while (performance.now() < until) {
      await after(200 + random.below(300));
      const victim = crew.pick(random);
      if (victim === null) continue;
      if (random.chance(5)) {
        faults.killsOfAll++;
        crew.killAll();
      } else if (random.chance(70)) {
        faults.kills++;
        victim.kill("SIGKILL");
      } else if (random.chance(60)) {
        faults.stops++;
        victim.kill("SIGSTOP");
        setTimeout(() => victim.kill("SIGCONT"), WORKER.leaseMs * 3);
      } else {
        faults.cuts++;
        await cutConnections(database, random.below(1_000));
      }
    }
    crew.quiet();
    await after(WORKER.leaseMs * 3);
    // Started, and killed before it was said: nobody promised these, and they are there.
    for (const ordinal of await ordinalsOf(database)) tenders.tend(ordinal);
    const convicted = new Set<string>();
    const left = await untilEnded(database, async (runId) => {
      convicted.add(runId);
      await client.run(runId).resume();
    });
    violations.push(...left);
    if (left.length === 0) await tenders.done();
    violations.push(...tenders.refusals);
    const there = await ordinalsOf(database);
    for (const ordinal of acknowledged)
      if (!there.has(ordinal)) violations.push(`run-${ordinal} was acknowledged, and is not there`);
    if (left.length === 0)
      for (const ordinal of there) violations.push(...(await wrongRun(client, database, tenders, ordinal)));
    if (left.length === 0) violations.push(...(await wrongChains(database)));
    const executions = executionsIn(effects);
    const scheduled = await scheduledIn(database, new Set());
    const anyNumber = new Set(scheduled.map(({ activity }) => activity));
    violations.push(...wrongExecutions(executions, scheduled, { victim: -1, scheduled: [] }, [...anyNumber]));
    const { violations: found, replays } = await inspect(database, flows.workflows);
    violations.push(...found);
    await Promise.all([client.close(), crew.end()]);
    for (const violation of violations.slice(0, 20)) console.error(`✗ ${violation}`);
    const figures = {
      ...faults,
      acknowledgedStarts: acknowledged.size,
      runs: there.size,
      ...(await endsIn(database)),
      convicted: convicted.size,
      cancels: tenders.acknowledged("cancel"),
      terminates: tenders.acknowledged("terminate"),
      replays,
      executions: executions.length,
      repeatedBodies: executions.length - new Set(executions.map(({ key }) => key)).size,
      violations: violations.length,
    };
    return {
      heading: `Seed ${seed}, ${seconds} seconds, ${WORKERS} workers.`,
      rows: [["what", "how many"], ...Object.entries(figures).map(([name, n]) => [name, String(n)])],
      summary: { name: "chaos", seed, seconds, ...figures },
      holds: violations.length === 0 && faults.kills > 0 && there.size > 0,
    };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function cutConnections(database: Database, salt: number): Promise<void> {
  await database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
      and application_name = 'continuum' and (pid + $1) % 3 = 0`,
    [salt],
  );
}

async function ordinalsOf(database: Database): Promise<ReadonlySet<number>> {
  const rows = await database.query("select run_id from continuum.runs where run_id ~ '^run-[0-9]+$'");
  return new Set(rows.map((row) => Number((row["run_id"] as string).slice(4))));
}

/** How many runs there are, children and the runs of chains included, and how those ended that were not completed. */
async function endsIn(database: Database): Promise<Readonly<Record<string, number>>> {
  const [row] = await database.query(`select count(*)::int as "allRuns",
    count(*) filter (where parent_id is not null)::int as children,
    count(*) filter (where status = 'continued')::int as continued,
    count(*) filter (where status = 'cancelled')::int as cancelled,
    count(*) filter (where status = 'terminated')::int as terminated from continuum.runs`);
  return row as Readonly<Record<string, number>>;
}

/**
 * The runs that have not ended when nothing has happened in any history for too long. `acquit`: workers died one after another with
 * that run, and it was taken for the reason (R41). It was not: here, somebody kills them. An operator would find that out.
 */
async function untilEnded(
  database: Database,
  acquit: (runId: string) => Promise<void>,
): Promise<readonly string[]> {
  let until = performance.now() + QUIET_MS;
  let progress: unknown = null;
  for (;;) {
    const open = await database.query(
      `select r.run_id, r.status, r.owner, r.diagnosis, r.mark, r.seen_mark, r.wake_at, r.due_at, r.parent_id, r.on_parent_close,
        r.cancel_at, (select p.status from continuum.runs p where p.run_id = r.parent_id) as parent_status,
        (select string_agg(e.kind, ' ' order by e.seq) from continuum.events e where e.run_id = r.run_id) as history,
        (select count(*)::int from continuum.signals s where s.chain_id = r.chain_id) as signals,
        (select string_agg(k.state, ' ') from continuum.tasks k where k.run_id = r.run_id) as tasks
      from continuum.runs r where r.status in ('live', 'blocked')`,
    );
    if (open.length === 0) return [];
    for (const { run_id, status, diagnosis } of open)
      if (status === "blocked" && String(diagnosis).includes(CONVICTED)) await acquit(run_id as string);
    const [events] = await database.query("select count(*)::int as n from continuum.events");
    if (events!["n"] !== progress) until = performance.now() + QUIET_MS;
    progress = events!["n"];
    if (performance.now() > until) return open.map((row) => `it has not ended: ${JSON.stringify(row)}`);
    await after(200);
  }
}

async function wrongRun(
  client: Continuum,
  database: Database,
  tenders: Tenders,
  ordinal: number,
): Promise<readonly string[]> {
  const id = `run-${ordinal}`;
  const plan = planOf(tenders.seed, ordinal);
  const told = tenders.fateOf(ordinal);
  const glanced: number[] = [];
  let wrong: string | null;
  let isWhole = false;
  try {
    const result = await client.run(id).result({ timeoutMs: 10_000 });
    isWhole = told !== "cancel";
    // A cancelled run may have taken it, and gone on.
    wrong = isWhole ? wrongEnd(plan, result, glanced) : null;
    if (told === "terminate") wrong = "it was terminated, and has a result";
  } catch (error) {
    const { code, name } = error as { readonly code?: string; readonly name?: string };
    if (told === "cancel" && name === "CancelledError") wrong = null;
    else if (told === "terminate" && code === "CTM7202") wrong = null;
    else wrong = `${told ?? "it"} came to: ${String(error)} ${String((error as Error).cause)}`;
  }
  const found = wrong === null ? [] : [`${id}: ${wrong}`];
  const signals = await database.query(
    "select name, consumed from continuum.signals where chain_id = $1 order by position",
    [id],
  );
  const consumed = (name: string): number =>
    signals.filter((row) => row["name"] === name && row["consumed"] === true).length;
  const taken = consumed("take");
  if (isWhole ? taken !== plan.takes : taken > plan.takes)
    found.push(`${id}: of ${plan.takes} signals ${taken} were consumed`);
  // Of what earlier runs of a chain have seen there is no trace in the result.
  const isOneRun = plan.steps.at(-1)?.kind !== "continue";
  if (isWhole && isOneRun && (glanced.some((n, i) => n !== i) || glanced.length !== consumed("glance")))
    found.push(`${id}: glances saw ${glanced.join()}, and ${consumed("glance")} were consumed`);
  return found;
}

function optionsFrom(words: readonly string[]): { readonly seconds: number; readonly seed: number } {
  let seconds = 60;
  let seed = Math.floor(Math.random() * 1e9);
  for (let i = 0; i < words.length; i += 2) {
    const value = Number(words[i + 1]);
    if (words[i] === "--seconds" && value >= 1) seconds = value;
    else if (words[i] === "--seed" && Number.isSafeInteger(value)) seed = value;
    else throw new UsageError("npm run prove chaos takes --seconds N and --seed N");
  }
  return { seconds, seed };
}
