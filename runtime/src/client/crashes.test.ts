/*
 * Processes killed by SIGKILL at each commit point of the main path, on a server. What was acknowledged is there, each step is
 * recorded once, and a body is repeated only where its outcome had not been stored.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { migratedDatabase } from "../journal/postgres/fixtures/databases.js";
import * as rt from "../compiled.js";
import { workflow } from "../authoring/define-workflow.js";
import type { RunId } from "../core/ids.js";
import { connectEngine, realWorld } from "./connect.js";
import { Continuum } from "./continuum.js";
import { eventually } from "./fixtures/flows.js";
import { orderFlow } from "./fixtures/order-flow.mjs";
import { endProcesses, startProcess, temporaryFolder } from "./fixtures/processes.js";
import type { Failpoint, Folder, Orders } from "./fixtures/processes.js";
import { asRunId, quiet } from "./fixtures/stores.js";
import { replayDisagreements } from "./replay-check.js";

const RESULT = { charged: 100, go: "now", shipped: "100 now" };
const KINDS = [
  "run_started",
  "activity_scheduled",
  "activity_completed",
  "signal_awaited",
  "signal_received",
  "activity_scheduled",
  "activity_completed",
  "run_completed",
];
/** Its workers are processes of their own; here it is started, and replayed. */
const order = orderFlow(rt, workflow);

let database: string;
let client: Continuum;
let folder: Folder;
let number = 0;
const runs: RunId[] = [];
const replayed = new Map<RunId, number>();

beforeAll(async () => {
  database = await migratedDatabase();
  client = await Continuum.connect({ database, worker: false, logger: quiet });
  folder = await temporaryFolder();
});
afterEach(async () => {
  endProcesses();
  await agree(database);
});
afterAll(async () => {
  await client.close();
  await folder.remove();
});

/** Each prefix of what the runs have stored is what their program does. */
async function agree(where: string): Promise<void> {
  const options = { database: where, workflows: [order], worker: false, logger: quiet } as const;
  const { engine, shutDown } = await connectEngine(options, realWorld);
  const found = await replayDisagreements(engine, runs, replayed);
  await shutDown();
  expect(found).toEqual([]);
}

async function scene() {
  const runId = `order-${++number}`;
  runs.push(asRunId(runId));
  const logFile = `${folder.logFile}.${number}`;
  const orders = (role: Orders["role"], failpoint?: Failpoint): Orders => ({
    database,
    role,
    runId,
    logFile,
    failpoint,
  });
  const { readFile } = await import("node:fs/promises");
  const log = async () =>
    (await readFile(logFile, "utf8").catch(() => "")).split("\n").filter((line) => line !== "");
  return { runId, orders, log, run: client.run<typeof RESULT>(runId) };
}

async function killed(orders: Orders): Promise<void> {
  const { ended, output } = await startProcess(orders);
  // A process that ends otherwise did not reach its failpoint: the test would prove nothing.
  expect(await ended, output()).toBe("SIGKILL");
}

const times = (log: readonly string[], what: string) => log.filter((line) => line.startsWith(what)).length;

