/*
 * The events of a history: what is stored, for ever. Changing a shape here is a change of the journal's format.
 *
 * A history is the exact interleaving of two sorts:
 *   inputs    happened in the world and are applied to the run, one at a time;
 *   commands  are what workflow code asked for when the input before them was applied.
 * An input and the commands that follow it are one *step*. A command is known by its own `seq`; outcomes name it so.
 * Each event has at most one payload, stored in a column of its own, so that what is left can be read without a codec.
 */
import type { RetryOptions } from "@continuum/contract";
import type { AtMs, Payload, Seq } from "./ids.js";

/** The policy in force for one activity, all defaults filled in. Recorded, so that a take-over needs no code. */
export interface ActivityPolicy {
  readonly retry: Required<Omit<RetryOptions, "horizonMs">> & { readonly horizonMs: number | null };
  /** Per attempt. */
  readonly timeoutMs: number;
  readonly heartbeatTimeoutMs: number | null;
  readonly idempotencyKey: string | null;
  /** `"default"` unless chosen. */
  readonly queue: string;
  /** Higher first; 0 unless chosen. */
  readonly priority: number;
}

export type InputEvent =
  | { readonly kind: "run_started"; readonly payload: Payload }
  | {
      readonly kind: "activity_completed";
      readonly command: Seq;
      readonly attempt: number;
      readonly payload: Payload;
    }
  /** The last attempt failed; `payload` is its error. */
  | {
      readonly kind: "activity_failed";
      readonly command: Seq;
      readonly attempt: number;
      readonly payload: Payload;
    }
  | { readonly kind: "timer_fired"; readonly command: Seq }
  /** `position`: place in the chain's mailbox. */
  | {
      readonly kind: "signal_received";
      readonly command: Seq;
      readonly position: number;
      readonly payload: Payload;
    }
  | { readonly kind: "signal_timed_out"; readonly command: Seq };

export type Command =
  /** `compensates`: the command of the activity that this one undoes. `payload`: the argument list. */
  | {
      readonly kind: "activity_scheduled";
      readonly site: string;
      readonly activity: string;
      readonly policy: ActivityPolicy;
      readonly compensates: Seq | null;
      readonly payload: Payload;
    }
  | {
      readonly kind: "timer_started";
      readonly site: string;
      readonly durationMs: number;
      readonly dueAt: AtMs;
    }
  /** `timeoutMs` null: waits for ever. 0: looks once. */
  | {
      readonly kind: "signal_awaited";
      readonly site: string;
      readonly name: string;
      readonly timeoutMs: number | null;
      readonly dueAt: AtMs | null;
    }
  /** Signal waits and timers that lost a race and that nobody can observe any more (R24). */
  | { readonly kind: "waits_withdrawn"; readonly commands: readonly Seq[] }
  | { readonly kind: "run_completed"; readonly payload: Payload }
  /** `payload`: the error that workflow code threw. */
  | { readonly kind: "run_failed"; readonly payload: Payload };

/** What every stored event carries besides its own fields. */
export interface Recorded {
  readonly seq: Seq;
  /** An input's time by the database's clock, never below the event before it; a command has the time of its input. */
  readonly at: AtMs;
  /** On inputs: digest of the deterministic values that the step drew, if it drew any (R9). */
  readonly drawn?: string;
}

export type RecordedInput = InputEvent & Recorded;
export type RecordedCommand = Command & Recorded;
export type HistoryEvent = RecordedInput | RecordedCommand;
export type History = readonly HistoryEvent[];

const INPUT_KINDS: ReadonlySet<string> = new Set<InputEvent["kind"]>([
  "run_started",
  "activity_completed",
  "activity_failed",
  "timer_fired",
  "signal_received",
  "signal_timed_out",
]);

/** Whether an event is an input: it begins a step. */
export function isInput(event: HistoryEvent): event is RecordedInput {
  return INPUT_KINDS.has(event.kind);
}
