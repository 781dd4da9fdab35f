/*
 * `npm run prove crash`: every effect, killed before its commit, after it and before its answer, at its command and at its
 * outcome: real processes, SIGKILL, a real server. A case whose kill did not fire fails.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../table.js";
import type { Findings } from "../table.js";
import { ROWS } from "./cases.js";
import { compileFlows } from "./compile-flows.js";
import { startServer } from "./databases.js";
import { WHENS } from "./failpoint.js";
import { loadFlows, MODULES } from "./load-flows.js";
import { startProcess } from "./processes.js";
import { casesOf, runCase } from "./run-case.js";
import type { Case, Outcome } from "./run-case.js";

/** `words`: `--effect TEXT` for the rows whose effect contains it; `--parallel N`. */
export async function proveCrash(words: readonly string[]): Promise<Findings> {
  const { effect, parallel } = optionsFrom(words);
  const rows = ROWS.filter((row) => row.effect.includes(effect));
  if (rows.length === 0)
    throw new UsageError(
      `No effect contains "${effect}". There are: ${ROWS.map((row) => row.effect).join(" · ")}`,
    );
  const began = performance.now();
  const flows = await loadFlows(compileFlows(MODULES));
  const folder = mkdtempSync(join(tmpdir(), "continuum-crash-"));
  const server = await startServer();
  const outcomes = new Map<Case, Outcome>();
  const waiting = [...casesOf(rows, WHENS).entries()];
  const work = async (): Promise<void> => {
    const start = () => startProcess(flows.folder);
    let database = await server.database();
    let survivor = start();
    let heir = start();
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [number, each] = next;
      const victim = heir;
      if (waiting.length > 0) heir = start();
      if (!survivor.alive) survivor = start();
      const effects = join(folder, `${number}.jsonl`);
      const runId = `case-${number}`;
      const outcome = await runCase(each, { database, flows, effects, runId, victim, survivor });
      outcomes.set(each, outcome);
      // What is wrong in this one must not disturb the next.
      if (outcome.violations.length > 0) database = await server.database();
      for (const violation of outcome.violations)
        console.error(`✗ ${each.row.effect}, ${each.half}, ${each.when}: ${violation}`);
    }
    for (const process of [survivor, heir]) process.kill("SIGKILL");
    await Promise.all([survivor.ended, heir.ended]);
  };
  try {
    await Promise.all(Array.from({ length: parallel }, work));
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return findings(outcomes, performance.now() - began);
}

function findings(outcomes: ReadonlyMap<Case, Outcome>, ms: number): Findings {
  const all = [...outcomes];
  const cell = (row: Case["row"], half: Case["half"], when: Case["when"]): string => {
    const [, outcome] = all.find(([each]) => each.row === row && each.half === half && each.when === when)!;
    if (!outcome.fired) return "no kill";
    return outcome.violations.length === 0 ? "ok" : "FAILED";
  };
  const columns = (["command", "outcome"] as const).flatMap((half) => WHENS.map((when) => ({ half, when })));
  const rows = [...new Set(all.map(([{ row }]) => row))].sort((a, b) => ROWS.indexOf(a) - ROWS.indexOf(b));
  const killsFired = all.filter(([, { fired }]) => fired).length;
  const violations = all.reduce((sum, [, outcome]) => sum + outcome.violations.length, 0);
  return {
    heading:
      "Processes killed by SIGKILL: before a commit, after it, and committed before the answer was heard.",
    rows: [
      ["effect", ...columns.map(({ half, when }) => `${half} ${when}`)],
      ...rows.map((row) => [row.effect, ...columns.map(({ half, when }) => cell(row, half, when))]),
    ],
    summary: {
      name: "crash",
      cases: all.length,
      killsFired,
      violations,
      seconds: Math.round(ms / 100) / 10,
    },
    holds: all.length > 0 && killsFired === all.length && violations === 0,
  };
}

function optionsFrom(words: readonly string[]): { readonly effect: string; readonly parallel: number } {
  let effect = "";
  // A case mostly waits for leases.
  let parallel = 3 * availableParallelism();
  for (let i = 0; i < words.length; i += 2) {
    const value = words[i + 1];
    if (words[i] === "--effect" && value !== undefined) effect = value;
    else if (words[i] === "--parallel" && Number(value) >= 1) parallel = Math.floor(Number(value));
    else throw new UsageError("npm run prove crash takes --effect TEXT and --parallel N");
  }
  return { effect, parallel };
}
