import type { AtMs } from "../core/ids.js";
import type { LiveRun } from "./live-run.js";
import { nextInput } from "./next-input.js";

const NEVER_DUE = 0 as AtMs;

/**
 * Whether nothing but a mark or a due time can move it: it may be released, or its memory given back. A run that waits for its
 * turn is not parked: what it has read from its inbox counts as seen, and nobody would wake it for that again (R38).
 */
export function isParked(run: LiveRun): boolean {
  if (run.phase !== "idle" || run.news || run.unapplied !== null) return false;
  if (run.retries.length > 0 || run.moves.length > 0 || run.errands.size > 0) return false;
  return run.results.length === 0 && nextInput(run, NEVER_DUE) === null;
}
