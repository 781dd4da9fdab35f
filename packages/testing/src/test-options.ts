import type { ConnectOptions, WorkerOptions } from "@continuum/runtime";
import { bool, checkOptions, wholeFrom } from "@continuum/runtime/unstable-testing";
import type { Rule, Rules } from "@continuum/runtime/unstable-testing";

/** The options of `testContinuum`. */
export interface TestOptions extends Pick<
  ConnectOptions,
  "workflows" | "activities" | "namespace" | "logger" | "observer"
> {
  /** What the clock says at first. Default: 2025-01-01T00:00Z. */
  readonly now?: Date;
  /** Time passes by itself while a result is awaited. False: only `skip` moves it. Default true. */
  readonly skipTime?: boolean;
  /** Replay every prefix of every history and fail if one disagrees. Default true. */
  readonly replayCheck?: boolean;
  /** Of all randomness: ids, jitter, `random()` and `uuid4()` of workflows. Default 1. */
  readonly seed?: number;
  /** As for `Continuum.connect`. */
  readonly worker?: Pick<WorkerOptions, "concurrency" | "queues" | "maxRuns" | "parkedMs">;
}

export interface TestSettings {
  readonly connect: Pick<ConnectOptions, "workflows" | "activities" | "namespace" | "logger" | "observer">;
  readonly startAt: number;
  readonly skipTime: boolean;
  readonly replayCheck: boolean;
  readonly seed: number;
  readonly worker: WorkerOptions;
}

const START = Date.UTC(2025, 0, 1);
const anything: Rule = () => null;
const aDate: Rule = (value) =>
  value instanceof Date && Number.isFinite(value.getTime()) ? null : "a valid Date";

const RULES: Rules = {
  workflows: anything, // `connect` checks these, and says so under its own name.
  activities: anything,
  namespace: anything,
  logger: anything,
  observer: anything,
  worker: (value) => (typeof value === "object" && value !== null ? null : "an object"),
  now: aDate,
  skipTime: bool,
  replayCheck: bool,
  seed: wholeFrom(0, 2 ** 32 - 1),
} satisfies Record<keyof TestOptions, Rule>;

/** @throws ContinuumError CTM1401 for unknown or mistyped options. */
export function testSettingsFrom(options: TestOptions): TestSettings {
  checkOptions("CTM1401", "testContinuum()", options, RULES);
  const { now, skipTime = true, replayCheck = true, seed = 1, worker = {}, ...connect } = options;
  return { connect, startAt: now?.getTime() ?? START, skipTime, replayCheck, seed, worker };
}
