import type { ActivityCall } from "@continuum/contract";
import type { SyncSchema } from "./checked-value.js";
import type { DurablePromise } from "./durable-promise.js";
import type { OpenCommand } from "./execution.js";
import type { Payload } from "./ids.js";

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

export type ChildWait = Wait<Extract<OpenCommand, { kind: "child_started" }>>;
