import { describe, expect, it } from "vitest";
import * as c from "../compiled.js";
import { agreeingRuns } from "./fixtures/agreeing.js";
import { portsOf, program } from "./fixtures/program.js";
import { replay } from "./replay.js";

const run = agreeingRuns();
type Body = () => Generator<unknown, unknown, unknown>;
const kindsOf = ({ history }: ReturnType<typeof run>): string[] => history.map(({ kind }) => kind);

describe("patched", () => {
  const patched: Body = function* () {
    yield c.timer("m#timer", c.patched("m#patched", "shorter") ? 5 : 10);
    yield c.timer("m#timer2", c.patched("m#patched2", "shorter") ? 6 : 11);
    return c.patched("m#patched", "shorter");
  };
  const before: Body = function* () {
    yield c.timer("m#timer", 10);
    yield c.timer("m#timer2", 11);
  };

  it("is true in a run that comes there first with this code, journaled once per name", () => {
    const driver = run(patched);
    driver.apply({ kind: "timer_fired", command: 2 as never });
    driver.apply({ kind: "timer_fired", command: 4 as never });
    expect(driver.result).toBe(true);
    expect(driver.history.filter(({ kind }) => kind === "patch_decided")).toMatchObject([
      { seq: 1, name: "shorter", value: true },
    ]);
  });

  it("is false, for the whole run, where the history is from before it; nothing is journaled for that", () => {
    const old = run(before);
    const { execution, fault } = replay(portsOf(program(patched)), old.history);
    expect(fault).toBeNull();
    const at = (old.at + 10) as never;
    const second = execution!.apply({ kind: "timer_fired", command: 1 as never, at });
    expect(second.events.map(({ kind }) => kind)).toEqual(["timer_fired", "timer_started"]);
    expect(second.events[1]).toMatchObject({ durationMs: 11 });
    // A take-over later walks the longer history to the same answers.
    const longer = [...old.history, ...second.events];
    const again = replay(portsOf(program(patched)), longer);
    expect(again.fault).toBeNull();
    const last = again.execution!.apply({ kind: "timer_fired", command: 3 as never, at });
    expect(last.events[1]).toMatchObject({ kind: "run_completed", payload: "false" });
  });

  it("is true for a call behind the end of an old history", () => {
    const later: Body = function* () {
      yield c.timer("m#timer", 10);
      return c.patched("m#patched", "later");
    };
    const old = run(before);
    const { execution } = replay(portsOf(program(later)), old.history);
    const step = execution!.apply({ kind: "timer_fired", command: 1 as never, at: old.at as never });
    expect(step.events.map(({ kind }) => kind)).toEqual(["timer_fired", "patch_decided", "run_completed"]);
  });

  it("that was taken out of the code while runs still hold its answer is drift", () => {
    const driver = run(patched);
    expect(replay(portsOf(program(before)), driver.history).fault).toMatchObject({ code: "CTM4001", seq: 1 });
  });

  it.each(["", 5, "a".repeat(256), "ü".repeat(128), "a\u0000"])("refuses the name %j", (name) => {
    const driver = run(function* () {
      yield 0;
      return c.patched("m#patched", name as string);
    });
    expect(driver.result).toMatchObject({ fields: { code: "CTM3903" } });
  });
});

