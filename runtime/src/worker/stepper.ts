/*
 * Moves owned runs: finds what each has to do next, decides turns, and acts on their verdicts.
 *
 * Owns: the way of a run between "idle", "open", "reading" and "rebuilding" (L1); what acts after a commit.
 * Does not own: batches (commit-pipeline), the mailbox's reading (inbox), blocking and releasing (departures).
 *
 * Invariants:
 *   S1  Nothing of a turn acts before its commit (R37): bodies, rows' hints, notices and results all start in `#committed`.
 *   S2  A turn that was refused drops the program; it is rebuilt from what is stored, never rolled back in place.
 *   S3  Every owned run that is idle has its earliest due time in `dueTimes`, or work in the ready queue, or nothing to do.
 */
import type { HistoryEvent } from "../core/events.js";
import type { Fault, OpenCommand } from "../core/execution.js";
import type { AtMs, Payload, Seq, WorkerId } from "../core/ids.js";
import type { PayloadCodec } from "../core/payload-codec.js";
import type { ChainEnd, NewRun, TurnVerdict } from "../journal/port.js";
import type { JournalReader } from "../journal/reader.js";
import type { ActivityFunctions } from "./activity-functions.js";
import type { ActivitySlots } from "./activity-slots.js";
import type { Bodies, Body } from "./bodies.js";
import type { FinalVerdict } from "./commit-pipeline.js";
import type { DatabaseClock } from "./database-clock.js";
import { decideTurn, undoTurn } from "./decide-turn.js";
import type { OpenTurn } from "./decide-turn.js";
import type { ActivityCommand, DraftPorts } from "./turn-draft.js";
import type { DueTimes } from "./due-times.js";
import { insist, owned, reasonOf } from "./insist.js";
import { earliestDue } from "./live-run.js";
import type { LiveRun } from "./live-run.js";
import type { LiveRuns } from "./live-runs.js";
import { decidingTime, nextInput } from "./next-input.js";
import type { Notices } from "./notices.js";
import { placeActivity } from "./place-activity.js";
import type { Ports } from "./ports.js";
import { depthOf } from "./run-births.js";
import { walkHistory } from "./walk-history.js";
import type { WalkPorts } from "./walk-history.js";

/** What a stored turn, or a birth, sets going. */
export type Stored = Pick<OpenTurn, "starts" | "moves" | "withdrawn"> &
  Pick<OpenTurn["turn"], "events" | "tasks" | "end" | "children"> & { readonly awaited: boolean };

export interface StepperPorts extends Ports, WalkPorts, Pick<DraftPorts, "cradle"> {
  readonly worker: WorkerId;
  readonly reader: JournalReader;
  readonly codec: PayloadCodec;
  readonly clock: DatabaseClock;
  readonly slots: ActivitySlots;
  readonly bodies: Bodies;
  readonly live: LiveRuns;
  readonly functions: ActivityFunctions;
  readonly queues: readonly string[];
  readonly notices: Notices;
  readonly dueTimes: DueTimes<LiveRun>;
  /** Turns end at these sizes. */
  readonly maxEvents: number;
  readonly maxBytes: number;
  stopped(): boolean;
  /** Something is ready: fill a batch. */
  kick(): void;
  readInbox(run: LiveRun): void;
  block(run: LiveRun, fault: Fault): void;
  /** Rows were stored that any worker may claim from `dueAt` on. */
  rowsStored(dueAt: AtMs): void;
  /** Its events are stored: logs and errands of this turn go out. */
  acted(run: LiveRun, what: Stored): void;
  /** A run was born in a turn of `run`, in this worker's hands or in nobody's. */
  bornOf(run: LiveRun, birth: NewRun): void;
  ended(run: LiveRun, end: ChainEnd, awaited: boolean): void;
  /** The run goes on in its successor. */
  continued(run: LiveRun, successor: NewRun): void;
}

export class Stepper {
  readonly #ports: StepperPorts;

  constructor(ports: StepperPorts) {
    this.#ports = ports;
  }

