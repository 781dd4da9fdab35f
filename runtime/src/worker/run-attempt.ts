/*
 * One attempt of an activity: decode, call, wait no longer than the timeout, encode.
 *
 * Owns: the attempt's AbortSignal, its timeout, what counts as a result and what as a failure (R11, R14, R19).
 * Does not own: where the outcome is recorded, when the next attempt begins.
 * Never rejects: whatever the body does (throws undefined, never settles, settles twice), one outcome comes of it.
 */
import { ContinuumError } from "../core/continuum-error.js";
import { UnstorableValue } from "../core/payload-codec.js";
import type { PayloadCodec } from "../core/payload-codec.js";
import type { ActivityPolicy } from "../core/events.js";
import { encodeFailure, isNonRetryable } from "../core/failures.js";
import type { Payload, RunId, Seq } from "../core/ids.js";
import { attemptContext, withinAttempt } from "./attempt-context.js";
import type { ActivityFunction } from "./activity-functions.js";
import { reasonOf } from "./insist.js";
import type { Time } from "./ports.js";

export interface Attempt {
  readonly runId: RunId;
  readonly command: Seq;
  readonly activity: string;
  readonly attempt: number;
  readonly policy: ActivityPolicy;
  /** The argument list. */
  readonly payload: Payload;
}

export type AttemptEnd =
  | { readonly kind: "completed"; readonly payload: Payload }
  /** `final`: no further attempt may follow, whatever the policy says. */
  | { readonly kind: "failed"; readonly payload: Payload; readonly final: boolean };

export interface AttemptPorts {
  readonly time: Time;
  readonly codec: PayloadCodec;
}

/** Runs `attempt` to its end. `abort` is fired by others on cancel and lease loss, and here on timeout. */
export function runAttempt(
  attempt: Attempt,
  activity: ActivityFunction,
  abort: AbortController,
  ports: AttemptPorts,
): Promise<AttemptEnd> {
  return new Promise((resolve) => {
    const timeoutMs = attempt.policy.timeoutMs;
    const cancelTimeout = ports.time.after(timeoutMs, () => {
      const error = new ContinuumError({
        code: "CTM6204",
        message: `attempt ${attempt.attempt} of activity ${attempt.activity} did not end within ${timeoutMs} ms`,
        hint: "raise the activity's `timeout`, or let the body stop when activityContext().abortSignal fires",
        details: { activity: attempt.activity, attempt: attempt.attempt, timeoutMs },
      });
      abort.abort(error);
      resolve(failure(error, attempt, activity, ports.codec));
    });
    // A second resolve does nothing, so a body that ends after its timeout changes nothing.
    void call(attempt, activity, abort, ports).then((end) => {
      cancelTimeout();
      resolve(end);
    });
  });
}

async function call(
  attempt: Attempt,
  activity: ActivityFunction,
  abort: AbortController,
  { codec }: AttemptPorts,
): Promise<AttemptEnd> {
  let value: unknown;
  try {
    const args = codec.decode(attempt.payload) as readonly unknown[];
    const context = attemptContext({
      runId: attempt.runId,
      activity: attempt.activity,
      attempt: attempt.attempt,
      idempotencyKey: attempt.policy.idempotencyKey ?? `${attempt.runId}/${attempt.command}`,
      abortSignal: abort.signal,
    });
    value = await withinAttempt(context, () => activity.run(...args));
  } catch (error) {
    return failure(error, attempt, activity, codec);
  }
  try {
    return { kind: "completed", payload: codec.encode(value) };
  } catch (error) {
    return { kind: "failed", payload: encodeFailure(codec, unstorable(error, attempt)), final: true };
  }
}

function failure(
  error: unknown,
  attempt: Attempt,
  activity: ActivityFunction,
  codec: PayloadCodec,
): AttemptEnd {
  return { kind: "failed", payload: encodeFailure(codec, error), final: isFinal(error, attempt, activity) };
}

function isFinal(error: unknown, attempt: Attempt, activity: ActivityFunction): boolean {
  try {
    return isNonRetryable(error, [...attempt.policy.retry.nonRetryable, ...activity.nonRetryable]);
  } catch {
    // A predicate that throws has not said that the error is final.
    return false;
  }
}

/** The failure that stands for a result which can't be stored: it names the place, never the value (R19, R45). */
function unstorable(problem: unknown, attempt: Attempt): ContinuumError {
  const where = problem instanceof UnstorableValue ? `${problem.path} is ${problem.what}` : reasonOf(problem);
  return new ContinuumError({
    code: "CTM6205",
    message: `the result of activity ${attempt.activity} cannot be stored: ${where}`,
    hint: "return plain data, dates, maps, sets, errors and the like; leave out functions, symbols and open connections",
    details: { activity: attempt.activity, attempt: attempt.attempt },
  });
}
