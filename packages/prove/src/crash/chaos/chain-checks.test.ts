import { migrateDatabase } from "@continuum/runtime";
import { freshDatabase } from "@continuum/workspace/test-postgres";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Database } from "../databases.js";
import { wrongChains } from "./chain-checks.js";

let pool: pg.Pool;
const database: Pick<Database, "query"> = {
  query: async (sql, values = []) => (await pool.query<Record<string, unknown>>(sql, [...values])).rows,
};

beforeAll(async () => {
  const { url } = await freshDatabase();
  await migrateDatabase({ database: url });
  pool = new pg.Pool({ connectionString: url, max: 2 });
});
afterAll(() => pool.end());
beforeEach(() => database.query("truncate continuum.runs, continuum.events"));

async function run(id: string, status: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const row = {
    ...{
      run_id: id,
      chain_id: id,
      namespace: "default",
      workflow: "chaotic",
      version_hash: "h",
      version_label: "1",
    },
    ...{
      birth: "b",
      status,
      token: 1,
      next_seq: 0,
      mark: 0,
      seen_mark: 0,
      news: false,
      awaited: false,
      created_at: 1,
    },
    ...more,
  };
  const columns = Object.keys(row);
  const places = columns.map((_, i) => `$${i + 1}`);
  await database.query(
    `insert into continuum.runs (${columns.join(", ")}) values (${places.join(", ")})`,
    Object.values(row),
  );
}

async function history(
  id: string,
  ...events: readonly (readonly [kind: string, body?: object])[]
): Promise<void> {
  for (const [seq, [kind, body = {}]] of events.entries())
    await database.query(
      "insert into continuum.events (run_id, seq, token, at, kind, body) values ($1, $2, 1, 1, $3, $4)",
      [id, seq, kind, JSON.stringify(body)],
    );
}

const booked = ["activity_scheduled", { activity: "activities.book", compensates: null }] as const;
const undone = (compensates: number) =>
  ["activity_scheduled", { activity: "activities.undo", compensates }] as const;
const started = ["run_started"] as const;
const completed = (command: number) => ["activity_completed", { command }] as const;
const parent = (id: string, onParentClose: string) => ({
  ...{ workflow: "sitter", parent_id: id, parent_command: 1, parent_chain: id, depth: 1 },
  on_parent_close: onParentClose,
});

test("nothing is said of what went as it should", async () => {
  await run("a", "cancelled", { cancel_at: 5 });
  await history("a", started, booked, completed(1), ["cancel_requested"], undone(1), ["run_cancelled"]);
  await run("p", "completed");
  await run("c", "terminated", parent("p", "terminate"));
  await run("d", "completed", parent("p", "abandon"));
  expect(await wrongChains(database)).toEqual([]);
});

const wrongs: readonly (readonly [string, () => Promise<void>])[] = [
  [
    "undone twice",
    async () => {
      await run("a", "completed");
      await history("a", started, booked, completed(1), undone(1), undone(1));
    },
  ],
  [
    "left undone",
    async () => {
      await run("a", "cancelled", { cancel_at: 5 });
      await history("a", started, booked, completed(1), ["cancel_requested"], ["run_cancelled"]);
    },
  ],
  [
    "undone that had not succeeded",
    async () => {
      await run("a", "completed");
      await history("a", started, booked, undone(1), completed(1));
    },
  ],
  [
    "was not heard",
    async () => {
      await run("a", "completed", { cancel_at: 5 });
      await history("a", started, ["timer_started"], ["timer_fired", { command: 1 }], ["run_completed"]);
    },
  ],
  [
    "nobody had asked for it",
    async () => {
      await run("a", "cancelled");
      await history("a", started, ["cancel_requested"], ["run_cancelled"]);
    },
  ],
  [
    "did not go by its policy",
    async () => {
      await run("p", "completed");
      await run("c", "completed", parent("p", "terminate"));
    },
  ],
  [
    "did not go by its policy",
    async () => {
      await run("p", "completed");
      await run("c", "terminated", parent("p", "abandon"));
    },
  ],
  ["failed that only does what cannot fail", () => run("a", "failed")],
];

test.each(wrongs)("it is said of a run that it %s", async (what, make) => {
  await make();
  const found = await wrongChains(database);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(what);
});
