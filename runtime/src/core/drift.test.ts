import { describe, expect, it } from "vitest";
import * as c from "../compiled.js";
import type { HistoryEvent } from "./events.js";
import { jsonCodec } from "./fixtures/json-codec.js";
import { Driver, portsOf, program } from "./fixtures/program.js";
import { replay } from "./replay.js";

type Body = () => Generator<unknown, unknown, unknown>;

const P = (): PromiseConstructor => c.promise();
const original: Body = function* () {
  const id = c.uuid4("m#uuid4");
  yield c.activity("m#activity", "payments.charge", [40]);
  const winner = yield P().race([
    c.contender(c.signal("m#signal", "go", { timeout: 500 })),
    c.contender(c.timer("m#timer", 1000)),
  ]);
  yield c.timer("m#timer2", 2000);
  return { id, winner };
};

function recorded(): HistoryEvent[] {
  const driver = new Driver(program(original));
  driver.start();
  driver.complete(1, "ok");
  driver.apply({
    kind: "signal_received",
    command: 3 as never,
    position: 1,
    payload: jsonCodec.encode("yes"),
  });
  driver.apply({ kind: "timer_fired", command: 7 as never });
  expect(driver.execution.end).toBe("completed");
  return driver.history;
}

function faultOf(body: Body, history: readonly HistoryEvent[] = recorded()) {
  const { execution, fault } = replay(portsOf(program(body)), history);
  expect(execution === null).toBe(fault !== null);
  return fault;
}

/* The original with one thing changed. */
function changed(change: {
  activity?: string;
  args?: unknown[];
  signal?: string;
  timeout?: number | null;
  timer?: number;
  last?: number;
  result?: unknown;
  uuids?: number;
  withdrawn?: boolean;
  more?: boolean;
  site?: string;
}): Body {
  return function* () {
    let id = "";
    for (let i = 0; i < (change.uuids ?? 1); i++) id = c.uuid4("m#uuid4");
    if (change.more) void c.timer("m#timer3", 9);
    yield c.activity(change.site ?? "m#activity", change.activity ?? "payments.charge", change.args ?? [40]);
    const options = change.timeout === null ? undefined : { timeout: change.timeout ?? 500 };
    const mark = change.withdrawn === false ? <T>(wait: T) => wait : c.contender;
    const race = [
      mark(c.signal("m#signal", change.signal ?? "go", options)),
      mark(c.timer("m#timer", change.timer ?? 1000)),
    ];
    const winner = yield P().race(race);
    if (change.last !== 0) yield c.timer("m#timer2", change.last ?? 2000);
    return "result" in change ? change.result : { id, winner };
  };
}

describe("replay against other code", () => {
  it("accepts the code that made the history, also from another site", () => {
    expect(faultOf(original)).toBeNull();
    expect(faultOf(changed({ site: "m#activity5" }))).toBeNull();
  });

  it.each([
    ["another activity", { activity: "payments.hold" }, 1, "activity"],
    ["other arguments", { args: [41] }, 1, "arguments"],
    ["another signal", { signal: "stop" }, 3, "signal"],
    ["another timeout", { timeout: 501 }, 3, "timeout"],
    ["no timeout", { timeout: null }, 3, "timeout"],
    ["another duration", { timer: 1001 }, 4, "duration"],
    ["another kind", { more: true }, 1, "a timer of 9 ms"],
    ["waits that are not withdrawn", { withdrawn: false }, 6, "withdrawal of waits 4"],
    ["another result", { result: 1 }, 9, "result"],
    ["an earlier end", { last: 0 }, 7, "the run's completion"],
  ] as const)("is drift for %s, with both sides, number and source line", (_what, change, seq, says) => {
    const fault = faultOf(changed(change as never))!;
    expect(fault).toMatchObject({ code: "CTM4001", seq });
    expect(fault.message).toMatch(new RegExp(`event ${seq}[ :]`));
    expect(fault.message).toContain("the history has ");
    expect(fault.message).toContain("the program asks for ");
    expect(fault.message).toContain(says);
    if (seq < 9) expect(fault.message).toMatch(/src\/order\.ts:\d+/);
  });

  it("is drift for other draws, by digest", () => {
    expect(faultOf(changed({ uuids: 2, result: undefined }))).toMatchObject({ code: "CTM4003", seq: 0 });
  });

  it("is drift when the program asks for less, and when it asks for more, than the history has", () => {
    const history = recorded();
    const short: Body = function* () {
      c.uuid4("m#uuid4");
      yield new (P())(() => undefined);
    };
    expect(faultOf(short, history.slice(0, 2))).toMatchObject({ code: "CTM4002", seq: 1 });
    expect(faultOf(original, history.slice(0, 1))).toMatchObject({ code: "CTM4002", seq: 1 });
  });

  it("is drift for what is left over after the end", () => {
    const history = recorded();
    const left = {
      kind: "timer_fired",
      command: 4,
      seq: history.length,
      at: 5_000_000,
    } as unknown as HistoryEvent;
    expect(faultOf(original, [...history, left])).toMatchObject({ code: "CTM4004" });
  });

  it("names no payload", () => {
    const fault = faultOf(changed({ args: ["secret-4111"] }))!;
    expect(JSON.stringify(fault)).not.toContain("4111");
  });

  it("refuses a history with a gap, or one that starts with a command", () => {
    const history = recorded();
    expect(faultOf(original, history.toSpliced(1, 1))).toMatchObject({ code: "CTM4002" });
    expect(faultOf(original, history.toSpliced(2, 1))).toMatchObject({ code: "CTM4002" });
    expect(faultOf(original, history.slice(1))).toMatchObject({ code: "CTM4007" });
    expect(faultOf(original, [...history.slice(0, 2), history[5]!])).toMatchObject({ code: "CTM4007" });
  });

  it("stores nothing of a step that faulted, and goes on with nothing after it", () => {
    const driver = new Driver(program(original));
    driver.start();
    const wrong = driver.apply({ kind: "timer_fired", command: 1 as never });
    expect(wrong.fault).toMatchObject({ code: "CTM4004", seq: 2 });
    expect(wrong.events).toHaveLength(1);
    expect(driver.complete(1).fault).toBe(wrong.fault);
  });

  it("takes no second outcome for a command, and no second start", () => {
    const twice = new Driver(program(original));
    twice.start();
    twice.complete(1);
    expect(twice.complete(1).fault).toMatchObject({ code: "CTM4004" });
    const again = new Driver(program(original));
    again.start();
    expect(again.start().fault).toMatchObject({ code: "CTM4004" });
  });

  it("blocks on a payload that the codec cannot read", () => {
    const driver = new Driver(program(original));
    driver.start();
    const step = driver.apply({
      kind: "activity_completed",
      command: 1 as never,
      attempt: 1,
      payload: "{" as never,
    });
    expect(step.fault).toMatchObject({ code: "CTM4008", seq: 2 });
  });
});

