import { describe, expect, it } from "vitest";
import * as c from "../compiled.js";
import { MAX_CHILD_DEPTH } from "./children.js";
import { encodeFailure } from "./failures.js";
import { agreeingRuns } from "./fixtures/agreeing.js";
import { jsonCodec } from "./fixtures/json-codec.js";
import type { Driver } from "./fixtures/program.js";
import { CancelledError, ChildWorkflowError } from "./workflow-errors.js";

const run = agreeingRuns();
const seq = (n: number): never => n as never;
const shipment = { kind: "continuum.workflow", name: "shipment" };

const childrenOf = (driver: Driver) => driver.history.filter((event) => event.kind === "child_started");

/** The effect that `call` asks for fails the run, and nothing of it is in the history. */
function expectRefusal(call: () => unknown, code: string): void {
  const driver = run(function* () {
    yield call();
  });
  expect(driver.history.map(({ kind }) => kind)).toEqual(["run_started", "run_failed"]);
  expect(driver.result).toMatchObject({ fields: { code } });
}

describe("children", () => {
  it("give their results, by whichever half they are awaited, once or many times", () => {
    const driver = run(function* () {
      const ref = c.startChild("m#startChild", shipment, { n: 1 });
      const first = yield c.child("m#child", shipment, { n: 2 });
      return [first, yield c.awaitChild("m#awaitChild", ref), yield c.awaitChild("m#awaitChild", ref)];
    });
    expect(driver.open).toMatchObject([
      { kind: "child_started", workflow: "shipment", onParentClose: "cancel", payload: '{"n":1}' },
      { kind: "child_started", payload: '{"n":2}' },
    ]);
    driver.apply({ kind: "child_completed", command: seq(1), payload: jsonCodec.encode("one") });
    expect(driver.execution.end).toBeNull();
    driver.apply({ kind: "child_completed", command: seq(2), payload: jsonCodec.encode("two") });
    expect(driver.result).toEqual(["two", "one", "one"]);
  });

  it("are known by ids that differ by site, occurrence, id and parent, and by nothing else", () => {
    const body = function* () {
      const ids = [
        c.startChild("m#startChild", shipment, 1).runId,
        c.startChild("m#startChild", shipment, 1).runId,
        c.startChild("m#startChild2", shipment, 1).runId,
        c.startChild("m#startChild3", shipment, 1, { id: "a" }).runId,
      ];
      yield c.timer("m#timer", 1);
      return ids;
    };
    const idsOf = (extra = {}): unknown[] => childrenOf(run(body, extra)).map(({ childId }) => childId);
    const ids = idsOf();
    expect(new Set(ids).size).toBe(4);
    expect(ids[0]).toMatch(/^shipment-[0-9a-f]{32}$/);
    expect(idsOf()).toEqual(ids);
    expect(idsOf({ runId: "run-2" }).filter((id) => ids.includes(id))).toEqual([]);
  });

  it("fail as ChildWorkflowError with workflow, run and cause", () => {
    let caught: unknown;
    const driver = run(function* () {
      try {
        yield c.child("m#child", shipment, 1);
      } catch (error) {
        caught = error;
        throw error;
      }
    });
    const { childId } = childrenOf(driver)[0]!;
    const payload = encodeFailure(jsonCodec, new RangeError("lost"));
    driver.apply({ kind: "child_failed", command: seq(1), payload });
    expect(caught).toBeInstanceOf(ChildWorkflowError);
    expect(caught).toMatchObject({
      workflow: "shipment",
      runId: childId,
      cause: { name: "RangeError", message: "lost" },
    });
    expect(driver.result).toMatchObject({
      name: "ChildWorkflowError",
      fields: { workflow: "shipment", runId: childId },
    });
  });

  it.each([false, true])(
    "throw CancelledError when they were cancelled (terminated: %s), which fails a parent that was not",
    (terminated) => {
      let caught: unknown;
      const driver = run(function* () {
        try {
          yield c.child("m#child", shipment, 1);
        } catch (error) {
          caught = error;
          throw error;
        }
      });
      driver.apply({ kind: "child_cancelled", command: seq(1), terminated });
      expect(caught).toBeInstanceOf(CancelledError);
      expect(driver.execution.end).toBe("failed");
    },
  );

  it("can be asked to stop while they run, and not after", () => {
    const driver = run(function* () {
      const refs = [c.startChild("m#startChild", shipment, 1), c.startChild("m#startChild", shipment, 2)];
      yield c.awaitChild("m#awaitChild", refs[0]);
      for (const ref of refs) c.cancelChild("m#cancelChild", ref);
      return yield c.promise().allSettled([c.awaitChild("m#awaitChild", refs[1])]);
    });
    driver.apply({ kind: "child_completed", command: seq(1), payload: jsonCodec.encode(0) });
    expect(driver.history.filter(({ kind }) => kind === "child_cancel_requested")).toMatchObject([
      { child: 2 },
    ]);
    driver.apply({ kind: "child_cancelled", command: seq(2), terminated: false });
    expect(driver.execution.end).toBe("completed");
  });

  it.each([
    ["no workflow", () => c.child("m#child", { name: "shipment" }, 1), "CTM3903"],
    [
      "an option that does not exist",
      () => c.child("m#child", shipment, 1, { onClose: 1 } as never),
      "CTM3903",
    ],
    ["an empty id", () => c.startChild("m#startChild", shipment, 1, { id: " " }), "CTM3903"],
    [
      "a word that does not exist",
      () => c.startChild("m#startChild", shipment, 1, { onParentClose: "keep" as never }),
      "CTM3903",
    ],
    [
      "an input that cannot be stored",
      () => c.startChild("m#startChild", shipment, { f: () => 1 }),
      "CTM6008",
    ],
    [
      "an input that cannot be stored, awaited",
      () => c.child("m#child", shipment, { f: () => 1 }),
      "CTM6008",
    ],
    [
      "what is no child",
      () => c.awaitChild("m#awaitChild", { kind: "continuum.child", runId: "other" }),
      "CTM3907",
    ],
    ["what is no reference", () => c.cancelChild("m#cancelChild", null), "CTM3907"],
  ])("refuse %s before anything is started", (_what, call, code) => expectRefusal(call, code));

  it("are refused at the depth where runs are nested too deep, and not above", () => {
    const body = function* () {
      yield c.child("m#child", shipment, 1);
    };
    expect(childrenOf(run(body, { depth: MAX_CHILD_DEPTH - 1 }))).toHaveLength(1);
    expect(run(body, { depth: MAX_CHILD_DEPTH }).result).toMatchObject({ fields: { code: "CTM3906" } });
  });

  it("get what the schema of their workflow makes of the input, and none that it refuses", () => {
    const schema = (validate: (value: unknown) => unknown) => ({
      ...shipment,
      options: { input: { "~standard": { version: 1, vendor: "t", validate } } },
    });
    const doubled = schema((value) => ({ value: (value as number) * 2 }));
    const driver = run(function* () {
      yield c.child("m#child", doubled, 21);
    });
    expect(driver.open).toMatchObject([{ payload: "42" }]);
    const refusing = schema(() => ({ issues: [{ message: "too small", path: ["items", { key: 0 }] }] }));
    const refused = run(function* () {
      yield c.child("m#child", refusing, 21);
    });
    expect(refused.result).toMatchObject({ fields: { code: "CTM3908" } });
    expect((refused.result as { message: string }).message).toContain("items.0: too small");
    const slow = run(function* () {
      yield c.child(
        "m#child",
        schema(() => Promise.reject(new Error("late"))),
        21,
      );
    });
    expect((slow.result as { message: string }).message).toContain("asynchronous");
  });

  it("fan out to a thousand and are joined in any order", () => {
    const driver = run(function* () {
      const refs = Array.from({ length: 1000 }, (_, n) => c.startChild("m#startChild", shipment, n));
      const results = (yield c
        .promise()
        .all(refs.map((ref) => c.awaitChild("m#awaitChild", ref)))) as number[];
      return results.reduce((sum, n) => sum + n, 0);
    });
    expect(new Set(childrenOf(driver).map(({ childId }) => childId)).size).toBe(1000);
    const { execution } = driver;
    for (const { seq: command } of driver.open.toReversed()) {
      const at = execution.at;
      const step = execution.apply({ kind: "child_completed", command, payload: jsonCodec.encode(1), at });
      driver.history.push(...step.events);
    }
    expect(driver.result).toBe(1000);
    // A thousand prefixes of a thousand steps are too many for every run of the tests.
    driver.history.length = 1001;
  });
});