describe("SIGKILL", () => {
  const points: readonly (readonly [
    string,
    Failpoint,
    { readonly charge: number; readonly ship: number },
  ])[] = [
    [
      "before the first turn of a claimed run",
      { verb: "commit", event: "activity_scheduled", when: "before" },
      { charge: 1, ship: 1 },
    ],
    [
      "after the claim, before anything is decided",
      { verb: "claimRuns", when: "after" },
      { charge: 1, ship: 1 },
    ],
    // Stored, but dead before the body could begin: the attempt counts as lost, the effect happens once.
    [
      "after the first turn",
      { verb: "commit", event: "activity_scheduled", when: "after" },
      { charge: 1, ship: 1 },
    ],
    [
      "after a body, before its outcome is stored",
      { verb: "commit", event: "activity_completed", when: "before" },
      { charge: 2, ship: 1 },
    ],
    [
      "after an outcome is stored",
      { verb: "commit", event: "activity_completed", when: "after" },
      { charge: 1, ship: 1 },
    ],
    [
      "before a signal is consumed",
      { verb: "commit", event: "signal_received", when: "before" },
      { charge: 1, ship: 1 },
    ],
    [
      "after a signal is consumed",
      { verb: "commit", event: "signal_received", when: "after" },
      { charge: 1, ship: 1 },
    ],
    [
      "before the final turn",
      { verb: "commit", event: "run_completed", when: "before" },
      { charge: 1, ship: 2 },
    ],
    [
      "after the final turn",
      { verb: "commit", event: "run_completed", when: "after" },
      { charge: 1, ship: 1 },
    ],
  ];

  test.each(points)("%s", async (_, failpoint, expected) => {
    const { orders, log, run, runId } = await scene();
    await client.start(order, 100, { id: runId });
    const dying = startProcess(orders("worker", failpoint));
    // A signal of its own turn: else it would be consumed in the one that records the charge.
    if (failpoint.event === "signal_received") {
      await eventually(async () => (await run.history()).some(({ kind }) => kind === "signal_awaited"));
    }
    await run.signal("go", "now", { deliveryId: "once" });
    expect(await (await dying).ended, (await dying).output()).toBe("SIGKILL");
    await startProcess(orders("worker"));
    expect(await run.result()).toEqual(RESULT);
    const effects = await log();
    expect({ charge: times(effects, "charge"), ship: times(effects, "ship") }).toEqual(expected);
    expect((await run.history()).map(({ kind }) => kind)).toEqual(KINDS);
    expect(await run.describe()).toMatchObject({ status: "completed", owner: null, tasks: [], mailbox: [] });
  });

  test.each(["before", "after"] as const)(
    "%s a run's creation: a repeated start gives one run",
    async (when) => {
      const { orders, log, run } = await scene();
      await killed(orders("starter", { verb: "create", when }));
      expect(
        await run.describe().then(
          () => "there",
          () => "missing",
        ),
      ).toBe(when === "before" ? "missing" : "there");
      await startProcess(orders("starter"));
      await eventually(() =>
        run.describe().then(
          () => true,
          () => false,
        ),
      );
      await run.signal("go", "now");
      expect(await run.result()).toEqual(RESULT);
      // Born in the killed process's hands: attempt 1 was its own, and is used up.
      expect((await log()).map((line) => line.slice(0, 8))).toEqual([
        when === "before" ? "charge 1" : "charge 2",
        "ship 1 " + (await log())[1]![7],
      ]);
    },
  );

  test.each(["before", "after"] as const)(
    "%s a signal is accepted: sent again by the same delivery id, it counts once",
    async (when) => {
      const { orders, run, runId } = await scene();
      await client.start(order, 100, { id: runId });
      await killed(orders("sender", { verb: "signal", when }));
      expect((await run.describe()).mailbox).toHaveLength(when === "before" ? 0 : 1);
      const sender = await startProcess(orders("sender"));
      expect(await sender.ended, sender.output()).toBe(0);
      expect((await run.describe()).mailbox).toHaveLength(1);
      await startProcess(orders("worker"));
      expect(await run.result()).toEqual(RESULT);
      expect((await run.history()).map(({ kind }) => kind)).toEqual(KINDS);
    },
  );

  test("of one worker of two: the other one goes on with its runs", async () => {
    const { orders, log, run, runId } = await scene();
    const first = await startProcess(orders("worker"));
    await client.start(order, 100, { id: runId });
    await eventually(async () => (await run.history()).some(({ kind }) => kind === "signal_awaited"));
    await startProcess(orders("worker"));
    first.child.kill("SIGKILL");
    await first.ended;
    await run.signal("go", "now");
    expect(await run.result()).toEqual(RESULT);
    expect(times(await log(), "charge")).toBe(1);
  });
});

describe("an event loop that user code holds", () => {
  test("for three leases costs no lease: the heartbeat has a thread of its own", async () => {
    const { orders, log, run, runId } = await scene();
    await startProcess({ ...orders("worker"), settings: { blockMs: 3000 } });
    await client.start(order, 100, { id: runId });
    await eventually(async () => (await run.describe()).owner);
    const { owner } = await run.describe();
    await startProcess(orders("worker")); // It would take the run as soon as the lease expired.
    await run.signal("go", "now");
    expect(await run.result()).toEqual(RESULT);
    expect(times(await log(), "charge")).toBe(1);
    expect(owner).toMatch(/^worker-/);
  });

  test("for good costs the lease: another worker takes the run", async () => {
    const { orders, log, run, runId } = await scene();
    await startProcess({ ...orders("worker"), settings: { blockMs: 3_600_000, worker: { stallMs: 400 } } });
    await client.start(order, 100, { id: runId });
    await eventually(async () => times(await log(), "charge") === 1);
    await startProcess(orders("worker"));
    await run.signal("go", "now");
    expect(await run.result()).toEqual(RESULT);
    expect((await log()).map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "charge 1",
      "charge 2",
      "ship 1",
    ]);
  });
});

describe("SIGTERM", () => {
  test("drains: the run moves at once, no attempt is used up, and the process ends as it would have", async () => {
    const { orders, log, run, runId } = await scene();
    const first = await startProcess(orders("worker"));
    await client.start(order, 100, { id: runId });
    await eventually(async () => (await run.history()).some(({ kind }) => kind === "signal_awaited"));
    first.child.kill("SIGTERM");
    expect(await first.ended).toBe("SIGTERM");
    expect(await run.describe()).toMatchObject({ status: "live", owner: null });
    await startProcess(orders("worker"));
    await run.signal("go", "now");
    expect(await run.result()).toEqual(RESULT);
    expect(times(await log(), "charge")).toBe(1);
    expect((await run.describe()).failedAttempts).toEqual([]);
  });
});

describe("an embedded folder", () => {
  test("a killed process: the next one opens it and goes on at once", async () => {
    const { orders, log } = await scene();
    const embedded = { ...orders("starter"), database: `pglite:${folder.path}/data` };
    await killed({ ...embedded, failpoint: { verb: "commit", event: "activity_completed", when: "after" } });
    const sender = await startProcess({ ...embedded, role: "sender" });
    expect(await sender.ended, sender.output()).toBe(0);
    const heir = await startProcess({ ...embedded, role: "worker", settings: { printResult: true } });
    expect(await heir.ended, heir.output()).toBe(0);
    expect(heir.output()).toContain(JSON.stringify(RESULT));
    expect(times(await log(), "charge")).toBe(1);
    await agree(embedded.database);
    expect(replayed.get(asRunId(embedded.runId))).toBe(KINDS.length);
  });
});
