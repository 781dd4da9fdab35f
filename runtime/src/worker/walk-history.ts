import type { History, RecordedInput } from "../core/events.js";
import type { Execution, ExecutionPorts, Fault, OpenCommand, Replay } from "../core/execution.js";
import type { RunId, Seq } from "../core/ids.js";
import type { PayloadCodec } from "../core/payload-codec.js";
import type { Definition } from "../versions/version-index.js";

/** A program that stands where its history ends. */
export interface Walked {
  readonly execution: Execution;
  readonly open: Map<Seq, OpenCommand>;
  /** See `LiveRun.unapplied`. */
  readonly unapplied: RecordedInput | null;
}

export interface WalkPorts {
  readonly replay: Replay;
  readonly codec: PayloadCodec;
}

/** Makes a run's program and walks it through what is stored. `onFault` hears of what blocks it between two steps (R3a). */
export function walkHistory(
  { runId, depth }: { readonly runId: RunId; readonly depth: number },
  { compiled, signals, contracts }: Definition,
  history: History,
  { replay, codec }: WalkPorts,
  onFault: (fault: Fault) => void,
): { readonly walked: Walked; readonly fault: null } | { readonly walked: null; readonly fault: Fault } {
  const closed = { signals, ...(contracts === undefined ? {} : { contracts }) };
  const ports: ExecutionPorts = { runId, depth, workflow: compiled, codec, onFault, ...closed };
  const first = history[0];
  // A run that was born without an owner has its start only: what follows from it was never decided.
  const unapplied = history.length === 1 && first?.kind === "run_started" ? first : null;
  const { execution, fault } = replay(ports, unapplied === null ? history : []);
  if (execution === null) return { walked: null, fault: fault ?? lostProgram };
  return { walked: { execution, unapplied, open: openOf(execution) }, fault: null };
}

export function openOf(execution: Execution): Map<Seq, OpenCommand> {
  const open = new Map<Seq, OpenCommand>();
  for (const command of execution.open()) open.set(command.seq, command);
  return open;
}

const lostProgram: Fault = {
  code: "CTM9202",
  message: "the interpreter gave neither a program nor a reason",
  hint: "this is a bug in Continuum, please report it; the history is untouched",
  seq: null,
};
