import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { rehearseBetween } from "./rehearse-between.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Rehearsals of which the third is the last. */
function threeTimes(isPending: () => boolean) {
  let made = 0;
  return { ...rehearseBetween(() => ++made < 3, isPending), made: () => made };
}

it("rehearses in turns of their own, and no more when there is nothing left to gain", () => {
  const { resume, made } = threeTimes(() => false);
  expect(made()).toBe(0);
  resume();
  expect(made()).toBe(0);
  vi.advanceTimersToNextTimer();
  expect(made()).toBe(1);
  vi.runAllTimers();
  expect(made()).toBe(3);
});

it("leaves the turn to an edit that is about to be told, and goes on after its report", () => {
  let isPending = false;
  const { resume, made } = threeTimes(() => isPending);
  resume();
  vi.advanceTimersToNextTimer();
  isPending = true;
  vi.runAllTimers();
  expect(made()).toBe(1);
  isPending = false;
  resume();
  resume();
  vi.advanceTimersToNextTimer();
  expect(made()).toBe(2);
});

it("holds up nobody who wants to leave", () => {
  const { resume, stop, made } = threeTimes(() => false);
  resume();
  vi.advanceTimersToNextTimer();
  stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.runAllTimers();
  expect(made()).toBe(1);
});
