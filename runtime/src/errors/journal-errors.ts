/*
 * The errors of the journal's verbs: CTM5xxx. One factory each, so that codes, words and pages stay together. None carries a
 * payload or a driver's text that could quote one (R45): what the driver said is kept as `cause` only where it is safe.
 */
import { ContinuumError } from "../core/continuum-error.js";

/** The journal could not be reached for longer than its patience. Nothing is known to be lost: the same call can be made again. */
export function journalUnreachable(verb: string, cause: unknown): ContinuumError {
  return new ContinuumError({
    code: "CTM5001",
    message: `the journal could not be reached while it was asked to ${verb}`,
    hint: "Check that the database runs and accepts connections; the engine asks again by itself until it does.",
    details: { verb, again: true },
    cause,
  });
}

/** The database refused a statement for what it contains: sending it again cannot help. Nothing of it was stored. */
export function statementRefused(verb: string, sqlState: string, cause: unknown): ContinuumError {
  return new ContinuumError({
    code: "CTM5002",
    message: `the database refused to ${verb} (SQLSTATE ${sqlState})`,
    hint: "Nothing was stored. Look up the SQLSTATE in the manual of Postgres; disk, permissions or a changed table are usual.",
    details: { verb, sqlState, again: false },
    cause,
  });
}

/** A worker's id was declared dead, or belongs to somebody else. */
export function workerDeclaredDead(worker: string): ContinuumError {
  return new ContinuumError({
    code: "CTM5003",
    message: `worker ${worker} was declared dead and cannot come back under this id`,
    hint: "Enlist under a new id: the runs of the old one belong to others by now.",
    details: { worker },
  });
}

/** A name or id that the journal cannot keep. The text itself is not repeated: it may be anything. */
export function unkeepableName(what: string, reason: string): ContinuumError {
  return new ContinuumError({
    code: "CTM5004",
    message: `the ${what} ${reason}`,
    hint: `Give a ${what} of 1 to 255 characters, not blank, without NUL characters and lone surrogates.`,
    details: { what },
  });
}

/** A verb was called on a journal that was closed. */
export function journalClosed(verb: string): ContinuumError {
  return new ContinuumError({
    code: "CTM5005",
    message: `the journal was closed before it could ${verb}`,
    hint: "Close the journal last, after its workers are drained and its clients are done.",
    details: { verb },
  });
}

/** What the workflow sees as the cause when the last attempt of an activity died with its worker (R13). */
export function attemptLost(activity: string, attempt: number): ContinuumError {
  return new ContinuumError({
    code: "CTM5010",
    message: `attempt ${attempt} of activity ${activity} was lost with its worker, and it was the last`,
    hint: "Whether its effect happened is unknown. Raise maxAttempts if the activity may be repeated, and look why the worker died.",
    details: { activity, attempt },
  });
}

/** What the workflow sees as the cause when the last attempt of an activity sent no heartbeat in time (R18). */
export function heartbeatMissed(activity: string, attempt: number): ContinuumError {
  return new ContinuumError({
    code: "CTM5011",
    message: `attempt ${attempt} of activity ${activity} sent no heartbeat in time, and it was the last`,
    hint: "Whether its effect happened is unknown. Call heartbeat more often than heartbeatTimeout, or give it more time.",
    details: { activity, attempt },
  });
}

/** A turn that contradicts itself: a fault of the engine, found before anything was written. */
export function malformedTurn(runId: string, reason: string): ContinuumError {
  return new ContinuumError({
    code: "CTM9050",
    message: `a turn of run ${runId} ${reason}`,
    hint: "This is a bug in Continuum, please report it. Nothing was stored; the run can be resumed by another version.",
    details: { runId },
  });
}