describe("sendSignal", () => {
  it("is a command with a delivery id of its own, settled when the other run has it", () => {
    const driver = run(function* () {
      yield c
        .promise()
        .all([
          c.sendSignal(
            "m#sendSignal",
            "order-7",
            { kind: "continuum.signal", name: "go", schema: null },
            [1],
          ),
          c.sendSignal("m#sendSignal", "order-7", "go", [1]),
        ]);
      return "sent";
    });
    const [first, second] = driver.open.filter((open) => open.kind === "signal_sent");
    expect(first).toMatchObject({ kind: "signal_sent", runId: "order-7", name: "go", payload: "[1]" });
    expect(first!.deliveryId).not.toBe(second!.deliveryId);
    driver.apply({ kind: "signal_delivered", command: seq(1) });
    driver.apply({ kind: "signal_delivered", command: seq(2) });
    expect(driver.result).toBe("sent");
  });

  it("rejects with the reason of the refusal", () => {
    const driver = run(function* () {
      yield c.sendSignal("m#sendSignal", "order-7", "go", 1);
    });
    const payload = encodeFailure(
      jsonCodec,
      Object.assign(new Error("no such run"), { name: "ContinuumError", code: "CTM7001", hint: "h" }),
    );
    driver.apply({ kind: "signal_refused", command: seq(1), payload });
    expect(driver.result).toMatchObject({ name: "ContinuumError", fields: { code: "CTM7001" } });
  });

  it.each([
    ["no run id", () => c.sendSignal("m#sendSignal", "", "go", 1), "CTM3903"],
    ["no signal", () => c.sendSignal("m#sendSignal", "r", 5, 1), "CTM3903"],
    ["a payload that cannot be stored", () => c.sendSignal("m#sendSignal", "r", "go", () => 1), "CTM6008"],
    [
      "a payload that the schema refuses",
      () => {
        const schema = { "~standard": { validate: () => ({ issues: [{ message: "no" }] }) } };
        return c.sendSignal("m#sendSignal", "r", { kind: "continuum.signal", name: "go", schema }, 1);
      },
      "CTM3908",
    ],
  ])("refuses %s before anything is sent", (_what, call, code) => expectRefusal(call, code));
});

