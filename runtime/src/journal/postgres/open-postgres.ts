/*
 * Opens the journal on a server, and in an embedded folder.
 */
import type pg from "pg";
import { ContinuumError } from "../../core/continuum-error.js";
import { assetsMissing, folderUnusable } from "../../errors/connect-errors.js";
import type { JournalPorts } from "../journal-ports.js";
import { localWakeUps } from "../local-wake-ups.js";
import type { OpenedJournal } from "../opened-journal.js";
import { lockFolder } from "./folder-lock.js";
import { postgresJournal } from "./journal.js";
import { migrate } from "./migrate.js";
import { prepareServer } from "./open-server.js";
import { buryEverybody } from "./ownership.js";
import { connectionSettings, pgDatabase } from "./pg-database.js";
import { pgWakeUps } from "./pg-wake-ups.js";
import { pgliteDatabase } from "./pglite-database.js";

export interface PostgresOptions extends JournalPorts {
  readonly migrate: boolean;
  readonly pooled: boolean;
  readonly maxConnections: number;
  readonly patienceMs: number;
  readonly report: (error: unknown) => void;
}

export async function openServer(
  database: string | pg.Pool,
  options: PostgresOptions,
): Promise<OpenedJournal> {
  const { pooled, report } = options;
  const server = pgDatabase(database, options);
  try {
    await prepareServer(server, options.migrate);
  } catch (error) {
    await server.close().catch(report);
    throw error;
  }
  const settings = typeof database === "string" ? connectionSettings(database, pooled) : settingsOf(database);
  const wakeUps = pgWakeUps({ session: server, listener: pooled ? null : settings, report });
  return { ...postgresJournal(server, { ...options, exclusive: false }), wakeUps };
}

/** A pool hides its password from being copied with the rest. */
function settingsOf(pool: pg.Pool): pg.ClientConfig {
  const { password } = pool.options;
  return { ...pool.options, ...(password === undefined ? {} : { password }) };
}

/** The folder is locked first: not even a look at it is safe while another process has it open. */
export async function openFolder(folder: string, options: PostgresOptions): Promise<OpenedJournal> {
  const lock = await lockFolder(folder);
  try {
    const database = await pgliteDatabase(folder).catch((error: unknown) => {
      throw isAssetMissing(error) ? assetsMissing(error) : folderUnusable(folder, error);
    });
    try {
      await migrate(database, options.migrate);
      await buryEverybody(database);
    } catch (error) {
      await database.close().catch(options.report);
      throw error;
    }
    const opened = postgresJournal(database, { ...options, exclusive: true, onClose: () => lock.release() });
    return { ...opened, wakeUps: localWakeUps(options.report) };
  } catch (error) {
    await lock.release();
    throw error instanceof ContinuumError ? error : folderUnusable(folder, error);
  }
}

/** PGlite asks for its files beside its own code: by a path, or by a URL that has no base in a bundle of CommonJS. */
function isAssetMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, path, input } = error as Readonly<Record<"code" | "path" | "input", unknown>> & Error;
  const asked = code === "ENOENT" ? path : code === "ERR_INVALID_URL" ? input : null;
  return typeof asked === "string" && /(^|[\\/])(pglite\.(data|wasm)|initdb\.wasm)$/.test(asked);
}
