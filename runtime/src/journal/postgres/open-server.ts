/*
 * The first contact with a server: whether it can be used at all, and if not, what to do about it.
 */
import { sql } from "drizzle-orm";
import { ContinuumError } from "../../core/continuum-error.js";
import {
  databaseReadOnly,
  databaseTooOld,
  databaseUnreachable,
  loginRefused,
  noSuchDatabase,
} from "../../errors/connect-errors.js";
import type { Database } from "./connection.js";
import { statementRefused } from "../../errors/journal-errors.js";
import { codeOf, failureOf, safeCause } from "./failures.js";
import { migrate } from "./migrate.js";
import { statement } from "./statement.js";

/**
 * The oldest release that the PostgreSQL project still mends, and the oldest of which every feature that the statements use is
 * known to work. What is older would be refused by its first fault instead of by its number.
 */
export const OLDEST_SERVER = 14;

const about = statement(
  "about",
  sql`select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
  pg_is_in_recovery() as standby, current_setting('transaction_read_only') = 'on' as read_only`,
);

/** @throws ContinuumError CTM11xx. The database is not closed then. */
export async function prepareServer(database: Database, apply: boolean): Promise<void> {
  try {
    const [server] = await database.query(about, {});
    checkServer({ number: server!.number as number, version: server!.version as string });
    if (server!.standby === true || server!.read_only === true)
      throw databaseReadOnly(server!.standby === true);
    await migrate(database, apply);
  } catch (error) {
    throw explain(error);
  }
}

export function checkServer(server: { readonly number: number; readonly version: string }): void {
  if (server.number < OLDEST_SERVER * 10_000) throw databaseTooOld(server.version, OLDEST_SERVER);
}

function explain(error: unknown): unknown {
  if (error instanceof ContinuumError) return error;
  const code = codeOf(error);
  if (code === "28P01" || code === "28000") return loginRefused(code);
  if (code === "3D000") return noSuchDatabase();
  if (code !== null && failureOf(error) === "refused")
    return statementRefused("prepare the schema", code, safeCause(error));
  return databaseUnreachable(safeCause(error));
}
