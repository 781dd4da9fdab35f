/*
 * The errors of opening a journal: CTM11xx. None repeats a connection string: it may hold a password (R45).
 */
import { ContinuumError } from "../core/continuum-error.js";

/** The `database` option names no kind of database that there is. */
export function unknownDatabase(): ContinuumError {
  return new ContinuumError({
    code: "CTM1105",
    message: "the option `database` names no database that Continuum knows",
    hint: 'Use "postgres://user@host/name", "pglite:FOLDER" (embedded, on disk), "memory:" (forgets everything), or a pg Pool.',
  });
}
