/*
 * Commit and inbox, in memory.
 */
import type { Mark, RunId, Seq, WorkerId } from "../../core/ids.js";
import type { Inbox, Turn, TurnVerdict } from "../port.js";
import type { MemoryState, StoredRun } from "./state.js";
import { addTask, endRun, inboxOf, isOver, mailboxOf } from "./state.js";

export function commitTurn(state: MemoryState, turn: Turn): TurnVerdict {
  const run = state.runs.get(turn.runId);
  const at = state.now();
  if (run === undefined || run.status !== "live" || run.owner === null) return { kind: "lost" };
  if (run.token !== turn.token || (run.history.length as Seq) !== turn.nextSeq) return { kind: "lost" };
  if (turn.decisive && run.mark !== turn.seenMark) return { kind: "marked", mark: run.mark };
  if (turn.notBefore !== null && turn.notBefore > at) return { kind: "early", at };
  store(state, run, turn);
  return { kind: "committed", mark: run.mark, at, awaited: turn.end !== null && run.awaited };
}

function store(state: MemoryState, run: StoredRun, turn: Turn): void {
  run.history.push(...turn.events);
  run.seenMark = Math.max(run.seenMark, turn.seenMark) as Mark;
  run.dueAt = turn.dueAt;
  const consumed = new Set(turn.consumedSignals);
  if (consumed.size > 0) {
    for (const signal of mailboxOf(state, run.chainId))
      if (consumed.has(signal.position)) signal.consumed = true;
  }
  for (const command of turn.consumedTasks) run.tasks.delete(command);
  for (const task of turn.tasks) addTask(state, run, task);
  run.attempts.push(...turn.attempts);
  if (turn.end !== null) endRun(state, run, turn.end.status);
}

export function readInboxes(
  state: MemoryState,
  worker: WorkerId,
  runs: readonly RunId[] | undefined,
): readonly Inbox[] {
  if (runs === undefined) {
    return [...state.runs.values()]
      .filter((run) => run.owner === worker && run.mark > run.seenMark)
      .map((run) => inboxOf(state, run));
  }
  return runs.flatMap((runId) => {
    const run = state.runs.get(runId);
    return run !== undefined && (run.owner === worker || isOver(run)) ? [inboxOf(state, run)] : [];
  });
}
