/*
 * Workflow code that ends whatever process touches it, on a server with real processes (R41): its run ends blocked after five
 * workers, its history untouched, and the runs beside it go on, tried but never convicted.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { migratedDatabase } from "../journal/postgres/fixtures/databases.js";
import { Continuum } from "./continuum.js";
import { eventually, flow } from "./fixtures/flows.js";
import { endProcesses, startSuspect, temporaryFolder } from "./fixtures/processes.js";
import type { Folder, Process, SuspectOrders } from "./fixtures/processes.js";
import { quiet } from "./fixtures/stores.js";

/** Only their names matter to a mere client: the workers have the code. */
const named = (name: string) => flow(name, (input: number) => input as never as Generator<unknown, string>);
const [calm, poisonous, deadly] = [named("calm"), named("poisonous"), named("deadly")];
const CALM = 5;

let folder: Folder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterEach(endProcesses);
afterAll(() => folder.remove());

let number = 0;

async function scene(poison: SuspectOrders["poison"]) {
  const database = await migratedDatabase();
  const client = await Continuum.connect({ database, worker: false, logger: quiet });
  const logFile = `${folder.logFile}.${++number}`;
  const { readFile } = await import("node:fs/promises");
  return {
    client,
    worker: (mended = false, settings: object = {}) =>
      startSuspect({ database, logFile, poison: mended ? null : poison, settings }),
    lines: async (begin: string) =>
      (await readFile(logFile, "utf8").catch(() => "")).split("\n").filter((line) => line.startsWith(begin)),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

const trials = ({ output }: Process) => output().split("a run is tried alone").length - 1;

describe("workflow code that ends its process", () => {
  test.each([
    ["by an exit", "exit", 1],
    ["by an endless loop", "loop", null],
    ["by taking all memory", "memory", "SIGABRT"],
  ] as const)("%s", { timeout: 300_000 }, async (_, poison, end) => {
    await using stage = await scene(poison);
    const { client, worker, lines } = stage;
    // Runs that wait stay owned: they are beside it when it kills.
    const settings = { stallMs: 400, parkedMs: 600_000 };
    const first = await worker(false, settings);
    const innocent = await Promise.all(
      Array.from({ length: CALM }, (_, n) => client.start(calm, n, { id: `calm-${n}` })),
    );
    const guilty = await client.start(poisonous, 7, { id: "guilty" });
    for (const run of [...innocent, guilty])
      await eventually(async () => (await run.history()).at(-1)?.kind === "signal_awaited");
    const before = await guilty.history();

    const touched = async (process: Process, times: number) => {
      await eventually(async () => (await lines("drink")).length === times, 30_000);
      if (end !== null) expect(await process.ended, process.output()).toBe(end);
    };
    await guilty.signal("go", null);
    await touched(first, 1);
    const second = await worker(false, settings);
    await touched(second, 2);
    const third = await worker(false, settings);
    await touched(third, 3);
    const fourth = await worker(false, settings);
    await touched(fourth, 4);
    const fifth = await worker(false, settings);
    await touched(fifth, 5);
    const sixth = await worker(false, settings);
    const { diagnosis } = await eventually(async () => {
      const described = await guilty.describe();
      return described.status === "blocked" ? described : null;
    }, 30_000);
    expect(diagnosis).toMatchObject({ code: "CTM4011", seq: before.length - 1 });
    expect(diagnosis?.message).toContain("5 workers died");

    // The others were suspects as well, twice after two deaths that they were near, and were acquitted one by one.
    const deaths = () => Promise.all([...innocent, guilty].map(async (run) => (await run.describe()).deaths));
    await eventually(async () => (await deaths()).join() === "0,0,0,0,0,5");
    expect([third, fourth, fifth, sixth].reduce((sum, each) => sum + trials(each), 0)).toBe(2 * CALM + 3);
    for (const [n, run] of innocent.entries()) {
      await run.signal("go", "now");
      expect(await run.result()).toBe(`first ${n} now`);
      expect((await run.describe()).failedAttempts).toEqual([]);
    }
    expect(await guilty.history()).toEqual(before);
    expect(await lines("drink")).toHaveLength(5);

    sixth.child.kill("SIGTERM");
    await sixth.ended;
    await worker(true);
    await guilty.resume();
    expect(await guilty.result()).toBe("first 7 water");
    expect((await lines("first 7")).map((line) => line.split(" ")[2])).toEqual(["1"]);
    expect(await guilty.describe()).toMatchObject({ diagnosis: null, deaths: 0 });
  });
});

describe("a body that ends its process", () => {
  test("uses up its attempts, and convicts nobody", { timeout: 300_000 }, async () => {
    await using stage = await scene("exit");
    const { client, worker, lines } = stage;
    const run = await client.start(deadly, 1, { id: "deadly" });
    for (let attempt = 1; attempt <= 3; attempt++) {
      const process = await worker();
      expect(await process.ended, process.output()).toBe(1);
      expect((await lines("kill")).at(-1)).toContain(`kill ${attempt} `);
    }
    await worker();
    await expect(run.result()).rejects.toMatchObject({
      code: "CTM7201",
      cause: { name: "ActivityError", attempts: 3, cause: { code: "CTM5010" } },
    });
    expect((await run.describe()).failedAttempts).toHaveLength(3);
  });
});