describe("sideEffect", () => {
  it("calls its function once, live, and gives a decoded copy then and on replay", () => {
    let calls = 0;
    const body: Body = function* () {
      const source = { n: ++calls };
      const copy = c.sideEffect("m#sideEffect", () => source);
      source.n = 99;
      yield c.timer("m#timer", 5);
      return copy.n;
    };
    const driver = run(function* () {
      const drawn = c.sideEffect("m#sideEffect", () => ({ n: ++calls, at: new Date(5) }));
      yield c.timer("m#timer", drawn.n);
      return [drawn.n, drawn.at instanceof Date];
    });
    expect(calls).toBe(1);
    expect(replay(driver.ports, driver.history).fault).toBeNull();
    expect(calls).toBe(1);
    driver.apply({ kind: "timer_fired", command: 2 as never });
    expect(driver.result).toEqual([1, true]);
    const copied = run(body);
    copied.apply({ kind: "timer_fired", command: 2 as never });
    expect(copied.result).toBe(2);
  });

  it("records what its function throws, and throws that again on replay", () => {
    let calls = 0;
    const driver = run(function* () {
      try {
        c.sideEffect("m#sideEffect", () => {
          if (++calls > 1) return;
          throw Object.assign(new RangeError("none"), { left: 0 });
        });
      } catch (error) {
        const { name, left } = error as RangeError & { left: number };
        yield c.activity("m#activity", "mail.sorry", [name, left, error instanceof RangeError]);
      }
    });
    expect(driver.open).toMatchObject([{ payload: '["RangeError",0,true]' }]);
    expect(driver.history[1]).toMatchObject({ kind: "side_effect_recorded", failed: true });
    expect(replay(driver.ports, driver.history).fault).toBeNull();
  });

  it.each([
    ["a value that cannot be stored", () => ({ f: () => 1 }), "$.f is a function"],
    ["a promise", () => Promise.reject(new Error("unheard")), "returned a promise"],
  ])("refuses %s", (_what, make, says) => {
    const driver = run(function* () {
      yield 0;
      return c.sideEffect<unknown>("m#sideEffect", make);
    });
    expect(driver.result).toMatchObject({ fields: { code: "CTM6007" } });
    expect((driver.result as { message: string }).message).toContain(says);
  });

  it("has no run inside: effects say so, Promise is the native one", () => {
    const driver = run(function* () {
      yield 0;
      const native = c.sideEffect("m#sideEffect", () => c.promise() === Promise);
      c.sideEffect("m#sideEffect2", () => void c.timer("m#timer", 5));
      return native;
    });
    expect(driver.result).toMatchObject({ fields: { code: "CTM3901" } });
    expect(kindsOf(driver)).toEqual([
      "run_started",
      "side_effect_recorded",
      "side_effect_recorded",
      "run_failed",
    ]);
  });

  it("does not run, and journals nothing, once the run has ended", () => {
    let calls = 0;
    const driver = run(function* () {
      const ended = c.continueAsNew("m#continueAsNew", 1);
      c.sideEffect("m#sideEffect", () => ++calls);
      yield ended;
    });
    expect(calls).toBe(0);
    expect(kindsOf(driver)).toEqual(["run_started", "run_continued"]);
  });
});

describe("log", () => {
  it("is a command with level, message and fields, in its place among the others", () => {
    const driver = run(function* () {
      c.log("m#log", "warn", "slow", { ms: 5 });
      c.log("m#log2", "debug", "bare");
      yield c.timer("m#timer", 5);
    });
    expect(driver.history.slice(1)).toMatchObject([
      { kind: "logged", level: "warn", message: "slow", payload: '{"ms":5}' },
      { kind: "logged", level: "debug", message: "bare", payload: "{}" },
      { kind: "timer_started" },
    ]);
  });

  it("leaves out and names fields that cannot be stored, and cuts what is too long", () => {
    const driver = run(function* () {
      yield 0;
      c.log("m#log", "info", "x".repeat(5000), { ok: 1, f: () => 1 });
    });
    const [, line] = driver.history;
    expect(line).toMatchObject({ payload: '{"ok":1,"omitted":["f"]}' });
    expect((line as { message: string }).message).toHaveLength(4097);
  });

  it.each([
    [5, undefined],
    ["text", "fields"],
    ["text", [1]],
  ])("refuses %j with %j", (message, fields) => {
    const driver = run(function* () {
      yield 0;
      c.log("m#log", "info", message, fields);
    });
    expect(driver.result).toMatchObject({ fields: { code: "CTM3903" } });
  });
});
