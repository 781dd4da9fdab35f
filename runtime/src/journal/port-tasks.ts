/*
 * The part of the journal's port that is about activities: task rows, attempts, idempotency keys, heartbeats. See port.ts.
 */
import type { ActivityPolicy } from "../core/events.js";
import type { AtMs, Payload, RunId, Seq, WorkerId } from "../core/ids.js";

/** A task row: an activity attempt that waits, retries later, or belongs to a worker elsewhere. Identity: run and command. */
export interface NewTask {
  readonly runId: RunId;
  readonly command: Seq;
  readonly activity: string;
  /** The attempt that the next claim starts, from 1. */
  readonly attempt: number;
  readonly dueAt: AtMs;
  readonly policy: ActivityPolicy;
  /** The argument list. */
  readonly payload: Payload;
  /** A row for a body that runs already, written before its run is released: claimed by this worker with this attempt. */
  readonly claimedBy: WorkerId | null;
}

export interface FailedAttempt {
  readonly runId: RunId;
  readonly command: Seq;
  readonly activity: string;
  readonly attempt: number;
  readonly startedAt: AtMs;
  readonly endedAt: AtMs;
  readonly worker: WorkerId;
  /** The encoded error; null for an attempt that was lost with its worker. */
  readonly error: Payload | null;
}

/** A row whose last attempt has ended and whose run has not recorded it yet. */
export interface TaskOutcome {
  readonly command: Seq;
  readonly attempt: number;
  readonly kind: "completed" | "failed";
  readonly payload: Payload;
}

export interface ClaimTasks {
  readonly worker: WorkerId;
  readonly activities: readonly string[];
  readonly queues: readonly string[];
  readonly limit: number;
}

export interface ClaimedTask extends Omit<NewTask, "claimedBy" | "dueAt"> {
  readonly namespace: string;
  /** When this attempt began, by the database's clock. */
  readonly startedAt: AtMs;
  /** The last heartbeat details of the attempts before. */
  readonly lastHeartbeat: Payload | null;
}

export type TaskEnd =
  | { readonly kind: "completed"; readonly payload: Payload }
  | { readonly kind: "failed"; readonly payload: Payload }
  /** Failed, and is tried again after the pause. */
  | { readonly kind: "retry"; readonly payload: Payload; readonly delayMs: number }
  /** Interrupted by a drain, or its key is held: the same attempt becomes claimable after the pause (default: at once), unburned. */
  | { readonly kind: "returned"; readonly delayMs?: number };

export interface FinishTask {
  readonly worker: WorkerId;
  readonly runId: RunId;
  readonly command: Seq;
  readonly attempt: number;
  readonly end: TaskEnd;
}

/** `owner`: who owns the run now, to be woken. `refused`: the claim is not (any more) this attempt's. */
export type FinishVerdict =
  { readonly kind: "accepted"; readonly owner: WorkerId | null } | { readonly kind: "refused" };

/** What an idempotency key of an activity answers (R15). */
export type KeyVerdict =
  /** This attempt holds the key now, or held it before: run the body. */
  | { readonly kind: "claimed" }
  /** The result of another run or attempt, recorded for ever. */
  | { readonly kind: "known"; readonly payload: Payload }
  /** Another attempt holds it: look again later. */
  | { readonly kind: "held" };

/** Who asks for, or settles, a key: the attempt of a claimed task. */
export interface KeyClaim {
  readonly namespace: string;
  readonly activity: string;
  readonly key: string;
  readonly worker: WorkerId;
  readonly runId: RunId;
  readonly command: Seq;
  readonly attempt: number;
}

/** `lost`: the claim is not (any more) this attempt's; `cancelled`: the run was cancelled or has ended: stop the body. */
export type HeartbeatVerdict =
  { readonly kind: "renewed"; readonly cancelled: boolean } | { readonly kind: "lost" };

export interface Heartbeat {
  readonly worker: WorkerId;
  readonly runId: RunId;
  readonly command: Seq;
  readonly attempt: number;
  /** Kept for the next attempt; null leaves what is there. */
  readonly details: Payload | null;
}
