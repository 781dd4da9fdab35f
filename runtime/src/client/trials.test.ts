/*
 * What a worker does with suspects (R41): it tries them one at a time, and nothing else of it moves meanwhile, so that a death in
 * a trial is the run's own.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as rt from "../compiled.js";
import type { WorkerId } from "../core/ids.js";
import type { Continuum } from "./continuum.js";
import { eventually, flow } from "./fixtures/flows.js";
import { connect, exclusiveStore, QUICK } from "./fixtures/stores.js";
import type { Store } from "./fixtures/stores.js";

/** What happened, in order. */
let seen: string[];
let store: Store;
let starter: Continuum;
let end: (() => void) | null;

const waits = flow("waits", function* (name: string) {
  seen.push(`${name} begins`);
  const go = yield rt.signal("m#signal1", "go");
  seen.push(`${name} goes on`);
  return go;
});
const works = flow("works", function* (_: null) {
  return yield rt.activity("m#activity1", "work", []);
});
const suspicious = flow("suspicious", function* (name: string) {
  seen.push(`${name} is touched`);
  return yield rt.activity("m#activity1", "quick", [name]);
});
const workflows = [waits, works, suspicious];
const activities = {
  work: () =>
    new Promise<string>((resolve) => {
      end = () => {
        seen.push("the body ends");
        resolve("done");
      };
    }),
  quick: (name: string) => name,
};

beforeEach(async () => {
  seen = [];
  end = null;
  store = await exclusiveStore("memory:");
  starter = await connect(store, { workflows, worker: false });
});
afterEach(async () => {
  await starter.close();
  await store.close();
});

/** So many workers die with all suspicious runs that there are, the last `trials` of them while they try one. */
async function deaths(count: number, trials = 0): Promise<void> {
  const { journal } = store.inside;
  const { name, versionHash: hash } = suspicious.compiled.manifest;
  const version = { workflow: name, hash, label: "1" };
  for (let n = 1; n <= count; n++) {
    const worker = `dies-${n}` as WorkerId;
    await journal.enlist(worker, 60_000);
    const claimed = await journal.claimRuns({ worker, versions: [version], current: [version], limit: 10 });
    expect(claimed).not.toEqual([]);
    if (n > count - trials)
      for (const { runId, token } of claimed) expect(await journal.beginTrial(runId, token)).toBe(true);
    await journal.retire(worker);
  }
}

/**
 * A worker that takes nothing before `open`. At its first trial `meanwhile` happens before the journal hears of it. The first commit
 * of each suspicious run is noted when it is answered.
 */
async function jury(meanwhile: () => Promise<void> = async () => undefined) {
  let isOpen = false;
  let trials = 0;
  const committed = new Set<string>();
  const worker = { ...QUICK, parkedMs: 600_000 };
  const continuum = await connect(store, { workflows, activities, worker }, (journal) => ({
    claimRuns: async (ask) => (isOpen ? journal.claimRuns(ask) : []),
    async beginTrial(runId, token) {
      seen.push("a trial");
      if (++trials === 1) await meanwhile();
      return journal.beginTrial(runId, token);
    },
    async commit(turns) {
      const verdicts = await journal.commit(turns);
      for (const { runId } of turns) {
        if (!runId.startsWith("suspect") || committed.has(runId)) continue;
        committed.add(runId);
        seen.push("it commits");
      }
      return verdicts;
    },
  }));
  return { continuum, open: () => (isOpen = true) };
}

/** So long that whoever may go on has done so. */
async function turns(): Promise<void> {
  for (let n = 0; n < 100; n++) await new Promise((resolve) => setImmediate(resolve));
}

