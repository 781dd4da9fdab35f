import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, describe, expect, inject, it } from "vitest";
import { freshDatabase } from "../../../packages/workspace/src/test-postgres/index.js";
import type { ContinuumError } from "../core/continuum-error.js";
import { migrateDatabase, openJournal } from "./open.js";
import type { OpenedJournal, OpenJournal } from "./open.js";
import { migrate } from "./postgres/migrate.js";
import { checkServer } from "./postgres/open-server.js";
import { pgDatabase } from "./postgres/pg-database.js";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "continuum-open-"));
  folders.push(folder);
  return folder;
}

async function close({ journal, wakeUps }: OpenedJournal): Promise<void> {
  await wakeUps.close();
  await journal.close();
}

async function refusal(options: OpenJournal): Promise<ContinuumError> {
  const opened = await openJournal(options).catch((error: unknown) => error as ContinuumError);
  if (!("code" in opened)) {
    await close(opened);
    throw new Error("it opened");
  }
  return opened;
}

async function execute(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text).finally(() => client.end());
}

describe("opening a journal", () => {
  it.each(["", "mysql://x/y", "pglite:", "postgres", "./data", "memory:x"])(
    "refuses %o, which names no database",
    async (database) => {
      expect(await refusal({ database })).toMatchObject({
        code: "CTM1105",
        hint: expect.stringContaining("pglite:") as string,
      });
    },
  );

  it("refuses what is neither a string nor a pool", async () => {
    for (const database of [undefined, null, {}, 7]) {
      expect(await refusal({ database: database as never })).toMatchObject({ code: "CTM1105" });
    }
  });

  it("says that nobody answers, and keeps the password to itself", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const error = await refusal({ database: `postgres://me:hunter2@127.0.0.1:${port}/db` });
    expect(error).toMatchObject({ code: "CTM1100" });
    expect(`${error.message}${error.hint}${String(error.cause)}${JSON.stringify(error)}`).not.toContain(
      "hunter2",
    );
    expect(await refusal({ database: "postgres://nobody.invalid/db" })).toMatchObject({ code: "CTM1100" });
  });

  it("says that a server accepts and stays silent, instead of waiting for ever", async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    expect(await refusal({ database: `postgres://me@127.0.0.1:${port}/db` })).toMatchObject({
      code: "CTM1100",
    });
    silent.close();
  });

  it("says that the login or the database's name is wrong", async () => {
    const url = new URL(inject("postgresUrl"));
    url.password = "wrong";
    expect(await refusal({ database: url.href })).toMatchObject({ code: "CTM1108" });
    const other = new URL(inject("postgresUrl"));
    other.pathname = "/no_such_database";
    expect(await refusal({ database: other.href })).toMatchObject({ code: "CTM1109" });
  });

  it("refuses a server that is too old, by its number", () => {
    expect(() => checkServer({ number: 130_018, version: "13.18" })).toThrow(
      expect.objectContaining({ code: "CTM1101" }) as Error,
    );
    expect(() => checkServer({ number: 140_000, version: "14.0" })).not.toThrow();
  });

  it("refuses a database that takes no writes", async () => {
    const { url, name } = await freshDatabase();
    await execute(url, `alter database ${name} set default_transaction_read_only = on`);
    expect(await refusal({ database: url })).toMatchObject({ code: "CTM1104" });
  });

  it("refuses a missing migration when it may not migrate, and takes it once somebody did", async () => {
    const { url } = await freshDatabase();
    expect(await refusal({ database: url, migrate: false })).toMatchObject({
      code: "CTM1102",
      hint: expect.stringContaining("migrateDatabase") as string,
    });
    await migrateDatabase({ database: url });
    await close(await openJournal({ database: url, migrate: false }));
  });

  it("refuses a schema that a newer library made", async () => {
    const { url } = await freshDatabase();
    await migrateDatabase({ database: url });
    await execute(url, "insert into continuum.migrations values (999, 'later', 0)");
    expect(await refusal({ database: url })).toMatchObject({ code: "CTM1103" });
  });

  it("says that the role may not create the schema", async () => {
    const { url, name } = await freshDatabase();
    await execute(url, `create role "weak_${name}" login password 'weak'`);
    const weak = new URL(url);
    weak.username = `weak_${name}`;
    weak.password = "weak";
    expect(await refusal({ database: weak.href })).toMatchObject({ code: "CTM1107" });
    await execute(url, `drop role "weak_${name}"`);
  });

  it("lets thirty starters migrate at once: one does it, all get a journal", async () => {
    const { url } = await freshDatabase();
    const databases = Array.from({ length: 30 }, () =>
      pgDatabase(url, { pooled: false, maxConnections: 1, report: () => undefined }),
    );
    await Promise.all(databases.map((database) => migrate(database, true)));
    await Promise.all(databases.map((database) => database.close()));
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    expect((await client.query("select id, name from continuum.migrations")).rows).toEqual([
      { id: 1, name: "journal" },
      { id: 2, name: "contracts-and-debts" },
      { id: 3, name: "suspects" },
      { id: 4, name: "attributes" },
    ]);
    await client.end();
  });

  it("leaves nothing of a migration that fails half way", async () => {
    const { url } = await freshDatabase();
    await execute(url, "create schema continuum; create table continuum.tasks (mine int)");
    expect(await refusal({ database: url })).toMatchObject({ code: "CTM5002" });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query(
      "select to_regclass('continuum.runs') as runs, to_regclass('continuum.migrations') as migrations",
    );
    expect(rows).toEqual([{ runs: null, migrations: null }]);
    await client.end();
  });

  it("uses a pool that it was given, also to listen, and leaves it open", async () => {
    const { url } = await freshDatabase();
    const { hostname, port, username, password, pathname } = new URL(url);
    const pool = new pg.Pool({
      host: hostname,
      port: Number(port),
      user: username,
      password,
      database: pathname.slice(1),
    });
    const [first, second] = [await openJournal({ database: pool }), await openJournal({ database: pool })];
    const heard = new Promise((resolve) => second.wakeUps.subscribe(resolve));
    const telling = setInterval(() => first.wakeUps.publish([{ kind: "work" }]), 20);
    expect(await heard).toEqual({ kind: "work" });
    clearInterval(telling);
    await close(first);
    await close(second);
    expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });

  it("sends nothing by name and listens to nothing behind a pooler", async () => {
    const { url } = await freshDatabase();
    const pool = new pg.Pool({ connectionString: url, max: 1 });
    const opened = await openJournal({ database: pool, pooled: true });
    await opened.journal.clock();
    expect((await pool.query("select name from pg_prepared_statements")).rows).toEqual([]);
    // The server's other databases are other tests', which listen.
    const { rows } = await pool.query(
      "select 1 from pg_stat_activity where datname = current_database() and query ilike 'listen%'",
    );
    expect(rows).toEqual([]);
    await close(opened);
    await pool.end();
  });
});

