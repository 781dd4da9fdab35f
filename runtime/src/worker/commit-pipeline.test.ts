import { describe, expect, test } from "vitest";
import type { AtMs, Mark, RunId } from "../core/ids.js";
import { emptyTurn } from "../journal/fixtures/empty-turn.js";
import type { TurnVerdict } from "../journal/port.js";
import { CommitPipeline } from "./commit-pipeline.js";
import type { FinalVerdict } from "./commit-pipeline.js";
import type { OpenTurn } from "./decide-turn.js";
import type { LiveRun } from "./live-run.js";
import { realTime } from "./real-time.js";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

function openTurn(name: string, bytes: number): OpenTurn {
  const runId = name as RunId;
  const turn = emptyTurn(runId);
  return {
    run: { runId } as LiveRun,
    turn,
    bytes,
    warnings: [],
    starts: [],
    results: [],
    retries: [],
    moves: [],
    withdrawn: [],
    closed: [],
  };
}

/** A pipeline over turns that are ready, whose commits wait to be answered by the test. */
function bench(turns: readonly OpenTurn[]) {
  const ready = [...turns];
  const batches: { readonly runs: readonly string[]; answer(): void }[] = [];
  const settled: string[] = [];
  const pipeline = new CommitPipeline({
    time: realTime,
    randomness: { fraction: () => 0, id: () => "id" },
    log: quiet,
    maxTurns: 200,
    maxBytes: 256 * 1024,
    heard: () => undefined,
    decideNext: () => ready.shift() ?? null,
    settle: (open: OpenTurn, _verdict: FinalVerdict) => settled.push(open.turn.runId),
    commit: (sent) =>
      new Promise((resolve) => {
        const committed: TurnVerdict = { kind: "committed", mark: 0 as Mark, at: 1 as AtMs, awaited: false };
        batches.push({
          runs: sent.map(({ runId }) => runId),
          answer: () => resolve(sent.map(() => committed)),
        });
      }),
  });
  return { pipeline, ready, batches, settled };
}

const jobs = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const many = (count: number, bytes: number) =>
  Array.from({ length: count }, (_, i) => openTurn(`run-${i}`, bytes));

describe("the commit pipeline", () => {
  test("sends all that is ready as one batch, which ends at 200 turns; the next one forms while it commits", async () => {
    const { pipeline, ready, batches, settled } = bench(many(250, 100));
    pipeline.kick();
    await jobs();
    expect(batches.map(({ runs }) => runs.length)).toEqual([200]);
    ready.push(openTurn("late", 100));
    pipeline.kick();
    await jobs();
    expect(batches).toHaveLength(1);
    batches[0]?.answer();
    await jobs();
    expect(batches.map(({ runs }) => runs.length)).toEqual([200, 51]);
    expect(settled).toHaveLength(200);
  });

  test("ends a batch at 256 KiB", async () => {
    const { pipeline, batches } = bench(many(10, 100 * 1024));
    pipeline.kick();
    await jobs();
    expect(batches.map(({ runs }) => runs.length)).toEqual([3]);
  });

  test("sends a turn that is bigger alone, at the same time as the others", async () => {
    const { pipeline, batches, settled } = bench([
      openTurn("small-1", 100),
      openTurn("big-1", 300 * 1024),
      openTurn("big-2", 300 * 1024),
      openTurn("small-2", 100),
    ]);
    pipeline.kick();
    await jobs();
    expect(batches.map(({ runs }) => runs)).toEqual([["big-1"], ["small-1", "small-2"]]);
    batches[1]?.answer();
    await jobs();
    expect(settled).toEqual(["small-1", "small-2"]);
    batches[0]?.answer();
    await jobs();
    expect(batches[2]?.runs).toEqual(["big-2"]);
  });

  test("settles nothing after it was stopped", async () => {
    const { pipeline, batches, settled } = bench(many(1, 100));
    pipeline.kick();
    await jobs();
    pipeline.stop();
    batches[0]?.answer();
    await jobs();
    expect(settled).toEqual([]);
  });

  test("is idle when no turn is open", async () => {
    const { pipeline, batches } = bench(many(2, 300 * 1024));
    await pipeline.whenIdle();
    pipeline.kick();
    await jobs();
    let idle = false;
    void pipeline.whenIdle().then(() => (idle = true));
    batches[0]?.answer();
    await jobs();
    expect(idle).toBe(false);
    batches[1]?.answer();
    await jobs();
    expect(idle).toBe(true);
  });
});
