/*
 * Children from the outside, on any journal: born with their parent's turn, joined once, closed by policy, never lost when a
 * worker dies in between.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as rt from "../compiled.js";
import { CancelledError, ChildWorkflowError } from "../core/workflow-errors.js";
import type { RunId } from "../core/ids.js";
import type { Continuum } from "./continuum.js";
import { eventually, flow, Watcher } from "./fixtures/flows.js";
import { connect, connectMortal } from "./fixtures/stores.js";
import type { Store } from "./fixtures/stores.js";

const leaf = flow("leaf", function* (n: number) {
  return (yield rt.activity("m#activity1", "double", [n])) as number;
});
const fan = flow("fan", function* (n: number) {
  const children = Array.from({ length: n }, (_, i) => rt.child("m#child1", leaf, i));
  return ((yield rt.promise().all(children)) as number[]).reduce((sum, each) => sum + each, 0);
});
const waiting = flow("waiting", function* (_: null) {
  return yield rt.signal("m#signal1", "go");
});
const fails = flow("fails", function* (_: null) {
  yield rt.timer("m#timer1", 0);
  throw new RangeError("out of range");
});
const joins = flow("joins", function* (which: "fails" | "waiting") {
  try {
    return { value: yield rt.child("m#child1", which === "fails" ? fails : waiting, null) };
  } catch (error) {
    if (error instanceof ChildWorkflowError) {
      const { name, message } = error.cause as Error;
      return { workflow: error.workflow, runId: error.runId, cause: `${name}: ${message}` };
    }
    return { cancelled: error instanceof CancelledError };
  }
});
const stops = flow("stops", function* (_: null) {
  const ref = rt.startChild("m#startChild1", waiting, null);
  yield rt.signal("m#signal1", "stop");
  rt.cancelChild("m#cancelChild1", ref);
  try {
    return yield rt.awaitChild("m#awaitChild1", ref);
  } catch (error) {
    return error instanceof CancelledError;
  }
});
type Policy = "cancel" | "terminate" | "abandon";
const grandparent = flow(
  "grandparent",
  function* ({
    depth,
    onParentClose,
    thenEnd,
  }: {
    depth: number;
    onParentClose: Policy;
    thenEnd: boolean;
  }): Generator<unknown, unknown, unknown> {
    const ref =
      depth > 0
        ? rt.startChild(
            "m#startChild1",
            grandparent,
            { depth: depth - 1, onParentClose, thenEnd: false },
            { onParentClose },
          )
        : rt.startChild("m#startChild2", waiting, null, { onParentClose });
    yield rt.signal("m#signal1", "go");
    return thenEnd ? ref.runId : yield rt.awaitChild("m#awaitChild1", ref);
  },
);
const workflows = [leaf, fan, waiting, fails, joins, stops, grandparent];
const activities = { double: (n: number) => 2 * n };

export function children(where: string, open: () => Promise<Store>, width = 1000): void {
  describe(`children on ${where}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(async () => {
      await store.close();
    });

    test(`${width} fanned out and joined by one parent`, async () => {
      await using continuum = await connect(store, { workflows, activities });
      const run = await continuum.start(fan, width);
      expect(await run.result()).toBe(width * (width - 1));
      const { parent, children: listed, moreChildren } = await run.describe();
      expect([parent, listed.length, moreChildren]).toEqual([null, Math.min(width, 100), width > 100]);
      expect(listed[0]).toMatchObject({ workflow: "leaf", status: "completed" });
      const relative = { runId: run.id, workflow: "fan", status: "completed" };
      expect((await continuum.run(listed[0]!.runId).describe()).parent).toEqual(relative);
      const kinds = (await run.history()).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === "child_started")).toHaveLength(width);
      expect(kinds.filter((kind) => kind === "child_completed")).toHaveLength(width);
    }, 180_000);

    test("a failure reaches the parent with workflow, run and cause; the child has a handle of its own", async () => {
      await using continuum = await connect(store, { workflows, activities });
      const run = await continuum.start(joins, "fails");
      const got = (await run.result()) as { runId: string };
      expect(got).toMatchObject({ workflow: "fails", cause: "RangeError: out of range" });
      await expect(continuum.run(got.runId).result()).rejects.toMatchObject({ code: "CTM7201" });
    });

    test("one that is terminated from outside is a CancelledError to its parent", async () => {
      await using continuum = await connect(store, { workflows, activities });
      const run = await continuum.start(joins, "waiting");
      await (await childOf(continuum, run.id)).terminate();
      expect(await run.result()).toEqual({ cancelled: true });
    });

    test("one that is signalled by its own id ends, and so does its parent's await", async () => {
      await using continuum = await connect(store, { workflows, activities });
      const run = await continuum.start(joins, "waiting");
      await (await childOf(continuum, run.id)).signal("go", 7);
      expect(await run.result()).toEqual({ value: 7 });
    });

    test("cancelChild cancels it; its await rejects", async () => {
      await using continuum = await connect(store, { workflows, activities });
      const run = await continuum.start(stops, null);
      const child = await childOf(continuum, run.id);
      await run.signal("stop");
      expect(await run.result()).toBe(true);
      expect((await child.describe()).status).toBe("cancelled");
    });

    test.each([
      ["cancel", "cancelled"],
      ["terminate", "terminated"],
    ] as const)(
      "the parent's end is a %s for descendants, to the last one",
      async (onParentClose, status) => {
        await using continuum = await connect(store, { workflows, activities });
        const run = await continuum.start(grandparent, { depth: 3, onParentClose, thenEnd: true });
        const chain = [run.id];
        for (let i = 0; i < 4; i++) chain.push((await childOf(continuum, chain.at(-1)!)).id);
        await run.signal("go");
        expect(await run.result()).toBe(chain[1]);
        for (const id of chain.slice(1))
          await eventually(async () => (await continuum.run(id).describe()).status === status);
      },
    );

    test("terminating a parent reaches its grandchildren", async () => {
      await using continuum = await connect(store, { workflows, activities });
      const run = await continuum.start(grandparent, { depth: 2, onParentClose: "cancel", thenEnd: false });
      const chain = [run.id];
      for (let i = 0; i < 3; i++) chain.push((await childOf(continuum, chain.at(-1)!)).id);
      await run.terminate("enough");
      for (const id of chain.slice(1))
        await eventually(async () => (await continuum.run(id).describe()).status === "cancelled");
    });

    test("an abandoned child goes on after its parent's end", async () => {
      await using continuum = await connect(store, { workflows, activities });
      const run = await continuum.start(grandparent, { depth: 0, onParentClose: "abandon", thenEnd: true });
      const child = await childOf(continuum, run.id);
      await run.signal("go");
      await run.result();
      await child.signal("go", "still here");
      expect(await child.result()).toBe("still here");
    });

    test("a worker that dies between a child's end and the parent's record of it: the next one records it, once", async () => {
      const watcher = new Watcher();
      // The parent's record never gets through; the child's end does.
      const doomed = await connectMortal(
        store,
        { workflows, activities, observer: watcher.observer },
        (journal) => ({
          commit: (turns) =>
            turns.some(({ events }) => events.some(({ kind }) => kind === "child_completed"))
              ? new Promise<never>(() => undefined)
              : journal.commit(turns),
        }),
      );
      const { continuum } = doomed;
      const run = await continuum.start(joins, "waiting");
      const child = await childOf(continuum, run.id);
      await child.signal("go", "kept");
      await watcher.event("run_completed", child.id);
      await doomed.crash();
      await using next = await connect(store, { workflows, activities });
      expect(await next.run(run.id).result()).toEqual({ value: "kept" });
      const kinds = (await next.run(run.id).history()).map(({ kind }) => kind);
      expect(kinds).toEqual(["run_started", "child_started", "child_completed", "run_completed"]);
    });

    test("a worker that dies right after the commit that bore a child: both are taken over", async () => {
      const doomed = await connectMortal(store, { workflows, activities }, (journal) => ({
        create: async (runs) => {
          const verdicts = await journal.create(runs);
          void doomed.crash();
          return verdicts;
        },
      }));
      const started = doomed.continuum.start(joins, "waiting", { id: `orphans-${where}` });
      await started.catch(() => undefined);
      await using next = await connect(store, { workflows, activities });
      const child = await childOf(next, `orphans-${where}`);
      await child.signal("go", 1);
      expect(await next.run(`orphans-${where}`).result()).toEqual({ value: 1 });
    });
  });
}

/** The handle of the first child that a run has started, as soon as that is stored. */
async function childOf(continuum: Continuum, runId: string) {
  const childId = await eventually(async (): Promise<RunId | null> => {
    const history = await continuum
      .run(runId)
      .history()
      .catch(() => []);
    for (const { event } of history) if (event.kind === "child_started") return event.childId;
    return null;
  });
  return continuum.run(childId);
}
