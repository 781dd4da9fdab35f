/*
 * What a worker does when the journal says no: each verdict and failure is forced once, on memory.
 */
import { afterEach, describe, expect, test } from "vitest";
import * as rt from "../compiled.js";
import { TIMEOUT } from "../core/timeout.js";
import { journalUnreachable, statementRefused } from "../errors/journal-errors.js";
import type { AtMs, RunId } from "../core/ids.js";
import type { Journal, Turn, TurnVerdict } from "../journal/port.js";
import { openJournal } from "../journal/open.js";
import { realWorld } from "./connect.js";
import { eventually, flow, Watcher } from "./fixtures/flows.js";
import {
  asRunId,
  connect,
  connectIn,
  connectMortal,
  exclusiveStore,
  QUICK,
  quiet,
} from "./fixtures/stores.js";
import type { Store } from "./fixtures/stores.js";
import { SimulatedTime } from "./fixtures/simulated-time.js";

const SOON = { retry: { initialMs: 10, jitterMs: 0 } };
const act = (target: string, args: readonly unknown[]) => rt.activity("m#activity1", target, args, SOON);
const pair = flow("pair", function* (_: null) {
  return [yield act("work", [1]), yield act("work", [2])];
});
const waits = flow("waits", function* (timeout: number) {
  const got = yield rt.signal("m#signal1", "verdict", { timeout });
  // More follows: it is the timeout that makes the turn decisive, not the run's end.
  yield act("work", [1]);
  return got === TIMEOUT ? "timeout" : got;
});
const race = flow("race", function* (_: null) {
  const done = yield act("work", [1]);
  return [done, yield rt.signal("m#signal1", "verdict")];
});
const sleepy = flow("sleepy", function* (ms: number) {
  yield rt.timer("m#timer1", ms);
  return "awake";
});
const patient = flow("patient", function* (_: null) {
  const options = { priority: 1, retry: { maxAttempts: 9, initialMs: 5, jitterMs: 0 } };
  return yield rt.activity("m#activity1", "work", [1], options);
});
const workflows = [pair, waits, race, sleepy, patient];

let stores: Store[] = [];
afterEach(async () => {
  for (const store of stores) await store.close();
  stores = [];
});

async function memory(): Promise<Store> {
  const store = await exclusiveStore("memory:");
  stores.push(store);
  return store;
}

/** A journal whose commits go through `script`: it answers, or lets the journal do so. */
function scripted(
  script: (
    turns: readonly Turn[],
    real: () => Promise<readonly TurnVerdict[]>,
    nth: number,
  ) => Promise<readonly TurnVerdict[]>,
) {
  let nth = 0;
  return (journal: Journal): Partial<Journal> => ({
    commit: (turns) => script(turns, () => journal.commit(turns), nth++),
  });
}

const count = () => {
  const calls: number[] = [];
  return { calls, work: (n: number) => (calls.push(n), n * 10) };
};

