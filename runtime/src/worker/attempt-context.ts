import { AsyncLocalStorage } from "node:async_hooks";

/** What an activity's body knows of its attempt. */
export interface ActivityContext {
  readonly runId: string;
  /** The activity's name, as in `payments.charge`. */
  readonly activity: string;
  /** From 1. An attempt that was lost with its worker counts. */
  readonly attempt: number;
  /** The same for all attempts of one scheduled activity and for no other: hand it to the service that is called. */
  readonly idempotencyKey: string;
  /**
   * Fires on timeout, when the run is cancelled or ends, at a drain's deadline, and when the worker lost its lease. A run that
   * is owned elsewhere reaches the body by its heartbeats.
   */
  readonly abortSignal: AbortSignal;
  /**
   * Says that the body is alive, which restarts its `heartbeatTimeout`, and keeps `details` for the next attempt. It returns at
   * once; the latest details win.
   *
   * @throws ContinuumError CTM6207 when the details cannot be stored; the activity fails then, without a retry.
   * @example
   * for (let row = (activityContext().lastHeartbeat as number | undefined) ?? 0; row < rows.length; row++) {
   *   await load(rows[row]);
   *   activityContext().heartbeat(row + 1);
   * }
   */
  heartbeat(details?: unknown): void;
  /** The details of the last heartbeat of the attempts before; undefined when there was none. */
  readonly lastHeartbeat: unknown;
}

const current = new AsyncLocalStorage<ActivityContext>();

export function currentAttempt(): ActivityContext | null {
  return current.getStore() ?? null;
}

export function withinAttempt<T>(context: ActivityContext, body: () => T): T {
  return current.run(context, body);
}
