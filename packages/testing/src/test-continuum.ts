/*
 * A client and a worker in memory, on a simulated clock.
 *
 * Owns: how the parts of the kit are joined to an engine.
 * Does not own: when time passes (simulated-clock), what is hopeless (hopeless-waits), what is checked (replay-check).
 */
import { Continuum } from "@continuum/runtime";
import type { Notice } from "@continuum/runtime";
import {
  checkOptions,
  bool,
  connectEngine,
  durationMs,
  openJournal,
  registeredActivities,
} from "@continuum/runtime/unstable-testing";
import type { Connected, Engine, RunId } from "@continuum/runtime/unstable-testing";
import { ActivitiesAtWork } from "./activities-at-work.js";
import { HopelessWaits } from "./hopeless-waits.js";
import { ReplayCheck } from "./replay-check.js";
import { seededRandomness } from "./seeded-randomness.js";
import { SimulatedClock } from "./simulated-clock.js";
import type { SkipOptions } from "./simulated-clock.js";
import { testSettingsFrom } from "./test-options.js";
import type { TestOptions, TestSettings } from "./test-options.js";

/** What a test can do with time. */
export interface TestTime {
  /**
   * Lets `ms` milliseconds pass, and all that comes of it happen. Time stands still while an activity is at work, unless
   * `duringActivities` is true.
   *
   * @throws ContinuumError CTM1401 for what is no duration.
   * @example await continuum.skip(hours(23));
   */
  skip(ms: number, options?: SkipOptions): Promise<void>;
  /**
   * Resolves when everything has happened that needs no time to pass: activities at work have ended, and runs wait.
   *
   * @example await continuum.settled();
   */
  settled(): Promise<void>;
  /**
   * What the simulated clock says.
   *
   * @example expect(continuum.now()).toEqual(new Date("2025-01-02T00:00:00Z"));
   */
  now(): Date;
}

/** A {@link Continuum} whose time a test controls. */
export type TestContinuum = Continuum & TestTime;

/** The worker looks by itself as seldom as can be: in one process no hint is lost. */
const POLL_MS = 3_600_000;
const PARKED_MS = 86_400_000;

/**
 * A Continuum for tests: client and worker in memory, on a simulated clock. Nothing sleeps: while a result is awaited, time goes
 * straight to what is due next. When a run ends, and at `close`, every prefix of every history is replayed.
 *
 * @throws ContinuumError CTM1401 for unknown or mistyped options, and what `Continuum.connect` throws.
 * @example
 * await using continuum = await testContinuum({ workflows: [orderFlow] });
 * const run = await continuum.start(orderFlow, { orderId: "o-1", items: [] });
 * expect(await run.result()).toEqual({ status: "shipped" });
 */
export async function testContinuum(options: TestOptions): Promise<TestContinuum> {
  const settings = testSettingsFrom(options);
  const runs = new Set<RunId>();
  const hopeless = new HopelessWaits(runs);
  const atWork = new ActivitiesAtWork((activities) => warnOfStandstill(settings, activities));
  const clock: SimulatedClock = new SimulatedClock({
    startAt: settings.startAt,
    atWork,
    beforeMove: () => hopeless.look(engine, clock.now),
    failed: (error) =>
      queueMicrotask(() => {
        throw new Error("the simulated clock stopped: this is a bug in Continuum", { cause: error });
      }),
  });
  const listen = (notice: Notice): void => {
    if ("runId" in notice) runs.add(notice.runId as RunId);
    hopeless.heard(notice);
    settings.connect.observer?.(notice);
  };
  const connected = await connectTo(clock, atWork, settings, listen);
  const { engine } = connected;
  const replays = settings.replayCheck ? new ReplayCheck(runs) : null;

  const wait: Engine["ends"]["wait"] = async (runId, timeoutMs, local) => {
    const end = engine.ends.wait(runId, timeoutMs, local);
    if (settings.skipTime) await clock.during(timeoutMs === null ? hopeless.watch(runId, end) : end);
    const found = await end;
    await replays?.check(engine);
    return found;
  };
  const continuum = new Continuum({
    engine: { ...engine, ends: { wait, hint: (runId) => engine.ends.hint(runId) } },
    drainsOnSigterm: false,
    async shutDown() {
      try {
        await replays?.check(engine);
      } finally {
        await connected.shutDown();
      }
    },
  });
  const close = continuum.close.bind(continuum);
  const drain = continuum.drain.bind(continuum);
  return Object.assign(continuum, {
    close: () => clock.during(close(), { duringActivities: true }),
    drain: (...given: Parameters<Continuum["drain"]>) => clock.during(drain(...given)),
    async skip(ms: number, skipOptions: SkipOptions = {}) {
      checkOptions("CTM1401", "skip()", { ms, ...skipOptions }, { ms: durationMs, duringActivities: bool });
      await clock.skip(ms, skipOptions);
    },
    clock,
    settled: () => clock.skip(0),
    now: () => new Date(clock.now),
  });
}

function connectTo(
  clock: SimulatedClock,
  atWork: ActivitiesAtWork,
  { connect, seed, worker }: TestSettings,
  observer: (notice: Notice) => void,
): Promise<Connected> {
  const registered = [...registeredActivities()].map(([name, { fn }]): [string, unknown] => [name, fn]);
  const activities = atWork.watched(new Map([...registered, ...Object.entries(connect.activities ?? {})]));
  return connectEngine(
    {
      ...connect,
      database: "memory:",
      activities,
      observer,
      worker: { parkedMs: PARKED_MS, ...worker, pollMs: POLL_MS, signals: false },
    },
    {
      time: clock,
      randomness: seededRandomness(seed),
      open: (opening) => openJournal({ ...opening, now: () => clock.now }),
    },
  );
}

function warnOfStandstill({ connect }: TestSettings, activities: readonly string[]): void {
  const message =
    "time stands still while activities are at work; to let their timeouts pass: skip(ms, { duringActivities: true })";
  if (connect.logger === undefined) console.warn(`${message}: ${activities.join(", ")}`);
  else connect.logger.warn(message, { activities: activities.join(", ") });
}
