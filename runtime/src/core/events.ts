/*
 * The events of a history: what is stored, for ever. Changing a shape here is a change of the journal's format.
 *
 * A history is the exact interleaving of two sorts:
 *   inputs    happened in the world and are applied to the run, one at a time;
 *   commands  are what workflow code asked for when the input before them was applied.
 * An input and the commands that follow it are one *step*. A command is known by its own `seq`; outcomes name it so.
 * Each event has at most one payload, stored in a column of its own, so that what is left can be read without a codec.
 */
import type { LogLevel, RetryOptions } from "@continuum/contract";
import type { AtMs, Payload, RunId, Seq } from "./ids.js";

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
  | { readonly kind: "signal_timed_out"; readonly command: Seq }
  /** Once per run (R33). `reason` is for people. */
  | { readonly kind: "cancel_requested"; readonly reason: string | null }
  /** The outcome of a child's whole chain (R27). */
  | { readonly kind: "child_completed"; readonly command: Seq; readonly payload: Payload }
  | { readonly kind: "child_failed"; readonly command: Seq; readonly payload: Payload }
  /** `terminated`: it was ended without running its code. */
  | { readonly kind: "child_cancelled"; readonly command: Seq; readonly terminated: boolean }
  /** A signal to another run was accepted there, or refused for good: `payload` is the error. */
  | { readonly kind: "signal_delivered"; readonly command: Seq }
  | { readonly kind: "signal_refused"; readonly command: Seq; readonly payload: Payload };

/** What becomes of a child that still runs when its parent ends (R28). */
export type OnParentClose = "cancel" | "terminate" | "abandon";

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
  /** A child run, born in the commit of this event. `childId` is derived from run, site, occurrence and id (R26). `payload`: its input. */
  | {
      readonly kind: "child_started";
      readonly site: string;
      readonly workflow: string;
      readonly childId: RunId;
      readonly onParentClose: OnParentClose;
      readonly payload: Payload;
    }
  /** `child`: the command that started it. */
  | { readonly kind: "child_cancel_requested"; readonly site: string; readonly child: Seq }
  /** Sent after this commit, by a derived delivery id: exactly once. Open until `signal_delivered` or `signal_refused`. */
  | {
      readonly kind: "signal_sent";
      readonly site: string;
      readonly runId: RunId;
      readonly name: string;
      readonly deliveryId: string;
      readonly payload: Payload;
    }
  /** The first answer of `patched(name)`, which holds for the whole run. */
  | { readonly kind: "patch_decided"; readonly name: string; readonly value: boolean }
  /** `failed`: its function threw; `payload` is the error then, else the value. */
  | {
      readonly kind: "side_effect_recorded";
      readonly site: string;
      readonly failed: boolean;
      readonly payload: Payload;
    }
  /** `payload`: the fields. */
  | {
      readonly kind: "logged";
      readonly site: string;
      readonly level: LogLevel;
      readonly message: string;
      readonly payload: Payload;
    }
  | { readonly kind: "run_completed"; readonly payload: Payload }
  /** Ends this run; its successor starts in the same commit (R30). `payload`: the successor's input. */
  | {
      readonly kind: "run_continued";
      readonly site: string;
      readonly successor: RunId;
      readonly payload: Payload;
    }
  /** The cancellation reached the end of the workflow's function. */
  | { readonly kind: "run_cancelled" }
  /** `payload`: the error that workflow code threw. */
  | { readonly kind: "run_failed"; readonly payload: Payload };

/** How a run's own code ends it. */
export type ProgramEnd = "completed" | "failed" | "cancelled" | "continued";

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
  "cancel_requested",
  "child_completed",
  "child_failed",
  "child_cancelled",
  "signal_delivered",
  "signal_refused",
]);

/** Whether an event is an input: it begins a step. */
export function isInput(event: HistoryEvent): event is RecordedInput {
  return INPUT_KINDS.has(event.kind);
}
