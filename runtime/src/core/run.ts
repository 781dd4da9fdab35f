/*
 * One run's program, alive in memory: `apply(input) → commands`.
 *
 * Owns: the step, numbering, matching against what was recorded, open commands, deterministic draws, the run's end.
 * Does not own: jobs (job-loop), promises, what each effect means (effects, compensation), storing (journal).
 *
 * Invariants:
 *   N1  `apply` is synchronous and total: whatever user code throws or the history holds, it returns a step (R1).
 *   N2  One input, then jobs until none is left; commands are numbered in the order in which they are asked for (R2).
 *   N3  On replay a command is the recorded one or a fault (R6, R7); `recorded` is used up exactly.
 *   N4  After the end or a fault nothing is issued any more. A faulted step stores nothing.
 *   N5  Each command has at most one outcome; what fits no open command is a fault.
 *   N6  A cancellation is delivered once: every promise that is pending then rejects, in the order of issue (R33), but for
 *       compensations under way, whose fibers hear of it after the rollback.
 */
import type { Site, SiteKey } from "@continuum/contract";
import { fitted } from "./contracts.js";
import type { Fitting } from "./contracts.js";
import { exchangeCurrentRun } from "./current.js";
import { dayOf, digestOf, randomAt, uuid4At } from "./deterministic-values.js";
import type { SyncSchema } from "./checked-value.js";
import { isHandled, outcomeOf, pendingPromise, reject, tagOf } from "./durable-promise.js";
import type { DurablePromise } from "./durable-promise.js";
import { cancelWaits, interruptRoot, Rollback } from "./cancellation.js";
import type {
  Command,
  HistoryEvent,
  InputEvent,
  ProgramEnd,
  Recorded,
  RecordedCommand,
  RecordedInput,
} from "./events.js";
import type { Execution, ExecutionPorts, OpenCommand, Step } from "./execution.js";
import { internalFault, unknownSite } from "./faults.js";
import { startFiber } from "./fiber.js";
import type { AtMs, Payload, RunId, Seq } from "./ids.js";
import { settleByInput } from "./inputs.js";
import type { Outcome } from "./inputs.js";
import { JobLoop } from "./job-loop.js";
import { difference, drawnDrift, drift, misfit } from "./matching.js";
import { endCommand, rejectionWarnings } from "./run-end.js";
import { NOT_ISSUED } from "./wait.js";
import type { ChildWait, Compensation, Wait } from "./wait.js";
import type { CancelledError } from "./workflow-errors.js";

type Input = InputEvent & { readonly at: AtMs; readonly drawn?: string };

const ENDS = { run_completed: "completed", run_cancelled: "cancelled", run_failed: "failed" } as const;
const NO_HISTORY: readonly HistoryEvent[] = [];

/** A fresh execution; its first input is `run_started`. */
export function createExecution(ports: ExecutionPorts): Execution {
  return new Run(ports);
}

export class Run implements Execution {
  readonly loop: JobLoop;
  readonly ports: ExecutionPorts;
  /** Activities whose compensation may still have to run, in the order of issue. */
  readonly undoable: Wait[] = [];
  /** Children that this run has started, by their run ids. */
  readonly children = new Map<RunId, ChildWait>();
  /** What `patched` has answered, by name. */
  readonly patches = new Map<string, boolean>();

  readonly #open = new Map<Seq, Wait>();
  readonly #occurrences = new Map<string, number>();
  #sitesById: ReadonlyMap<string, Site> | null = null;
  #nextSeq = 0;
  #at = 0;
  #end: ProgramEnd | null = null;
  #cancellation: CancelledError | null = null;
  /** A rollback that was under way when the run was cancelled. */
  #rollback: Rollback | null = null;
  #stepping = false;

  /* The step that is under way. */
  #replaying = false;
  #history: readonly HistoryEvent[] = NO_HISTORY;
  #cursor = 0;
  #limit = 0;
  #issued: RecordedCommand[] = [];
  #draws: string[] = [];

  constructor(ports: ExecutionPorts) {
    this.ports = ports;
    this.loop = new JobLoop(ports.onFault ?? (() => undefined));
  }

