/*
 * What the ends of runs set going, in memory: a child's end is told to its parent (R27), a parent's to its children (R28, R35).
 */
import type { RunId, Seq, WorkerId } from "../../core/ids.js";
import type { Journal, UnsentSignals } from "../port.js";
import { PARENT_ENDED } from "../parent-ended.js";
import { askToCancel, stop } from "./senders.js";
import type { MemoryState, StoredRun } from "./state.js";
import { isOver, leaveMark } from "./state.js";

export function carryOn(state: MemoryState, limit: number): Awaited<ReturnType<Journal["carryOn"]>> {
  const owners: (readonly [WorkerId, RunId])[] = [];
  const wake = (run: StoredRun): void => void (run.owner !== null && owners.push([run.owner, run.runId]));
  // Both are looked for first: one call goes one level.
  const ended = [...state.runs.values()].filter((run) => run.reports === "due");
  const closing = [...state.runs.values()].filter((run) => run.closes);
  let more = ended.length > limit;

  const parents = new Set<StoredRun>();
  for (const child of ended.slice(0, limit)) {
    const parent = state.runs.get(child.parent!.runId);
    const isHeard = parent !== undefined && !isOver(parent);
    child.reports = isHeard ? "told" : null;
    if (isHeard) parents.add(parent);
  }
  for (const parent of parents) {
    leaveMark(state, parent);
    wake(parent);
  }

  let left = limit;
  for (const parent of closing) {
    const open = [...state.runs.values()].filter(
      (run) => run.parent?.chainId === parent.chainId && mustBeTold(run),
    );
    for (const child of open.slice(0, left)) {
      wake(child);
      if (child.parent!.onParentClose === "cancel") askToCancel(state, child, PARENT_ENDED);
      else {
        stop(state, child, PARENT_ENDED);
        child.reports = null;
        more ||= child.closes;
      }
    }
    if (open.length > left) {
      more = true;
      break;
    }
    left -= open.length;
    parent.closes = false;
    for (const run of state.runs.values())
      if (run.parent?.runId === parent.runId && run.reports === "told") run.reports = null;
  }
  return { owners, more, owing: [...state.runs.values()].some((run) => run.sends) };
}

export function unsent(state: MemoryState, limit: number): readonly UnsentSignals[] {
  const owing = [...state.runs.values()].filter((run) => run.sends).slice(0, limit);
  return owing.map(({ runId, history }) => {
    const answered = new Set<Seq>();
    for (const event of history)
      if (event.kind === "signal_delivered" || event.kind === "signal_refused") answered.add(event.command);
    const signals = history.flatMap((event) =>
      event.kind === "signal_sent" && !answered.has(event.seq) ? [event] : [],
    );
    return { runId, signals };
  });
}

function mustBeTold(child: StoredRun): boolean {
  if (isOver(child)) return false;
  const { onParentClose } = child.parent!;
  return onParentClose === "terminate" || (onParentClose === "cancel" && child.cancel === null);
}
