/*
 * Retry policies: defaults, refusals, pauses (R12–R14).
 *
 * Invariants:
 *   Y1  A policy is whole when it is recorded: no default is looked up later.
 *   Y2  Jitter is added on top of the cap, so that those at the cap spread too.
 *   Y3  With a horizon, the longest possible course (all attempts to their timeout, all pauses with full jitter) fits in it, or
 *       the policy is refused.
 */
import { DEFAULT_RETRY } from "@continuum/contract";
import type { ActivityCallOptions, RetryOptions } from "@continuum/contract";
import { ContinuumError } from "./continuum-error.js";
import type { ActivityPolicy } from "./events.js";

/** The part of the options of `activity(…)` and `defineActivity` from which a policy is made. */
export type PolicyOptions = Omit<ActivityCallOptions, "compensate">;

type Retry = ActivityPolicy["retry"];

const DEFAULT_TIMEOUT_MS = 30_000;
export const DEFAULT_QUEUE = "default";

/**
 * The policy of `activity`: call-site options over `defaults` over those of R12.
 *
 * @throws ContinuumError CTM6002 when the policy cannot fit its horizon.
 */
export function activityPolicy(
  activity: string,
  defaults: PolicyOptions,
  options: PolicyOptions,
): ActivityPolicy {
  const asked = { ...defaults, ...options };
  const retry: RetryOptions = { ...defaults.retry, ...options.retry };
  const initialMs = retry.initialMs ?? DEFAULT_RETRY.initialMs;
  const policy: ActivityPolicy = {
    retry: {
      maxAttempts: retry.maxAttempts ?? DEFAULT_RETRY.maxAttempts,
      backoff: retry.backoff ?? DEFAULT_RETRY.backoff,
      initialMs,
      jitterMs: retry.jitterMs ?? initialMs / 5,
      maxBackoffMs: retry.maxBackoffMs ?? Math.max(DEFAULT_RETRY.maxBackoffMs, initialMs),
      horizonMs: retry.horizonMs ?? null,
      nonRetryable: retry.nonRetryable ?? [],
    },
    timeoutMs: asked.timeout ?? DEFAULT_TIMEOUT_MS,
    heartbeatTimeoutMs: asked.heartbeatTimeout ?? null,
    idempotencyKey: asked.idempotencyKey ?? null,
    queue: asked.queue ?? DEFAULT_QUEUE,
    priority: asked.priority ?? 0,
  };
  refuseImpossible(activity, policy);
  return policy;
}

/**
 * The pause in milliseconds before the attempt that follows attempt number `attempt`, which failed or was lost; null when
 * it was the last. `random01` is in [0, 1) and spreads the jitter.
 *
 * @example nextPause(policy.retry, 1, 0) // 1000 by default, 2000 after the second attempt
 */
export function nextPause(retry: Retry, attempt: number, random01: number): number | null {
  if (attempt >= retry.maxAttempts) return null;
  return Math.round(pauseAfter(retry, attempt) + random01 * retry.jitterMs);
}

function pauseAfter(retry: Retry, attempt: number): number {
  const factor =
    retry.backoff === "constant"
      ? 1
      : retry.backoff === "linear"
        ? attempt
        : 2 ** Math.min(attempt - 1, 1023);
  return Math.min(retry.initialMs === 0 ? 0 : retry.initialMs * factor, retry.maxBackoffMs);
}

function refuseImpossible(activity: string, policy: ActivityPolicy): void {
  const { retry } = policy;
  if (retry.initialMs > retry.maxBackoffMs) {
    throw new ContinuumError({
      code: "CTM6002",
      message: `The retry policy of activity ${activity} starts above its cap: initialMs ${retry.initialMs}, maxBackoffMs ${retry.maxBackoffMs}.`,
      hint: "Raise maxBackoffMs, or lower initialMs.",
    });
  }
  if (retry.horizonMs === null) return;
  const longest = longestCourse(policy, retry.horizonMs);
  if (longest > retry.horizonMs) {
    throw new ContinuumError({
      code: "CTM6002",
      message:
        `The retry policy of activity ${activity} cannot fit its horizon: ${retry.maxAttempts} attempts of up to ` +
        `${policy.timeoutMs} ms with their pauses take more than the horizon of ${retry.horizonMs} ms.`,
      hint: "Raise horizonMs, or lower maxAttempts, timeout or the pauses.",
    });
  }
}

/** All attempts to their timeout and all pauses with full jitter; stops counting once it is above `limit`. */
function longestCourse(policy: ActivityPolicy, limit: number): number {
  const { retry } = policy;
  const pauses = retry.maxAttempts - 1;
  let total = retry.maxAttempts * policy.timeoutMs + pauses * retry.jitterMs;
  for (let attempt = 1; attempt <= pauses && total <= limit; attempt++) {
    const pause = pauseAfter(retry, attempt);
    const next = pauseAfter(retry, attempt + 1);
    // From here on all pauses are alike.
    if (pause === next && (retry.backoff === "constant" || pause === 0 || pause === retry.maxBackoffMs)) {
      return total + (pauses - attempt + 1) * pause;
    }
    total += pause;
  }
  return total;
}
