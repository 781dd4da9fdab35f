/*
 * A database as the journal uses it: statements, and transactions of a few statements. One implementation for `pg`, one for
 * PGlite. Rejects with the driver's own errors: `failures.ts` tells what they mean.
 */
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import type { Statement, Values } from "./statement.js";

export type Row = Readonly<Record<string, unknown>>;

export interface Session {
  query(statement: Statement, values: Values): Promise<readonly Row[]>;
  /** Several statements in one text, without parameters. */
  script(text: string): Promise<void>;
}

export interface Database extends Session {
  /** Runs `work` between BEGIN and COMMIT; anything that it throws rolls back. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** drizzle's query builder, for reads that nothing waits on. */
  readonly builder: PgDatabase<PgQueryResultHKT>;
  close(): Promise<void>;
}
