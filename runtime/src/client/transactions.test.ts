/*
 * How many transactions a sequential step costs, by the server's own count.
 */
import pg from "pg";
import { expect, inject, test } from "vitest";
import { freshDatabase } from "../../../packages/workspace/src/test-postgres/index.js";
import * as rt from "../compiled.js";
import { Continuum } from "./continuum.js";
import { eventually, flow } from "./fixtures/flows.js";
import { quiet } from "./fixtures/stores.js";

const steps = flow("steps", function* (n: number) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum = (yield rt.activity("m#activity1", "add", [sum, i])) as number;
  return sum;
});

test("a sequential step is one transaction", async () => {
  const { url, name } = await freshDatabase();
  // Connected to another database, so that looking does not count.
  const outside = new pg.Client({ connectionString: inject("postgresUrl") });
  await outside.connect();
  /** Of all that is over: a backend reports what it did when it ends, before it leaves the list. */
  const transactions = async (): Promise<number> => {
    await eventually(async () => {
      const { rows } = await outside.query("select 1 from pg_stat_activity where datname = $1", [name]);
      return rows.length === 0;
    });
    const { rows } = await outside.query<{ count: string }>(
      "select xact_commit + xact_rollback as count from pg_stat_database where datname = $1",
      [name],
    );
    return Number(rows[0]?.count);
  };
  const costOf = async (n: number): Promise<number> => {
    const before = await transactions();
    const continuum = await Continuum.connect({
      database: url,
      workflows: [steps],
      activities: { add: (a: number, b: number) => a + b },
      logger: quiet,
      // No look that nobody asked for may fall into the measurement.
      worker: { pollMs: 3_600_000, leaseMs: 3_600_000, signals: false },
    });
    expect(await (await continuum.start(steps, n)).result()).toBe((n * (n - 1)) / 2);
    await continuum.close();
    return (await transactions()) - before;
  };
  await costOf(1); // Brings the schema up to date.
  const short = await costOf(500);
  const long = await costOf(1000);
  // A greeting or a goodbye may take one more or one less; a step that took two would make it 500 more.
  expect(Math.abs(long - short - 500)).toBeLessThanOrEqual(2);
  expect(short - 500).toBeLessThan(25);
  await outside.end();
});
