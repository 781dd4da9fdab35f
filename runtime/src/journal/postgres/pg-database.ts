/*
 * A Postgres server through `pg`.
 *
 * Owns: the pool that it made from a URL, with time limits on everything, so that a silent server cannot hang a verb.
 * Does not own: a pool that it was given, nor that pool's limits.
 */
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import type { Database, Row, Session } from "./connection.js";
import { failureOf } from "./failures.js";
import { inOrder } from "./statement.js";
import type { Statement, Values } from "./statement.js";

export interface PgOptions {
  /** Behind pgbouncer in transaction mode: no named statements and no session settings; set time limits on the role. */
  readonly pooled: boolean;
  /** Connections of the pool made from a URL. */
  readonly maxConnections: number;
  /** Told of connections that broke while nobody used them. */
  readonly report: (error: unknown) => void;
}

const CONNECT_MS = 5_000;
const STATEMENT_MS = 20_000;
const LOCK_MS = 5_000;

/** The settings of every connection that the journal itself makes. */
export function connectionSettings(url: string, pooled: boolean): pg.ClientConfig {
  const limits = {
    statement_timeout: STATEMENT_MS,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
  };
  return {
    connectionString: url,
    application_name: "continuum",
    connectionTimeoutMillis: CONNECT_MS,
    // A server that accepted the statement and never answers: the client gives up a little after the server should have.
    query_timeout: STATEMENT_MS + CONNECT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(pooled ? {} : limits),
  };
}

export function pgDatabase(database: string | pg.Pool, options: PgOptions): Database {
  const own = typeof database === "string";
  const pool = own
    ? new pg.Pool({ ...connectionSettings(database, options.pooled), max: options.maxConnections })
    : database;
  // Without a listener, a connection that breaks while idle would end the process. The pool replaces it.
  pool.on("error", options.report);
  return {
    ...session(pool, options.pooled),
    builder: drizzle({ client: pool }),
    transaction: (work) => transaction(pool, options.pooled, work),
    async close() {
      // The pool is over before its connections are: one that the server ends meanwhile must not end the process.
      if (own) pool.on("error", () => undefined);
      pool.off("error", options.report);
      if (own) await pool.end();
    },
  };
}

function session(client: pg.Pool | pg.PoolClient, pooled: boolean): Session {
  return {
    async query(statement: Statement, values: Values): Promise<readonly Row[]> {
      const query = { text: statement.text, values: inOrder(statement, values) as unknown[] };
      const result = await client.query<Row>(pooled ? query : { name: statement.name, ...query });
      return result.rows;
    },
    async script(text) {
      await client.query(text);
    },
  };
}

async function transaction<T>(
  pool: pg.Pool,
  pooled: boolean,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => void (broken = error);
  client.on("error", onError);
  try {
    await client.query("begin");
    const answer = await work(session(client, pooled));
    await client.query("commit");
    return answer;
  } catch (error) {
    // A connection that may be broken is not asked for anything more: it ends, and what it left open with it.
    if (failureOf(error) === "unknown") broken ??= new Error("its state is unknown");
    else await client.query("rollback").catch(() => void (broken ??= new Error("rollback failed")));
    throw error;
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}
