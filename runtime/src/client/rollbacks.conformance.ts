/*
 * Cancellations that meet a rollback, on any journal: what was begun to be undone is undone, whatever happens meanwhile (R31–R33).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { activityContext } from "../activity.js";
import * as rt from "../compiled.js";
import { CancelledError } from "../core/workflow-errors.js";
import { eventually, flow } from "./fixtures/flows.js";
import { connect, connectMortal } from "./fixtures/stores.js";
import type { Store } from "./fixtures/stores.js";

const once = { retry: { maxAttempts: 1 } };
const trip = flow("trip", function* (mode: "sequential" | "parallel") {
  for (const n of [1, 2, 3])
    yield rt.activity("m#activity1", "book", [n], { compensate: rt.call("free", [n]) });
  try {
    yield rt.activity("m#activity2", "pay", [], once);
  } catch {
    yield rt.compensateAll("m#compensateAll1", { mode });
    yield rt.activity("m#activity3", "tell", []);
  }
  return "rolled back";
});

/** The world outside: what is booked, and who is asked to free what. */
function world(heartbeats: boolean) {
  const booked = new Set<number>();
  const frees: number[] = [];
  const aborted: number[] = [];
  const gates = new Map<number, () => void>();
  let told = 0;
  const activities = {
    book: (n: number) => void booked.add(n),
    pay: () => {
      throw new Error("no money");
    },
    free: async (n: number) => {
      const { abortSignal, heartbeat } = activityContext();
      abortSignal.addEventListener("abort", () => aborted.push(n));
      frees.push(n);
      const opened = new Promise<void>((resolve) => gates.set(n, resolve));
      let open = false;
      void opened.then(() => (open = true));
      while (!open) {
        if (heartbeats) heartbeat(n);
        await Promise.race([opened, new Promise((resolve) => setTimeout(resolve, 10))]);
      }
      booked.delete(n);
    },
    tell: () => void told++,
  };
  return { booked, frees, aborted, gates, activities, told: () => told };
}

export function rollbacks(where: string, open: () => Promise<Store>): void {
  describe(`rollbacks on ${where}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());

    test.each([
      ["sequential", [1, 2], false],
      ["sequential", [3], true],
      ["parallel", [1, 2, 3], false],
      ["parallel", [2], true],
    ] as const)(
      "a %s one that is cancelled while %j is still booked is finished, and nothing after it begins; heartbeats: %s",
      async (mode, at, heartbeats) => {
        const { booked, frees, aborted, gates, activities, told } = world(heartbeats);
        await using continuum = await connect(store, { workflows: [trip], activities });
        const run = await continuum.start(trip, mode);
        const order =
          mode === "sequential" ? [3, 2, 1] : [...at, ...[3, 2, 1].filter((n) => !at.includes(n as never))];
        let cancelled = false;
        for (const n of order) {
          await eventually(() => gates.has(n));
          if (!cancelled && at.includes(n as never)) {
            await run.cancel();
            await eventually(async () =>
              (await run.history()).some(({ kind }) => kind === "cancel_requested"),
            );
            cancelled = true;
          }
          gates.get(n)!();
        }
        await expect(run.result()).rejects.toBeInstanceOf(CancelledError);
        expect([...frees].sort()).toEqual([1, 2, 3]);
        expect([booked.size, aborted, told()]).toEqual([0, [], 0]);
      },
    );

    test("a worker that dies in the middle of it, after the cancel, leaves the undo to the next one", async () => {
      const first = world(false);
      const doomed = await connectMortal(store, { workflows: [trip], activities: first.activities });
      const run = await doomed.continuum.start(trip, "sequential");
      await eventually(() => first.gates.has(3));
      first.gates.get(3)!();
      await eventually(() => first.gates.has(2));
      await run.cancel();
      await eventually(async () => (await run.history()).some(({ kind }) => kind === "cancel_requested"));
      await doomed.crash();
      const second = world(false);
      await using next = await connect(store, { workflows: [trip], activities: second.activities });
      for (const n of [2, 1]) {
        await eventually(() => second.gates.has(n));
        second.gates.get(n)!();
      }
      await expect(next.run(run.id).result()).rejects.toBeInstanceOf(CancelledError);
      expect([first.frees, second.frees, second.told()]).toEqual([[3, 2], [2, 1], 0]);
    });
  });
}
