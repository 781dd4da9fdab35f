/*
 * The interpreter as the worker sees it: one run's program, alive in memory. Pure: no clock, no I/O, no native promise.
 */
import type { CompiledWorkflow } from "@continuum/contract";
import type { SyncSchema } from "./checked-value.js";
import type { Fitting } from "./contracts.js";
import type { Command, History, InputEvent, ProgramEnd, RecordedCommand, RecordedInput } from "./events.js";
import type { AtMs, Payload, RunId, Seq } from "./ids.js";
import type { PayloadCodec } from "./payload-codec.js";

/** What an execution is made from. */
export interface ExecutionPorts {
  readonly runId: RunId;
  readonly workflow: CompiledWorkflow<never, unknown>;
  readonly codec: PayloadCodec;
  /** The closed set of signals that the workflow may wait for; null or absent: any. */
  readonly signals?: readonly string[] | null;
  /** The schemas of that set, by name: for waits that give a name instead of a definition. */
  readonly contracts?: ReadonlyMap<string, SyncSchema>;
  /** How deep the run stands below one that was started from outside (R29); absent: 0. */
  readonly depth?: number;
  /**
   * Told at once when something outside a step blocks the run (R3a). Without it the fault comes with the next `apply`.
   * Called for faults inside steps too; those come with the step as well.
   */
  readonly onFault?: (fault: Fault) => void;
}

/** Why a run cannot go on: drift, a foreign promise (R3a), an undecodable payload, a fault of ours. The worker blocks the run. */
export interface Fault {
  readonly code: `CTM${number}`;
  readonly message: string;
  readonly hint: string;
  /** Where in the history; null when it is not about one event. */
  readonly seq: Seq | null;
}

/** What the program did when one input was applied. */
export interface Step {
  /** Ready to be stored: the input, then the commands, numbered from `nextSeq`. */
  readonly events: readonly [RecordedInput, ...RecordedCommand[]];
  /** Human-readable, without payloads: rejections that nobody handled (R8). Not stored. */
  readonly warnings: readonly string[];
  readonly end: ProgramEnd | null;
  /** When set, nothing of this step may be stored: the run is blocked, its history untouched. */
  readonly fault: Fault | null;
}

/**
 * A command that has no outcome yet, in the order of issue. A cancellation closes all of them but `signal_sent`, which is
 * delivered all the same, and compensations, which it spares.
 */
export type OpenCommand = Extract<
  Command,
  { kind: "activity_scheduled" | "timer_started" | "signal_awaited" | "child_started" | "signal_sent" }
> & {
  readonly seq: Seq;
  readonly at: AtMs;
};

export interface Execution {
  readonly nextSeq: Seq;
  /** The time of the last event applied. */
  readonly at: AtMs;
  /** Null while the run goes on. */
  readonly end: ProgramEnd | null;
  open(): Iterable<OpenCommand>;
  /** A signal's payload against the contract of the wait `command` (R22). Changes nothing; asked live, never on replay. */
  fit(command: Seq, payload: Payload): Fitting;
  /**
   * Applies one input. `recorded` are the commands stored behind it, when it is replayed: each must match the command that
   * the program issues, by kind, target and shape (R6), else the step carries a fault.
   */
  apply(
    input: InputEvent & { readonly at: AtMs; readonly drawn?: string },
    recorded?: readonly RecordedCommand[],
  ): Step;
}

/** Makes an execution and walks it through `history`. A fault leaves `execution` null. */
export type Replay = (
  ports: ExecutionPorts,
  history: History,
) => { readonly execution: Execution | null; readonly fault: Fault | null };
