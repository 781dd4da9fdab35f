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

/** Nobody answered at the address, or not in time. */
export function databaseUnreachable(cause: unknown): ContinuumError {
  return new ContinuumError({
    code: "CTM1100",
    message: "the database cannot be reached",
    hint: 'Check that Postgres runs, and host and port of the option `database`. Without a server: "pglite:./data" needs none.',
    cause,
  });
}

/** A server that is older than the oldest that the project is tested for. */
export function databaseTooOld(version: string, oldest: number): ContinuumError {
  return new ContinuumError({
    code: "CTM1101",
    message: `the database is PostgreSQL ${version}, and the oldest that is supported is ${oldest}`,
    hint: `Upgrade the server to PostgreSQL ${oldest} or newer, or use another one.`,
    details: { version, oldest },
  });
}

/** `migrate: false`, and the schema is not there or behind. */
export function missingMigration(current: number, target: number): ContinuumError {
  return new ContinuumError({
    code: "CTM1102",
    message:
      current === 0
        ? "the database has no schema `continuum`, and the option `migrate` is false"
        : `the schema \`continuum\` is at migration ${current} of ${target}, and the option \`migrate\` is false`,
    hint: "Run `await migrateDatabase({ database })` once, before the workers start, or leave the option `migrate` out.",
    details: { current, target },
  });
}

/** A newer library was here before. */
export function newerSchema(current: number, target: number): ContinuumError {
  return new ContinuumError({
    code: "CTM1103",
    message: `the schema \`continuum\` is at migration ${current}, and this version of Continuum knows ${target}`,
    hint: "Update @continuum/runtime in this process: a newer one has migrated the database, and there is no way back.",
    details: { current, target },
  });
}

/** A standby, or a database that is set to read-only. */
export function databaseReadOnly(standby: boolean): ContinuumError {
  return new ContinuumError({
    code: "CTM1104",
    message: standby ? "the database is a standby and takes no writes" : "the database is set to read-only",
    hint: standby
      ? "Connect to the primary. With several hosts, a proxy or a DNS name that follows the primary keeps it right after a fail-over."
      : "Remove default_transaction_read_only from the database, the role or the connection string.",
    details: { standby },
  });
}

/** `CREATE` is missing. */
export function mayNotCreateSchema(): ContinuumError {
  return new ContinuumError({
    code: "CTM1107",
    message: "the database role may not create the schema `continuum` or its tables",
    hint: "Run `await migrateDatabase({ database })` once as a role that may, and grant this one usage and all rights on its tables.",
  });
}

/** The server answered, and did not let this client in. */
export function loginRefused(sqlState: string): ContinuumError {
  return new ContinuumError({
    code: "CTM1108",
    message: `the database refused the login (SQLSTATE ${sqlState})`,
    hint: "Check user and password of the option `database`, and pg_hba.conf on the server.",
    details: { sqlState },
  });
}

/** The server has no database of that name. */
export function noSuchDatabase(): ContinuumError {
  return new ContinuumError({
    code: "CTM1109",
    message: "the server has no database of that name",
    hint: "Create it first (`createdb NAME`), or correct the name at the end of the option `database`.",
  });
}

/** Another opener has the folder. */
export function folderInUse(folder: string, pid: number | null): ContinuumError {
  const who =
    pid === null ? "another process" : pid === process.pid ? `this process (pid ${pid})` : `process ${pid}`;
  return new ContinuumError({
    code: "CTM1106",
    message: `the embedded database in ${folder} is open in ${who}`,
    hint: "An embedded database has one opener: end that process, share its journal, or use a Postgres server for several.",
    details: { folder, pid },
  });
}

/** The folder is there and is no embedded database, or cannot be written. */
export function folderUnusable(folder: string, cause: unknown): ContinuumError {
  return new ContinuumError({
    code: "CTM1110",
    message: `the folder ${folder} cannot be used as an embedded database`,
    hint: "Give a folder that is new, empty, or was made by this version of PGlite, and that this user may write.",
    details: { folder },
    cause,
  });
}

/** A bundler took PGlite's code along, and left the files behind that this code reads beside itself. */
export function assetsMissing(cause: unknown): ContinuumError {
  return new ContinuumError({
    code: "CTM1111",
    message:
      "the embedded database can't start: PGlite's code is bundled into this program, and its files pglite.data, pglite.wasm and initdb.wasm are not beside it",
    hint: 'Keep the package out of the bundle (esbuild: external: ["@electric-sql/pglite"]) and install it where the program runs; or, in a bundle of ES modules, copy these files from its folder dist to the bundle\'s.',
    cause,
  });
}