describe("a run that two workers died with", () => {
  test("is tried before anything else goes on or begins, and then everything does", async () => {
    const { continuum, open } = await jury(async () => {
      await other.signal("go", 1);
      await continuum.start(waits, "a newcomer", { id: "new" });
      await turns();
    });
    const other = await continuum.start(waits, "another");
    const suspect = await starter.start(suspicious, "the suspect", { id: "suspect" });
    await deaths(2);
    open();
    expect(await suspect.result()).toBe("the suspect");
    expect(await other.result()).toBe(1);
    await continuum.run("new").signal("go", 2);
    expect(await continuum.run("new").result()).toBe(2);
    expect(seen).toEqual([
      "another begins",
      "a trial",
      "the suspect is touched",
      "it commits",
      "another goes on",
      "a newcomer begins",
      "a newcomer goes on",
    ]);
    await continuum.close();
  });

  test("is tried alone among its like: the next trial begins after it has committed", async () => {
    const { continuum, open } = await jury();
    const names = ["one", "two", "three"];
    const start = (name: string) => starter.start(suspicious, name, { id: `suspect-${name}` });
    const suspects = await Promise.all(names.map(start));
    await deaths(2);
    open();
    for (const [n, suspect] of suspects.entries()) expect(await suspect.result()).toBe(names[n]);
    const trial = (name: string) => ["a trial", `${name} is touched`, "it commits"];
    expect(seen).toEqual(names.flatMap(trial));
    await continuum.close();
  });

  test("waits for a body that is at work: it would lose an attempt", async () => {
    const { continuum, open } = await jury();
    const working = await continuum.start(works, null);
    await eventually(() => end);
    const suspect = await starter.start(suspicious, "the suspect");
    await deaths(2);
    open();
    await eventually(async () => (await suspect.describe()).owner?.startsWith("worker-"));
    await turns();
    end?.();
    await suspect.result();
    expect(await working.result()).toBe("done");
    expect(seen).toEqual(["the body ends", "a trial", "the suspect is touched"]);
    await continuum.close();
  });

  test("does not wait for one that never ends", async () => {
    const { continuum, open } = await jury();
    await continuum.start(works, null);
    const suspect = await starter.start(suspicious, "the suspect");
    await deaths(2);
    open();
    expect(await suspect.result()).toBe("the suspect");
    expect(seen).toEqual(["a trial", "the suspect is touched"]);
    await continuum.drain({ timeoutMs: 0 });
    await continuum.close();
  });

  test("is not held against a worker that is drained before its trial: nothing is counted", async () => {
    const { continuum, open } = await jury();
    await continuum.start(works, null); // Its body keeps the trial waiting.
    await starter.start(suspicious, "the suspect", { id: "suspect" });
    await deaths(2);
    open();
    await eventually(async () => (await starter.run("suspect").describe()).owner?.startsWith("worker-"));
    await continuum.drain({ timeoutMs: 0 });
    const heir = await jury();
    heir.open();
    expect(await starter.run("suspect").result()).toBe("the suspect");
    await continuum.close();
    await heir.continuum.close();
  });
});

describe("a worker that is drained during a trial", () => {
  test("finishes that one, and leaves the others to whoever comes", async () => {
    let drained: Promise<void> = Promise.resolve();
    const { continuum, open } = await jury(async () => {
      drained = continuum.drain();
      await turns();
    });
    const start = (name: string) => starter.start(suspicious, name, { id: `suspect-${name}` });
    const suspects = [await start("one"), await start("two")];
    await deaths(2);
    open();
    await eventually(() => seen.includes("it commits"));
    await drained;
    expect(seen).toEqual(["a trial", "one is touched", "it commits"]);
    const heir = await jury();
    heir.open();
    expect(await Promise.all(suspects.map((suspect) => suspect.result()))).toEqual(["one", "two"]);
    await continuum.close();
    await heir.continuum.close();
  });
});

describe("a run that five workers died with, the last three on trial", () => {
  test("is blocked untouched, with a diagnosis and its history as it was, until it is put back", async () => {
    const { continuum, open } = await jury();
    const run = await starter.start(suspicious, "the culprit");
    const before = await run.history();
    await deaths(5, 3);
    open();
    const { diagnosis } = await eventually(async () => {
      const described = await run.describe();
      return described.status === "blocked" ? described : null;
    });
    expect(diagnosis).toMatchObject({ code: "CTM4011", seq: 0 });
    expect(await run.history()).toEqual(before);
    expect(seen).toEqual([]);
    await run.resume();
    expect(await run.result()).toBe("the culprit");
    expect(seen).toEqual(["the culprit is touched"]);
    await continuum.close();
  });
});
