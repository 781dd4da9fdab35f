import { expect, test } from "vitest";
import { SimulatedTime } from "../client/fixtures/simulated-time.js";
import { DatabaseClock } from "./database-clock.js";
import { DueTimes } from "./due-times.js";

function bench() {
  const time = new SimulatedTime();
  const clock = new DatabaseClock(time);
  clock.heard(time.now);
  const due: string[] = [];
  return {
    time,
    clock,
    due,
    times: new DueTimes<string>(time, clock, (key) => due.push(key)),
    start: time.now as number,
  };
}

test("each comes once, in order, not before its time; what was moved or dropped comes not at its old time", async () => {
  const { time, due, times, start } = bench();
  for (const [key, after] of [
    ["d", 40],
    ["a", 10],
    ["c", 30],
    ["b", 20],
    ["dropped", 15],
    ["moved", 5],
  ] as const)
    times.set(key, start + after);
  times.set("dropped", null);
  times.set("moved", start + 35);
  await time.pass(9);
  expect(due).toEqual([]);
  await time.pass(21);
  expect(due).toEqual(["a", "b", "c"]);
  await time.pass(1_000);
  expect(due).toEqual(["a", "b", "c", "moved", "d"]);
});

test("many in random order come sorted", async () => {
  const { time, due, times, start } = bench();
  let random = 7;
  const delays = Array.from({ length: 500 }, () => (random = (random * 16_807) % 2_147_483_647) % 10_000);
  delays.forEach((delay, i) => times.set(`${i}`, start + delay));
  await time.pass(10_000);
  const expected = delays.map((_, i) => i).sort((a, b) => (delays[a] ?? 0) - (delays[b] ?? 0));
  expect(due.map((key) => delays[Number(key)])).toEqual(expected.map((i) => delays[i]));
});

test("a clock that turns out to be behind makes it wait on", async () => {
  const { time, clock, due, times, start } = bench();
  times.set("x", start + 90_000);
  await time.pass(30_000);
  clock.heard((start + 20_000) as typeof time.now); // The database says that less time has passed.
  await time.pass(60_000);
  expect(due).toEqual([]);
  await time.pass(10_000);
  expect(due).toEqual(["x"]);
});
