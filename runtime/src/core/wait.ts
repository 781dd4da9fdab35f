import type { ActivityCall } from "@continuum/contract";
import type { SyncSchema } from "./checked-value.js";
import type { DurablePromise } from "./durable-promise.js";
import type { OpenCommand } from "./execution.js";
import type { AtMs, Payload, Seq } from "./ids.js";

/** How to undo an activity: a call whose arguments are stored already, or a function of the result. */
export type Compensation =
  | { readonly kind: "call"; readonly target: string; readonly args: Payload }
  | { readonly kind: "function"; readonly make: (result: never) => ActivityCall };

/** A command that waits for its outcome, and the promise that stands for it. */
export interface Wait<C extends OpenCommand = OpenCommand> {
  readonly command: C;
  promise: DurablePromise;
  /** Withdrawn when it loses its race (R24). */
  contender: boolean;
  /** Null: nothing to undo, or undone already (R31). */
  compensation: Compensation | null;
  /** An activity's stored result, once it has succeeded: this arms its compensation. */
  result: Payload | null;
  /** The contract of a signal: checked when one is taken for it (R22). */
  schema: SyncSchema | null;
}

/** Of a command that a cancellation has cut off before it began: it stands in no history, and its promise has rejected. */
export const NOT_ISSUED = { seq: -1 as Seq, at: 0 as AtMs };

export function isIssued({ command }: Wait): boolean {
  return command.seq !== NOT_ISSUED.seq;
}

export type ChildWait = Wait<Extract<OpenCommand, { kind: "child_started" }>>;