describe("a commit", () => {
  test("that finds the row locked is sent again, unchanged; nothing acts meanwhile", async () => {
    const { calls, work } = count();
    const sent: Turn[] = [];
    const change = scripted(async (turns, real, nth) => {
      sent.push(...turns);
      if (nth > 2) return real();
      expect(calls).toEqual([1]);
      return turns.map(() => ({ kind: "locked" }));
    });
    await using continuum = await connect(await memory(), { workflows, activities: { work } }, change);
    expect(await (await continuum.start(pair, null)).result()).toEqual([10, 20]);
    expect(sent[1]).toBe(sent[0]);
    expect(sent[3]).toBe(sent[0]);
    expect(calls).toEqual([1, 2]);
  });

  test("that does not get through is sent again, unchanged", async () => {
    const { calls, work } = count();
    const sent: Turn[] = [];
    const change = scripted(async (turns, real, nth) => {
      sent.push(...turns);
      if (nth < 2) throw journalUnreachable("commit turns", null);
      return real();
    });
    await using continuum = await connect(await memory(), { workflows, activities: { work } }, change);
    expect(await (await continuum.start(pair, null)).result()).toEqual([10, 20]);
    expect(sent[2]).toBe(sent[0]);
    expect(calls).toEqual([1, 2]);
  });

  test("that comes early by the database's clock waits, and is the same turn", async () => {
    const sent: Turn[] = [];
    const change = scripted(async (turns, real, nth) => {
      sent.push(...turns);
      return nth === 0
        ? turns.map(({ notBefore }) => ({ kind: "early", at: (notBefore! - 30) as AtMs }))
        : real();
    });
    await using continuum = await connect(await memory(), { workflows }, change);
    expect(await (await continuum.start(sleepy, 5)).result()).toBe("awake");
    expect(sent).toHaveLength(2);
    expect(sent[1]).toBe(sent[0]);
    const [, started] = await continuum.run(sent[0]!.runId).history();
    expect(sent[0]!.notBefore).toBe((started!.event as { readonly dueAt: number }).dueAt);
  });

  test("that a database refuses blocks the one run that causes it, and keeps its outcome; the others go on", async () => {
    const store = await memory();
    const { calls, work } = count();
    let poison: RunId | null = null;
    const change = scripted(async (turns, real) => {
      if (turns.some((turn) => turn.runId === poison && turn.events.length > 0))
        throw statementRefused("commit turns", "22000", null);
      return real();
    });
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const first = await connect(
      store,
      { workflows, activities: { work: async (n: number) => (await gate, work(n)) } },
      change,
    );
    const runs = await first.startMany(
      pair,
      Array.from({ length: 7 }, () => ({ input: null })),
    );
    poison = asRunId(runs[3]!.id);
    open();
    const others = runs.filter((_, i) => i !== 3);
    expect(await Promise.all(others.map((run) => run.result()))).toEqual(others.map(() => [10, 20]));
    const { diagnosis } = await eventually(async () => {
      const described = await runs[3]!.describe();
      return described.status === "blocked" ? described : null;
    });
    expect(diagnosis).toMatchObject({ code: "CTM5002" });
    expect((await runs[3]!.history()).map(({ kind }) => kind)).toEqual(["run_started", "activity_scheduled"]);
    expect(calls).toHaveLength(13);
    poison = null;
    await runs[3]!.resume();
    expect(await runs[3]!.result()).toEqual([10, 20]);
    expect(calls).toHaveLength(14);
    await first.close();
  });

  test("that a database refuses altogether blocks the run; after that, what ran counts as a lost attempt", async () => {
    const store = await memory();
    let poison = true;
    const change = scripted(async (turns, real) => {
      if (poison) throw statementRefused("commit turns", "53100", null);
      return real();
    });
    const attempts: number[] = [];
    const { activityContext } = await import("../activity.js");
    const work = (n: number) => (attempts.push(activityContext().attempt), n);
    await using continuum = await connect(store, { workflows, activities: { work } }, change);
    const run = await continuum.start(pair, null);
    await eventually(async () => (await run.describe()).status === "blocked");
    poison = false;
    await run.resume();
    expect(await run.result()).toEqual([1, 2]);
    expect(attempts).toEqual([1, 2, 1]);
    expect((await run.describe()).failedAttempts).toMatchObject([{ attempt: 1, error: null }]);
  });

  test("that was lost makes the worker forget the run, and its body is told", async () => {
    const store = await memory();
    let taken = false;
    const change = scripted(async (turns, real) =>
      taken ? turns.map(() => ({ kind: "lost" as const })) : real(),
    );
    const { work } = count();
    const first = await connectMortal(
      store,
      { workflows, activities: { work: (n: number) => ((taken = true), work(n)) } },
      change,
    );
    const run = await first.continuum.start(pair, null);
    await eventually(() => taken);
    await first.crash();
    const { calls, work: again } = count();
    await using second = await connect(store, { workflows, activities: { work: again } });
    expect(await second.run(run.id).result()).toEqual([10, 20]);
    expect(calls).toEqual([1, 2]);
  });

  test("that decides against a mark it has not seen is dropped, rebuilt and decided again: the signal wins", async () => {
    const store = await memory();
    let sent = false;
    const verdicts: string[] = [];
    const change = scripted(async (turns, real) => {
      const [turn] = turns;
      if (!sent && turn?.decisive === true) {
        // Accepted in time, by a sender whom nobody told this worker of: the deadline lies in the signal's future.
        sent = true;
        await store.inside.journal.signal(turn.runId, "verdict", '"quick"' as never, "d");
      }
      const answer = await real();
      verdicts.push(...answer.map(({ kind }) => kind));
      return answer;
    });
    // The wait's deadline is a minute off by the database's clock; this worker's clock goes a thousand times too fast.
    const { time } = realWorld;
    const hurried = {
      monotonicMs: () => time.monotonicMs() * 1000,
      after: (ms: number, act: () => void) => time.after(ms / 1000, act),
    };
    const world = { ...store.world(change), time: hurried };
    const continuum = await connectIn(world, {
      database: "memory:",
      workflows,
      activities: { work: (n: number) => n },
      logger: quiet,
      worker: { ...QUICK, pollMs: 60_000, parkedMs: 3_600_000 },
    });
    const run = await continuum.start(waits, 60_000);
    expect(await run.result()).toBe("quick");
    expect(verdicts[0]).toBe("marked");
    expect((await run.history()).map(({ kind }) => kind)).toEqual([
      "run_started",
      "signal_awaited",
      "signal_received",
      "activity_scheduled",
      "activity_completed",
      "run_completed",
    ]);
    await continuum.close();
  });

  test("that is refused for a mark loses no result of a body", async () => {
    const store = await memory();
    const { calls, work } = count();
    let marked = 0;
    const change = scripted(async (turns, real) => {
      if (marked++ < 2) return turns.map(({ seenMark }) => ({ kind: "marked", mark: seenMark }));
      return real();
    });
    await using continuum = await connect(store, { workflows, activities: { work } }, change);
    expect(await (await continuum.start(pair, null)).result()).toEqual([10, 20]);
    expect(calls).toEqual([1, 2]);
  });
});

