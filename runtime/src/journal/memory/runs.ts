/*
 * Claims, trials, release, block and resume, in memory.
 */
import { encodeFailure } from "../../core/failures.js";
import type { AtMs, FencingToken, RunId, WorkerId } from "../../core/ids.js";
import { openActivities } from "../../core/replay.js";
import { nextPause } from "../../core/retry-policy.js";
import type { JournalPorts } from "../journal-ports.js";
import { attemptLost } from "../../errors/journal-errors.js";
import { SUSPECT } from "../port.js";
import type { ClaimedRun, ClaimRuns, Diagnosis, ParentLink, Release } from "../port.js";
import type { MemoryState, StoredRun } from "./state.js";
import { addTask, declareDead, inboxOf, isAlive, isGone, leaveMark } from "./state.js";

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
    const isCharged = hadBody(run, owner);
    if (!reschedule(state, ports, run, owner) && !isCharged) run.deaths = deathsOf(run);
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
    parent: linkOf(run),
    deaths: run.deaths,
  };
}

/** One more; beyond the second, only if it was on trial (R41). */
function deathsOf({ deaths, trial, token }: StoredRun): number {
  return trial === token ? deaths + 1 : Math.max(deaths, Math.min(deaths + 1, SUSPECT));
}

/** A body of it was open in this worker, by a row: its death is the attempt's. */
function hadBody(run: StoredRun, worker: WorkerId): boolean {
  const claimed = [...run.tasks.values()].some((task) => task.claimedBy === worker && task.outcome === null);
  return claimed || run.attempts.some((attempt) => attempt.worker === worker && attempt.error === null);
}

function linkOf({ parent }: StoredRun): ParentLink | null {
  if (parent === null) return null;
  const { runId, command, onParentClose, depth } = parent;
  return { runId, command, onParentClose, depth };
}

/**
 * Bodies that ran in the dead owner without a row were attempt 1: each gets a row for attempt 2, or has failed for good (R13). False:
 * there were none.
 */
function reschedule(state: MemoryState, ports: JournalPorts, run: StoredRun, owner: WorkerId): boolean {
  let any = false;
  for (const open of openActivities(run.history)) {
    if (run.tasks.has(open.seq)) continue;
    any = true;
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
  return any;
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

export function beginTrial(state: MemoryState, runId: RunId, token: FencingToken): boolean {
  const run = state.runs.get(runId);
  if (run === undefined || run.status !== "live" || run.owner === null || run.token !== token) return false;
  run.trial = token;
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
  run.deaths = 0;
  run.trial = null;
  run.wakeAt = state.now();
  return true;
}
