/*
 * The errors of the client: options (CTM12xx), runs and signals (CTM70xx), ends of runs (CTM72xx). One factory each. Ids are
 * named, since whoever asks gave them; payloads never are (R45).
 */
import { ContinuumError } from "../core/continuum-error.js";
import { UnstorableValue } from "../core/payload-codec.js";

export function notAWorkflow(where: string): ContinuumError {
  return new ContinuumError({
    code: "CTM1202",
    message: `${where} is no workflow`,
    hint: "give what workflow(…) returned, from a module that the transformer compiled: workflows: [orderFlow]",
  });
}

export function notAnActivity(name: string): ContinuumError {
  return new ContinuumError({
    code: "CTM1203",
    message: `activities[${JSON.stringify(name)}] is no function`,
    hint: 'give functions by their durable names: activities: { "payments.charge": charge }',
  });
}

export function clientClosed(verb: string): ContinuumError {
  return new ContinuumError({
    code: "CTM1213",
    message: `the client was closed before it could ${verb}`,
    hint: "close the client last, after all that uses it is done",
  });
}

export function runMissing(runId: string): ContinuumError {
  return new ContinuumError({
    code: "CTM7001",
    message: `there is no run ${JSON.stringify(runId)}`,
    hint: "check the id and the database: a run is found only in the database that it was started in, until its retention is over",
    details: { runId },
  });
}

export function runOver(runId: string, status: string, verb: string): ContinuumError {
  return new ContinuumError({
    code: "CTM7002",
    message: `run ${JSON.stringify(runId)} is ${status}: it cannot ${verb} any more`,
    hint: "nothing was stored; start another run, or read this one with describe() and history()",
    details: { runId, status },
  });
}

export function badSignal(name: string, why: string, hint: string): ContinuumError {
  return new ContinuumError({
    code: "CTM7003",
    message: `signal ${JSON.stringify(name)} was not sent: ${why}`,
    hint,
    details: { name },
  });
}

/** The version's closed set has not that name. */
export function undeclaredSignal(name: string, declared: readonly string[]): ContinuumError {
  return badSignal(
    name,
    "the run's workflow does not take it",
    `it takes ${declared.length === 0 ? "none" : declared.join(", ")}`,
  );
}

/** `what`: "run id", "idempotency key", "delivery id" … The text itself is not repeated: it may be anything. */
export function badId(what: string, why: string): ContinuumError {
  return new ContinuumError({
    code: "CTM7004",
    message: `the ${what} ${why}`,
    hint: `give a ${what} of 1 to 255 bytes that is not blank, without NUL characters and lone surrogates`,
    details: { what },
  });
}

export function idTaken(runId: string): ContinuumError {
  return new ContinuumError({
    code: "CTM7005",
    message: `there is a run ${JSON.stringify(runId)} already`,
    hint: "choose another id, or give an idempotencyKey, with which a repeated start answers with the first run",
    details: { runId },
  });
}

export function unstorableValue(what: string, problem: unknown): ContinuumError {
  const where =
    problem instanceof UnstorableValue ? `${problem.path} is ${problem.what}` : "it could not be encoded";
  return new ContinuumError({
    code: "CTM7006",
    message: `the ${what} cannot be stored: ${where}`,
    hint: "pass plain data, dates, maps, sets, errors and the like; leave out functions, symbols and open connections",
    details: problem instanceof UnstorableValue ? { path: problem.path } : {},
  });
}

export function refusedInput(workflow: string, issues: string): ContinuumError {
  return new ContinuumError({
    code: "CTM7007",
    message: `workflow ${workflow} refuses the input: ${issues}`,
    hint: "nothing was started; give an input that its `input` schema accepts",
    details: { workflow },
  });
}

export function runNotBlocked(runId: string): ContinuumError {
  return new ContinuumError({
    code: "CTM7008",
    message: `run ${JSON.stringify(runId)} is not blocked, so there is nothing to resume`,
    hint: "describe() tells the run's status; only a blocked run waits for resume()",
    details: { runId },
  });
}

/** `cause`: what the workflow threw. */
export function runFailed(runId: string, cause: unknown): ContinuumError {
  return new ContinuumError({
    code: "CTM7201",
    message: `run ${JSON.stringify(runId)} has failed`,
    hint: "`cause` is what its workflow threw; history() shows where",
    details: { runId },
    cause,
  });
}

export function runTerminated(runId: string, reason: string | null): ContinuumError {
  return new ContinuumError({
    code: "CTM7202",
    message: `run ${JSON.stringify(runId)} was terminated, so it has no result`,
    hint: reason === null ? "describe() tells when" : `the reason that was given: ${reason}`,
    details: { runId, reason },
  });
}

export function runCancelled(runId: string): ContinuumError {
  return new ContinuumError({
    code: "CTM7203",
    message: `run ${JSON.stringify(runId)} was cancelled`,
    hint: "history() shows what it did before",
    details: { runId },
  });
}

export function resultTimeout(runId: string, timeoutMs: number): ContinuumError {
  return new ContinuumError({
    code: "CTM7204",
    message: `run ${JSON.stringify(runId)} has not ended within ${timeoutMs} ms`,
    hint: "this changes nothing for the run; ask again, or see with describe() what it waits for",
    details: { runId, timeoutMs },
  });
}
