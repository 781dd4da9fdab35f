/*
 * Brings the schema up to this library, or says that it cannot be used.
 *
 * Owns: schema `continuum` and its table of applied migrations.
 * Invariants:
 *   M1  One starter migrates, all others wait for it: an advisory lock that ends with its transaction, never with a session.
 *   M2  A schema that is up to date is only read: thirty workers that start at once take no lock.
 *   M3  All missing migrations are one transaction: what was there before, or all of it.
 */
import { sql } from "drizzle-orm";
import { mayNotCreateSchema, missingMigration, newerSchema } from "../../errors/connect-errors.js";
import type { Database, Session } from "./connection.js";
import { codeOf } from "./failures.js";
import { MIGRATIONS } from "./migrations/index.js";
import { param, statement } from "./statement.js";

/** Two numbers that nobody else is likely to lock: "cont" and "inuu" in ASCII. */
const LOCK = "pg_advisory_xact_lock(1668247156, 1768846709)";

const bookkeeping = `
create schema if not exists continuum;
create table if not exists continuum.migrations (id integer primary key, name text not null, applied_at bigint not null);
create or replace function continuum.now_ms() returns bigint language sql volatile parallel safe
  as 'select floor(date_part(''epoch'', clock_timestamp()) * 1000)::bigint';
`;

// By a scan, not by `to_regclass`: that answers from a cache which does not hear of what others created while this transaction
// waited for the lock.
const hasBookkeeping = statement(
  "has_migrations",
  sql`select exists (
  select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'continuum' and c.relname = 'migrations') as found`,
);
const newest = statement(
  "newest_migration",
  sql`select coalesce(max(id), 0) as id from continuum.migrations`,
);
const record = statement(
  "record_migration",
  sql`insert into continuum.migrations (id, name, applied_at) values (${param("id", "int4")}, ${param("name", "text")}, continuum.now_ms())`,
);

/** `apply` false: a missing migration is refused instead. Resolves when the schema is this library's. */
export async function migrate(database: Database, apply: boolean): Promise<void> {
  const target = MIGRATIONS.length;
  const current = await versionOf(database);
  if (current > target) throw newerSchema(current, target);
  if (current === target) return;
  if (!apply) throw missingMigration(current, target);
  try {
    await database.transaction(applyMissing);
  } catch (error) {
    if (codeOf(error) === "42501") throw mayNotCreateSchema();
    throw error;
  }
}

async function applyMissing(session: Session): Promise<void> {
  await session.script(`select ${LOCK}`);
  // Another starter may have done it while this one waited.
  const current = await versionOf(session);
  if (current > MIGRATIONS.length) throw newerSchema(current, MIGRATIONS.length);
  if (current === 0) await session.script(bookkeeping);
  for (const migration of MIGRATIONS.slice(current)) {
    await session.script(migration.sql);
    await session.query(record, { id: migration.id, name: migration.name });
  }
}

async function versionOf(session: Session): Promise<number> {
  const [bookkeeping] = await session.query(hasBookkeeping, {});
  if (bookkeeping?.found !== true) return 0;
  return (await session.query(newest, {}))[0]!.id as number;
}