  /** Looks what an idle run has to do. To be called whenever something of it has changed. */
  consider(run: LiveRun): void {
    if (run.phase !== "idle") return;
    const { live, dueTimes, clock } = this.#ports;
    if (run.fault !== null) {
      this.#ports.block(run, run.fault);
      return;
    }
    if (run.news) {
      this.#ports.readInbox(run);
      return;
    }
    const now = decidingTime(run, clock.now());
    const due =
      run.unapplied !== null ||
      run.retries.length > 0 ||
      run.moves.length > 0 ||
      run.acknowledge ||
      nextInput(run, now) !== null;
    if (!due) {
      dueTimes.set(run, earliestDue(run.open.values()));
      return;
    }
    if (run.execution === null) {
      this.rebuild(run);
      return;
    }
    live.ready(run);
    this.#ports.kick();
  }

  /** Something touched the program between two steps (R3a). May be called within a step, which then tells of it itself. */
  faulted(run: LiveRun, fault: Fault): void {
    run.fault ??= fault;
    queueMicrotask(() => this.consider(run));
  }

  /** The next turn to store; null when no run is ready. */
  decideNext(): OpenTurn | null {
    const { live } = this.#ports;
    for (let run = live.nextReady(); run !== null; run = live.nextReady()) {
      const open = this.#decide(run);
      if (open !== null) return open;
    }
    return null;
  }

  #decide(run: LiveRun): OpenTurn | null {
    if (run.phase !== "idle" || run.news || run.execution === null) {
      this.consider(run);
      return null;
    }
    const { worker, clock, slots, maxEvents, maxBytes } = this.#ports;
    const decision = decideTurn(run, run.execution, {
      worker,
      now: clock.now(),
      place: (command) => placeActivity(command, this.#ports),
      unplace: () => slots.giveBack(),
      cradle: (workflow, births) => this.#ports.cradle(workflow, births),
      maxEvents,
      maxBytes,
    });
    switch (decision.kind) {
      case "turn":
        run.phase = "open";
        return decision.open;
      case "nothing":
        this.#ports.dueTimes.set(run, earliestDue(run.open.values()));
        return null;
      case "fault":
        this.#undo(decision.open);
        this.#ports.block(run, decision.fault);
        return null;
    }
  }

  settle(open: OpenTurn, verdict: FinalVerdict): void {
    const { run } = open;
    if (run.phase === "gone") {
      this.#giveSlotsBack(open);
      return;
    }
    switch (verdict.kind) {
      case "committed":
        this.#committed(open, verdict);
        return;
      case "lost":
        this.#giveSlotsBack(open);
        this.lose(run, "another worker owns the run, or it was terminated");
        return;
      case "marked":
        run.phase = "idle";
        this.#undo(open);
        this.rebuild(run);
        return;
      case "refused":
        run.phase = "idle";
        this.#undo(open);
        this.#ports.block(run, refusal(verdict.error));
        return;
    }
  }

