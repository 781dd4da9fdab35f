/*
 * What an activity's body may ask of the attempt that it runs in: `@continuum/runtime/activity`.
 */
import { currentAttempt } from "./worker/attempt-context.js";
import type { ActivityContext } from "./worker/attempt-context.js";
import { ContinuumError } from "./core/continuum-error.js";

export type { ActivityContext } from "./worker/attempt-context.js";

/**
 * The attempt that the calling activity body runs in; also from functions that it calls and awaits.
 *
 * @throws ContinuumError CTM6201 outside an activity.
 * @example
 * export async function charge(orderId: string, cents: number) {
 *   const { idempotencyKey, abortSignal } = activityContext();
 *   return cardApi.charge({ orderId, cents }, { idempotencyKey, signal: abortSignal });
 * }
 */
export function activityContext(): ActivityContext {
  const context = currentAttempt();
  if (context === null) {
    throw new ContinuumError({
      code: "CTM6201",
      message: "activityContext() was called outside an activity",
      hint: "call it inside the function that activity(…) schedules, or in what that function awaits; pass the values on to code that runs later",
    });
  }
  return context;
}
