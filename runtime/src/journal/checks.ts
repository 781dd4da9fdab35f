/*
 * What every adapter checks before it writes: the ids and names that become keys, and the shape of turns.
 */
import type { HistoryEvent } from "../core/events.js";
import { malformedTurn, unkeepableName } from "../errors/journal-errors.js";
import type { NewRun, Turn } from "./port.js";

/** Keys of up to three such names fit into one index entry of Postgres (2,704 bytes) whatever their alphabet. */
const LONGEST_NAME = 255;

/** @throws ContinuumError CTM5004 when `name` is empty, blank, too long, or holds what Postgres text cannot. */
export function checkName(what: string, name: string): void {
  if (typeof name !== "string") throw unkeepableName(what, "is not a string");
  if (name.trim() === "") throw unkeepableName(what, name === "" ? "is empty" : "is blank");
  if (name.length > LONGEST_NAME) throw unkeepableName(what, `has ${name.length} characters`);
  if (name.includes("\0")) throw unkeepableName(what, "contains a NUL character");
  if (/\p{Surrogate}/u.test(name)) throw unkeepableName(what, "contains a lone surrogate");
}

export function checkNewRun(run: NewRun): void {
  checkName("run id", run.runId);
  checkName("namespace", run.namespace);
  checkName("workflow name", run.workflow);
  if (run.idempotencyKey !== null) checkName("idempotency key", run.idempotencyKey);
  if (run.version !== null && run.version.workflow !== run.workflow)
    throw malformedTurn(run.runId, "names two workflows");
  if (run.owner !== null && run.version === null)
    throw malformedTurn(run.runId, "is owned at birth without a version");
  if (run.events[0]?.kind !== "run_started")
    throw malformedTurn(run.runId, "does not begin with run_started");
  checkGapless(run.runId, 0, run.events);
}

/** One batch holds a run once: two turns of one run in a statement would each see the row before the other. */
export function checkTurns(turns: readonly Turn[]): void {
  const seen = new Set<string>();
  for (const turn of turns) {
    if (seen.has(turn.runId)) throw malformedTurn(turn.runId, "stands twice in one batch");
    seen.add(turn.runId);
    checkGapless(turn.runId, turn.nextSeq, turn.events);
  }
}

function checkGapless(runId: string, first: number, events: readonly HistoryEvent[]): void {
  events.forEach((event, i) => {
    if (event.seq !== first + i)
      throw malformedTurn(runId, `has event ${event.seq} where ${first + i} belongs`);
  });
}
