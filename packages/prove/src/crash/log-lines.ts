/*
 * What workflow code logs, as its processes wrote it to a file, compared with the events of the database (R10).
 */
import { appendFileSync, readFileSync } from "node:fs";
import type { Logger } from "@continuum/runtime";
import type { Database } from "./databases.js";

interface Line {
  readonly runId: string;
  readonly message: string;
  readonly pid: number;
}

/** Of workflow code: into the file beside the traces of bodies. Of the engine: to standard error. */
export function proofLogger(effects: string): Logger {
  const write = (message: string, fields?: Readonly<Record<string, unknown>>): void => {
    if (fields?.["workflow"] === undefined) return;
    const line = { runId: String(fields["runId"]), message, pid: process.pid } satisfies Line;
    appendFileSync(fileBeside(effects), `${JSON.stringify(line)}\n`);
  };
  const complain = (message: string, fields?: object): void => {
    process.stderr.write(`${message} ${JSON.stringify(fields ?? {})}\n`);
  };
  return { info: write, warn: complain, error: complain };
}

export function linesIn(effects: string): readonly Line[] {
  return readFileSync(fileBeside(effects), { encoding: "utf8", flag: "a+" })
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

function fileBeside(effects: string): string {
  return `${effects}.log`;
}

/** `run: message` of each line that the database holds, but of earlier runs. */
export async function loggedIn(
  database: Database,
  earlier: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const rows = await database.query(
    "select run_id, body::json ->> 'message' as message from continuum.events where kind = 'logged'",
  );
  const later = rows.filter((row) => !earlier.has(row["run_id"] as string));
  return new Set(later.map((row) => `${String(row["run_id"])}: ${String(row["message"])}`));
}

/**
 * Each line that is stored was written once, by the process that stored it: after the commit, and never on replay. `unheard`:
 * the victim died between the commit that stores these and the place where they are written.
 */
export function wrongLines(
  lines: readonly Line[],
  logged: ReadonlySet<string>,
  death: {
    readonly victim: number;
    readonly logged: ReadonlySet<string>;
    readonly unheard: readonly string[];
  },
): readonly string[] {
  const wrong: string[] = [];
  const written = new Map<string, Line[]>();
  for (const line of lines) {
    const name = `${line.runId}: ${line.message}`;
    written.set(name, [...(written.get(name) ?? []), line]);
  }
  for (const name of written.keys())
    if (!logged.has(name)) wrong.push(`"${name}" was written, and is not stored`);
  for (const name of logged) {
    const own = written.get(name) ?? [];
    const before = death.logged.has(name);
    const isLacking = own.length === 0 && before && death.unheard.includes(name);
    if (own.length !== 1 && !isLacking) wrong.push(`"${name}" was written ${own.length} times`);
    if (own.some(({ pid }) => (pid === death.victim) !== before))
      wrong.push(`"${name}" was written by another process than the one that stored it`);
  }
  return wrong;
}
