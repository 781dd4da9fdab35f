/*
 * How a run ends: the last command, and what is said about rejections that nobody handled (R8).
 */
import { ContinuumError } from "./continuum-error.js";
import { outcomeOf } from "./durable-promise.js";
import type { DurablePromise } from "./durable-promise.js";
import type { Command } from "./events.js";
import type { ExecutionPorts } from "./execution.js";
import { encodeFailure, errorName } from "./failures.js";
import type { Payload } from "./ids.js";
import { UnstorableValue } from "./payload-codec.js";
import type { CancelledError } from "./workflow-errors.js";
import { ActivityError, ChildWorkflowError } from "./workflow-errors.js";

/**
 * The command that ends a run. A result that cannot be stored fails it, naming the place in the value (R19). `cancellation`:
 * what its pending awaits threw, if it was cancelled; that very object, uncaught, ends it as cancelled (R33).
 */
export function endCommand(
  ports: ExecutionPorts,
  outcome: { readonly rejected: boolean; readonly value: unknown },
  cancellation: CancelledError | null,
): Extract<Command, { kind: "run_completed" | "run_cancelled" | "run_failed" }> {
  if (cancellation !== null && outcome.rejected && outcome.value === cancellation)
    return { kind: "run_cancelled" };
  if (outcome.rejected) return { kind: "run_failed", payload: encodeFailure(ports.codec, outcome.value) };
  try {
    return { kind: "run_completed", payload: ports.codec.encode(outcome.value) };
  } catch (error) {
    const refused = unstorable("CTM6006", `The result of workflow ${ports.workflow.manifest.name}`, error);
    return { kind: "run_failed", payload: encodeFailure(ports.codec, refused) };
  }
}

/** @throws ContinuumError CTM6008, naming the place of what cannot be stored. */
export function encodeFor({ codec }: ExecutionPorts, what: string, value: unknown): Payload {
  try {
    return codec.encode(value);
  } catch (error) {
    throw unstorable("CTM6008", what, error);
  }
}

/** The error for a value that the codec refused; says where in the value, never what it is (R45). */
export function unstorable(code: `CTM${number}`, what: string, error: unknown): ContinuumError {
  const why =
    error instanceof UnstorableValue
      ? `${error.path} is ${error.what}`
      : error instanceof Error
        ? error.name
        : "an error";
  return new ContinuumError({
    code,
    message: `${what} cannot be stored: ${why}.`,
    hint: "Return or pass plain data: primitives, plain objects, lists, Date, Map, Set, BigInt, URL, typed arrays, errors.",
    cause: error,
  });
}

/** One warning per promise; names classes and activities, no messages, since these may hold what users entered (R45). */
export function rejectionWarnings(runId: string, promises: readonly DurablePromise[]): readonly string[] {
  return promises.map((promise) => {
    const what = kindOfReason(outcomeOf(promise)?.value);
    return `Run ${runId}: a rejection had no handler when the run parked: ${what}. Await the promise, or give it a catch.`;
  });
}

function kindOfReason(reason: unknown): string {
  try {
    if (reason instanceof ActivityError) return `ActivityError of ${reason.activity}`;
    if (reason instanceof ChildWorkflowError) return `ChildWorkflowError of ${reason.workflow}`;
    if (reason instanceof Error) return errorName(reason);
  } catch {
    // A proxy that throws at every question: its type is all that can be said.
  }
  return `a thrown ${reason === null ? "null" : typeof reason}`;
}
