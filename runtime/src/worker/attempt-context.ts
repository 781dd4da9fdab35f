import { AsyncLocalStorage } from "node:async_hooks";
import { ContinuumError } from "../core/continuum-error.js";

/** What an activity's body knows of its attempt. */
export interface ActivityContext {
  readonly runId: string;
  /** The activity's name, as in `payments.charge`. */
  readonly activity: string;
  /** From 1. An attempt that was lost with its worker counts. */
  readonly attempt: number;
  /** The same for all attempts of one scheduled activity and for no other: hand it to the service that is called. */
  readonly idempotencyKey: string;
  /** Fires on timeout, on the run's end, at a drain's deadline and when the worker lost its lease. */
  readonly abortSignal: AbortSignal;
  /** Not supported in this version: throws CTM6203. */
  heartbeat(details?: unknown): void;
  /** Not supported in this version: throws CTM6203 when it is read. */
  readonly lastHeartbeat: unknown;
}

const current = new AsyncLocalStorage<ActivityContext>();

export function currentAttempt(): ActivityContext | null {
  return current.getStore() ?? null;
}

export function withinAttempt<T>(context: ActivityContext, body: () => T): T {
  return current.run(context, body);
}

export interface AttemptFacts {
  readonly runId: string;
  readonly activity: string;
  readonly attempt: number;
  readonly idempotencyKey: string;
  readonly abortSignal: AbortSignal;
}

export function attemptContext(facts: AttemptFacts): ActivityContext {
  return {
    ...facts,
    heartbeat: () => {
      throw noHeartbeats(facts.activity);
    },
    get lastHeartbeat(): unknown {
      throw noHeartbeats(facts.activity);
    },
  };
}

function noHeartbeats(activity: string): ContinuumError {
  return new ContinuumError({
    code: "CTM6203",
    message: `activity ${activity} used heartbeats, which this version does not support`,
    hint: "give the activity a `timeout` that covers its longest attempt, or split it into shorter activities",
    details: { activity },
  });
}
