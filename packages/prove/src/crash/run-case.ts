/*
 * One case: a process works or asks until its failpoint kills it; another one finishes the run; then everything is looked at.
 */
import { isDeepStrictEqual } from "node:util";
import { setTimeout as after } from "node:timers/promises";
import { Continuum, ContinuumError } from "@continuum/runtime";
import type { Role, Row, Step } from "./cases.js";
import type { Database } from "./databases.js";
import { executionsIn, runsOf, scheduledIn, wrongDetails, wrongExecutions } from "./executions.js";
import type { When } from "./failpoint.js";
import { inspect } from "./inspect.js";
import type { Flows } from "./load-flows.js";
import { linesIn, loggedIn, wrongLines } from "./log-lines.js";
import type { Orders } from "./orders.js";
import type { Process } from "./processes.js";

export interface Case {
  readonly row: Row;
  readonly half: "command" | "outcome";
  readonly when: When;
}

export interface Outcome {
  readonly fired: boolean;
  readonly violations: readonly string[];
}

/** What the cases of one lane share: they run one after the other. */
export interface Scene {
  readonly database: Database;
  readonly flows: Flows;
  readonly runId: string;
  /** The file in which the bodies of this case leave their traces. */
  readonly effects: string;
  /** Will be killed. */
  readonly victim: Process;
  /** Finishes the run, and stays for the next case. */
  readonly survivor: Process;
}

const INPUT = "it";
/** Long, since it is spent only by what fails: the machine may be busy. */
const DEATH_MS = 60_000;
const RESULT_MS = 60_000;

export async function runCase(each: Case, scene: Scene): Promise<Outcome> {
  const { database, victim, survivor } = scene;
  const client = await Continuum.connect({
    database: database.url,
    workflows: scene.flows.workflows,
    worker: false,
    migrate: false,
    maxConnections: 2,
  });
  try {
    return await play(each, scene, client);
  } catch (error) {
    return {
      fired: victim.fired(),
      violations: [`${textOf(error)}\n${victim.output()}${survivor.output()}`],
    };
  } finally {
    victim.kill("SIGKILL");
    await Promise.all([client.close(), survivor.leave(), victim.ended]);
  }
}

async function play({ row, half, when }: Case, scene: Scene, client: Continuum): Promise<Outcome> {
  const { role, at } = row[half];
  const { database, victim, survivor, flows, effects, runId } = scene;
  const earlier = await runsOf(database);
  const orders = { database: database.url, flow: row.flow, runId, input: INPUT, effects };
  const surviving: Orders = { ...orders, role: "worker", dies: null };
  const start = () => client.startUnique(flows.flowNamed(row.flow), runId, INPUT, { id: runId });
  const founds = role === "starter" || role === "founder";
  if (!founds) await start();
  // Somebody has the run while it is ended from outside.
  if (isEndedFromOutside(role)) {
    await survivor.obey(surviving);
    await reached(scene, role === "terminator" ? "activity_scheduled" : "signal_awaited", 1);
  }
  const stopped = new AbortController();
  const others = isClient(role) ? null : act(row.meanwhile ?? [], client, scene, stopped.signal);
  // It is awaited further down; until then a failure of it must not end the proof.
  others?.catch(() => undefined);
  const violations: string[] = [];
  try {
    await victim.obey({ ...orders, database: named(database.url, runId), role, dies: { at, when } });
    const fate = await Promise.race([victim.ended, after(DEATH_MS, "alive", { ref: false })]);
    if (fate !== "SIGKILL" || !victim.fired()) {
      stopped.abort();
      await others?.catch(() => undefined);
      return {
        fired: false,
        violations: [
          `the failpoint was not reached: ${fate}; ${await stateOf(client, runId)}\n${victim.output()}`,
        ],
      };
    }
    await forgotten(database, runId);
    const death = { victim: victim.pid, scheduled: await scheduledIn(database, earlier) };
    const logged = await loggedIn(database, earlier);
    if (founds) {
      const { existed } = await start();
      if (existed !== (half === "outcome" || when !== "before"))
        violations.push(`the repeated start: existed ${existed}`);
    }
    if (!isEndedFromOutside(role)) await survivor.obey(surviving);
    await (others ?? act(row.meanwhile ?? [], client, scene, stopped.signal));
    const given = await resultOf(client, runId);
    if (!isDeepStrictEqual(given, row.gives))
      violations.push(`the result is ${JSON.stringify(given)}\n${survivor.output()}`);
    // Children, too, have to end.
    if (!(await allEnded(database))) violations.push("a run goes on");
    const executions = executionsIn(scene.effects);
    violations.push(
      ...wrongExecutions(executions, await scheduledIn(database, earlier), death, row.fails ?? []),
      ...wrongDetails(executions, death),
      ...wrongLines(linesIn(scene.effects), await loggedIn(database, earlier), {
        victim: victim.pid,
        logged,
        unheard: victim.unheard(),
      }),
    );
    violations.push(...(await inspect(database, flows.workflows)).violations);
    return { fired: true, violations };
  } finally {
    stopped.abort();
    await others?.catch(() => undefined);
  }
}

