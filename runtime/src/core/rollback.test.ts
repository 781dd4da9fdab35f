/*
 * A cancellation that meets a rollback (R31–R33): what was begun to be undone is undone, once, and the cancellation is heard after it.
 */
import { describe, expect, it } from "vitest";
import * as c from "../compiled.js";
import { encodeFailure } from "./failures.js";
import { agreeingRuns } from "./fixtures/agreeing.js";
import { jsonCodec } from "./fixtures/json-codec.js";
import type { Driver } from "./fixtures/program.js";
import { openActivities } from "./replay.js";
import { CancelledError } from "./workflow-errors.js";

const run = agreeingRuns();
const P = (): PromiseConstructor => c.promise();
const cancel = (driver: Driver) => driver.apply({ kind: "cancel_requested", reason: null });
const booking = (n: number): Promise<unknown> =>
  c.activity("m#activity", "hotels.book", [n], { compensate: c.call("hotels.free", [n]) });
const work = (name: string): Promise<unknown> => c.activity("m#activity2", name, []);

/** The activities that were begun, in order: those that undo with what they undo. */
const begun = (driver: Driver): readonly string[] =>
  driver.history.flatMap((event) =>
    event.kind !== "activity_scheduled"
      ? []
      : [event.compensates === null ? event.activity : `undo ${event.compensates}`],
  );

/** Answers the oldest open command. */
function answerFirst(driver: Driver): void {
  const [first] = driver.open;
  if (first!.kind === "timer_started") driver.apply({ kind: "timer_fired", command: first!.seq });
  else driver.complete(first!.seq);
}

function fail(driver: Driver, command: number): void {
  const payload = encodeFailure(jsonCodec, new Error("full"));
  driver.apply({ kind: "activity_failed", command: command as never, attempt: 3, payload });
}

/** Books three, fails, and rolls back; then it tells somebody, and goes on with that. */
function* trip(mode: "sequential" | "parallel"): Generator<unknown, unknown, unknown> {
  for (const n of [1, 2, 3]) yield booking(n);
  try {
    yield work("pay");
  } catch {
    yield c.compensateAll("m#compensateAll", { mode });
    yield work("tell");
    return "rolled back";
  }
  return "booked";
}

describe.each(["sequential", "parallel"] as const)("a %s rollback", (mode) => {
  /** Answers what is open until the end; cancels after `position` answers. */
  const cancelledAfter = (position: number): Driver => {
    const driver = run(function* () {
      return yield* trip(mode);
    });
    for (let answers = 0; driver.execution.end === null; answers++) {
      if (answers === position) cancel(driver);
      const first = driver.open[0];
      if (first === undefined) break;
      if (first.kind === "activity_scheduled" && first.activity === "pay") fail(driver, first.seq);
      else answerFirst(driver);
    }
    return driver;
  };
  const undone = (driver: Driver): readonly string[] =>
    begun(driver).filter((name) => name.startsWith("undo"));

  it("that nobody cancels undoes all, newest first, and goes on", () => {
    const driver = cancelledAfter(Infinity);
    const all = undone(driver);
    expect(all).toHaveLength(3);
    expect([...all].sort().reverse()).toEqual(all);
    expect(begun(driver).at(-1)).toBe("tell");
    expect(driver.result).toBe("rolled back");
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])(
    "that is cancelled after %d answers undoes each once, or has not begun",
    (position) => {
      const driver = cancelledAfter(position);
      const all = undone(cancelledAfter(Infinity));
      // 4 to 6: in the middle of it. What comes after it is not begun, and the run ends as cancelled.
      // Before, the booking under way is cut off, and no catch is there; 3 is the payment, whose catch rolls back.
      if (position < 3) expect(undone(driver)).toEqual([]);
      else expect(undone(driver)).toEqual(all);
      if (position >= 4 && position <= 6) expect(begun(driver)).not.toContain("tell");
      expect(driver.execution.end).toBe(position === 3 ? "completed" : "cancelled");
      expect(driver.open).toEqual([]);
    },
  );
});