  /** Whether the step under way is one that was recorded. */
  get replaying(): boolean {
    return this.#replaying;
  }

  get nextSeq(): Seq {
    return this.#nextSeq as Seq;
  }

  get at(): AtMs {
    return this.#at as AtMs;
  }

  get end(): ProgramEnd | null {
    return this.#end;
  }

  *open(): Iterable<OpenCommand> {
    if (this.#end === null) for (const wait of this.#open.values()) yield wait.command;
  }

  fit(command: Seq, payload: Payload): Fitting {
    // A schema is no workflow code: no run is current inside.
    const previous = exchangeCurrentRun(null);
    try {
      return fitted(this.ports.codec, this.#open.get(command)?.schema ?? null, payload);
    } finally {
      exchangeCurrentRun(previous);
    }
  }

  apply(input: Input, recorded?: readonly RecordedCommand[]): Step {
    const seq = this.nextSeq;
    this.#issued = [];
    const drawn =
      recorded === undefined ? this.step(input, null, 0, 0) : this.step(input, recorded, 0, recorded.length);
    const { drawn: _given, ...bare } = input;
    const event = { ...bare, seq, at: this.at, ...(drawn === null ? {} : { drawn }) } as RecordedInput;
    const commands = recorded ?? this.#issued;
    this.#issued = [];
    const fault = this.loop.fault;
    return {
      events: [event, ...(fault === null ? commands : [])],
      warnings: this.#warnings(),
      end: this.#end,
      fault,
    };
  }

  /**
   * Applies `input`. Replayed: its recorded commands are `history[from…to)`. Gives the digest of the values drawn; the fault,
   * if there is one, stays on the loop.
   */
  step(input: Input, history: readonly HistoryEvent[] | null, from: number, to: number): string | null {
    const loop = this.loop;
    if (loop.fault !== null) return null;
    const seq = this.nextSeq;
    loop.seq = seq;
    this.#nextSeq++;
    this.#at = Math.max(this.#at, input.at);
    this.#replaying = history !== null;
    this.#history = history ?? NO_HISTORY;
    this.#cursor = from;
    this.#limit = to;
    this.#draws.length = 0;
    if (this.#stepping) loop.block(internalFault(new Error("apply was called inside a step"), seq));
    this.#stepping = true;
    const previous = exchangeCurrentRun(this);
    try {
      if (this.#end !== null)
        loop.block(misfit(this.ports.runId, seq, input, "the program has ended already"));
      else if (input.kind === "run_started") this.#start(input, seq);
      else if (input.kind === "cancel_requested") this.#cancel(input, seq);
      else this.#settle(input, seq);
      loop.drain();
      if (this.#rollback?.endedUnheard === true && !loop.halted) {
        interruptRoot(loop, this.#open, loop.rootFiber?.resumptions, this.#rollback.cancellation);
        loop.drain();
      }
      if (loop.ended && loop.fault === null && this.#end === null) this.#finish();
    } catch (error) {
      loop.block(internalFault(error, seq));
    } finally {
      exchangeCurrentRun(previous);
      this.#stepping = false;
    }
    const drawn = digestOf(this.#draws);
    if (this.#replaying && loop.fault === null) this.#compareRest(input, drawn, seq);
    return drawn;
  }

  /** The command as it stands in history; null when nothing is issued any more (N4). */
  issue(command: Command): RecordedCommand | null {
    return this.loop.halted ? null : this.#record(command);
  }

  /** Issues a command that waits for an outcome, and gives its promise: pending for ever once nothing is issued any more. */
  issueWait<C extends OpenCommand["kind"]>(
    command: Extract<Command, { kind: C }>,
    compensation: Compensation | null = null,
    schema: SyncSchema | null = null,
  ): DurablePromise {
    return this.issueOpen(command, compensation, schema)?.promise ?? pendingPromise(this.loop);
  }

  /** The same, with the command as it is recorded; of one that a cancellation cuts off, a wait that was never issued. */
  issueOpen<C extends OpenCommand["kind"]>(
    command: Extract<Command, { kind: C }>,
    compensation: Compensation | null = null,
    schema: SyncSchema | null = null,
  ): Wait<Extract<OpenCommand, { kind: C }>> | null {
    type Open = Extract<OpenCommand, { kind: C }>;
    const cut = this.cutsOff(command);
    if (cut !== null) {
      const wait = this.#wait({ ...command, ...NOT_ISSUED } as Open);
      reject(wait.promise, cut);
      return wait;
    }
    const issued = this.issue(command) as Open | null;
    if (issued === null) return null;
    const wait = this.#wait(issued);
    wait.compensation = compensation;
    wait.schema = schema;
    this.#open.set(issued.seq, wait);
    this.#rollback?.issued(issued);
    if (compensation !== null) this.undoable.push(wait);
    return wait;
  }

  /** The cancellation that `command` meets, which must not be issued then (A4). To be asked once for each. */
  cutsOff(command: Command): CancelledError | null {
    return this.#rollback?.cutsOff(command, this.loop.jobs) ?? null;
  }

  #wait<C extends OpenCommand>(command: C): Wait<C> {
    const wait: Wait<C> = {
      command,
      contender: false,
      result: null,
      compensation: null,
      schema: null,
      promise: null as never,
    };
    wait.promise = pendingPromise(this.loop, wait);
    return wait;
  }

  /** Whether it was this run's own cancellation that settled `wait`. */
  hasCancelled(wait: Wait): boolean {
    return this.#cancellation !== null && outcomeOf(wait.promise)?.value === this.#cancellation;
  }

  /** On replay, the command that is recorded next in this step, not taken yet. */
  get upcoming(): RecordedCommand | null {
    return this.#replaying && this.#cursor < this.#limit
      ? (this.#history[this.#cursor] as RecordedCommand)
      : null;
  }

  /** Ends the run by a command that was issued: no job runs any more, and no `finally` (R5). */
  endAs(end: ProgramEnd): void {
    this.#end = end;
    this.loop.ended = true;
    this.#open.clear();
    this.undoable.length = 0;
  }

  /** Of `promises`, the open waits that are contenders are withdrawn, as one command (R24). */
  withdrawContenders(promises: readonly DurablePromise[]): void {
    const lost: Seq[] = [];
    for (const promise of promises) {
      const wait = tagOf(promise) as Wait | undefined;
      if (wait?.contender === true && this.#open.has(wait.command.seq)) lost.push(wait.command.seq);
    }
    if (lost.length === 0) return;
    const commands = [...new Set(lost)].sort((a, b) => a - b);
    if (this.issue({ kind: "waits_withdrawn", commands }) === null) return;
    for (const seq of commands) this.#open.delete(seq);
  }

  /** The site that compiled code named; null blocks the run. */
  site(key: SiteKey): Site | null {
    const sites = this.ports.workflow.manifest.sites;
    const site = Object.hasOwn(sites, key) ? sites[key]! : null;
    if (site === null) this.loop.block(unknownSite(key, this.loop.seq));
    else if (this.loop.fiber !== null) this.loop.fiber.site = site;
    return site;
  }

  now(): number {
    return this.#draw("now", this.#at);
  }

  today(): string {
    return this.#draw("today", dayOf(this.#at));
  }

  random(key: SiteKey): number {
    const site = this.site(key);
    return site === null
      ? 0
      : this.#draw("random", randomAt(this.ports.runId, site.id, this.occurrence(site)));
  }

  uuid4(key: SiteKey): string {
    const site = this.site(key);
    return site === null
      ? ""
      : this.#draw("uuid4", uuid4At(this.ports.runId, site.id, this.occurrence(site)));
  }

  #start(input: Extract<Input, { kind: "run_started" }>, seq: Seq): void {
    if (seq !== 0)
      return this.loop.block(misfit(this.ports.runId, seq, input, "the run has started already"));
    const value = this.decode(input.payload, input.kind);
    if (this.loop.fault === null) startFiber(this.loop, this.ports.workflow.body, undefined, [value], true);
  }

  #cancel(input: Extract<Input, { kind: "cancel_requested" }>, seq: Seq): void {
    const { runId } = this.ports;
    if (seq === 0) return this.loop.block(misfit(runId, seq, input, "the run has not started"));
    if (this.#cancellation !== null)
      return this.loop.block(misfit(runId, seq, input, "it was cancelled before"));
    const resumptions = this.loop.rootFiber?.resumptions;
    const { cancellation, spared } = cancelWaits(this.#open, input.reason);
    this.#cancellation = cancellation;
    if (spared.size > 0) this.#rollback = new Rollback(cancellation, spared);
    this.loop.drain();
    if (!this.loop.halted) interruptRoot(this.loop, this.#open, resumptions, cancellation);
  }

  #settle(input: Input & Outcome, seq: Seq): void {
    const wait = this.#open.get(input.command);
    const why =
      seq === 0
        ? "the run has not started"
        : wait === undefined
          ? "that command is not open"
          : settleByInput(this, wait, input);
    if (why !== null) this.loop.block(misfit(this.ports.runId, seq, input, why));
    else {
      this.#open.delete(input.command);
      this.#rollback?.settled(input.command);
    }
  }

  /** A payload's value; undefined, and a fault, when the codec cannot read it. */
  decode(payload: Payload, of: HistoryEvent["kind"]): unknown {
    try {
      return this.ports.codec.decode(payload);
    } catch (error) {
      const name = error instanceof Error ? error.name : "an error";
      this.loop.block({
        code: "CTM4008",
        message: `The payload of event ${this.loop.seq} (${of}) of run ${this.ports.runId} cannot be decoded: ${name}.`,
        hint: "Give Continuum.connect the codec, and its keys, with which the payload was written.",
        seq: this.loop.seq,
      });
      return undefined;
    }
  }

  #finish(): void {
    const outcome = outcomeOf(this.loop.root!)!;
    const command = endCommand(this.ports, outcome, this.#cancellation);
    if (this.#record(command) !== null) this.endAs(ENDS[command.kind]);
  }

  #record(command: Command): RecordedCommand | null {
    const seq = this.nextSeq;
    if (!this.#replaying) {
      const event = { ...command, seq, at: this.at };
      this.#issued.push(event);
      this.#nextSeq++;
      return event;
    }
    const recorded = this.#cursor < this.#limit ? (this.#history[this.#cursor] as RecordedCommand) : null;
    const what =
      recorded === null ? "kind" : recorded.seq !== seq ? "sequence number" : difference(recorded, command);
    if (recorded === null || what !== null) {
      this.loop.block(drift(what ?? "kind", this.#sides(seq, recorded, command)));
      return null;
    }
    this.#cursor++;
    this.#nextSeq++;
    return recorded;
  }

  #compareRest(input: Input, drawn: string | null, seq: Seq): void {
    if (this.#cursor < this.#limit) {
      const left = this.#history[this.#cursor] as RecordedCommand;
      this.loop.block(drift("kind", this.#sides(this.nextSeq, left, null)));
    } else if (input.kind === "run_started" && input.drawn === undefined) {
      // Born unowned: its start was stored by somebody who had not the code, before anything was drawn (R39).
    } else if ((input.drawn ?? null) !== drawn) {
      this.loop.block(drawnDrift(this.ports.runId, seq));
    }
  }

  #sides(
    seq: Seq,
    recorded: (Command & Recorded) | null,
    issued: Command | null,
  ): Parameters<typeof drift>[1] {
    this.#sitesById ??= new Map(
      Object.values(this.ports.workflow.manifest.sites).map((site) => [site.id, site]),
    );
    const sites = this.#sitesById;
    return { run: this.ports.runId, seq, recorded, issued, siteById: (id) => sites.get(id) ?? null };
  }

  #draw<T extends string | number>(kind: string, value: T): T {
    if (!this.loop.halted) this.#draws.push(`${kind} ${value}`);
    return value;
  }

  /** How often this has been asked at that site before. */
  occurrence(site: Site): number {
    const occurrence = this.#occurrences.get(site.id) ?? 0;
    this.#occurrences.set(site.id, occurrence + 1);
    return occurrence;
  }

  #warnings(): readonly string[] {
    const rejections = this.loop.rejections;
    if (rejections.length === 0) return [];
    this.loop.rejections = [];
    return rejectionWarnings(
      this.ports.runId,
      rejections.filter((promise) => !isHandled(promise) && outcomeOf(promise)?.value !== this.#cancellation),
    );
  }
}
