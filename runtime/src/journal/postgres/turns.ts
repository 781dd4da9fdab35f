/*
 * Commit: sends a batch of turns, and finds out what became of one whose answer was lost (R37).
 *
 * A turn that may have been stored is remembered by its fence until a verdict settles it. "Lost" is then looked into, under
 * the row's lock: if the run stands exactly where this turn would have left it, with this turn's events, it was stored. The
 * memory outlives a rejected call, since its caller sends the same turn again.
 */
import { sql } from "drizzle-orm";
import type { HistoryEvent } from "../../core/events.js";
import type { AtMs, Mark } from "../../core/ids.js";
import { checkTurns } from "../checks.js";
import type { Turn, TurnVerdict } from "../port.js";
import { commitOf } from "./commit-statement.js";
import type { Database, Row } from "./connection.js";
import { eventOf } from "./event-rows.js";
import { failureOf } from "./failures.js";
import type { Persistence } from "./persistence.js";
import { persist } from "./persistence.js";
import { param, statement } from "./statement.js";

const existing = statement(
  "existing",
  sql`select run_id from continuum.runs where run_id = any(${param("runIds", "text[]")})`,
);

const standing = statement(
  "standing",
  sql`select r.token::float8 as token, r.next_seq, r.mark::float8 as mark, r.awaited, continuum.now_ms()::float8 as at
from continuum.runs r where r.run_id = ${param("runId", "text")} for no key update of r`,
);

const eventsFrom = statement(
  "events_from",
  sql`select e.seq, e.at::float8 as at, e.kind, e.body, e.payload from continuum.events e
where e.run_id = ${param("runId", "text")} and e.seq >= ${param("from", "int4")} order by e.seq`,
);

/** Fences of turns whose outcome is unknown. */
export type Unsettled = Set<string>;

export async function commitTurns(
  database: Database,
  ports: Persistence,
  unsettled: Unsettled,
  turns: readonly Turn[],
): Promise<readonly TurnVerdict[]> {
  checkTurns(turns);
  if (turns.length === 0) return [];
  const { statement: commit, values } = commitOf(turns);
  return persist(ports, "commit turns", async () => {
    const rows = new Map<unknown, Row>();
    try {
      for (const row of await database.query(commit, values)) rows.set(row.run_id, row);
    } catch (error) {
      if (failureOf(error) === "unknown") for (const turn of turns) unsettled.add(fenceOf(turn));
      throw error;
    }
    const skipped = turns.filter((turn) => !rows.has(turn.runId)).map((turn) => turn.runId);
    const found = new Set(
      skipped.length === 0
        ? []
        : (await database.query(existing, { runIds: skipped })).map((row) => row.run_id),
    );
    const verdicts: TurnVerdict[] = [];
    for (const turn of turns) {
      const row = rows.get(turn.runId);
      if (row === undefined) verdicts.push({ kind: found.has(turn.runId) ? "locked" : "lost" });
      else verdicts.push(await settled(database, unsettled, turn, verdictOf(row)));
    }
    return verdicts;
  });
}

function verdictOf(row: Row): TurnVerdict {
  const mark = row.mark as Mark;
  const at = row.at as AtMs;
  switch (row.verdict) {
    case "committed":
      return { kind: "committed", mark, at, awaited: row.awaited === true };
    case "locked":
      return { kind: "locked" };
    case "marked":
      return { kind: "marked", mark };
    case "early":
      return { kind: "early", at };
    default:
      return { kind: "lost" };
  }
}

async function settled(
  database: Database,
  unsettled: Unsettled,
  turn: Turn,
  verdict: TurnVerdict,
): Promise<TurnVerdict> {
  const fence = fenceOf(turn);
  if (!unsettled.has(fence)) return verdict;
  const outcome = verdict.kind === "lost" ? await readBack(database, turn) : verdict;
  unsettled.delete(fence);
  return outcome;
}

async function readBack(database: Database, turn: Turn): Promise<TurnVerdict> {
  const [row] = await database.query(standing, { runId: turn.runId });
  const isThere = row?.token === turn.token && row.next_seq === turn.nextSeq + turn.events.length;
  if (row === undefined || !isThere || turn.events.length === 0) return { kind: "lost" };
  const stored = (await database.query(eventsFrom, { runId: turn.runId, from: turn.nextSeq })).map(eventOf);
  if (!sameEvents(stored, turn.events)) return { kind: "lost" };
  return {
    kind: "committed",
    mark: row.mark as Mark,
    at: row.at as AtMs,
    awaited: turn.end !== null && turn.end.status !== "continued" && row.awaited === true,
  };
}

function sameEvents(stored: readonly HistoryEvent[], sent: readonly HistoryEvent[]): boolean {
  return (
    stored.length === sent.length && stored.every((event, i) => canonical(event) === canonical(sent[i]!))
  );
}

/** Events come back with their fields in another order. */
function canonical(event: HistoryEvent): string {
  return JSON.stringify(Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function fenceOf(turn: Turn): string {
  return `${turn.token} ${turn.nextSeq} ${turn.runId}`;
}