describe("a cancellation in the middle of a rollback", () => {
  it("leaves the undo open, in the history too, and rejects all else that is pending", () => {
    const heard: unknown[] = [];
    const driver = run(function* () {
      void c.timer("m#timer", 1000).catch((error: unknown) => heard.push(error));
      const handle = booking(1);
      yield handle;
      yield c.compensate("m#compensate", handle);
      return "undone";
    });
    driver.complete(2);
    cancel(driver);
    expect(heard).toEqual([expect.any(CancelledError)]);
    expect(driver.open).toMatchObject([{ activity: "hotels.free", compensates: 2 }]);
    expect(openActivities(driver.history)).toMatchObject([{ activity: "hotels.free" }]);
    driver.complete(driver.open[0]!.seq);
    // It asks for nothing more, so that nothing can be cut off: it ends as its code says.
    expect(driver.result).toBe("undone");
  });

  it("is heard at what is asked for next, whatever that is, and only there", () => {
    const asks: Readonly<Record<string, () => unknown>> = {
      activity: () => work("next"),
      timer: () => c.timer("m#timer", 5),
      signal: () => c.signal("m#signal", "go"),
      child: () => c.child("m#child", { kind: "continuum.workflow", name: "shipment" }, 1),
      "startChild, awaited": () =>
        c.awaitChild(
          "m#awaitChild",
          c.startChild("m#startChild", { kind: "continuum.workflow", name: "shipment" }, 1),
        ),
      sendSignal: () => c.sendSignal("m#sendSignal", "other", "go", 1),
      continueAsNew: () => c.continueAsNew("m#continueAsNew", 1),
      all: () => P().all([work("a"), c.timer("m#timer", 5), work("b")]),
      race: () => P().race([c.contender(c.timer("m#timer", 5)), c.contender(c.signal("m#signal", "go"))]),
    };
    for (const [name, ask] of Object.entries(asks)) {
      const driver = run(function* () {
        const handle = booking(1);
        yield handle;
        yield c.compensate("m#compensate", handle);
        try {
          yield ask();
        } catch (error) {
          // Cleanup can use effects, and undo what was cut off: there is nothing to undo.
          yield work("cleanUp");
          throw error;
        }
        return "went on";
      });
      driver.complete(1);
      cancel(driver);
      driver.complete(driver.open[0]!.seq);
      expect([name, begun(driver)]).toEqual([name, ["hotels.book", "undo 1", "cleanUp"]]);
      expect(driver.open).toHaveLength(1);
      answerFirst(driver);
      expect([name, driver.execution.end]).toEqual([name, "cancelled"]);
    }
  });

  it("waits for a rollback of several compensations, one after another, and of one that fails", () => {
    const driver = run(function* () {
      const [first, second] = [booking(1), booking(2)];
      yield P().all([first, second]);
      const failed = yield c.compensate("m#compensate", first);
      yield c.compensate("m#compensate2", second);
      yield work("tell");
      return failed;
    });
    driver.complete(1);
    driver.complete(2);
    cancel(driver);
    fail(driver, driver.open[0]!.seq);
    expect(driver.open).toMatchObject([{ compensates: 2 }]);
    answerFirst(driver);
    expect(begun(driver)).not.toContain("tell");
    expect(driver.execution.end).toBe("cancelled");
  });

  it("does not disturb the cleanup of a fiber that has heard of it, nor the rollback that it begins", () => {
    const driver = run(function* () {
      const handle = booking(1);
      yield handle;
      function* tidy(): Generator<unknown, unknown, unknown> {
        const mine = booking(2);
        yield mine;
        try {
          yield c.timer("m#timer", 1000);
        } catch {
          yield c.compensate("m#compensate2", mine);
          yield work("tidied");
        }
        return "tidy";
      }
      const other = c.fiber(tidy, undefined, []);
      yield c.timer("m#timer2", 1);
      yield c.compensate("m#compensate", handle);
      yield other;
      yield work("goes on");
      return "all heard";
    });
    driver.complete(1);
    const [, timer] = driver.open;
    driver.complete(driver.open[0]!.seq);
    driver.apply({ kind: "timer_fired", command: timer!.seq });
    cancel(driver);
    expect(driver.open).toMatchObject([{ compensates: 1 }, { activity: "hotels.free" }]);
    while (driver.execution.end === null) answerFirst(driver);
    expect(begun(driver)).toEqual(
      ["hotels.book", "hotels.book", "undo 1", "undo 2", "tidied", "goes on"].map((name) =>
        name === "undo 2" ? (expect.stringMatching(/^undo/) as string) : name,
      ),
    );
    expect(driver.result).toBe("all heard");
  });

  it("is thrown where the workflow is parked, if nothing is left that could move it", () => {
    const driver = run(function* () {
      const handle = booking(1);
      yield handle;
      yield c.compensate("m#compensate", handle);
      yield new (P())(() => undefined);
      return "never";
    });
    driver.complete(1);
    cancel(driver);
    expect(driver.execution.end).toBeNull();
    answerFirst(driver);
    expect(driver.execution.end).toBe("cancelled");
  });

  it("makes no handle of what was cut off: to undo it is nothing to do", () => {
    const outcomes: unknown[] = [];
    const driver = run(function* () {
      const handle = booking(1);
      yield handle;
      yield c.compensate("m#compensate", handle);
      const cut = booking(2);
      yield cut.catch(() => undefined);
      outcomes.push(yield c.compensate("m#compensate2", cut));
      return "done";
    });
    driver.complete(1);
    cancel(driver);
    answerFirst(driver);
    expect(outcomes).toEqual([{ ok: true, value: undefined }]);
    expect(driver.result).toBe("done");
  });
});