describe("nothing on the way waits for a poll", () => {
  const worker = { ...QUICK, pollMs: 3_600_000 };

  test("a mark that was left while a turn was under way", async () => {
    const store = await memory();
    const change = scripted(async (turns, real) => {
      const parking = turns.find(({ events }) => events.some(({ kind }) => kind === "signal_awaited"));
      if (parking !== undefined)
        await store.inside.journal.signal(parking.runId, "verdict", '"hidden"' as never, "d");
      return real();
    });
    const activities = { work: (n: number) => n };
    await using continuum = await connect(store, { workflows, activities, worker }, change);
    expect(await (await continuum.start(race, null)).result()).toEqual([1, "hidden"]);
  });

  test("the outcome of a row, and the next attempt", async () => {
    let calls = 0;
    const work = () => {
      calls += 1;
      if (calls < 4) throw new Error("again");
      return calls;
    };
    await using continuum = await connect(await memory(), { workflows, activities: { work }, worker });
    expect(await (await continuum.start(patient, null)).result()).toBe(4);
  });

  test("more runs than one look claims", async () => {
    const store = await memory();
    await using starter = await connect(store, { workflows, worker: false });
    const runs = await starter.startMany(
      sleepy,
      Array.from({ length: 250 }, () => ({ input: 1 })),
    );
    await using continuum = await connect(store, { workflows, worker });
    expect(continuum.ready()).toBe(true);
    await eventually(async () => {
      const rows = await Promise.all(runs.map(({ id }) => store.inside.reader.run(asRunId(id))));
      return rows.every((row) => row?.status === "completed");
    });
  });
});

