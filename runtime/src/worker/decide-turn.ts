/*
 * One turn of a run: feeds what has arrived to the program and collects what is to be stored. Synchronous, no I/O.
 *
 * Owns: the order of feeding, the turn's size, what makes a turn decisive, which activities start here.
 * Does not own: what the program does (core), whether the turn is stored (commit pipeline).
 *
 * Invariant: what it takes from the run stands in the `OpenTurn`, so that a refused turn loses nothing (`undoTurn`).
 */
import type { HistoryEvent, InputEvent, RecordedCommand } from "../core/events.js";
import type { Execution, Fault, OpenCommand } from "../core/execution.js";
import type { AtMs, Payload, Seq } from "../core/ids.js";
import type { NewTask, Turn } from "../journal/port.js";
import { earliestDue } from "./live-run.js";
import type { LiveRun, Result, Retry } from "./live-run.js";
import { decidingTime, nextInput } from "./next-input.js";
import type { NextInput } from "./next-input.js";

export type ActivityCommand = Extract<RecordedCommand, { kind: "activity_scheduled" }>;

/** Where an activity's first attempt goes: here, into a row, or nowhere (`refused`: the error that the workflow gets). */
export type Placement =
  | { readonly kind: "here" }
  | { readonly kind: "row" }
  | { readonly kind: "refused"; readonly error: Payload };

export interface DecidePorts {
  /** The estimate of the database's clock. */
  readonly now: AtMs;
  /** `"here"` has reserved a slot. */
  place(command: ActivityCommand): Placement;
  readonly maxEvents: number;
  readonly maxBytes: number;
}

export interface OpenTurn {
  readonly run: LiveRun;
  readonly turn: Turn;
  readonly bytes: number;
  readonly warnings: readonly string[];
  /** Bodies to start once it is stored; each has a slot. */
  readonly starts: readonly ActivityCommand[];
  readonly results: readonly Result[];
  readonly retries: readonly Retry[];
  /** Commands that got their outcome in it, or were withdrawn. */
  readonly closed: readonly OpenCommand[];
}

export type Decision =
  | { readonly kind: "turn"; readonly open: OpenTurn }
  | { readonly kind: "nothing" }
  /** The program cannot go on. The run's memory is spent; the turn's results are back in the run. */
  | { readonly kind: "fault"; readonly fault: Fault; readonly open: OpenTurn };

/** Bytes that a stored event costs beside its payload, roughly. */
const EVENT_BYTES = 120;

/** What a turn collects while the program is fed. */
interface Draft {
  readonly events: HistoryEvent[];
  readonly warnings: string[];
  readonly starts: ActivityCommand[];
  readonly tasks: NewTask[];
  readonly results: Result[];
  readonly closed: OpenCommand[];
  readonly consumedSignals: number[];
  readonly consumedTasks: Seq[];
  bytes: number;
  decisive: boolean;
  notBefore: AtMs | null;
  end: Turn["end"];
  fault: Fault | null;
}

export function decideTurn(run: LiveRun, execution: Execution, ports: DecidePorts): Decision {
  const draft = emptyDraft();
  const now = decidingTime(run, ports.now);
  const retries = run.retries;
  run.retries = [];
  while (draft.end === null && draft.fault === null && hasRoom(draft, ports)) {
    const { unapplied } = run;
    if (unapplied !== null) {
      // It stands in the journal already, without its commands: they are this turn's.
      run.unapplied = null;
      feed(run, execution, draft, ports, unapplied, 1);
      continue;
    }
    const next = nextInput(run, now);
    if (next === null) break;
    take(run, draft, next);
    const at = Math.max(now, execution.at, next.kind === "due" ? next.dueAt : 0) as AtMs;
    feed(run, execution, draft, ports, { ...next.input, at }, 0);
  }
  const open = close(run, draft, retries);
  if (draft.fault !== null) return { kind: "fault", fault: draft.fault, open };
  if (isEmpty(open.turn) && !run.acknowledge) return { kind: "nothing" };
  return { kind: "turn", open };
}

/** The step that a run begins with, as the turn that its creation stores. Null: it faults. */
export function decideFirstTurn(
  run: LiveRun,
  execution: Execution,
  start: Extract<InputEvent, { kind: "run_started" }> & { readonly at: AtMs },
  place: DecidePorts["place"],
): OpenTurn | null {
  const draft = emptyDraft();
  feed(run, execution, draft, { now: start.at, place, maxEvents: 1, maxBytes: 1 }, start, 0);
  return draft.fault === null ? close(run, draft, []) : null;
}

