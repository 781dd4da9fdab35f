import pg from "pg";
import { expect, inject, test } from "vitest";
import { freshDatabase } from "./index.js";

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

test("the server is a Postgres 18 that nobody outside this machine can reach", async () => {
  const rows = await query<{ setting: string }>(
    inject("postgresUrl"),
    "select setting from pg_settings where name in ('server_version_num', 'listen_addresses') order by name",
  );
  expect(rows[0]?.setting).toBe("127.0.0.1");
  expect(Number(rows[1]?.setting)).toBeGreaterThanOrEqual(180_000);
});

test("two fresh databases share nothing", async () => {
  const [one, other] = [await freshDatabase(), await freshDatabase()];
  await query(one.url, "create table orders (id int)");
  expect(await query(other.url, "select to_regclass('orders') as found")).toEqual([{ found: null }]);
});

test("a template is prepared once, though many ask for it at the same time", async () => {
  let prepared = 0;
  const template = {
    name: "prepared_once",
    prepare: async (url: string) => {
      prepared += 1;
      await query(url, "create table orders as select 7 as id");
    },
  };
  const copies = await Promise.all([1, 2, 3].map(() => freshDatabase({ template })));
  for (const copy of copies) expect(await query(copy.url, "select id from orders")).toEqual([{ id: 7 }]);
  expect(prepared).toBe(1);
});

test("a preparation that fails is not taken for a template by the next caller", async () => {
  const name = "fails_at_first";
  const failing = freshDatabase({
    template: { name, prepare: () => Promise.reject(new Error("no schema")) },
  });
  await expect(failing).rejects.toThrow("no schema");
  const copy = await freshDatabase({
    template: { name, prepare: async (url) => void (await query(url, "select 1")) },
  });
  expect(await query(copy.url, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("dropping a database closes what is still connected to it", async () => {
  const database = await freshDatabase();
  const client = new pg.Client({ connectionString: database.url });
  const ended = new Promise((resolve) => client.once("end", resolve));
  client.on("error", () => undefined);
  await client.connect();
  await database.drop();
  await ended;
  await expect(query(database.url, "select 1")).rejects.toMatchObject({ code: "3D000" });
});

test("the server's own statistics count one transaction for one transaction", async () => {
  const { url, name } = await freshDatabase();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const committed = async () => {
    await client.query("select pg_stat_force_next_flush()");
    const [row] = await query<{ xact_commit: string }>(
      inject("postgresUrl"),
      `select xact_commit from pg_stat_database where datname = '${name}'`,
    );
    return Number(row?.xact_commit);
  };
  const before = await committed();
  for (let i = 0; i < 10; i += 1) await client.query("select 1");
  // The statement that flushes is one more.
  expect((await committed()) - before).toBe(11);
  await client.end();
});
