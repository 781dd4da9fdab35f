/**
 * A database that nobody else uses: one per test file, or one per test.
 *
 * Owns: creating it, from a template if the test names one, and dropping it after the file's tests.
 */
import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** The maintenance database of the test run's server: create others on it with `freshDatabase()`. */
    postgresUrl: string;
  }
}

export interface FreshDatabase {
  readonly name: string;
  readonly url: string;
  /** Drops it, closing what is connected. Done after the file's tests anyway. */
  readonly drop: () => Promise<void>;
}

export interface FreshDatabaseOptions {
  /** Prepared once per test run and copied for each caller: say, a schema after its migrations. */
  readonly template?: {
    /** The same name must mean the same preparation: include what it depends on. */
    readonly name: string;
    /** Must close its connections: a database in use can't be copied. */
    readonly prepare: (url: string) => Promise<void>;
  };
}

const undropped = new Set<FreshDatabase>();

afterAll(async () => {
  for (const database of undropped) await database.drop();
});

/**
 * Creates a database on the test run's server.
 *
 * @example
 * const { url } = await freshDatabase();
 * const migrated = await freshDatabase({ template: { name: "journal", prepare: migrate } });
 */
export async function freshDatabase(options: FreshDatabaseOptions = {}): Promise<FreshDatabase> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await administer(async (client) => {
    const template =
      options.template === undefined ? "template1" : await preparedTemplate(client, options.template);
    await client.query(`create database ${quoted(name)} template ${quoted(template)}`);
  });
  const database: FreshDatabase = {
    name,
    url: urlOf(name),
    drop: async () => {
      undropped.delete(database);
      await administer(async (client) => {
        await client.query(`drop database if exists ${quoted(name)} with (force)`);
      });
    },
  };
  undropped.add(database);
  return database;
}

type Template = NonNullable<FreshDatabaseOptions["template"]>;

/** Test files run in many processes: the first prepares under a lock, the others wait for it and then find the mark. */
async function preparedTemplate(client: pg.Client, template: Template): Promise<string> {
  const name = `template_${template.name}`;
  await client.query("select pg_advisory_lock(hashtext($1))", [name]);
  try {
    const ready = await client.query("select 1 from pg_database where datname = $1 and datistemplate", [
      name,
    ]);
    if (ready.rowCount === 0) {
      await client.query(`drop database if exists ${quoted(name)} with (force)`);
      await client.query(`create database ${quoted(name)}`);
      await template.prepare(urlOf(name));
      await client.query(`alter database ${quoted(name)} with is_template true`);
    }
  } finally {
    await client.query("select pg_advisory_unlock(hashtext($1))", [name]);
  }
  return name;
}

async function administer(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: inject("postgresUrl") });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(database: string): string {
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${database}`;
  return url.href;
}

function quoted(identifier: string): string {
  return pg.escapeIdentifier(identifier);
}