describe("an embedded folder", () => {
  it("keeps what it was given, and declares earlier workers dead when it is opened again", async () => {
    const database = `pglite:${await newFolder()}`;
    const first = await openJournal({ database });
    expect(first.journal.exclusive).toBe(true);
    await first.journal.enlist("before" as never, 3_600_000);
    await close(first);
    const second = await openJournal({ database });
    expect(await second.journal.renew("before" as never, 1_000)).toBe(false);
    await close(second);
  }, 60_000);

  it("has one opener: the second is told who has it, and gets it when the first has closed", async () => {
    const folder = await newFolder();
    const first = await openJournal({ database: `pglite:${folder}` });
    // By another spelling of the same folder, too.
    const error = await refusal({ database: `pglite:${folder}/../${folder.split("/").at(-1)!}/` });
    expect(error).toMatchObject({ code: "CTM1106", details: { pid: process.pid } });
    expect(error.message).toContain(String(process.pid));
    await close(first);
    await close(await openJournal({ database: `pglite:${folder}` }));
  }, 60_000);

  it("is refused when it is something else, and given back", async () => {
    const folder = await newFolder();
    const file = join(folder, "notes.txt");
    await writeFile(file, "mine");
    expect(await refusal({ database: `pglite:${file}` })).toMatchObject({ code: "CTM1110" });
    expect(await readFile(file, "utf8")).toBe("mine");
    await writeFile(join(folder, "PG_VERSION"), "9\n");
    expect(await refusal({ database: `pglite:${folder}` })).toMatchObject({ code: "CTM1110" });
    expect(await refusal({ database: `pglite:${folder}` })).toMatchObject({ code: "CTM1110" });
  }, 60_000);
});