describe("continueAsNew", () => {
  it("ends the run at once: no finally, no other fiber, no command after it", () => {
    const ran: string[] = [];
    const driver = run(function* (input: { month: number }) {
      void c.fiber(
        function* () {
          yield 0;
          ran.push("other fiber");
        },
        undefined,
        [],
      );
      void c.timer("m#timer2", 9);
      try {
        yield c.continueAsNew("m#continueAsNew", { month: (input?.month ?? 0) + 1 });
        ran.push("after");
      } finally {
        ran.push("finally");
      }
    });
    expect(ran).toEqual([]);
    expect(driver.last!.end).toBe("continued");
    expect(driver.execution.end).toBe("continued");
    expect(driver.open).toEqual([]);
    expect(driver.history.at(-1)).toMatchObject({ kind: "run_continued", payload: '{"month":1}' });
    expect(driver.apply({ kind: "timer_fired", command: seq(1) }).fault).toMatchObject({ code: "CTM4004" });
    driver.last = { ...driver.last!, fault: null };
  });

  it("derives the successor's id from the run's, of bounded length however long the chain is", () => {
    const successor = (runId: string): string => {
      const last = run(
        function* () {
          yield c.continueAsNew("m#continueAsNew", 1);
        },
        { runId: runId as never },
      ).history.at(-1)!;
      return last.kind === "run_continued" ? last.successor : "";
    };
    const first = successor("order-7");
    expect(first).toMatch(/^order-7~[0-9a-f]{32}$/);
    const second = successor(first);
    expect(second).toMatch(/^order-7~[0-9a-f]{32}$/);
    expect(second).not.toBe(first);
    expect(new TextEncoder().encode(successor("ü".repeat(127))).length).toBeLessThanOrEqual(255);
  });

  it("rejects for an input that cannot be stored, and the run goes on", () => {
    const driver = run(function* () {
      try {
        yield c.continueAsNew("m#continueAsNew", () => 1);
      } catch (error) {
        return (error as { code: string }).code;
      }
      return "continued";
    });
    expect(driver.result).toBe("CTM6008");
  });
});
