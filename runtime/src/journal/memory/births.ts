/*
 * Birth in memory: of runs from outside, of children, and of the next run of a chain.
 */
import type { ChainId, FencingToken, Mark } from "../../core/ids.js";
import { statementRefused } from "../../errors/journal-errors.js";
import { checkStart } from "../checks.js";
import type { CreateVerdict, NewRun } from "../port.js";
import type { MemoryState, StoredRun } from "./state.js";
import { addTask, endRun, isAlive } from "./state.js";

export function createRun(state: MemoryState, born: NewRun): CreateVerdict {
  checkStart(born);
  const key =
    born.idempotencyKey === null
      ? null
      : JSON.stringify([born.namespace, born.workflow, born.idempotencyKey]);
  const first = key === null ? undefined : state.keys.get(key);
  if (first !== undefined) return { kind: "exists", runId: first, sameKey: true };
  if (state.runs.has(born.runId)) return { kind: "exists", runId: born.runId, sameKey: false };
  if (born.owner !== null && !isAlive(state, born.owner)) return { kind: "dead_worker" };
  refuseTaken(state, "create runs", [...born.children, ...(born.end?.successor ? [born.end.successor] : [])]);
  const run = bear(state, born, null);
  if (key !== null) state.keys.set(key, run.runId);
  return { kind: "created", at: run.createdAt };
}

/** Children and successors have derived ids: one that is taken is somebody else's run, and nothing of the turn is stored. */
export function refuseTaken(state: MemoryState, verb: string, runs: readonly NewRun[]): void {
  if (runs.some((run) => state.runs.has(run.runId)))
    throw statementRefused(verb, "23505", new Error("a run of this id exists"));
}

/** Those that a run starts with a turn, and what comes after it. A worker that is no longer alive owns none of them. */
export function bearAll(state: MemoryState, run: StoredRun, children: readonly NewRun[]): void {
  for (const child of children) bear(state, child, null);
  run.bears ||= children.length > 0;
}

/** The next run of the chain takes over what belongs to the chain (R30). `before` has ended. */
export function succeed(state: MemoryState, before: StoredRun, successor: NewRun): void {
  bear(state, successor, before);
}

function bear(state: MemoryState, born: NewRun, before: StoredRun | null): StoredRun {
  const at = state.now();
  const owner = born.owner !== null && isAlive(state, born.owner) ? born.owner : null;
  // Whoever claims it first gives it the version, unless it has begun under one already.
  const version = owner !== null || born.events.length > 1 ? born.version : null;
  const run: StoredRun = {
    runId: born.runId,
    chainId: before?.chainId ?? born.chainId ?? (born.runId as string as ChainId),
    place: before === null ? 0 : before.place + 1,
    parent: before === null ? linkOf(state, born) : before.parent,
    namespace: born.namespace,
    workflow: born.workflow,
    idempotencyKey: born.idempotencyKey,
    retentionMs: born.retentionMs,
    attributes: (before ?? parentOf(state, born))?.attributes ?? born.attributes ?? {},
    createdAt: at,
    version,
    status: "live",
    owner,
    token: (born.owner === null ? 0 : 1) as FencingToken,
    deaths: 0,
    trial: null,
    mark: before?.mark ?? (0 as Mark),
    seenMark: before?.seenMark ?? (0 as Mark),
    dueAt: born.dueAt,
    wakeAt: owner === null ? at : null,
    awaited: before?.awaited ?? false,
    endedAt: null,
    diagnosis: null,
    terminateReason: null,
    cancel: before?.cancel?.seen === false ? before.cancel : null,
    bears: before?.bears ?? false,
    closes: false,
    reports: null,
    sends: false,
    history: [...born.events],
    tasks: new Map(),
    attempts: [],
  };
  state.runs.set(run.runId, run);
  state.latest.set(run.chainId, run);
  for (const task of born.tasks) addTask(state, run, task);
  bearAll(state, run, born.children);
  if (born.end !== null) {
    endRun(state, run, born.end.status, born.end.sends);
    if (born.end.successor !== null) succeed(state, run, born.end.successor);
  }
  return run;
}

function parentOf(state: MemoryState, { parent }: NewRun): StoredRun | undefined {
  return parent === null ? undefined : state.runs.get(parent.runId);
}

function linkOf(state: MemoryState, born: NewRun): StoredRun["parent"] {
  if (born.parent === null) return null;
  const chainId = parentOf(state, born)?.chainId ?? (born.parent.runId as string as ChainId);
  return { ...born.parent, chainId };
}
