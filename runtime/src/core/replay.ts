/*
 * Walking an execution through a history, and questions that a history answers without its program.
 */
import { isInput } from "./events.js";
import type { History, HistoryEvent, RecordedCommand } from "./events.js";
import type { Execution, ExecutionPorts, Fault, Replay } from "./execution.js";
import type { Seq } from "./ids.js";
import { Run } from "./run.js";

/** An `activity_scheduled` event of a history. */
export type ScheduledActivity = Extract<RecordedCommand, { kind: "activity_scheduled" }>;

/** Makes an execution and walks it through `history`. A fault leaves `execution` null. */
export const replay: Replay = (ports: ExecutionPorts, history: History) => {
  const run = new Run(ports);
  const fault = walk(run, history);
  return fault === null ? { execution: run satisfies Execution, fault } : { execution: null, fault };
};

function walk(run: Run, history: History): Fault | null {
  let at = 0;
  while (at < history.length) {
    const input = history[at]!;
    let next = at + 1;
    while (next < history.length && !isInput(history[next]!)) next++;
    if (!isInput(input) || input.seq !== at) return broken(run.ports, at, input);
    if (run.nextSeq !== at) return broken(run.ports, run.nextSeq, input);
    run.step(input, history, at + 1, next);
    if (run.loop.fault !== null) return run.loop.fault;
    run.loop.rejections.length = 0;
    at = next;
  }
  return null;
}

function broken(ports: ExecutionPorts, expected: number, event: HistoryEvent): Fault {
  return {
    code: "CTM4007",
    message: `The history of run ${ports.runId} is broken: event ${expected} should stand where ${event.kind} ${event.seq} does.`,
    hint: "Histories are written by the journal alone; restore this run's events from a backup.",
    seq: expected as Seq,
  };
}

/** After these no activity that was scheduled before is awaited any more. */
const CLOSING: ReadonlySet<HistoryEvent["kind"]> = new Set([
  "run_completed",
  "run_continued",
  "run_cancelled",
  "run_failed",
] as const);

/**
 * The activities of a history that have no outcome yet, in the order of issue. Those of an ended run are not open, nor are those that a
 * cancellation has cut off: all but compensations.
 */
export function openActivities(history: History): readonly ScheduledActivity[] {
  const open = new Map<Seq, ScheduledActivity>();
  for (const event of history) {
    if (event.kind === "activity_scheduled") open.set(event.seq, event);
    else if (event.kind === "activity_completed" || event.kind === "activity_failed")
      open.delete(event.command);
    else if (CLOSING.has(event.kind)) open.clear();
    else if (event.kind === "cancel_requested") {
      for (const [seq, { compensates }] of open) if (compensates === null) open.delete(seq);
    }
  }
  return [...open.values()];
}
