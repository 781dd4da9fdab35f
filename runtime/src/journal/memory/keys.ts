/*
 * Idempotency keys of activities, in memory (R15).
 */
import type { Payload } from "../../core/ids.js";
import { checkKeyClaim, storedKey } from "../checks.js";
import type { KeyClaim, KeyVerdict } from "../port.js";
import type { MemoryState } from "./state.js";
import { isGone } from "./state.js";

export function claimKey(state: MemoryState, claim: KeyClaim): KeyVerdict {
  checkKeyClaim(claim);
  const known = state.activityKeys.get(idOf(claim));
  if (known !== undefined) {
    if (known.result !== null) return { kind: "known", payload: known.result };
    if (!isSameCommand(known.holder, claim) && isHeld(state, known.holder)) return { kind: "held" };
  }
  state.activityKeys.set(idOf(claim), { holder: claim, result: null });
  return { kind: "claimed" };
}

export function settleKey(state: MemoryState, claim: KeyClaim, result: Payload): boolean {
  const known = state.activityKeys.get(idOf(claim));
  if (known === undefined || !isSameAttempt(known.holder, claim)) return false;
  if (known.result === null) state.activityKeys.set(idOf(claim), { holder: claim, result });
  return true;
}

export function freeKey(state: MemoryState, claim: KeyClaim): void {
  const known = state.activityKeys.get(idOf(claim));
  if (known?.result === null && isSameAttempt(known.holder, claim)) state.activityKeys.delete(idOf(claim));
}

/** Its worker lives, and the claim is still this attempt's. */
function isHeld(state: MemoryState, holder: KeyClaim): boolean {
  const task = state.runs.get(holder.runId)?.tasks.get(holder.command);
  if (task === undefined || task.outcome !== null || isGone(state, holder.worker)) return false;
  return task.claimedBy === holder.worker && task.attempt === holder.attempt;
}

function isSameCommand(a: KeyClaim, b: KeyClaim): boolean {
  return a.runId === b.runId && a.command === b.command;
}

function isSameAttempt(a: KeyClaim, b: KeyClaim): boolean {
  return isSameCommand(a, b) && a.attempt === b.attempt && a.worker === b.worker;
}

function idOf({ namespace, activity, key }: KeyClaim): string {
  return JSON.stringify([namespace, activity, storedKey(key)]);
}
