import { describe, expect, it } from "vitest";
import * as c from "../compiled.js";
import { encodeFailure } from "./failures.js";
import { agreeingRuns } from "./fixtures/agreeing.js";
import { jsonCodec } from "./fixtures/json-codec.js";
import type { Driver } from "./fixtures/program.js";
import { openActivities } from "./replay.js";
import { CancelledError } from "./workflow-errors.js";

const run = agreeingRuns();
const seq = (n: number): never => n as never;
const P = (): PromiseConstructor => c.promise();
const shipment = { kind: "continuum.workflow", name: "shipment" };
const cancel = (driver: Driver, reason: string | null = null) =>
  driver.apply({ kind: "cancel_requested", reason });

describe("a cancellation", () => {
  it("throws CancelledError at a pending await and ends the run as cancelled", () => {
    let caught: unknown;
    const driver = run(function* () {
      try {
        yield c.timer("m#timer", 1000);
      } catch (error) {
        caught = error;
        throw error;
      }
    });
    const step = cancel(driver, "changed their mind");
    expect(caught).toBeInstanceOf(CancelledError);
    expect((caught as Error).message).toBe("The run was cancelled: changed their mind");
    expect(step.end).toBe("cancelled");
    expect(step.events.map(({ kind }) => kind)).toEqual(["cancel_requested", "run_cancelled"]);
    expect(step.warnings).toEqual([]);
    expect(driver.open).toEqual([]);
  });

  it("reaches every pending effect, awaited or not, in the order of issue, and none that is settled", () => {
    const seen: string[] = [];
    const driver = run(function* () {
      const heard = (name: string, promise: Promise<unknown>): Promise<unknown> =>
        promise.then(
          () => seen.push(`${name} done`),
          (error: Error) => seen.push(`${name} ${error.name}`),
        );
      const ref = c.startChild("m#startChild", shipment, 1);
      const all = [
        heard("activity", c.activity("m#activity", "a.b", [])),
        heard("timer", c.timer("m#timer", 5)),
        heard("child", c.awaitChild("m#awaitChild", ref)),
        heard("signal", c.signal("m#signal", "go")),
        heard("settled", c.activity("m#activity2", "a.c", [])),
        heard("sending", c.sendSignal("m#sendSignal", "r", "go", 1)),
      ];
      yield P().all(all);
      return "cleaned up";
    });
    driver.complete(5);
    expect(seen).toEqual(["settled done"]);
    cancel(driver);
    expect(seen.slice(1)).toEqual([
      "child CancelledError",
      "activity CancelledError",
      "timer CancelledError",
      "signal CancelledError",
      "sending CancelledError",
    ]);
    // A workflow that returns all the same has completed.
    expect(driver.result).toBe("cleaned up");
  });

  it("lets cleanup use effects and compensate, delivered once, and ends cancelled behind them", () => {
    const driver = run(function* () {
      const charging = c.activity("m#activity", "payments.charge", [], {
        compensate: c.call("payments.refund", [1]),
      });
      yield charging;
      try {
        yield c.activity("m#activity2", "orders.ship", [], { compensate: c.call("orders.unship", []) });
      } catch (error) {
        yield c.compensateAll("m#compensateAll");
        yield c.timer("m#timer", 5);
        throw error;
      } finally {
        yield c.activity("m#activity3", "mail.tell", []);
      }
    });
    driver.complete(1);
    cancel(driver);
    // What was cut off is not undone: it never succeeded, as far as the run knows.
    expect(driver.open).toMatchObject([{ activity: "payments.refund", compensates: 1 }]);
    driver.complete(driver.open[0]!.seq);
    driver.apply({ kind: "timer_fired", command: driver.open[0]!.seq });
    expect(driver.open).toMatchObject([{ activity: "mail.tell" }]);
    driver.complete(driver.open[0]!.seq);
    expect(driver.execution.end).toBe("cancelled");
    expect(driver.history.at(-1)).toMatchObject({ kind: "run_cancelled" });
  });

  it.each([
    ["another error", () => new Error("own"), "failed"],
    ["a CancelledError of its own", () => new CancelledError(), "failed"],
  ])("that ends in %s has failed", (_what, make, end) => {
    const driver = run(function* () {
      try {
        yield c.timer("m#timer", 5);
      } catch {
        throw make();
      }
    });
    cancel(driver);
    expect(driver.execution.end).toBe(end);
  });

  it("that is caught and forgotten leaves a run that completes", () => {
    const driver = run(function* () {
      yield c.timer("m#timer", 5).catch(() => undefined);
      return yield c.activity("m#activity", "a.b", []);
    });
    cancel(driver);
    driver.complete(driver.open[0]!.seq, "done");
    expect(driver.result).toBe("done");
  });

  it("refuses outcomes that come late for what it closed, and a second cancellation", () => {
    const body = function* () {
      yield c.timer("m#timer", 5).catch(() => undefined);
      yield c.timer("m#timer2", 5);
    };
    const late = run(body);
    cancel(late);
    expect(late.apply({ kind: "timer_fired", command: seq(1) }).fault).toMatchObject({ code: "CTM4004" });
    const twice = run(body);
    cancel(twice);
    expect(cancel(twice).fault).toMatchObject({ code: "CTM4004" });
  });

  it("leaves a signal that was sent on its way, whose outcome nobody hears", () => {
    const driver = run(function* () {
      yield c.sendSignal("m#sendSignal", "r", "go", 1).catch(() => undefined);
      yield c.timer("m#timer", 5);
    });
    cancel(driver);
    expect(driver.open).toMatchObject([{ kind: "signal_sent" }, { kind: "timer_started" }]);
    expect(driver.apply({ kind: "signal_delivered", command: seq(1) }).fault).toBeNull();
    expect(driver.open).toMatchObject([{ kind: "timer_started" }]);
  });

  describe("that finds nothing pending", () => {
    it("is thrown where the workflow is parked", () => {
      const driver = run(function* () {
        yield new (P())(() => undefined);
      });
      expect(cancel(driver).end).toBe("cancelled");
    });

    it("is thrown there too when its delivery moved nobody", () => {
      const driver = run(function* () {
        yield new (P())((resolve) => void c.timer("m#timer", 1000).then(resolve));
      });
      const step = cancel(driver);
      expect(step.end).toBe("cancelled");
    });

    it("is not thrown there when a helper cleans up with effects first", () => {
      const driver = run(function* () {
        const helper = c.fiber(
          function* () {
            yield c.timer("m#timer", 1000).catch(() => undefined);
            yield c.activity("m#activity", "clean.up", []);
            return "clean";
          },
          undefined,
          [],
        );
        return yield helper;
      });
      expect(cancel(driver).end).toBeNull();
      driver.complete(driver.open[0]!.seq);
      expect(driver.result).toBe("clean");
    });

    it("ignores what the interrupted await waited for, even if it comes", () => {
      const seen: unknown[] = [];
      const driver = run(function* () {
        let release: (value: unknown) => void = () => undefined;
        try {
          yield new (P())((resolve) => (release = resolve));
        } catch {
          release("too late");
          seen.push(yield c.activity("m#activity", "clean.up", []));
        }
        return seen.at(-1);
      });
      cancel(driver);
      expect(driver.execution.end).toBeNull();
      driver.complete(driver.open[0]!.seq, "cleaned");
      expect(driver.result).toBe("cleaned");
    });

    it("is not thrown a second time at a workflow that has caught it", () => {
      const driver = run(function* () {
        yield c.timer("m#timer", 5).catch(() => undefined);
        yield new (P())(() => undefined);
      });
      expect(cancel(driver).end).toBeNull();
    });

    it("ends a workflow that has returned a promise which never settles", () => {
      const driver = run(function* () {
        yield 0;
        return new (P())(() => undefined);
      });
      expect(cancel(driver).end).toBe("cancelled");
    });
  });

  it("can be answered by asking children to stop that outlive their parent", () => {
    const driver = run(function* () {
      const ref = c.startChild("m#startChild", shipment, 1, { onParentClose: "abandon" });
      try {
        yield c.awaitChild("m#awaitChild", ref);
      } finally {
        c.cancelChild("m#cancelChild", ref);
      }
    });
    cancel(driver);
    expect(driver.history.map(({ kind }) => kind)).toEqual([
      "run_started",
      "child_started",
      "cancel_requested",
      "child_cancel_requested",
      "run_cancelled",
    ]);
  });

  it("closes the activities that a take-over would look after", () => {
    const driver = run(function* () {
      yield c.activity("m#activity", "a.b", []).catch(() => undefined);
      yield c.activity("m#activity2", "clean.up", []);
    });
    expect(openActivities(driver.history).map(({ activity }) => activity)).toEqual(["a.b"]);
    cancel(driver);
    expect(openActivities(driver.history).map(({ activity }) => activity)).toEqual(["clean.up"]);
  });

  it("does not hide a failure that came first, in the history's order", () => {
    const driver = run(function* () {
      yield P().all([c.activity("m#activity", "a.b", []), c.timer("m#timer", 5)]);
    });
    driver.apply({
      kind: "activity_failed",
      command: seq(1),
      attempt: 3,
      payload: encodeFailure(jsonCodec, new Error("x")),
    });
    expect(driver.execution.end).toBe("failed");
    expect(cancel(driver).fault).toMatchObject({ code: "CTM4004" });
    driver.last = { ...driver.last!, fault: null };
  });
});
