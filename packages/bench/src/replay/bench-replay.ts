/*
 * How fast the interpreter walks a history on one core: every command is matched against the recorded one (R6), decoding is left
 * out.
 */
import { replay } from "@continuum/runtime/unstable-core";
import { grouped, median } from "../table.js";
import type { Findings } from "../table.js";
import { fanOut, sequence, waits } from "./programs.js";
import type { Subject } from "./programs.js";

const STEPS = 10_000;
const WARM_UP = 20;
const ROUNDS = 60;
const TARGET = 1_000_000;

interface Measured {
  readonly title: string;
  readonly events: number;
  readonly milliseconds: number;
  readonly eventsPerSecond: number;
}

/** Walks three histories of 10,000 steps. The summary's figure is that of the first, the plain sequence. */
export function benchReplay(): Findings {
  const measured = [sequence(STEPS), fanOut(STEPS), waits(STEPS)].map(measure);
  const [first] = measured as [Measured, ...Measured[]];
  return {
    heading: `Replay of ${grouped(STEPS)} steps, median of ${ROUNDS} walks, Node ${process.versions.node}. Target: ${grouped(TARGET)} events/s.`,
    rows: [
      ["history", "events", "ms", "events/s"],
      ...measured.map((row) => [
        row.title,
        grouped(row.events),
        row.milliseconds.toFixed(2),
        grouped(row.eventsPerSecond),
      ]),
    ],
    summary: {
      name: "replay",
      steps: STEPS,
      events: first.events,
      milliseconds: first.milliseconds,
      eventsPerSecond: Math.round(first.eventsPerSecond),
      target: TARGET,
      met: first.eventsPerSecond >= TARGET,
      histories: measured,
      node: process.versions.node,
    },
  };
}

function measure({ title, ports, history }: Subject): Measured {
  const times: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const start = performance.now();
    const { execution, fault } = replay(ports, history);
    const took = performance.now() - start;
    // A walk that stopped early would look fast.
    if (fault !== null) throw new Error(fault.message);
    if (execution?.end !== "completed" || execution.nextSeq !== history.length)
      throw new Error("the walk stopped early");
    if (round >= WARM_UP) times.push(took);
  }
  const milliseconds = median(times);
  return {
    title,
    events: history.length,
    milliseconds,
    eventsPerSecond: (history.length / milliseconds) * 1000,
  };
}
