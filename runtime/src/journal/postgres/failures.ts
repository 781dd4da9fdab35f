/*
 * What a driver's error means for the verb that met it.
 *
 *   again     nothing was stored, and the same statement may succeed in a moment: deadlock, serialization, timeouts, a server that
 *             is full, starting, or read-only after a fail-over
 *   unknown   the connection broke while a statement was under way: it may have been committed
 *   refused   the database refused the statement for what it says
 */
import { DrizzleQueryError } from "drizzle-orm";

export type Failure = "again" | "unknown" | "refused";

/** SQLSTATE classes and codes. */
const AGAIN_CLASSES: ReadonlySet<string> = new Set(["53"]);
const AGAIN: ReadonlySet<string> = new Set([
  "40001", // serialization_failure
  "40P01", // deadlock_detected
  "55P03", // lock_not_available: lock_timeout
  "57014", // query_canceled: statement_timeout
  "57P03", // cannot_connect_now
  "25006", // read_only_sql_transaction: the primary has become a standby
  "25P03", // idle_in_transaction_session_timeout
  "08001", // could not connect
  "08004", // connection rejected
]);
const UNKNOWN_CLASSES: ReadonlySet<string> = new Set(["08"]);
const UNKNOWN: ReadonlySet<string> = new Set([
  "40003", // statement_completion_unknown
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
]);
/** Errors of sockets while a connection is made: nothing was sent. */
const NOT_SENT: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
const BROKEN: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "ECONNABORTED"]);

export function failureOf(thrown: unknown): Failure {
  const error = driverError(thrown);
  const code = codeOf(error);
  if (code !== null && NOT_SENT.has(code)) return "again";
  if (code !== null && BROKEN.has(code)) return "unknown";
  if (code !== null && /^[0-9A-Z]{5}$/.test(code)) {
    if (AGAIN.has(code) || AGAIN_CLASSES.has(code.slice(0, 2))) return "again";
    return UNKNOWN.has(code) || UNKNOWN_CLASSES.has(code.slice(0, 2)) ? "unknown" : "refused";
  }
  const said = error instanceof Error ? error.message : "";
  // pg and its pool report these by message alone.
  if (/timeout exceeded when trying to connect|Connection terminated due to connection timeout/.test(said))
    return "again";
  if (
    /Connection terminated|Query read timeout|Client has encountered a connection error|not queryable/.test(
      said,
    )
  )
    return "unknown";
  return "refused";
}

/** What the driver threw: drizzle's builder wraps it in an error whose text repeats the parameters (R45). */
export function driverError(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? (error.cause ?? new Error("a query failed")) : error;
}

/** SQLSTATE, or the platform's code of a socket's failure. */
export function codeOf(thrown: unknown): string | null {
  const error = driverError(thrown);
  if (typeof error !== "object" || error === null) return null;
  const code = "code" in error ? error.code : undefined;
  if (typeof code === "string") return code;
  // Node reports a host with several addresses as one error over all of them.
  if (error instanceof AggregateError)
    return error.errors.map(codeOf).find((inner) => inner !== null) ?? null;
  return null;
}

/** Without the fields in which Postgres repeats values (`detail`, `where`, `internalQuery`) and without the statement (R45). */
export function safeCause(thrown: unknown): Error {
  const error = driverError(thrown);
  const code = codeOf(error);
  if (code !== null && /^2[23]/.test(code))
    return Object.assign(new Error("the values were refused"), { code });
  return Object.assign(new Error(error instanceof Error ? error.message : "not an error"), { code });
}