/** Takes a turn back that was not stored: what it had taken is the run's again, its memory is spent (R37). */
export function undoTurn({ run, results, retries, closed }: OpenTurn): void {
  run.execution = null;
  for (const command of closed) run.open.set(command.seq, command);
  for (const seq of run.open.keys()) if (seq >= run.nextSeq) run.open.delete(seq);
  // An outcome of a command which this very turn had issued goes with it.
  run.results = [...results.filter(({ input }) => input.command < run.nextSeq), ...run.results];
  run.retries = [...retries, ...run.retries];
  run.outcomes.clear();
  run.mailbox = [];
  run.news = true;
}

function emptyDraft(): Draft {
  return {
    events: [],
    warnings: [],
    starts: [],
    tasks: [],
    results: [],
    closed: [],
    consumedSignals: [],
    consumedTasks: [],
    bytes: 0,
    decisive: false,
    notBefore: null,
    end: null,
    fault: null,
  };
}

function hasRoom(draft: Draft, { maxEvents, maxBytes }: DecidePorts): boolean {
  return draft.events.length < maxEvents && draft.bytes < maxBytes;
}

function take(run: LiveRun, draft: Draft, next: NextInput): void {
  switch (next.kind) {
    case "signal":
      run.mailbox = run.mailbox.filter(({ position }) => position !== next.signal.position);
      draft.consumedSignals.push(next.signal.position);
      return;
    case "outcome":
      run.outcomes.delete(next.command);
      draft.consumedTasks.push(next.command);
      return;
    case "result":
      run.results.shift();
      draft.results.push(next.result);
      return;
    case "due":
      draft.decisive ||= next.decisive;
      draft.notBefore = Math.max(draft.notBefore ?? 0, next.dueAt) as AtMs;
      return;
  }
}

function feed(
  run: LiveRun,
  execution: Execution,
  draft: Draft,
  ports: DecidePorts,
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
  for (const event of step.events.slice(alreadyStored)) {
    draft.events.push(event);
    draft.bytes += EVENT_BYTES + ("payload" in event ? event.payload.length : 0);
    note(run, draft, ports, event);
  }
  draft.warnings.push(...step.warnings);
  if (step.end !== null) {
    draft.end = { status: step.end };
    draft.decisive = true;
  }
}

function note(run: LiveRun, draft: Draft, ports: DecidePorts, event: HistoryEvent): void {
  if (event.kind === "activity_scheduled") {
    run.open.set(event.seq, event);
    const placement = ports.place(event);
    if (placement.kind === "here") draft.starts.push(event);
    else if (placement.kind === "row") draft.tasks.push(firstAttemptRow(run, event));
    else run.results.push(refusal(event, placement.error));
  } else if (event.kind === "timer_started" || event.kind === "signal_awaited") {
    run.open.set(event.seq, event);
  } else if (event.kind === "waits_withdrawn") {
    for (const seq of event.commands) closeCommand(run, draft, seq);
  }
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

function refusal({ seq, at }: ActivityCommand, error: Payload): Result {
  return {
    input: { kind: "activity_failed", command: seq, attempt: 1, payload: error },
    arrivedAt: at,
    record: null,
  };
}

function close(run: LiveRun, draft: Draft, retries: readonly Retry[]): OpenTurn {
  const records = [...retries.map(({ record }) => record), ...draft.results.map(({ record }) => record)];
  return {
    run,
    bytes: draft.bytes + retries.reduce((sum, { task }) => sum + EVENT_BYTES + task.payload.length, 0),
    warnings: draft.warnings,
    starts: draft.starts,
    results: draft.results,
    retries,
    closed: draft.closed,
    turn: {
      runId: run.runId,
      token: run.token,
      nextSeq: run.nextSeq,
      seenMark: run.seenMark,
      decisive: draft.decisive,
      notBefore: draft.notBefore,
      events: draft.events,
      dueAt: draft.end === null ? earliestDue(run.open.values()) : null,
      consumedSignals: draft.consumedSignals,
      consumedTasks: draft.consumedTasks,
      tasks: draft.end === null ? [...retries.map(({ task }) => task), ...draft.tasks] : [],
      attempts: records.filter((record) => record !== null),
      end: draft.end,
    },
  };
}

function isEmpty({ events, tasks, attempts }: Turn): boolean {
  return events.length === 0 && tasks.length === 0 && attempts.length === 0;
}
