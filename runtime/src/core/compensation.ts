/*
 * Undoing activities that have succeeded (R31, R32).
 *
 * Invariants:
 *   Z1  Armed by the activity's success, disarmed by being run, whatever comes of that.
 *   Z2  A compensation is an activity: its command names the one that it undoes.
 *   Z3  Neither function rejects: a failed undo is a value, so that the error being handled is never hidden.
 */
import type { ActivityCall, SiteKey } from "@continuum/contract";
import { ContinuumError } from "./continuum-error.js";
import { tagOf } from "./durable-promise.js";
import type { DurablePromise } from "./durable-promise.js";
import { encodeArguments, scheduleCompensation } from "./effects.js";
import { startFiber } from "./fiber.js";
import type { Payload } from "./ids.js";
import type { Run } from "./run.js";
import type { Compensation, Wait } from "./wait.js";
import { checkOptions, oneOf } from "./option-rules.js";

/** What `compensate` gives: the undo's result, undefined where there was nothing to undo; or why it failed. */
export type CompensationOutcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

/** One undo that `compensateAll` could not do. */
export interface CompensationFailure {
  /** The activity that was to be undone. */
  readonly activity: string;
  readonly error: unknown;
}

/** `compensate(handle)` */
export function compensateOne(run: Run, key: SiteKey, handle: unknown): DurablePromise {
  return startFiber(
    run.loop,
    function* () {
      const wait = tagOf(handle) as Wait | undefined;
      if (wait === undefined || wait.command.kind !== "activity_scheduled")
        return { ok: false, error: noHandle() };
      return yield* undo(run, key, wait);
    },
    undefined,
    [],
  );
}

/** `compensateAll({ mode }?)`: newest first. What is armed while it runs is undone too. */
export function compensateEach(
  run: Run,
  key: SiteKey,
  options?: { readonly mode?: "sequential" | "parallel" },
): DurablePromise {
  if (options !== undefined)
    checkOptions("CTM6001", "compensateAll()", options, { mode: oneOf("sequential", "parallel") });
  const atOnce = options?.mode === "parallel" ? Infinity : 1;
  return startFiber(
    run.loop,
    function* () {
      const failures: CompensationFailure[] = [];
      for (let armed = armedWaits(run); armed.length > 0; armed = armedWaits(run)) {
        const batch = armed.slice(0, atOnce);
        const outcomes = batch.map((wait) => startFiber(run.loop, () => undo(run, key, wait), undefined, []));
        for (const [i, outcome] of outcomes.entries()) {
          const result = (yield outcome) as CompensationOutcome;
          if (!result.ok) failures.push({ activity: nameOf(batch[i]!), error: result.error });
        }
      }
      return failures;
    },
    undefined,
    [],
  );
}

function* undo(run: Run, key: SiteKey, wait: Wait): Generator<unknown, CompensationOutcome, unknown> {
  const { compensation, result } = wait;
  if (compensation === null || result === null) return { ok: true, value: undefined };
  wait.compensation = null;
  forget(run, wait);
  try {
    const { target, args } = callOf(run, wait, compensation, result);
    return { ok: true, value: yield scheduleCompensation(run, key, target, args, wait.command.seq) };
  } catch (error) {
    return { ok: false, error };
  }
}

function callOf(
  run: Run,
  wait: Wait,
  compensation: Compensation,
  result: Payload,
): { target: string; args: Payload } {
  if (compensation.kind === "call") return compensation;
  // A copy of its own: what the workflow did to the result since changes nothing (R19).
  const call: unknown = compensation.make(run.ports.codec.decode(result) as never);
  if (isCall(call)) return { target: call.target, args: encodeArguments(run, call.target, call.args) };
  throw new ContinuumError({
    code: "CTM6005",
    message: `The compensate function of activity ${nameOf(wait)} returned no activity call.`,
    hint: "Return the call of an activity from it: (result) => payments.refund(result.id).",
  });
}

function armedWaits(run: Run): readonly Wait[] {
  return run.undoable.filter((wait) => wait.compensation !== null && wait.result !== null).reverse();
}

function forget(run: Run, wait: Wait): void {
  const at = run.undoable.indexOf(wait);
  if (at !== -1) run.undoable.splice(at, 1);
}

function isCall(value: unknown): value is ActivityCall {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "continuum.call";
}

function nameOf(wait: Wait): string {
  return wait.command.kind === "activity_scheduled" ? wait.command.activity : "";
}

function noHandle(): ContinuumError {
  return new ContinuumError({
    code: "CTM6004",
    message: "compensate() was given something that is not the handle of an activity.",
    hint: "Keep what activity(…) returned, and give it that: its `.then(…)` or an awaited result is no handle.",
  });
}
