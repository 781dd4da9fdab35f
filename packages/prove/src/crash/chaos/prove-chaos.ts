/*
 * `npm run prove chaos -- --seconds 60 --seed N`: three workers on one server, which start and run random workflows while a
 * random one of them is killed, stopped for longer than its lease, or cut from the server; a client sends signals meanwhile.
 * Then the faults stop, and everything that was acknowledged must have come, once and in order.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { Continuum, ContinuumError } from "@continuum/runtime";
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
import { wrongResult, planOf } from "./plans.js";
import { Crew } from "./crew.js";

const WORKERS = 3;
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
  const faults = { kills: 0, stops: 0, cuts: 0 };
  const violations: string[] = [];
  try {
    const database = await server.database();
    const client = await Continuum.connect({
      database: database.url,
      workflows: flows.workflows,
      worker: false,
    });
    const senders = new Map<number, Promise<void>>();
    const acknowledged = new Set<number>();
    const crew = new Crew(flows.folder, WORKERS, (life) => ({
      database: database.url,
      effects,
      seed,
      firstOrdinal: life * ORDINALS,
      pauseMs: 60,
    }));
    const tend = (ordinal: number): void => {
      if (!senders.has(ordinal)) senders.set(ordinal, sendAll(client, seed, ordinal));
    };
    crew.onStarted((ordinal) => {
      acknowledged.add(ordinal);
      tend(ordinal);
    });
    await crew.full();
    const until = performance.now() + seconds * 1_000;
    while (performance.now() < until) {
      await after(200 + random.below(300));
      const victim = crew.pick(random);
      if (victim === null) continue;
      if (random.chance(70)) {
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
    for (const ordinal of await ordinalsOf(database)) tend(ordinal);
    const left = await untilEnded(database);
    violations.push(...left);
    if (left.length === 0) await Promise.all(senders.values());
    const there = await ordinalsOf(database);
    for (const ordinal of acknowledged)
      if (!there.has(ordinal)) violations.push(`run-${ordinal} was acknowledged, and is not there`);
    if (left.length === 0)
      for (const ordinal of there) violations.push(...(await wrongRun(client, database, seed, ordinal)));
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

/** Each signal until it is acknowledged, always by the same delivery id. */
async function sendAll(client: Continuum, seed: number, ordinal: number): Promise<void> {
  const random = randomnessOf(seed ^ 0x5f, ordinal);
  const { takes, glances } = planOf(seed, ordinal);
  const run = client.run(`run-${ordinal}`);
  const send = async (name: string, count: number): Promise<void> => {
    for (let n = 0; n < count; n++) {
      await after(random.below(400));
      for (;;) {
        try {
          await run.signal(name, n, { deliveryId: `${name}-${n}` });
          break;
        } catch (error) {
          if (!(error instanceof ContinuumError)) throw error;
          // Too late for a glance: the run has ended.
          if (error.code === "CTM7002" && name === "glance") return;
          await after(100);
        }
      }
    }
  };
  await Promise.all([send("take", takes), send("glance", glances)]);
}

async function cutConnections(database: Database, salt: number): Promise<void> {
  await database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
      and application_name = 'continuum' and (pid + $1) % 3 = 0`,
    [salt],
  );
}

async function ordinalsOf(database: Database): Promise<ReadonlySet<number>> {
  const rows = await database.query("select run_id from continuum.runs where run_id like 'run-%'");
  return new Set(rows.map((row) => Number((row["run_id"] as string).slice(4))));
}

/** The runs that have not ended when nothing has happened for too long. */
async function untilEnded(database: Database): Promise<readonly string[]> {
  const until = performance.now() + QUIET_MS;
  for (;;) {
    const open = await database.query(
      `select r.run_id, r.status, r.owner, r.diagnosis, r.mark, r.seen_mark, r.wake_at, r.due_at,
        (select string_agg(e.kind, ' ' order by e.seq) from continuum.events e where e.run_id = r.run_id) as history,
        (select count(*)::int from continuum.signals s where s.chain_id = r.chain_id) as signals,
        (select string_agg(k.state, ' ') from continuum.tasks k where k.run_id = r.run_id) as tasks
      from continuum.runs r where r.status in ('live', 'blocked')`,
    );
    if (open.length === 0) return [];
    if (performance.now() > until || open.every((row) => row["status"] === "blocked"))
      return open.map((row) => `it has not ended: ${JSON.stringify(row)}`);
    await after(100);
  }
}

async function wrongRun(
  client: Continuum,
  database: Database,
  seed: number,
  ordinal: number,
): Promise<readonly string[]> {
  const id = `run-${ordinal}`;
  const { steps, takes } = planOf(seed, ordinal);
  const glanced: number[] = [];
  let wrong: string | null;
  try {
    wrong = wrongResult(steps, await client.run(id).result({ timeoutMs: 10_000 }), glanced);
  } catch (error) {
    wrong = `it failed: ${String(error)} ${String((error as Error).cause)}`;
  }
  const found = wrong === null ? [] : [`${id}: ${wrong}`];
  const signals = await database.query(
    "select name, consumed from continuum.signals where chain_id = $1 order by position",
    [id],
  );
  const taken = signals.filter((row) => row["name"] === "take" && row["consumed"] === true).length;
  if (taken !== takes) found.push(`${id}: of ${takes} signals ${taken} were consumed`);
  const seen = signals.filter((row) => row["name"] === "glance" && row["consumed"] === true).length;
  if (glanced.some((n, i) => n !== i) || glanced.length !== seen)
    found.push(`${id}: glances saw ${glanced.join()}, and ${seen} were consumed`);
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
