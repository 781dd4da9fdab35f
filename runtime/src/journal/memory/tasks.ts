/*
 * Activity tasks, in memory.
 */
import type { AtMs } from "../../core/ids.js";
import { encodeFailure } from "../../core/failures.js";
import { nextPause } from "../../core/retry-policy.js";
import { attemptLost, heartbeatMissed } from "../../errors/journal-errors.js";
import type { JournalPorts } from "../journal-ports.js";
import type {
  ClaimedTask,
  ClaimTasks,
  FinishTask,
  FinishVerdict,
  Heartbeat,
  HeartbeatVerdict,
} from "../port.js";
import type { MemoryState, StoredRun, StoredTask } from "./state.js";
import { beatBy, declareDead, isAlive, isGone, leaveMark } from "./state.js";

export function claimTasks(state: MemoryState, ports: JournalPorts, ask: ClaimTasks): readonly ClaimedTask[] {
  if (!isAlive(state, ask.worker)) return [];
  declareDead(state);
  for (const run of state.runs.values())
    for (const task of run.tasks.values()) takeBack(state, ports, run, task);
  const now = state.now();
  const due = [...state.runs.values()]
    .flatMap((run) => [...run.tasks.values()])
    .filter((task) => task.claimedBy === null && task.outcome === null && task.dueAt <= now)
    .filter((task) => ask.activities.includes(task.activity) && ask.queues.includes(task.policy.queue))
    .sort((a, b) => b.policy.priority - a.policy.priority || a.dueAt - b.dueAt || a.born - b.born)
    .slice(0, ask.limit);
  return due.map((task) => {
    task.claimedBy = ask.worker;
    task.startedAt = now;
    task.beatBy = beatBy(state, task.policy);
    return {
      runId: task.runId,
      namespace: state.runs.get(task.runId)!.namespace,
      command: task.command,
      activity: task.activity,
      attempt: task.attempt,
      policy: task.policy,
      payload: task.payload,
      startedAt: now,
      lastHeartbeat: task.heartbeat,
    };
  });
}

/** An attempt whose claimer died, or whose heartbeats stopped, is used up: the next one waits for its pause, or the activity has failed (R13). */
function takeBack(state: MemoryState, ports: JournalPorts, run: StoredRun, task: StoredTask): void {
  const claimer = task.claimedBy;
  if (claimer === null || task.outcome !== null) return;
  const isLost = isGone(state, claimer);
  if (!isLost && (task.beatBy === null || task.beatBy > state.now())) return;
  const pauseMs = nextPause(task.policy.retry, task.attempt, ports.random());
  endAttempt(state, run, task, null);
  task.beatBy = null;
  if (pauseMs !== null) {
    task.attempt += 1;
    task.dueAt = (state.now() + pauseMs) as AtMs;
    task.claimedBy = null;
  } else {
    const error = isLost ? attemptLost : heartbeatMissed;
    const payload = encodeFailure(ports.codec, error(task.activity, task.attempt));
    task.outcome = { command: task.command, attempt: task.attempt, kind: "failed", payload };
    leaveMark(state, run);
  }
}

export function finishTask(state: MemoryState, finish: FinishTask): FinishVerdict {
  const run = state.runs.get(finish.runId);
  const task = run?.tasks.get(finish.command);
  if (run === undefined || task === undefined || task.outcome !== null) return { kind: "refused" };
  if (task.claimedBy !== finish.worker || task.attempt !== finish.attempt) return { kind: "refused" };
  const { end } = finish;
  task.beatBy = null;
  switch (end.kind) {
    case "completed":
    case "failed":
      if (end.kind === "failed") endAttempt(state, run, task, end.payload);
      task.outcome = { command: task.command, attempt: task.attempt, kind: end.kind, payload: end.payload };
      leaveMark(state, run);
      break;
    case "retry":
      endAttempt(state, run, task, end.payload);
      task.attempt += 1;
      task.dueAt = (state.now() + end.delayMs) as AtMs;
      task.claimedBy = null;
      break;
    case "returned":
      task.dueAt = (state.now() + (end.delayMs ?? 0)) as AtMs;
      task.claimedBy = null;
  }
  return { kind: "accepted", owner: run.owner };
}

export function heartbeat(state: MemoryState, beat: Heartbeat): HeartbeatVerdict {
  const run = state.runs.get(beat.runId);
  const task = run?.tasks.get(beat.command);
  if (run === undefined || task === undefined || task.outcome !== null) return { kind: "lost" };
  if (task.claimedBy !== beat.worker || task.attempt !== beat.attempt) return { kind: "lost" };
  task.beatBy = beatBy(state, task.policy);
  task.heartbeat = beat.details ?? task.heartbeat;
  const command = run.history[beat.command];
  // A cancellation spares what undoes: its body is not told (R33).
  const undoes = command?.kind === "activity_scheduled" && command.compensates !== null;
  return { kind: "renewed", cancelled: run.cancel?.seen === false && !undoes };
}

function endAttempt(
  state: MemoryState,
  run: StoredRun,
  task: StoredTask,
  error: StoredRun["attempts"][number]["error"],
): void {
  run.attempts.push({
    runId: run.runId,
    command: task.command,
    activity: task.activity,
    attempt: task.attempt,
    startedAt: task.startedAt,
    endedAt: state.now(),
    worker: task.claimedBy!,
    error,
  });
}
