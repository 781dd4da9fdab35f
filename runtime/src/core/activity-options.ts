/*
 * The rules for options of activities, shared by the call site and `defineActivity`.
 */
import {
  checkOptions,
  durationMs,
  integer,
  members,
  oneOf,
  positiveMs,
  text,
  texts,
  wholeFrom,
} from "./option-rules.js";
import type { Rule, Rules } from "./option-rules.js";

const RETRY: Rules = {
  maxAttempts: wholeFrom(1, 1_000_000),
  backoff: oneOf("constant", "linear", "exponential"),
  initialMs: durationMs,
  jitterMs: durationMs,
  maxBackoffMs: durationMs,
  horizonMs: positiveMs,
  nonRetryable: texts,
};

const SHARED: Rules = {
  timeout: positiveMs,
  heartbeatTimeout: positiveMs,
  idempotencyKey: text,
  queue: text,
  priority: integer,
};

const undo: Rule = (value) => {
  if (value === "none" || typeof value === "function") return null;
  if (typeof value === "object" && value !== null && "kind" in value && value.kind === "continuum.call")
    return null;
  return 'a call of an activity, a function that returns one, or "none"';
};

const namesOrPredicates: Rule = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === "function" || text(item) === null)
    ? null
    : "a list of class names and predicates";

const AT_CALL: Rules = { retry: members(RETRY), ...SHARED, compensate: undo };
const AT_DEFINITION: Rules = {
  name: text,
  retry: members({ ...RETRY, nonRetryable: namesOrPredicates }),
  ...SHARED,
};

/** @throws ContinuumError CTM6001 */
export function checkCallOptions(activity: string, options: unknown): void {
  checkOptions("CTM6001", `activity ${activity}`, options, AT_CALL);
}

/** @throws ContinuumError CTM1004 */
export function checkDefinitionOptions(where: string, options: unknown): void {
  checkOptions("CTM1004", where, options, AT_DEFINITION);
}