describe("an owned run", () => {
  test("with a body at work is kept, however long it has been silent", async () => {
    const store = await memory();
    let released = 0;
    let polls = 0;
    const change = ({ inbox, release }: Journal): Partial<Journal> => ({
      inbox: (worker, runs) => ((polls += runs === undefined ? 1 : 0), inbox(worker, runs)),
      release: (worker, runs) => ((released += runs.length), release(worker, runs)),
    });
    let finish: (n: number) => void = () => undefined;
    const gate = new Promise<number>((resolve) => (finish = resolve));
    const worker = { ...QUICK, parkedMs: 0 };
    const continuum = await connect(store, { workflows, activities: { work: () => gate }, worker }, change);
    const run = await continuum.start(pair, null);
    await eventually(() => polls > 5);
    expect(released).toBe(0);
    finish(7);
    expect(await run.result()).toEqual([7, 7]);
    await continuum.close();
  });

  test("lets the journal know of a mark that it could do nothing with", async () => {
    const store = await memory();
    const mortal = await connectMortal(store, { workflows, worker: { ...QUICK, parkedMs: 3_600_000 } });
    const run = await mortal.continuum.start(sleepy, 3_600_000);
    await run.signal("unheard", 1);
    const worker = mortal.workerId()!;
    await eventually(async () => (await store.inside.journal.inbox(worker)).length === 0);
    expect((await run.describe()).owner).toBe(worker);
    await mortal.continuum.close();
  });

  test("whose memory was given back goes on from its history", async () => {
    const watcher = new Watcher();
    let reads = 0;
    let polls = 0;
    const store = await memory();
    const world = store.world(({ inbox }) => ({
      inbox: (worker, runs) => ((polls += runs === undefined ? 1 : 0), inbox(worker, runs)),
    }));
    const counted = {
      ...world,
      open: async (options: Parameters<typeof world.open>[0]) => {
        const opened = await world.open(options);
        return {
          ...opened,
          reader: {
            ...opened.reader,
            history: (runId: RunId) => ((reads += 1), opened.reader.history(runId)),
          },
        };
      },
    };
    const worker = { ...QUICK, maxLiveBytes: 0, parkedMs: 3_600_000 };
    const options = {
      database: "memory:",
      workflows,
      activities: { work: (n: number) => n },
      logger: quiet,
      worker,
      observer: watcher.observer,
    };
    const continuum = await connectIn(counted, options);
    const run = await continuum.start(race, null);
    await watcher.event("signal_awaited", run.id);
    // A full round of housekeeping after the run has parked: each begins with a poll.
    const before = polls;
    await eventually(() => polls > before + 1);
    await run.signal("verdict", "again");
    expect(await run.result()).toEqual([1, "again"]);
    expect(reads).toBe(1);
    await continuum.close();
  });
});

describe("a lost lease", () => {
  test("stops what the worker did and gives it a new identity, under which it goes on", async () => {
    const store = await memory();
    const watcher = new Watcher();
    let lost = false;
    const attempts: number[] = [];
    let aborted = false;
    const change = (journal: Journal): Partial<Journal> => ({
      exclusive: false,
      async renew(worker, leaseMs) {
        if (lost) return journal.renew(worker, leaseMs);
        lost = true;
        await journal.retire(worker);
        return false;
      },
    });
    const { activityContext } = await import("../activity.js");
    const work = (n: number) => {
      const { attempt, abortSignal } = activityContext();
      attempts.push(attempt);
      if (attempt > 1) return n;
      abortSignal.addEventListener("abort", () => (aborted = true));
      return new Promise(() => undefined);
    };
    const mortal = await connectMortal(
      store,
      { workflows, activities: { work }, observer: watcher.observer, worker: { ...QUICK, leaseMs: 300 } },
      change,
    );
    const before = mortal.workerId();
    const run = await mortal.continuum.start(race, null);
    await watcher.seen(({ kind }) => kind === "lease_lost");
    expect(aborted).toBe(true);
    await run.signal("verdict", "on");
    expect(await run.result()).toEqual([1, "on"]);
    expect(mortal.workerId()).not.toBe(before);
    expect(attempts).toEqual([1, 2]);
    await mortal.continuum.close();
  });
});

describe("a simulated clock", () => {
  test("thirty days pass in no time, and the timer fires when they have passed", async () => {
    const time = new SimulatedTime();
    const world = {
      ...realWorld,
      time,
      open: (o: Parameters<typeof openJournal>[0]) => openJournal({ ...o, now: () => time.now }),
    };
    const continuum = await connectIn(world, {
      database: "memory:",
      workflows,
      logger: quiet,
      worker: { signals: false, pollMs: 3_600_000 },
    });
    const days = 24 * 60 * 60 * 1000;
    const run = await continuum.start(sleepy, 30 * days);
    await time.pass(30 * days - 1);
    expect((await run.describe()).status).toBe("live");
    await time.pass(60_001);
    expect((await run.describe()).status).toBe("completed");
    const closing = continuum.close();
    await time.pass(2_000);
    await closing;
  });
});
