/*
 * Commit and inbox, in memory.
 */
import type { Mark, RunId, Seq, WorkerId } from "../../core/ids.js";
import type { Inbox, NewRun, Turn, TurnVerdict } from "../port.js";
import { bearAll, refuseTaken, succeed } from "./births.js";
import type { MemoryState, StoredRun } from "./state.js";
import { addTask, endRun, inboxOf, isOver, mailboxOf } from "./state.js";

/** All or nothing: what cannot be stored is found before the first is. */
export function commitTurns(state: MemoryState, turns: readonly Turn[]): readonly TurnVerdict[] {
  const verdicts = turns.map((turn) => judge(state, turn));
  turns.forEach((turn, i) => {
    if (verdicts[i]!.kind === "committed") refuseTaken(state, "commit turns", bornWith(turn));
  });
  turns.forEach((turn, i) => {
    if (verdicts[i]!.kind === "committed") store(state, state.runs.get(turn.runId)!, turn);
  });
  return verdicts;
}

function bornWith(turn: Turn): readonly NewRun[] {
  const successor = turn.end?.successor;
  return successor ? [...turn.children, successor] : turn.children;
}

function judge(state: MemoryState, turn: Turn): TurnVerdict {
  const run = state.runs.get(turn.runId);
  const at = state.now();
  if (run === undefined || run.status !== "live" || run.owner === null) return { kind: "lost" };
  if (run.token !== turn.token || (run.history.length as Seq) !== turn.nextSeq) return { kind: "lost" };
  if (turn.decisive && run.mark !== turn.seenMark) return { kind: "marked", mark: run.mark };
  if (turn.notBefore !== null && turn.notBefore > at) return { kind: "early", at };
  const isOver = turn.end !== null && turn.end.status !== "continued";
  return { kind: "committed", mark: run.mark, at, awaited: isOver && run.awaited };
}

function store(state: MemoryState, run: StoredRun, turn: Turn): void {
  run.history.push(...turn.events);
  run.seenMark = Math.max(run.seenMark, turn.seenMark) as Mark;
  run.dueAt = turn.dueAt;
  run.deaths = 0;
  run.trial = null;
  const consumed = new Set(turn.consumedSignals);
  if (consumed.size > 0) {
    for (const signal of mailboxOf(state, run.chainId))
      if (consumed.has(signal.position)) signal.consumed = true;
  }
  for (const { position, reason } of turn.setAside) {
    const signal = mailboxOf(state, run.chainId).find((each) => each.position === position);
    if (signal !== undefined) Object.assign(signal, { consumed: true, setAside: reason });
  }
  if (turn.consumedCancel && run.cancel !== null) run.cancel = { ...run.cancel, seen: true };
  const recorded = new Set(turn.consumedChildren);
  if (recorded.size > 0) {
    for (const child of state.runs.values())
      if (child.parent?.runId === run.runId && recorded.has(child.parent.command)) child.reports = null;
  }
  for (const command of turn.consumedTasks) run.tasks.delete(command);
  for (const task of turn.tasks) addTask(state, run, task);
  run.attempts.push(...turn.attempts);
  bearAll(state, run, turn.children);
  if (turn.end === null) return;
  endRun(state, run, turn.end.status, turn.end.sends);
  if (turn.end.successor !== null) succeed(state, run, turn.end.successor);
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
