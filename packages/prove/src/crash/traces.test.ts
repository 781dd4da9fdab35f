/* What the proof reads from the files of its processes: each rule is broken by hand once. */
import { expect, test } from "vitest";
import { wrongDetails, wrongExecutions } from "./executions.js";
import type { Execution, Scheduled } from "./executions.js";
import { wrongLines } from "./log-lines.js";

const VICTIM = 1;
const HEIR = 2;
const once: Scheduled = {
  ...{ run: "r", key: "r/1", activity: "work", accepted: 1, completed: true },
  ...{ keyed: false, settled: false, details: null },
};
const lost: Scheduled = { ...once, accepted: null, completed: false };
const ran = (attempt: number, pid: number, more: Partial<Execution> = {}): Execution => ({
  ...{ runId: "r", activity: "work", attempt, key: "r/1", pid },
  ...more,
});
const judged = (
  executions: readonly Execution[],
  now: readonly Scheduled[],
  before: readonly Scheduled[] = [],
) => wrongExecutions(executions, now, { victim: VICTIM, scheduled: before }, []);

test("a body runs once, and once more only if its process died before the outcome was stored", () => {
  expect(judged([ran(1, HEIR)], [once])).toEqual([]);
  expect(judged([ran(1, VICTIM)], [once], [once])).toEqual([]);
  expect(judged([ran(1, VICTIM), ran(2, HEIR)], [{ ...once, accepted: 2 }], [lost])).toEqual([]);
  expect(judged([ran(1, HEIR), ran(2, HEIR)], [{ ...once, accepted: 2 }])).toEqual([
    "work (r/1) ran 2 times in place of 1",
  ]);
  expect(judged([ran(1, VICTIM), ran(2, HEIR)], [{ ...once, accepted: 2 }], [once])).toHaveLength(1);
});

test("an attempt runs once, and the accepted one ran", () => {
  expect(judged([ran(1, VICTIM), ran(1, HEIR)], [once], [lost])).toEqual(["an attempt of r/1 ran twice"]);
  expect(judged([ran(1, VICTIM), ran(2, HEIR)], [{ ...once, accepted: 3 }], [lost])).toEqual([
    "r/1: attempt 3 was accepted and never ran",
  ]);
  expect(judged([ran(1, HEIR)], [])).toEqual(["r/1 ran, and was never scheduled"]);
});

test("what has a key runs once for all that share it", () => {
  const [a, b] = [1, 2].map((n): Scheduled => ({ ...once, key: "k", keyed: true, run: `r${n}` }));
  const one = [ran(1, VICTIM, { key: "k" })];
  const settled = [{ ...lost, key: "k", keyed: true, settled: true }];
  expect(judged(one, [a!, b!], settled)).toEqual([]);
  expect(judged([...one, ran(1, HEIR, { key: "k" })], [a!, b!], settled)).toHaveLength(1);
});

test("the attempt behind a death is handed the details that were stored last", () => {
  const death = { victim: VICTIM, scheduled: [{ ...lost, details: "7" }] };
  expect(wrongDetails([ran(1, VICTIM), ran(2, HEIR, { from: 7 })], death)).toEqual([]);
  expect(wrongDetails([ran(1, VICTIM), ran(2, HEIR, { from: 6 })], death)).toHaveLength(1);
  expect(wrongDetails([ran(1, VICTIM), ran(2, HEIR)], death)).toHaveLength(1);
});

test("a line is written once, by the process that stored it, unless that died in between", () => {
  const line = (pid: number) => ({ runId: "r", message: "m", pid });
  const [stored, none] = [new Set(["r: m"]), new Set<string>()];
  const death = { victim: VICTIM, logged: stored, unheard: [] };
  expect(wrongLines([line(VICTIM)], stored, death)).toEqual([]);
  expect(wrongLines([line(HEIR)], stored, { ...death, logged: none })).toEqual([]);
  expect(wrongLines([], stored, { ...death, unheard: ["r: m"] })).toEqual([]);
  expect(wrongLines([], stored, death)).toEqual(['"r: m" was written 0 times']);
  expect(wrongLines([line(VICTIM)], none, { ...death, logged: none })).toHaveLength(1);
  expect(wrongLines([line(HEIR)], stored, death)).toHaveLength(1);
  expect(wrongLines([line(VICTIM), line(VICTIM)], stored, death)).toHaveLength(1);
});
