/*
 * A run that has read its inbox and waits for its turn is not released: nobody would wake it for what it has seen.
 */
import { expect, test } from "vitest";
import * as rt from "../compiled.js";
import { eventually, flow } from "./fixtures/flows.js";
import { connect, exclusiveStore, QUICK } from "./fixtures/stores.js";

const waits = flow("waits", function* (_: null) {
  return yield rt.signal("m#signal1", "go");
});

test("a signal that was read while commits were slow is not lost by a release", async () => {
  const store = await exclusiveStore("memory:");
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  let slow = "";
  let held = false;
  let polls = 0;
  const options = { workflows: [waits], worker: { ...QUICK, parkedMs: 0, pollMs: 10 } };
  await using continuum = await connect(store, options, (journal) => ({
    async commit(turns) {
      if (turns.some(({ runId }) => runId === slow)) {
        held = true;
        await gate;
      }
      return journal.commit(turns);
    },
    inbox: (worker, runs) => {
      if (runs === undefined) polls += 1;
      return journal.inbox(worker, runs);
    },
    // Nothing leaves before the test has made the lane busy.
    release: async (worker, runs) => (held ? journal.release(worker, runs) : runs.map(() => false)),
  }));
  const first = await continuum.start(waits, null);
  const second = await continuum.start(waits, null);
  slow = first.id;
  await first.signal("go", 1);
  await eventually(() => held);
  await second.signal("go", 2);
  const seen = polls;
  await eventually(() => polls > seen + 3);
  open();
  expect(await second.result({ timeoutMs: 5_000 })).toBe(2);
  expect(await first.result()).toBe(1);
  await continuum.close();
  await store.close();
});
