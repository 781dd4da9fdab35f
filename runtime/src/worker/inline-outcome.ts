import type { AtMs, WorkerId } from "../core/ids.js";
import { nextPause } from "../core/retry-policy.js";
import type { FailedAttempt } from "../journal/port.js";
import type { Body } from "./bodies.js";
import type { LiveRun } from "./live-run.js";
import type { AttemptEnd } from "./run-attempt.js";

/**
 * What the outcome of a body without a row is for its run: an input, or a row for the next attempt. It is recorded by the
 * run's next turn, together with what follows from it.
 */
export function takeOutcome(
  run: LiveRun,
  body: Body,
  end: AttemptEnd,
  facts: { readonly worker: WorkerId; readonly now: AtMs; readonly fraction: number },
): "completed" | "failed" | "retry" {
  const { command, attempt, activity, policy, runId } = body;
  run.bodies.delete(command);
  if (end.kind === "completed") {
    run.results.push({
      input: { kind: "activity_completed", command, attempt, payload: end.payload },
      arrivedAt: facts.now,
      record: null,
    });
    return "completed";
  }
  const { worker, now } = facts;
  const record: FailedAttempt = {
    runId,
    command,
    activity,
    attempt,
    startedAt: body.startedAt,
    endedAt: now,
    worker,
    error: end.payload,
  };
  const pauseMs = end.final ? null : nextPause(policy.retry, attempt, facts.fraction);
  if (pauseMs === null) {
    run.results.push({
      input: { kind: "activity_failed", command, attempt, payload: end.payload },
      arrivedAt: now,
      record,
    });
    return "failed";
  }
  const dueAt = (now + pauseMs) as AtMs;
  const task = {
    runId,
    command,
    activity,
    attempt: attempt + 1,
    dueAt,
    policy,
    payload: body.payload,
    claimedBy: null,
  };
  run.retries.push({ task, record });
  return "retry";
}
