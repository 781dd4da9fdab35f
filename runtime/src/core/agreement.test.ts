import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as c from "../compiled.js";
import { disagreement } from "./agreement.js";
import { encodeFailure } from "./failures.js";
import { jsonCodec } from "./fixtures/json-codec.js";
import { Driver, program } from "./fixtures/program.js";
import { asFibers, randomProgram } from "./fixtures/random-program.js";
import type { RandomProgram } from "./fixtures/random-program.js";
import type { OpenCommand } from "./execution.js";
import type { InputEvent } from "./events.js";
import { CancelledError } from "./workflow-errors.js";

const RUNS = Number(process.env["CTM_PROPERTY_RUNS"] ?? 400);

const shipment = { kind: "continuum.workflow", name: "shipment" };

/* The outside of the random programs is every kind of effect, by the number that it is asked with. */
function outside(n: number): Promise<unknown> {
  switch (n % 12) {
    case 0:
      return c.timer("m#timer", n);
    case 1:
      return c.signal("m#signal", `s${n}`);
    case 2:
      return c.signal("m#signal2", "s", { timeout: n });
    case 3:
      return c.promise().race([c.contender(c.timer("m#timer2", n)), c.contender(c.signal("m#signal3", "s"))]);
    case 5:
      return c.child("m#child", shipment, n, { id: String(n) });
    case 6: {
      const ref = c.startChild("m#startChild", shipment, n);
      if (n % 8 === 6) c.cancelChild("m#cancelChild", ref);
      return c.awaitChild("m#awaitChild", ref);
    }
    case 7:
      return c.sendSignal("m#sendSignal", `run-${n}`, "go", n);
    case 8:
      return c.patched("m#patched", `patch-${n % 3}`) ? c.timer("m#timer3", n) : c.timer("m#timer4", n);
    case 9:
      return c.promise().resolve(c.sideEffect("m#sideEffect", () => Math.random()));
    case 4:
    case 10:
      return c.activity("m#activity2", "with.undo", [n], { compensate: c.call("undo", [n]) });
    default:
      return c.activity("m#activity", "ext", [n, c.uuid4("m#uuid4"), c.now("m#now")]);
  }
}

function run({ text, outcomes }: RandomProgram): Driver {
  const source = `
    const { FIBER, P, ext, log, raise } = names;
    const kept = [];
    const quiet = () => undefined;
    const keep = (p) => { if (p instanceof P) p.then(quiet, quiet); return p; };
    ${text}
    return P.allSettled(kept);
  `;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- programs are made as text
  const start = new Function("names", asFibers(source)) as (names: object) => unknown;
  const driver = new Driver(
    program(function* () {
      const raise = (n: number): never => {
        throw n;
      };
      const log = (n: unknown): void => {
        if (typeof n !== "number") return;
        if (n % 5 === 0) c.random("m#random");
        if (n % 7 === 0) c.log("m#log", "info", "seen", { n });
      };
      const settled = (yield start({
        FIBER: c.fiber,
        P: c.promise(),
        ext: outside,
        log,
        raise,
      })) as PromiseSettledResult<unknown>[];
      yield c.compensateAll("m#compensateAll");
      // A cancellation that no helper has handled ends the run as it would one that awaits them.
      const cut = settled.find((one) => one.status === "rejected" && one.reason instanceof CancelledError);
      if (cut?.status === "rejected") throw cut.reason;
      if (settled.length % 4 === 1) yield c.continueAsNew("m#continueAsNew", settled.length);
    }),
  );
  driver.start();
  const cancelAt = outcomes[0]!.pick % (outcomes.length * 2);
  for (const [i, { pick, fails }] of [...outcomes, ...outcomes].entries()) {
    if (i === cancelAt && driver.execution.end === null)
      driver.apply({ kind: "cancel_requested", reason: fails ? "r" : null });
    const one = driver.open[pick % Math.max(driver.open.length, 1)];
    if (one !== undefined) driver.apply(outcome(one, fails));
  }
  return driver;
}

function outcome(open: OpenCommand, fails: boolean): InputEvent {
  const command = open.seq;
  if (open.kind === "timer_started") return { kind: "timer_fired", command };
  if (open.kind === "signal_awaited") {
    if (fails && open.timeoutMs !== null) return { kind: "signal_timed_out", command };
    return { kind: "signal_received", command, position: command, payload: jsonCodec.encode(command) };
  }
  const failure = encodeFailure(jsonCodec, new Error("x"));
  if (open.kind === "signal_sent") {
    return fails
      ? { kind: "signal_refused", command, payload: failure }
      : { kind: "signal_delivered", command };
  }
  if (open.kind === "child_started") {
    if (command % 3 === 0) return { kind: "child_cancelled", command, terminated: fails };
    if (fails) return { kind: "child_failed", command, payload: failure };
    return { kind: "child_completed", command, payload: jsonCodec.encode(command) };
  }
  if (fails) return { kind: "activity_failed", command, attempt: 3, payload: failure };
  return { kind: "activity_completed", command, attempt: 1, payload: jsonCodec.encode({ n: command }) };
}

