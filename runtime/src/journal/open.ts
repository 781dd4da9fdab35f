/*
 * The way from a user's option to a journal: which adapter, on which database.
 */
import { performance } from "node:perf_hooks";
import type pg from "pg";
import { payloadCodec } from "../codec/payload-codec.js";
import type { AtMs } from "../core/ids.js";
import type { PayloadCodec } from "../core/payload-codec.js";
import { unknownDatabase } from "../errors/connect-errors.js";
import { localWakeUps } from "./local-wake-ups.js";
import { memoryJournal } from "./memory/journal.js";
import type { OpenedJournal } from "./opened-journal.js";

export type { OpenedJournal } from "./opened-journal.js";

export interface OpenJournal {
  /**
   * `postgres://…`: a server. A `pg` Pool: a server through your own pool, which stays yours to close and to limit.
   * `pglite:FOLDER`: embedded, for one process; it survives killed processes, and not a power loss.
   * `memory:`: forgets everything when the process ends.
   */
  readonly database: string | pg.Pool;
  /** Bring the schema up to date while opening. False: a missing migration is refused with CTM1102. Default true. */
  readonly migrate?: boolean;
  /** The connection goes through pgbouncer in transaction mode: no named statements, no LISTEN. Default false. */
  readonly pooled?: boolean;
  /** Connections to a server given as a URL. Default 10. */
  readonly maxConnections?: number;
  /** How long a verb is tried again while the database is away, before it rejects with CTM5001. Default 10,000. */
  readonly patienceMs?: number;
  /** Writes the errors that the journal itself records. Default: the standard codec. */
  readonly codec?: PayloadCodec;
  /** Numbers in [0, 1) for jitter. Default `Math.random`. */
  readonly random?: () => number;
  /** `memory:` only: its clock. Default: this machine's, made monotonic. */
  readonly now?: () => AtMs;
  /** Told of failures that no caller waits for (a lost listener, a failing subscriber). Default: a process warning. */
  readonly report?: (error: unknown) => void;
}

/**
 * Opens a journal, and brings its schema up to date. Close it by `wakeUps.close()` and `journal.close()`.
 *
 * @throws ContinuumError CTM11xx when it cannot be used, each with what to do about it.
 * @example const { journal, reader, wakeUps } = await openJournal({ database: "pglite:./data" });
 */
export async function openJournal(options: OpenJournal): Promise<OpenedJournal> {
  const {
    database,
    codec = payloadCodec(),
    random = Math.random,
    now = machineClock,
    report = warnOfProcess,
  } = options;
  if (database === "memory:") {
    return { ...memoryJournal({ codec, random, now }), wakeUps: localWakeUps(report) };
  }
  // Loaded when asked for: whoever tests in memory pays for no driver.
  const { openFolder, openServer } = await import("./postgres/open-postgres.js");
  const { migrate = true, pooled = false, maxConnections = 10, patienceMs = 10_000 } = options;
  const settings = { codec, random, report, migrate, pooled, maxConnections, patienceMs };
  if (typeof database !== "string") {
    if (typeof database !== "object" || database === null || typeof database.connect !== "function")
      throw unknownDatabase();
    return openServer(database, settings);
  }
  const folder = /^pglite:(.+)$/s.exec(database)?.[1];
  if (folder !== undefined) return openFolder(folder, settings);
  if (!/^postgres(?:ql)?:\/\//.test(database) || !URL.canParse(database)) throw unknownDatabase();
  return openServer(database, settings);
}

/** Brings the schema of a database up to date and closes it again: for deployments whose workers may not change it. */
export async function migrateDatabase(options: Pick<OpenJournal, "database">): Promise<void> {
  const { journal, wakeUps } = await openJournal({ ...options, migrate: true });
  await wakeUps.close();
  await journal.close();
}

/** The date of the process's start plus monotonic time: it never steps back. */
function machineClock(): AtMs {
  return Math.floor(performance.timeOrigin + performance.now()) as AtMs;
}

function warnOfProcess(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
