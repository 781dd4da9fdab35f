/*
 * Birth, claims, release, block and resume, in memory.
 */
import { encodeFailure } from "../../core/failures.js";
import type { AtMs, ChainId, FencingToken, Mark, RunId, WorkerId } from "../../core/ids.js";
import { openActivities } from "../../core/replay.js";
import { nextPause } from "../../core/retry-policy.js";
import { checkNewRun } from "../checks.js";
import type { JournalPorts } from "../journal-ports.js";
import { attemptLost } from "../../errors/journal-errors.js";
import type { ClaimedRun, ClaimRuns, CreateVerdict, Diagnosis, NewRun, Release } from "../port.js";
import type { MemoryState, StoredRun } from "./state.js";
import { addTask, declareDead, endRun, inboxOf, isAlive, isGone, leaveMark } from "./state.js";

export function createRun(state: MemoryState, born: NewRun): CreateVerdict {
  checkNewRun(born);
  const key =
    born.idempotencyKey === null
      ? null
      : JSON.stringify([born.namespace, born.workflow, born.idempotencyKey]);
  const first = key === null ? undefined : state.keys.get(key);
  if (first !== undefined) return { kind: "exists", runId: first, sameKey: true };
  if (state.runs.has(born.runId)) return { kind: "exists", runId: born.runId, sameKey: false };
  if (born.owner !== null && !isAlive(state, born.owner)) return { kind: "dead_worker" };
  const at = state.now();
  const run: StoredRun = {
    runId: born.runId,
    chainId: born.runId as string as ChainId,
    namespace: born.namespace,
    workflow: born.workflow,
    idempotencyKey: born.idempotencyKey,
    retentionMs: born.retentionMs,
    createdAt: at,
    version: born.version,
    status: "live",
    owner: born.owner,
    token: (born.owner === null ? 0 : 1) as FencingToken,
    mark: 0 as Mark,
    seenMark: 0 as Mark,
    dueAt: born.dueAt,
    wakeAt: born.owner === null ? at : null,
    awaited: false,
    endedAt: null,
    diagnosis: null,
    terminateReason: null,
    history: [...born.events],
    tasks: new Map(),
    attempts: [],
  };
  state.runs.set(run.runId, run);
  if (key !== null) state.keys.set(key, run.runId);
  for (const task of born.tasks) addTask(state, run, task);
  if (born.end !== null) endRun(state, run, born.end.status);
  return { kind: "created", at };
}

export function claimRuns(state: MemoryState, ports: JournalPorts, ask: ClaimRuns): readonly ClaimedRun[] {
  if (!isAlive(state, ask.worker)) return [];
  declareDead(state);
  const now = state.now();
  const ready = [...state.runs.values()]
    .filter((run) => run.wakeAt !== null && run.wakeAt <= now && canRun(ask, run))
    .sort((a, b) => a.wakeAt! - b.wakeAt!)
    .slice(0, ask.limit);
  const claimed = ready.map((run) => claim(state, run, ask, null));
  for (const run of state.runs.values()) {
    if (claimed.length >= ask.limit) break;
    const owner = run.owner;
    if (owner === null || owner === ask.worker || !isGone(state, owner) || !canRun(ask, run)) continue;
    reschedule(state, ports, run, owner);
    claimed.push(claim(state, run, ask, owner));
  }
  return claimed;
}

function canRun(ask: ClaimRuns, run: StoredRun): boolean {
  const version = run.version;
  if (version === null) return ask.current.some((current) => current.workflow === run.workflow);
  return ask.versions.some((known) => known.workflow === version.workflow && known.hash === version.hash);
}

function claim(state: MemoryState, run: StoredRun, ask: ClaimRuns, takenFrom: WorkerId | null): ClaimedRun {
  run.version ??= ask.current.find((current) => current.workflow === run.workflow)!;
  run.owner = ask.worker;
  run.token = (run.token + 1) as FencingToken;
  run.wakeAt = null;
  return {
    runId: run.runId,
    chainId: run.chainId,
    namespace: run.namespace,
    version: { workflow: run.version.workflow, hash: run.version.hash },
    token: run.token,
    history: [...run.history],
    inbox: inboxOf(state, run),
    rows: [...run.tasks.keys()].sort((a, b) => a - b),
    takenFrom,
  };
}

/** Bodies that ran in the dead owner without a row were attempt 1: each gets a row for attempt 2, or has failed for good (R13). */
function reschedule(state: MemoryState, ports: JournalPorts, run: StoredRun, owner: WorkerId): void {
  for (const open of openActivities(run.history)) {
    if (run.tasks.has(open.seq)) continue;
    const pauseMs = nextPause(open.policy.retry, 1, ports.random());
    const now = state.now();
    addTask(state, run, {
      runId: run.runId,
      command: open.seq,
      activity: open.activity,
      attempt: pauseMs === null ? 1 : 2,
      dueAt: (now + (pauseMs ?? 0)) as AtMs,
      policy: open.policy,
      payload: open.payload,
      claimedBy: null,
    });
    run.attempts.push({
      runId: run.runId,
      command: open.seq,
      activity: open.activity,
      attempt: 1,
      startedAt: open.at,
      endedAt: now,
      worker: owner,
      error: null,
    });
    if (pauseMs === null) {
      const payload = encodeFailure(ports.codec, attemptLost(open.activity, 1));
      run.tasks.get(open.seq)!.outcome = { command: open.seq, attempt: 1, kind: "failed", payload };
      leaveMark(state, run);
    }
  }
}

export function releaseRun(state: MemoryState, worker: WorkerId, release: Release): boolean {
  const run = state.runs.get(release.runId);
  if (
    run === undefined ||
    run.owner !== worker ||
    run.token !== release.token ||
    run.mark !== release.seenMark
  )
    return false;
  run.owner = null;
  run.seenMark = release.seenMark;
  run.wakeAt = run.dueAt;
  for (const task of release.tasks) addTask(state, run, task);
  return true;
}

export function blockRun(
  state: MemoryState,
  runId: RunId,
  token: FencingToken,
  diagnosis: Diagnosis,
): boolean {
  const run = state.runs.get(runId);
  if (run === undefined || run.status !== "live" || run.owner === null || run.token !== token) return false;
  run.status = "blocked";
  run.owner = null;
  run.wakeAt = null;
  run.diagnosis = diagnosis;
  return true;
}

export function resumeRun(state: MemoryState, runId: RunId): boolean {
  const run = state.runs.get(runId);
  if (run?.status !== "blocked") return false;
  run.status = "live";
  run.diagnosis = null;
  run.wakeAt = state.now();
  return true;
}