describe("replay", () => {
  it("of every prefix agrees with the first run, and goes on as it did", () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(randomProgram, (one) => {
        const driver = run(one);
        expect(driver.last!.fault).toBeNull();
        for (const event of driver.history) kinds.add(event.kind);
        expect(disagreement(driver.ports, driver.history)).toBeNull();
        expect(disagreement(driver.ports, driver.history, 3)).toBeNull();
      }),
      { numRuns: RUNS, seed: Number(process.env["CTM_PROPERTY_SEED"] ?? 20260302) },
    );
    // Every kind of event must have been walked, else the property says little.
    expect([...kinds].sort()).toEqual([
      "activity_completed",
      "activity_failed",
      "activity_scheduled",
      "cancel_requested",
      "child_cancel_requested",
      "child_cancelled",
      "child_completed",
      "child_failed",
      "child_started",
      "logged",
      "patch_decided",
      "run_cancelled",
      "run_completed",
      "run_continued",
      "run_failed",
      "run_started",
      "side_effect_recorded",
      "signal_awaited",
      "signal_delivered",
      "signal_received",
      "signal_refused",
      "signal_sent",
      "signal_timed_out",
      "timer_fired",
      "timer_started",
      "waits_withdrawn",
    ]);
  }, 120_000);

  it("agrees where a run was born unowned: nothing had been drawn when its start was stored", () => {
    const drawing = new Driver(
      program(function* () {
        c.uuid4("m#uuid4");
        yield c.timer("m#timer", 1);
        return c.uuid4("m#uuid4");
      }),
    );
    drawing.start();
    drawing.apply({ kind: "timer_fired", command: 1 as never });
    const [{ drawn, ...bare }, ...rest] = drawing.history as unknown as [InputEvent & { drawn: string }];
    expect(drawn).toBeTypeOf("string");
    expect(disagreement(drawing.ports, [bare as never, ...rest])).toBeNull();
    // Of any other input, a digest that is missing is one that differs.
    const [first, second, fired, ...end] = drawing.history as unknown as readonly [
      never,
      never,
      { drawn: string },
    ];
    const { drawn: _gone, ...without } = fired;
    expect(disagreement(drawing.ports, [first, second, without as never, ...end])).not.toBeNull();
  });

  it("is said to disagree when the program depends on something that is not in the history", () => {
    let calls = 0;
    const driver = new Driver(
      program(function* () {
        yield c.timer("m#timer", 1 + (calls++ > 1 ? 1 : 0));
        yield c.timer("m#timer", 5);
      }),
    );
    driver.start();
    driver.apply({ kind: "timer_fired", command: 1 as never });
    expect(disagreement(driver.ports, driver.history)).not.toBeNull();
  });

  it("of a long history is bounded, and finds what differs in the middle all the same", () => {
    let programs = 0;
    let differs = false;
    const driver = new Driver(
      program(function* () {
        programs += 1;
        for (let i = 0; i < 200; i++) yield c.activity("m#activity", "work", [i === 101 && differs ? -1 : i]);
      }),
    );
    driver.start();
    for (let open = driver.open[0]; open !== undefined; open = driver.open[0]) driver.complete(open.seq);
    programs = 0;
    expect(disagreement(driver.ports, driver.history, 16)).toBeNull();
    expect(programs).toBeLessThan(30);
    differs = true;
    expect(disagreement(driver.ports, driver.history, 16)).not.toBeNull();
  });

  it("of a run that was born without an owner: its start was stored by somebody who could not draw", () => {
    const driver = new Driver(
      program(function* () {
        yield c.activity("m#activity", "work", [c.uuid4("m#uuid4")]);
        return c.random("m#random");
      }),
    );
    driver.start();
    driver.complete(1);
    const undrawn = driver.history.map(({ seq, ...event }) => {
      const { drawn: _drawn, ...rest } = event;
      return { ...rest, seq };
    });
    expect(undrawn[0]).not.toEqual(driver.history[0]);
    expect(disagreement(driver.ports, [undrawn[0]!, ...driver.history.slice(1)])).toBeNull();
    expect(disagreement(driver.ports, undrawn)).not.toBeNull();
  });
});