  #committed(open: OpenTurn, verdict: Extract<TurnVerdict, { kind: "committed" }>): void {
    const { run, turn } = open;
    run.nextSeq = (run.nextSeq + turn.events.length) as Seq;
    run.bytes += open.bytes;
    run.acknowledge = false;
    this.#ports.live.hasCommitted(run);
    if (verdict.mark !== turn.seenMark) run.news = true;
    for (const command of turn.consumedTasks) run.rows.delete(command);
    for (const command of turn.consumedChildren) run.unwanted.delete(command);
    for (const warning of open.warnings) this.#ports.log.warn(warning, { runId: run.runId });
    this.#ports.notices.events(run, turn.events, false);
    this.stored(run, { ...open, ...turn, awaited: verdict.awaited });
  }

  /** What a stored turn, or a birth, sets going (S1). */
  stored(run: LiveRun, what: Stored): void {
    this.#ports.acted(run, what);
    for (const command of what.withdrawn) this.#dropWithdrawn(run, command);
    if (what.end === null) this.#goOn(run, what);
    else this.#end(run, what, what.end);
    for (const birth of what.children) this.#ports.bornOf(run, birth);
  }

  #goOn(run: LiveRun, what: Stored): void {
    const { time, bodies } = this.#ports;
    run.phase = "idle";
    run.usedAtMs = time.monotonicMs();
    for (const task of what.tasks) {
      run.rows.add(task.command);
      if (task.claimedBy === null) this.#ports.rowsStored(task.dueAt);
    }
    for (const body of what.moves) {
      run.bodies.delete(body.command);
      bodies.moved(body);
    }
    for (const command of what.starts) this.#startHere(run, command);
    this.consider(run);
  }

  #end(run: LiveRun, what: Stored, { status, successor }: NonNullable<Stored["end"]>): void {
    const { live, slots, dueTimes } = this.#ports;
    for (const _ of what.starts) slots.giveBack();
    this.#dropBodies(run, "the run has ended");
    dueTimes.set(run, null);
    live.forget(run);
    if (status === "continued") {
      if (successor === null) throw new Error(`run ${run.runId} continues as new without a successor`);
      this.#ports.continued(run, successor);
      this.#ports.bornOf(run, successor);
    } else {
      const end: ChainEnd = { runId: run.runId, status, payload: lastPayload(what.events) };
      this.#ports.ended(run, end, what.awaited);
    }
  }

  #dropWithdrawn(run: LiveRun, command: OpenCommand): void {
    if (command.kind !== "activity_scheduled") return;
    const body = run.bodies.get(command.seq);
    run.bodies.delete(command.seq);
    if (body !== undefined) this.#drop(body, "the run was cancelled");
    for (const other of this.#ports.bodies.running) {
      if (other.covered === "row" && other.runId === run.runId && other.command === command.seq)
        this.#drop(other, "the run was cancelled");
    }
  }

  #startHere(run: LiveRun, command: ActivityCommand): void {
    const { functions, bodies, clock, notices } = this.#ports;
    const activity = functions.find(command.activity);
    if (activity === null) throw new Error(`activity ${command.activity} has gone since it was placed`);
    const attempt = { ...command, runId: run.runId, command: command.seq, attempt: 1 };
    notices.say({ kind: "attempt_started", runId: run.runId, activity: command.activity, attempt: 1 });
    run.bodies.set(command.seq, bodies.start(attempt, activity, "inline", clock.now()));
  }

  /** Makes the program anew from what is stored, and goes on. */
  rebuild(run: LiveRun): void {
    run.phase = "rebuilding";
    owned(this.#rebuild(run), this.#ports.log, `rebuilding run ${run.runId}`);
  }

  async #rebuild(run: LiveRun): Promise<void> {
    const { reader, stopped, live } = this.#ports;
    const history = await insist(this.#ports, stopped, "reading a history", () => reader.history(run.runId));
    await live.whenMayMove(run);
    if (history === null || run.phase !== "rebuilding") return;
    if (history.length !== run.nextSeq) {
      this.lose(run, "its history was written by another worker");
      return;
    }
    const { runId } = run;
    const { walked, fault } = walkHistory(
      { runId, depth: depthOf(run) },
      run.definition,
      history,
      this.#ports,
      (found) => this.faulted(run, found),
    );
    run.phase = "idle";
    if (walked === null) {
      this.#ports.block(run, fault);
      return;
    }
    run.execution = walked.execution;
    run.open = walked.open;
    run.unapplied = walked.unapplied;
    this.consider(run);
  }

  /** The run is not this worker's any more: stop, forget, write nothing (R36). */
  lose(run: LiveRun, why: string): void {
    this.#ports.log.info("a run is no longer owned here", { runId: run.runId, why });
    this.#dropBodies(run, why);
    this.#ports.dueTimes.set(run, null);
    this.#ports.live.forget(run);
  }

  #dropBodies(run: LiveRun, why: string): void {
    for (const body of run.bodies.values()) this.#drop(body, why);
    run.bodies.clear();
  }

  #drop(body: Body, why: string): void {
    this.#ports.bodies.drop(body, why);
  }

  #undo(open: OpenTurn): void {
    this.#giveSlotsBack(open);
    undoTurn(open);
    for (const body of open.moves) this.#ports.bodies.stayed(body);
  }

  #giveSlotsBack({ starts }: OpenTurn): void {
    for (const _ of starts) this.#ports.slots.giveBack();
  }
}

function lastPayload(events: readonly HistoryEvent[]): Payload | null {
  const last = events.at(-1);
  return last !== undefined && "payload" in last ? last.payload : null;
}

function refusal(error: unknown): Fault {
  const reason = reasonOf(error);
  return {
    code: "CTM5002",
    message: `the database refuses what this run's turn would store (${reason})`,
    hint: "see the cause in the worker's log; resume the run when it is settled",
    seq: null,
  };
}
