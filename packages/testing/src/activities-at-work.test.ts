import { expect, test } from "vitest";
import { ActivitiesAtWork } from "./activities-at-work.js";

test("somebody is told which activities hold the time for long, and the wait goes on until one ends", async () => {
  let finish: () => void = () => undefined;
  const hanging = new Promise<void>((resolve) => (finish = resolve));
  let changed = false;
  const told = await new Promise<readonly string[]>((resolve) => {
    const atWork = new ActivitiesAtWork(resolve, 1);
    const { ship } = atWork.watched(new Map([["ship", () => hanging]]));
    void (ship as () => unknown)();
    expect(atWork.any).toBe(true);
    void atWork.change().then(() => (changed = !atWork.any));
  });
  expect(told).toEqual(["ship"]);
  expect(changed).toBe(false);
  finish();
  await new Promise((resolve) => setImmediate(resolve));
  expect(changed).toBe(true);
});

test("an activity that throws is at work no more", async () => {
  const atWork = new ActivitiesAtWork(() => undefined);
  const { ship } = atWork.watched(new Map([["ship", () => Promise.reject(new Error("no"))]]));
  await expect((ship as () => unknown)()).rejects.toThrow("no");
  expect(atWork.any).toBe(false);
});