/* One program with every command that reaches other runs or is recorded at once, and changes of it. */
describe("replay of what reaches other runs", () => {
  interface Change {
    readonly flow?: string;
    readonly input?: unknown;
    readonly close?: "cancel" | "abandon";
    readonly site?: string;
    readonly stops?: boolean;
    readonly receiver?: string;
    readonly signal?: string;
    readonly payload?: unknown;
    readonly patch?: string;
    readonly logs?: boolean;
    readonly text?: string;
    readonly draws?: boolean;
    readonly next?: unknown;
  }
  const body = (change: Change): Body =>
    function* () {
      const flow = { kind: "continuum.workflow", name: change.flow ?? "shipment" };
      const options = { onParentClose: change.close ?? "cancel" };
      const refs = [0, 1].map((n) =>
        c.startChild(change.site ?? "m#startChild", flow, [n, change.input ?? 1], options),
      );
      void c.sendSignal("m#sendSignal", change.receiver ?? "r", change.signal ?? "go", change.payload ?? 1);
      c.patched("m#patched", change.patch ?? "p");
      if (change.draws !== false) c.sideEffect("m#sideEffect", () => Math.random());
      if (change.logs !== false) c.log("m#log", "info", change.text ?? "text");
      if (change.stops !== false) c.cancelChild("m#cancelChild", refs[1]);
      yield c.awaitChild("m#awaitChild", refs[0]);
      yield c.continueAsNew("m#continueAsNew", change.next ?? 1);
    };
  const recordedRun = (): HistoryEvent[] => {
    const driver = new Driver(program(body({})));
    driver.start();
    driver.apply({ kind: "child_completed", command: 1 as never, payload: jsonCodec.encode(0) });
    expect(driver.execution.end).toBe("continued");
    return driver.history;
  };

  it.each<readonly [string, Change]>([
    ["the code that made it", {}],
    ["another site, hence other derived ids", { site: "m#startChild2" }],
    ["another policy for the parent's end", { close: "abandon" }],
    ["other words in the log", { text: "other" }],
  ])("accepts %s", (_what, change) => {
    expect(faultOf(body(change), recordedRun())).toBeNull();
  });

  it.each<readonly [string, Change, number, string]>([
    ["another workflow", { flow: "parcel" }, 1, "they differ in workflow"],
    ["another input", { input: 2 }, 1, "they differ in input"],
    ["another receiver", { receiver: "s" }, 3, "they differ in receiver"],
    ["another signal", { signal: "stop" }, 3, "they differ in signal"],
    ["another payload", { payload: 2 }, 3, "they differ in payload"],
    ["another patch", { patch: "q" }, 4, 'the first answer of patched("p")'],
    ["no side effect", { draws: false }, 5, "a side effect"],
    ["no log line", { logs: false }, 6, "a log line of level info"],
    ["no cancellation of the child", { stops: false }, 7, "the cancellation of child 2"],
    ["another input of the successor", { next: 2 }, 9, "they differ in input"],
  ])("is drift for %s", (_what, change, seq, says) => {
    const fault = faultOf(body(change), recordedRun())!;
    expect(fault.code).toMatch(/^CTM400[12]$/);
    expect(fault.seq).toBe(seq);
    expect(fault.message).toContain(says);
  });
});
