/*
 * What every adapter checks before it writes: the ids and names that become keys, and the shape of turns.
 */
import { sha256 } from "@continuum/contract";
import type { HistoryEvent } from "../core/events.js";
import { malformedTurn, unkeepableName } from "../errors/journal-errors.js";
import type { KeyClaim, NewRun, RunEnd, Turn } from "./port.js";

/** Keys of up to three such names fit into one index entry of Postgres (2,704 bytes) whatever their alphabet. */
const LONGEST_NAME = 255;

/** @throws ContinuumError CTM5004 when `name` is empty, blank, too long, or holds what Postgres text cannot. */
export function checkName(what: string, name: string): void {
  const why = whyNoName(name);
  if (why !== null) throw unkeepableName(what, why);
}

export function canBeName(name: string): boolean {
  return whyNoName(name) === null;
}

function whyNoName(name: string): string | null {
  if (typeof name !== "string") return "is not a string";
  if (name.trim() === "") return name === "" ? "is empty" : "is blank";
  if (name.length > LONGEST_NAME) return `has ${name.length} characters`;
  if (name.includes("\0")) return "contains a NUL character";
  return /\p{Surrogate}/u.test(name) ? "contains a lone surrogate" : null;
}

/** A run that is started from outside: it begins a chain, and has no parent. */
export function checkStart(run: NewRun): void {
  checkNewRun(run);
  if (run.parent !== null) throw malformedTurn(run.runId, "is started apart from its parent");
  if ((run.chainId ?? run.runId) !== (run.runId as string))
    throw malformedTurn(run.runId, "is started in the middle of a chain");
}

function checkNewRun(run: NewRun): void {
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
  checkBirths(run, run.chainId ?? run.runId);
}

/** What is born with a turn: children that name their parent, and a successor if the run is continued, and only then. */
function checkBirths(
  turn: { readonly runId: string; readonly children: readonly NewRun[]; readonly end: RunEnd | null },
  chainId: string | null,
): void {
  for (const child of turn.children) {
    checkNewRun(child);
    if (child.parent?.runId !== turn.runId) throw malformedTurn(turn.runId, "starts a child of another run");
    if ((child.chainId ?? child.runId) !== child.runId)
      throw malformedTurn(turn.runId, "starts a child in the middle of a chain");
  }
  const successor = turn.end?.successor ?? null;
  if ((turn.end?.status === "continued") !== (successor !== null))
    throw malformedTurn(turn.runId, "is continued without a successor, or has one and is not");
  if (successor === null) return;
  checkNewRun(successor);
  if (successor.idempotencyKey !== null)
    throw malformedTurn(turn.runId, "gives its chain's key to its successor");
  if (chainId !== null && successor.chainId !== chainId)
    throw malformedTurn(turn.runId, "has a successor in another chain");
}

/** @throws ContinuumError CTM5004 when a name in it cannot be kept. Its key may be any text: see {@link storedKey}. */
export function checkKeyClaim({ namespace, activity }: KeyClaim): void {
  checkName("namespace", namespace);
  checkName("activity name", activity);
}

const DIGEST = "sha256:";

/** The key as it is stored: itself, or a digest where it is too long for an index or is no text that Postgres keeps. */
export function storedKey(key: string): string {
  if (key.length <= LONGEST_NAME && !/[\0\p{Surrogate}]/u.test(key) && !key.startsWith(DIGEST)) return key;
  return DIGEST + sha256(JSON.stringify(key));
}

/** One batch holds a run once: two turns of one run in a statement would each see the row before the other. */
export function checkTurns(turns: readonly Turn[]): void {
  const seen = new Set<string>();
  for (const turn of turns) {
    if (seen.has(turn.runId)) throw malformedTurn(turn.runId, "stands twice in one batch");
    seen.add(turn.runId);
    checkGapless(turn.runId, turn.nextSeq, turn.events);
    if (turn.children.length > 0 || turn.end !== null) checkBirths(turn, null);
  }
}

function checkGapless(runId: string, first: number, events: readonly HistoryEvent[]): void {
  events.forEach((event, i) => {
    if (event.seq !== first + i)
      throw malformedTurn(runId, `has event ${event.seq} where ${first + i} belongs`);
  });
}
