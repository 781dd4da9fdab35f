/*
 * One turn of a run: feeds what has arrived to the program and collects what is to be stored. Synchronous, no I/O.
 *
 * Owns: the order of feeding, the turn's size, what makes a turn decisive.
 * Does not own: what the program does (core), what its events ask for (turn-draft), whether the turn is stored (pipeline).
 *
 * Invariant: what it takes from the run stands in the `OpenTurn`, so that a refused turn loses nothing (`undoTurn`).
 */
import type { InputEvent } from "../core/events.js";
import type { Execution, Fault, OpenCommand } from "../core/execution.js";
import type { AtMs, WorkerId } from "../core/ids.js";
import type { Turn } from "../journal/port.js";
import { rowOf } from "./bodies.js";
import type { Body } from "./bodies.js";
import { earliestDue } from "./live-run.js";
import type { LiveRun, Result, Retry } from "./live-run.js";
import { decidingTime, nextInput } from "./next-input.js";
import type { NextInput } from "./next-input.js";
import { emptyDraft, EVENT_BYTES, feed } from "./turn-draft.js";
import type { ActivityCommand, Draft, DraftPorts } from "./turn-draft.js";

export interface DecidePorts extends DraftPorts {
  readonly worker: WorkerId;
  /** The estimate of the database's clock. */
  readonly now: AtMs;
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
  /** Bodies whose rows it writes. */
  readonly moves: readonly Body[];
  /** Commands that got their outcome in it, or were withdrawn. */
  readonly closed: readonly OpenCommand[];
  /** Those that a cancellation has withdrawn. */
  readonly withdrawn: readonly OpenCommand[];
}

export type Decision =
  | { readonly kind: "turn"; readonly open: OpenTurn }
  | { readonly kind: "nothing" }
  /** The program cannot go on. The run's memory is spent; the turn's results are back in the run. */
  | { readonly kind: "fault"; readonly fault: Fault; readonly open: OpenTurn };

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
    const input = next.kind === "signal" ? takeSignal(run, execution, draft, next) : next.input;
    if (input === null) continue;
    if (next.kind !== "signal") take(run, draft, next);
    const at = Math.max(now, execution.at, next.kind === "due" ? next.dueAt : 0) as AtMs;
    feed(run, execution, draft, ports, { ...input, at }, 0);
  }
  const open = close(run, draft, retries, ports.worker);
  if (draft.fault !== null) return { kind: "fault", fault: draft.fault, open };
  if (isEmpty(open.turn) && !run.acknowledge) return { kind: "nothing" };
  return { kind: "turn", open };
}

/** The step that a run begins with, as the turn that its creation stores. Null: it faults. */
export function decideFirstTurn(
  run: LiveRun,
  execution: Execution,
  start: Extract<InputEvent, { kind: "run_started" }> & { readonly at: AtMs },
  ports: DraftPorts & Pick<DecidePorts, "worker">,
): OpenTurn | null {
  const draft = emptyDraft();
  feed(run, execution, draft, ports, start, 0);
  return draft.fault === null ? close(run, draft, [], ports.worker) : null;
}

/** Takes a turn back that was not stored: what it had taken is the run's again, its memory is spent (R37). */
export function undoTurn({ run, results, retries, moves, closed }: OpenTurn): void {
  run.execution = null;
  run.moves = [...moves, ...run.moves];
  for (const command of closed) run.open.set(command.seq, command);
  for (const seq of run.open.keys()) if (seq >= run.nextSeq) run.open.delete(seq);
  // An outcome of a command which this very turn had issued goes with it.
  run.results = [...results.filter(({ input }) => input.command < run.nextSeq), ...run.results];
  run.retries = [...retries, ...run.retries];
  run.outcomes.clear();
  run.children.clear();
  run.cancel = null;
  run.mailbox = [];
  run.news = true;
}

function hasRoom(draft: Draft, { maxEvents, maxBytes }: DecidePorts): boolean {
  return draft.events.length + draft.setAside.length < maxEvents && draft.bytes < maxBytes;
}

type NextSignal = Extract<NextInput, { kind: "signal" }>;

/** Null: it did not fit its contract. It is set aside, and its wait goes on (R22). */
function takeSignal(
  run: LiveRun,
  execution: Execution,
  draft: Draft,
  { input, signal }: NextSignal,
): NextSignal["input"] | null {
  const { name, position } = signal;
  run.mailbox = run.mailbox.filter((each) => each.position !== position);
  const { reason, payload } = execution.fit(input.command, input.payload);
  if (reason === null) {
    draft.consumedSignals.push(position);
    return { ...input, payload };
  }
  draft.setAside.push({ position, reason });
  draft.warnings.push(
    `CTM7010: signal ${JSON.stringify(name)} was set aside and given to no wait: ${reason}`,
  );
  return null;
}

function take(run: LiveRun, draft: Draft, next: Exclude<NextInput, NextSignal>): void {
  switch (next.kind) {
    case "outcome":
      run.outcomes.delete(next.command);
      draft.consumedTasks.push(next.command);
      return;
    case "result":
      run.results.shift();
      draft.results.push(next.result);
      // Of a command that a cancellation has closed meanwhile nothing is recorded any more.
      if (next.result.record !== null && run.open.has(next.result.input.command))
        draft.records.push(next.result.record);
      return;
    case "child":
      run.children.delete(next.command);
      draft.consumedChildren.push(next.command);
      return;
    case "cancel":
      run.cancel = null;
      draft.consumedCancel = true;
      return;
    case "due":
      draft.decisive ||= next.decisive;
      draft.notBefore = Math.max(draft.notBefore ?? 0, next.dueAt) as AtMs;
      return;
  }
}

function close(run: LiveRun, draft: Draft, allRetries: readonly Retry[], worker: WorkerId): OpenTurn {
  const retries = allRetries.filter(({ task }) => run.open.has(task.command));
  const moves = takeMoves(run, draft);
  const tasks = [
    ...retries.map(({ task }) => task),
    ...draft.tasks,
    ...moves.map((body) => rowOf(body, worker)),
  ];
  return {
    run,
    bytes: draft.bytes + retries.reduce((sum, { task }) => sum + EVENT_BYTES + task.payload.length, 0),
    warnings: draft.warnings,
    starts: draft.starts,
    results: draft.results,
    retries: allRetries,
    moves,
    closed: draft.closed,
    withdrawn: draft.withdrawn,
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
      setAside: draft.setAside,
      consumedTasks: draft.consumedTasks,
      tasks: draft.end === null ? tasks : [],
      attempts: [...retries.map(({ record }) => record), ...draft.records],
      children: draft.children,
      consumedChildren: [...draft.consumedChildren, ...run.unwanted],
      consumedCancel: draft.consumedCancel,
      end: draft.end,
    },
  };
}

/** Bodies that want a row and still run for an open command. One that has failed waits for its row: it holds the details. */
function takeMoves(run: LiveRun, draft: Draft): readonly Body[] {
  if (run.moves.length === 0 || draft.end !== null || draft.fault !== null) return [];
  const moves = run.moves.filter(({ covered, command }) => covered === "inline" && run.open.has(command));
  run.moves = [];
  for (const body of moves) body.covered = "moving";
  return moves;
}

function isEmpty({ events, setAside, tasks, attempts }: Turn): boolean {
  return events.length === 0 && setAside.length === 0 && tasks.length === 0 && attempts.length === 0;
}