function isEndedFromOutside(role: Role): boolean {
  return role === "terminator" || role === "canceller";
}

function isClient(role: Role): boolean {
  return role !== "worker" && role !== "founder";
}

/** What others do meanwhile, each with an id of its own: a repeat changes nothing. */
async function act(
  steps: readonly Step[],
  client: Continuum,
  scene: Scene,
  stopped: AbortSignal,
): Promise<void> {
  const run = client.run(scene.runId);
  for (const { once, count = 1, act: what } of steps) {
    await reached(scene, once, count, stopped);
    if (stopped.aborted) return;
    if (typeof what !== "string") await client.signalUnique(scene.runId, "go", what.signal, what.signal);
    else {
      await run[what]("on purpose").catch((error: unknown) => {
        // It had been: the answer was lost.
        if (!(error instanceof ContinuumError) || error.code !== "CTM7002") throw error;
      });
    }
  }
}

async function reached(
  { database, runId }: Scene,
  kind: Step["once"],
  count: number,
  stopped?: AbortSignal,
): Promise<void> {
  if (kind === "nothing") return;
  const until = performance.now() + DEATH_MS + RESULT_MS;
  while (performance.now() < until && stopped?.aborted !== true) {
    const rows = await database.query("select seq from continuum.events where run_id = $1 and kind = $2", [
      runId,
      kind,
    ]);
    if (rows.length >= count) return;
    await after(10);
  }
  if (stopped?.aborted !== true) throw new Error(`no ${kind} in the history`);
}

/** The connections of one process carry a name. */
function named(url: string, name: string): string {
  const named = new URL(url);
  named.searchParams.set("application_name", name);
  return named.href;
}

/** Resolves when the server has noticed that a process is gone: what it had sent last has been done by then, or never will be. */
async function forgotten(database: Database, name: string): Promise<void> {
  const until = performance.now() + DEATH_MS;
  for (;;) {
    const left = await database.query("select pid from pg_stat_activity where application_name = $1", [name]);
    if (left.length === 0) return;
    if (performance.now() > until) throw new Error(`connections of ${name} are left`);
    await after(10);
  }
}

async function allEnded(database: Database): Promise<boolean> {
  const until = performance.now() + RESULT_MS;
  while (performance.now() < until) {
    const open = await database.query(
      "select run_id from continuum.runs where status in ('live', 'blocked')",
    );
    if (open.length === 0) return true;
    await after(10);
  }
  return false;
}

/** For whoever has to find out what went wrong. */
async function stateOf(client: Continuum, runId: string): Promise<string> {
  const run = client.run(runId);
  const [{ status, owner }, history] = await Promise.all([run.describe(), run.history()]);
  return `the run is ${status}, of ${owner}: ${history.map(({ kind }) => kind).join(", ")}`;
}

async function resultOf(client: Continuum, runId: string): Promise<unknown> {
  try {
    return await client.run(runId).result({ timeoutMs: RESULT_MS });
  } catch (error) {
    const { code, name } = error as { readonly code?: string; readonly name: string };
    return { rejects: code ?? name };
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** All cases of a table. */
export function casesOf(rows: readonly Row[], whens: readonly When[]): readonly Case[] {
  return rows.flatMap((row) =>
    (["command", "outcome"] as const).flatMap((half) => whens.map((when): Case => ({ row, half, when }))),
  );
}
