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
import { withinAttempt } from "./attempt-context.js";
import type { ActivityContext } from "./attempt-context.js";
import type { ActivityFunction } from "./activity-functions.js";
import { reasonOf } from "./insist.js";
import type { Cancel, Time } from "./ports.js";

export interface Attempt {
  readonly runId: RunId;
  readonly command: Seq;
  readonly activity: string;
  readonly attempt: number;
  readonly policy: ActivityPolicy;
  /** The argument list. */
  readonly payload: Payload;
  /** What the attempt before has said last; absent or null: nothing. */
  readonly lastHeartbeat?: Payload | null;
}

export type AttemptEnd =
  | { readonly kind: "completed"; readonly payload: Payload }
  /** `final`: no further attempt may follow, whatever the policy says. */
  | { readonly kind: "failed"; readonly payload: Payload; readonly final: boolean };

export interface AttemptPorts {
  readonly time: Time;
  readonly codec: PayloadCodec;
  /** The body says that it is alive. */
  beat(details: Payload | null): void;
}

/** Runs `attempt` to its end. `abort` is fired by others on cancel and lease loss, and here on timeout. */
export function runAttempt(
  attempt: Attempt,
  activity: ActivityFunction,
  abort: AbortController,
  ports: AttemptPorts,
): Promise<AttemptEnd> {
  return new Promise((resolve) => {
    const { timeoutMs, heartbeatTimeoutMs } = attempt.policy;
    const expire = (error: ContinuumError): void => {
      abort.abort(error);
      end(failure(error, attempt, activity, ports.codec));
    };
    const timeout = ports.time.after(timeoutMs, () => expire(timedOut(attempt, timeoutMs)));
    let silence: Cancel = () => undefined;
    const listen = (): void => {
      if (heartbeatTimeoutMs === null) return;
      silence();
      silence = ports.time.after(heartbeatTimeoutMs, () => expire(fellSilent(attempt, heartbeatTimeoutMs)));
    };
    let ended = false;
    const end = (outcome: AttemptEnd): void => {
      ended = true;
      timeout();
      silence();
      resolve(outcome); // A second resolve does nothing, so a body that ends after its timeout changes nothing.
    };
    const beat = (details: Payload | null): void => {
      if (ended) return;
      listen();
      ports.beat(details);
    };
    listen();
    void call(attempt, activity, abort, { ...ports, beat }).then(end);
  });
}

async function call(
  attempt: Attempt,
  activity: ActivityFunction,
  abort: AbortController,
  { codec, beat }: AttemptPorts,
): Promise<AttemptEnd> {
  let value: unknown;
  try {
    const { lastHeartbeat = null } = attempt;
    const args = codec.decode(attempt.payload) as readonly unknown[];
    const context = {
      runId: attempt.runId,
      activity: attempt.activity,
      attempt: attempt.attempt,
      idempotencyKey: attempt.policy.idempotencyKey ?? `${attempt.runId}/${attempt.command}`,
      abortSignal: abort.signal,
      lastHeartbeat: lastHeartbeat === null ? undefined : codec.decode(lastHeartbeat),
      heartbeat: (details?: unknown) =>
        beat(details === undefined ? null : heartbeatDetails(codec, details, attempt)),
    } satisfies ActivityContext;
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
  if (ContinuumError.is(error, "CTM6207")) return true;
  try {
    return isNonRetryable(error, [...attempt.policy.retry.nonRetryable, ...activity.nonRetryable]);
  } catch {
    // A predicate that throws has not said that the error is final.
    return false;
  }
}

function timedOut({ activity, attempt }: Attempt, timeoutMs: number): ContinuumError {
  return new ContinuumError({
    code: "CTM6204",
    message: `attempt ${attempt} of activity ${activity} did not end within ${timeoutMs} ms`,
    hint: "raise the activity's `timeout`, or let the body stop when activityContext().abortSignal fires",
    details: { activity, attempt, timeoutMs },
  });
}

function fellSilent({ activity, attempt }: Attempt, heartbeatTimeoutMs: number): ContinuumError {
  return new ContinuumError({
    code: "CTM6208",
    message: `attempt ${attempt} of activity ${activity} sent no heartbeat for ${heartbeatTimeoutMs} ms`,
    hint: "call activityContext().heartbeat() more often than that, or raise `heartbeatTimeout`",
    details: { activity, attempt, heartbeatTimeoutMs },
  });
}

/** Encoded at the call, so that later mutation changes nothing (R19). */
function heartbeatDetails(codec: PayloadCodec, details: unknown, { activity, attempt }: Attempt): Payload {
  try {
    return codec.encode(details);
  } catch (problem) {
    const where =
      problem instanceof UnstorableValue ? `${problem.path} is ${problem.what}` : reasonOf(problem);
    throw new ContinuumError({
      code: "CTM6207",
      message: `the heartbeat details of activity ${activity} cannot be stored: ${where}`,
      hint: "pass plain data that the next attempt needs to go on: a cursor, a count, an id",
      details: { activity, attempt },
    });
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
