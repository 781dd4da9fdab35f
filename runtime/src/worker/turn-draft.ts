/*
 * What a turn collects while the program is fed: events, and what they mean for bodies, rows, other runs and the run's end.
 *
 * Owns: what each stored event asks for; what a cancellation takes back (R33).
 * Does not own: which input comes next, when a turn is full (decide-turn).
 */
import type { HistoryEvent, InputEvent, RecordedCommand } from "../core/events.js";
import type { Execution, Fault, OpenCommand, Step } from "../core/execution.js";
import type { AtMs, Seq } from "../core/ids.js";
import type { FailedAttempt, NewRun, NewTask, Turn } from "../journal/port.js";
import type { LiveRun, Result } from "./live-run.js";
import { childBirth, successorBirth } from "./run-births.js";
import type { Cradle } from "./run-births.js";

export type ActivityCommand = Extract<RecordedCommand, { kind: "activity_scheduled" }>;

/** Where an activity's first attempt goes: here, or into a row. */
export type Placement = { readonly kind: "here" } | { readonly kind: "row" };

export interface DraftPorts {
  /** `"here"` has reserved a slot. */
  place(command: ActivityCommand): Placement;
  /** Gives a slot back that was reserved for a body which will not start. */
  unplace(): void;
  /** `births`: how many runs this turn gives birth to already. */
  cradle(workflow: string, births: number): Cradle;
}

export interface Draft {
  readonly events: HistoryEvent[];
  readonly warnings: string[];
  starts: ActivityCommand[];
  tasks: NewTask[];
  readonly records: FailedAttempt[];
  readonly results: Result[];
  readonly closed: OpenCommand[];
  /** Those among the closed that a cancellation has closed: their bodies and children must hear of it. */
  readonly withdrawn: OpenCommand[];
  readonly children: NewRun[];
  readonly consumedSignals: number[];
  readonly setAside: Turn["setAside"][number][];
  readonly consumedTasks: Seq[];
  readonly consumedChildren: Seq[];
  consumedCancel: boolean;
  bytes: number;
  decisive: boolean;
  notBefore: AtMs | null;
  end: Turn["end"];
  fault: Fault | null;
}

/** Bytes that a stored event costs beside its payload, roughly. */
export const EVENT_BYTES = 120;

export function emptyDraft(): Draft {
  return {
    events: [],
    warnings: [],
    starts: [],
    tasks: [],
    records: [],
    results: [],
    closed: [],
    withdrawn: [],
    children: [],
    consumedSignals: [],
    setAside: [],
    consumedTasks: [],
    consumedChildren: [],
    consumedCancel: false,
    bytes: 0,
    decisive: false,
    notBefore: null,
    end: null,
    fault: null,
  };
}

/** Gives the program one input. `alreadyStored`: how many of the step's events stand in the journal already. */
export function feed(
  run: LiveRun,
  execution: Execution,
  draft: Draft,
  ports: DraftPorts,
  input: InputEvent & { readonly at: AtMs },
  alreadyStored: number,
): void {
  if ("command" in input && !run.open.has(input.command)) return; // Its outcome is known already; late ones change nothing.
  const step = execution.apply(input);
  if (step.fault !== null) {
    draft.fault = step.fault;
    return;
  }
  if ("command" in input) closeCommand(run, draft, input.command);
  if (input.kind === "cancel_requested") withdrawAll(run, execution, draft, ports);
  for (const event of step.events.slice(alreadyStored)) {
    draft.events.push(event);
    draft.bytes += EVENT_BYTES + ("payload" in event ? event.payload.length : 0);
    note(run, draft, ports, event);
  }
  draft.warnings.push(...step.warnings);
  if (step.end !== null) endWith(run, draft, ports, step, step.end);
}

function note(run: LiveRun, draft: Draft, ports: DraftPorts, event: HistoryEvent): void {
  switch (event.kind) {
    case "activity_scheduled": {
      run.open.set(event.seq, event);
      const placement = ports.place(event);
      if (placement.kind === "here") draft.starts.push(event);
      else draft.tasks.push(firstAttemptRow(run, event));
      return;
    }
    case "timer_started":
    case "signal_awaited":
    case "signal_sent":
      run.open.set(event.seq, event);
      return;
    case "child_started":
      run.open.set(event.seq, event);
      run.started.set(event.seq, event.childId);
      draft.children.push(childBirth(run, event, ports.cradle(event.workflow, draft.children.length)));
      draft.bytes += EVENT_BYTES + event.payload.length;
      return;
    case "waits_withdrawn":
      for (const seq of event.commands) closeCommand(run, draft, seq);
      return;
    default:
      return; // Inputs, ends, and what is of the program's own concern.
  }
}

/** What the cancellation has rejected, by the program's own account: late outcomes of it are refused from this turn on. */
function withdrawAll(run: LiveRun, execution: Execution, draft: Draft, ports: DraftPorts): void {
  const still = new Set<Seq>();
  for (const { seq } of execution.open()) still.add(seq);
  for (const command of [...run.open.values()]) {
    const { seq } = command;
    if (still.has(seq)) continue;
    closeCommand(run, draft, seq);
    draft.withdrawn.push(command);
    if (command.kind !== "activity_scheduled") continue;
    if (run.rows.has(seq)) draft.consumedTasks.push(seq);
    if (draft.starts.some((start) => start.seq === seq)) ports.unplace();
  }
  const gone = new Set(draft.withdrawn.map(({ seq }) => seq));
  draft.starts = draft.starts.filter(({ seq }) => !gone.has(seq));
  draft.tasks = draft.tasks.filter(({ command }) => !gone.has(command));
}

function endWith(
  run: LiveRun,
  draft: Draft,
  ports: DraftPorts,
  step: Step,
  status: NonNullable<Step["end"]>,
): void {
  draft.decisive = true;
  const sends = [...run.open.values()].some(({ kind }) => kind === "signal_sent");
  const last = step.events.at(-1);
  if (status !== "continued") {
    draft.end = { status, successor: null, sends };
    return;
  }
  if (last?.kind !== "run_continued") throw new Error(`run ${run.runId} continues as new without saying so`);
  const { name } = run.definition.compiled.manifest;
  const successor = successorBirth(run, last, ports.cradle(name, draft.children.length));
  draft.end = { status, successor, sends };
  draft.bytes += EVENT_BYTES + last.payload.length;
}

function closeCommand(run: LiveRun, draft: Draft, seq: Seq): void {
  const command = run.open.get(seq);
  if (command === undefined) return;
  run.open.delete(seq);
  draft.closed.push(command);
}

function firstAttemptRow(
  { runId }: LiveRun,
  { seq, activity, policy, payload, at }: ActivityCommand,
): NewTask {
  return { runId, command: seq, activity, attempt: 1, dueAt: at, policy, payload, claimedBy: null };
}
