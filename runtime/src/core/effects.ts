/*
 * What each effect call asks of the run that is being stepped.
 *
 * Invariants:
 *   X1  Values are encoded at the call (R19): later mutation changes nothing.
 *   X2  A wrong option or argument throws at the call, before anything is issued; a value that cannot be stored rejects.
 */
import type { ActivityCallOptions, SiteKey } from "@continuum/contract";
import { checkCallOptions } from "./activity-options.js";
import { definitionNamed } from "./activity-registry.js";
import { schemaOf } from "./checked-value.js";
import { ContinuumError } from "./continuum-error.js";
import { pendingPromise, reject, tagOf } from "./durable-promise.js";
import type { DurablePromise } from "./durable-promise.js";
import type { ActivityPolicy } from "./events.js";
import type { AtMs, Payload, Seq } from "./ids.js";
import { checkOptions, durationMs, nearest } from "./option-rules.js";
import { activityPolicy } from "./retry-policy.js";
import type { PolicyOptions } from "./retry-policy.js";
import type { Run } from "./run.js";
import { unstorable } from "./run-end.js";
import type { Compensation, Wait } from "./wait.js";
import { ActivityError } from "./workflow-errors.js";

const NO_OPTIONS: ActivityCallOptions = {};
// On replay the recorded policy stands; one that the call site says nothing about need not be made to be thrown away.
const RECORDED_POLICY = null as unknown as ActivityPolicy;

/** `activity(…)` */
export function scheduleActivity(
  run: Run,
  key: SiteKey,
  target: string,
  args: readonly unknown[],
  options: ActivityCallOptions = NO_OPTIONS,
): DurablePromise {
  const policy = options === NO_OPTIONS && run.replaying ? RECORDED_POLICY : policyOf(target, options);
  const site = run.site(key);
  if (site === null) return pendingPromise(run.loop);
  let payload: Payload;
  let compensation: Compensation | null;
  try {
    payload = encodeArguments(run, target, args);
    compensation = preparedCompensation(run, options.compensate);
  } catch (cause) {
    return rejected(run, new ActivityError({ activity: target, attempts: 0, cause }));
  }
  return run.issueWait(
    { kind: "activity_scheduled", site: site.id, activity: target, policy, compensates: null, payload },
    compensation,
  );
}

/** The activity that undoes the one of command `compensates`; `key` is the site of `compensate` or `compensateAll`. */
export function scheduleCompensation(
  run: Run,
  key: SiteKey,
  target: string,
  payload: Payload,
  compensates: Seq,
): DurablePromise {
  const site = run.site(key);
  if (site === null) return pendingPromise(run.loop);
  const policy = policyOf(target, NO_OPTIONS);
  return run.issueWait({
    kind: "activity_scheduled",
    site: site.id,
    activity: target,
    policy,
    compensates,
    payload,
  });
}

/** @throws ContinuumError CTM6003 naming the place of what cannot be stored. */
export function encodeArguments(run: Run, target: string, args: readonly unknown[]): Payload {
  try {
    return run.ports.codec.encode(args);
  } catch (error) {
    throw unstorable("CTM6003", `An argument of activity ${target}`, error);
  }
}

/** `timer(ms)` */
export function startTimer(run: Run, key: SiteKey, duration: unknown): DurablePromise {
  const wholeMs = wholeDuration("timer", "duration", duration);
  const site = run.site(key);
  if (site === null) return pendingPromise(run.loop);
  const dueAt = (run.at + wholeMs) as AtMs;
  return run.issueWait({ kind: "timer_started", site: site.id, durationMs: wholeMs, dueAt });
}

/** `signal(name or definition, { timeout }?)` */
export function awaitSignal(
  run: Run,
  key: SiteKey,
  signal: unknown,
  options?: { readonly timeout?: number },
): DurablePromise {
  const name = signalName("signal", signal);
  if (options !== undefined) checkOptions("CTM3903", `signal ${name}`, options, { timeout: durationMs });
  const timeoutMs =
    options?.timeout === undefined ? null : wholeDuration("signal", "timeout", options.timeout);
  refuseUndeclared(run, name);
  const site = run.site(key);
  if (site === null) return pendingPromise(run.loop);
  const dueAt = timeoutMs === null ? null : ((run.at + timeoutMs) as AtMs);
  const schema = schemaOf(signal) ?? run.ports.contracts?.get(name) ?? null;
  return run.issueWait({ kind: "signal_awaited", site: site.id, name, timeoutMs, dueAt }, null, schema);
}

/** Marks the wait behind `promise` as one that nobody can observe once its race is lost (R24). */
export function markContender(promise: unknown): void {
  const wait = tagOf(promise) as Wait | undefined;
  if (wait?.command.kind === "timer_started" || wait?.command.kind === "signal_awaited")
    wait.contender = true;
}

function policyOf(target: string, options: ActivityCallOptions): ActivityPolicy {
  const defaults = definitionNamed(target);
  if (options !== NO_OPTIONS) checkCallOptions(target, options);
  const { compensate: _undo, ...asked } = options;
  return activityPolicy(target, withoutPredicates(defaults), asked);
}

// A predicate runs where the attempt ran (R14); the recorded policy carries names.
function withoutPredicates(defaults: ReturnType<typeof definitionNamed>): PolicyOptions {
  const { retry, name: _name, ...rest } = defaults;
  if (retry === undefined) return rest;
  const { nonRetryable, ...pauses } = retry;
  if (nonRetryable === undefined) return { ...rest, retry: pauses };
  return {
    ...rest,
    retry: { ...pauses, nonRetryable: nonRetryable.filter((rule) => typeof rule === "string") },
  };
}

function preparedCompensation(run: Run, option: ActivityCallOptions["compensate"]): Compensation | null {
  if (option === undefined || option === "none") return null;
  if (typeof option === "function") return { kind: "function", make: option };
  return { kind: "call", target: option.target, args: encodeArguments(run, option.target, option.args) };
}

function wholeDuration(effect: string, what: string, value: unknown): number {
  const expected = durationMs(value);
  // Rounded up: a timer never fires early (R25).
  if (expected === null) return Math.ceil(value as number);
  throw new ContinuumError({
    code: "CTM3903",
    message: `The ${what} of ${effect}() is not ${expected}.`,
    hint: "Use seconds(n), minutes(n), hours(n) or days(n).",
  });
}

/** @throws ContinuumError CTM3903 */
export function signalName(effect: string, signal: unknown): string {
  if (typeof signal === "string" && signal !== "") return signal;
  if (typeof signal === "object" && signal !== null && "name" in signal && "kind" in signal) {
    if (signal.kind === "continuum.signal" && typeof signal.name === "string") return signal.name;
  }
  throw new ContinuumError({
    code: "CTM3903",
    message: `${effect}() was given neither a signal's name nor its definition.`,
    hint: 'Give it what defineSignal("name") returned, or a name.',
  });
}

function refuseUndeclared(run: Run, name: string): void {
  const declared = run.ports.signals;
  if (declared === null || declared === undefined || declared.includes(name)) return;
  const near = nearest(name, declared);
  throw new ContinuumError({
    code: "CTM3904",
    message: `Workflow ${run.ports.workflow.manifest.name} waits for signal ${name}, which is not in its set of signals.`,
    hint:
      near === null ? "Add its definition to the option signals of workflow(…)." : `Did you mean ${near}?`,
  });
}

/** A promise of the run that has failed already. */
export function rejected(run: Run, reason: unknown): DurablePromise {
  const promise = pendingPromise(run.loop);
  reject(promise, reason);
  return promise;
}
