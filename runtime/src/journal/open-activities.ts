/*
 * Which activities of a history have no outcome yet, and what becomes of an attempt that was lost with its worker (R13).
 * Pure: both adapters decide alike, from the recorded policy alone, without any code of the run.
 */
import type { ActivityPolicy, Command, History } from "../core/events.js";
import type { AtMs, Seq } from "../core/ids.js";

export type ScheduledActivity = Extract<Command, { kind: "activity_scheduled" }> & { readonly seq: Seq; readonly at: AtMs };

/** Activities that were scheduled and have no outcome in `history`, in the order of issue. */
export function openActivities(history: History): readonly ScheduledActivity[] {
  const open = new Map<Seq, ScheduledActivity>();
  for (const event of history) {
    if (event.kind === "activity_scheduled") open.set(event.seq, event);
    else if (event.kind === "activity_completed" || event.kind === "activity_failed") open.delete(event.command);
  }
  return [...open.values()];
}

/** What follows an attempt that was lost: the next one after a pause, or nothing. */
export type AfterLoss = { readonly kind: "next"; readonly attempt: number; readonly pauseMs: number } | { readonly kind: "last" };

/** A lost attempt is used up like a failed one; no error class can forbid the next. `random` gives numbers in [0, 1). */
export function afterLoss(policy: ActivityPolicy, attempt: number, random: () => number): AfterLoss {
  if (attempt >= policy.retry.maxAttempts) return { kind: "last" };
  return { kind: "next", attempt: attempt + 1, pauseMs: pauseAfter(policy.retry, attempt, random) };
}

/** The pause between attempt `attempt` and the next one: grows up to the cap, with jitter on top, at the cap too (R12). */
export function pauseAfter(retry: ActivityPolicy["retry"], attempt: number, random: () => number): number {
  const grown = Math.min(retry.initialMs * growth(retry.backoff, attempt), retry.maxBackoffMs);
  return Math.round(grown + random() * retry.jitterMs);
}

function growth(backoff: ActivityPolicy["retry"]["backoff"], attempt: number): number {
  switch (backoff) {
    case "constant":
      return 1;
    case "linear":
      return attempt;
    case "exponential":
      return 2 ** (attempt - 1);
  }
}
