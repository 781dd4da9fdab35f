import { describe, expect, it } from "vitest";
import * as c from "../compiled.js";
import { ContinuumError } from "./continuum-error.js";
import type { Fault } from "./execution.js";
import { encodeFailure } from "./failures.js";
import { jsonCodec } from "./fixtures/json-codec.js";
import { Driver, program } from "./fixtures/program.js";
import { ActivityError } from "./workflow-errors.js";

const seq = (n: number): never => n as never;
const P = (): PromiseConstructor => c.promise();

function started(body: () => Generator<unknown, unknown, unknown>, extra = {}): Driver {
  const driver = new Driver(program(body), extra);
  driver.start();
  return driver;
}

describe("activities", () => {
  it("throw ActivityError with name, attempts and cause at the await", () => {
    let caught: unknown;
    const driver = started(function* () {
      try {
        yield c.activity("m#activity", "payments.charge", []);
      } catch (error) {
        caught = error;
      }
    });
    class CardDeclined extends Error {
      readonly issuer = "acme";
    }
    const payload = encodeFailure(jsonCodec, new CardDeclined("no", { cause: new TypeError("inner") }));
    driver.apply({ kind: "activity_failed", command: seq(1), attempt: 3, payload });
    expect(caught).toBeInstanceOf(ActivityError);
    expect(caught).toMatchObject({ activity: "payments.charge", attempts: 3, name: "ActivityError" });
    const { cause } = caught as { cause: Error };
    expect(cause).toMatchObject({ name: "CardDeclined", message: "no", issuer: "acme" });
    expect(cause.cause).toBeInstanceOf(TypeError);
  });

  it("have the default policy, recorded whole", () => {
    const [open] = started(function* () {
      yield c.activity("m#activity", "a.b", []);
    }).open;
    expect(open).toMatchObject({
      policy: {
        retry: {
          maxAttempts: 3,
          backoff: "exponential",
          initialMs: 1000,
          jitterMs: 200,
          maxBackoffMs: 60_000,
          horizonMs: null,
          nonRetryable: [],
        },
        timeoutMs: 30_000,
        heartbeatTimeoutMs: null,
        idempotencyKey: null,
        queue: "default",
        priority: 0,
      },
    });
  });

  it("encode their arguments at the call: what is changed later changes nothing", () => {
    const driver = started(function* () {
      const items = [1];
      const handle = c.activity("m#activity", "a.b", [items]);
      items.push(2);
      yield handle;
    });
    expect(driver.open).toMatchObject([{ payload: "[[1]]" }]);
  });

  it("reject, without a command, when an argument cannot be stored; the place is named", () => {
    const driver = started(function* () {
      try {
        yield c.activity("m#activity", "a.b", [{ onDone: () => 1 }]);
        return null;
      } catch (error) {
        const { attempts, cause } = error as ActivityError;
        return { attempts, code: (cause as ContinuumError).code, message: (cause as ContinuumError).message };
      }
    });
    expect(driver.result).toMatchObject({ attempts: 0, code: "CTM6003" });
    expect((driver.result as { message: string }).message).toContain("$[0].onDone is a function");
  });

  it.each([
    [{ retries: 3 }, 'there is no option "retries" (did you mean "retry"?)'],
    [{ retry: { maxAttemps: 3 } }, '(did you mean "maxAttempts"?)'],
    [{ retry: { maxAttempts: 0 } }, "a whole number from 1"],
    [{ timeout: "5s" }, '"timeout" is a string, not a number of milliseconds above 0'],
    [{ compensate: "nothing" }, '"compensate" is a string'],
  ])("refuse the options %j before anything is scheduled", (options, says) => {
    const driver = started(function* () {
      void c.activity("m#activity", "a.b", [], options as never);
      yield 1;
    });
    expect(driver.history.map((event) => event.kind)).toEqual(["run_started", "run_failed"]);
    expect((driver.result as { fields: { code: string }; message: string }).fields.code).toBe("CTM6001");
    expect((driver.result as { message: string }).message).toContain(says);
  });
});

describe("signals and timers", () => {
  it("refuse a signal that is not in the closed set, with the nearest name", () => {
    const driver = started(
      function* () {
        yield c.signal("m#signal", "fraudRevew");
      },
      { signals: ["fraudReview"] },
    );
    expect(driver.result).toMatchObject({ fields: { code: "CTM3904", hint: "Did you mean fraudReview?" } });
  });

  it.each([Number.NaN, -1, Infinity, "5", undefined])("refuse a duration of %s", (duration) => {
    const driver = started(function* () {
      yield c.timer("m#timer", duration as number);
    });
    expect(driver.result).toMatchObject({ fields: { code: "CTM3903" } });
  });

  it("round a duration up: a timer never fires early", () => {
    const driver = started(function* () {
      yield c.timer("m#timer", 0.2);
    });
    expect(driver.open).toMatchObject([{ durationMs: 1, dueAt: driver.at + 1 }]);
  });

  it("withdraw the contenders that lost a race, and nothing that can still be joined", () => {
    const driver = started(function* () {
      const held = c.timer("m#timer", 50);
      yield P().race([
        held,
        c.contender(c.signal("m#signal", "go")),
        c.contender(c.timer("m#timer2", 10)),
        c.activity("m#activity", "a.b", []),
      ]);
      return yield held;
    });
    const step = driver.apply({ kind: "timer_fired", command: seq(3) });
    expect(step.events.slice(1)).toMatchObject([{ kind: "waits_withdrawn", commands: [2] }]);
    expect(driver.open.map((open) => open.seq)).toEqual([1, 4]);
  });

  it("do not withdraw from an `any` whose element merely failed", () => {
    const driver = started(function* () {
      yield P().any([c.activity("m#activity", "a.b", []), c.contender(c.signal("m#signal", "go"))]);
    });
    driver.apply({
      kind: "activity_failed",
      command: seq(1),
      attempt: 1,
      payload: encodeFailure(jsonCodec, 1),
    });
    expect(driver.open.map((open) => open.seq)).toEqual([2]);
  });
});

describe("deterministic values", () => {
  it("are functions of run, site and occurrence; a draw at one site shifts no other", () => {
    const draw = (extraDraw: boolean) => {
      const driver = started(function* () {
        if (extraDraw) c.random("m#random2");
        yield 0;
        return [
          c.uuid4("m#uuid4"),
          c.uuid4("m#uuid4"),
          c.random("m#random"),
          c.now("m#now"),
          c.today("m#today"),
        ];
      });
      return driver.result as [string, string, number, number, string];
    };
    const [a, b, r, now, today] = draw(false);
    expect(draw(true)).toEqual([a, b, r, now, today]);
    expect(a).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(a).not.toBe(b);
    expect(r >= 0 && r < 1).toBe(true);
    expect(today).toBe(new Date(now).toISOString().slice(0, 10));
  });

  it("record a digest on the input that led to them, and none where there was no draw", () => {
    const driver = started(function* () {
      yield c.timer("m#timer", 1);
      c.now("m#now");
      yield c.timer("m#timer", 1);
    });
    driver.apply({ kind: "timer_fired", command: seq(1) });
    expect(driver.history.map((event) => event.drawn !== undefined)).toEqual([false, false, true, false]);
  });

  it("never go back in time, whatever the inputs' clocks say", () => {
    const driver = started(function* () {
      yield c.timer("m#timer", 1);
      return c.now("m#now");
    });
    const before = driver.execution.at;
    driver.at = 5;
    driver.apply({ kind: "timer_fired", command: seq(1) });
    expect(driver.result).toBe(before);
  });
});

describe("the end of a run", () => {
  it("issues nothing more: neither from jobs that are left nor from the job that ended it", () => {
    const driver = started(function* () {
      const other = c.fiber(
        function* () {
          for (let i = 0; i < 9; i++) yield 0;
          void c.timer("m#timer", 1);
        },
        undefined,
        [],
      );
      void other;
      yield 0;
      return {
        then(resolve: (value: unknown) => void) {
          resolve("done");
          void c.timer("m#timer2", 1);
        },
      };
    });
    expect(driver.history.map((event) => event.kind)).toEqual(["run_started", "run_completed"]);
    expect(driver.open).toEqual([]);
  });

  it.each([[undefined], [null], [0], ["text"], [{ a: 1 }], [Symbol("s")], [() => 1]])(
    "fails, and no more, when %s is thrown",
    (thrown) => {
      const driver = started(function* () {
        yield 0;
        throw thrown;
      });
      expect(driver.execution.end).toBe("failed");
    },
  );

  it("survives values whose every trap throws, thrown, awaited, returned or unhandled", () => {
    const trap = (): never => {
      throw new Error("trap");
    };
    const hostile: unknown = new Proxy(new Error("x"), {
      get: trap,
      has: trap,
      getPrototypeOf: trap,
      ownKeys: trap,
      getOwnPropertyDescriptor: trap,
    });
    const bodies: readonly (() => Generator<unknown, unknown, unknown>)[] = [
      function* () {
        yield P().reject(hostile);
      },
      function* () {
        yield hostile;
      },
      function* () {
        yield 0;
        return hostile;
      },
      function* () {
        yield P().all(hostile as Iterable<unknown>);
      },
      function* () {
        yield 0;
        throw hostile;
      },
    ];
    for (const body of bodies) {
      const driver = started(body);
      expect(driver.last!.fault).toBeNull();
      expect(driver.execution.end).toBe("failed");
    }
    const unhandled = started(function* () {
      void P().reject(hostile);
      yield c.timer("m#timer", 1);
    });
    expect(unhandled.warnings).toHaveLength(1);
  });

  it("runs none of the jobs that are left", () => {
    let ran = 0;
    started(function* () {
      void c.fiber(
        function* () {
          for (let i = 0; i < 9; i++) yield 0;
          ran++;
        },
        undefined,
        [],
      );
      yield 0;
      return 1;
    });
    expect(ran).toBe(0);
  });

  it("fails when the input does not fit the parameters, and when the result cannot be stored", () => {
    const destructuring = new Driver(
      program(function* ({ a: { b } }: { a: { b: number } }) {
        return b;
      }),
    );
    destructuring.start({});
    expect(destructuring.result).toMatchObject({ name: "TypeError" });
    const unstorable = started(function* () {
      yield 0;
      return { rows: [{ close: () => 1 }] };
    });
    expect(unstorable.result).toMatchObject({ fields: { code: "CTM6006" } });
    expect((unstorable.result as { message: string }).message).toContain("$.rows[0].close is a function");
  });

  it("keeps name, message, fields, causes and stack of the error", () => {
    const driver = started(function* () {
      yield 0;
      throw Object.assign(new RangeError("far", { cause: { why: "reason" } }), {
        code: "E_FAR",
        bad: () => 1,
      });
    });
    expect(driver.result).toMatchObject({
      kind: "error",
      name: "RangeError",
      message: "far",
      fields: { code: "E_FAR" },
      omitted: ["bad"],
      cause: { kind: "value", value: { why: "reason" } },
    });
    expect((driver.result as { stack: string }).stack).toContain("effects.test.ts");
  });
});

describe("a run that parks", () => {
  it("warns once of a rejection that nobody handled, and goes on", () => {
    const driver = started(function* () {
      void c.activity("m#activity", "a.b", []);
      yield c.timer("m#timer", 1);
      return 1;
    });
    driver.apply({
      kind: "activity_failed",
      command: seq(1),
      attempt: 1,
      payload: encodeFailure(jsonCodec, new Error("secret")),
    });
    expect(driver.warnings).toHaveLength(1);
    expect(driver.warnings[0]).toContain("ActivityError of a.b");
    expect(driver.warnings[0]).not.toContain("secret");
    driver.apply({ kind: "timer_fired", command: seq(2) });
    expect(driver.warnings).toHaveLength(1);
    expect(driver.result).toBe(1);
  });

  it("does not warn of one that is handled before it parks", () => {
    const driver = started(function* () {
      const failing = P().reject(1);
      yield 0;
      failing.catch(() => undefined);
      yield c.timer("m#timer", 1);
    });
    expect(driver.warnings).toEqual([]);
  });

  it("runs no finally block, then or ever", () => {
    let ran = 0;
    const driver = started(function* () {
      try {
        yield c.timer("m#timer", 1);
      } finally {
        ran++;
      }
    });
    expect(ran).toBe(0);
    driver.apply({ kind: "timer_fired", command: seq(99) });
    expect(ran).toBe(0);
  });
});

describe("what was not compiled as workflow code", () => {
  const foreign: readonly (readonly [string, () => Generator<unknown, unknown, unknown>])[] = [
    [
      "awaited",
      function* () {
        c.now("m#now");
        yield Promise.resolve(1);
      },
    ],
    [
      "awaited though it rejects",
      function* () {
        yield Promise.reject(new Error("must not kill the process"));
      },
    ],
    [
      "resolved with",
      function* () {
        yield P().resolve(Promise.resolve(1));
      },
    ],
    [
      "an element of all",
      function* () {
        yield P().all([P().resolve(1), Promise.resolve(1)]);
      },
    ],
    [
      "returned from a fiber",
      function* () {
        yield c.fiber(
          function* () {
            yield 0;
            return Promise.resolve(1);
          },
          undefined,
          [],
        );
      },
    ],
    [
      "returned from the workflow",
      function* () {
        yield 0;
        return Promise.resolve(1);
      },
    ],
    [
      "returned from a then",
      function* () {
        yield P()
          .resolve(1)
          .then(() => Promise.resolve(2));
      },
    ],
  ];
  it.each(foreign)("blocks the run when a native promise is %s", async (_how, body) => {
    const driver = started(body);
    expect(driver.last!.fault).toMatchObject({ code: "CTM4005", seq: 0 });
    expect(driver.last!.fault!.message).toContain("this was not compiled as workflow code");
    expect(driver.last!.events).toHaveLength(1);
    await new Promise((resolve) => setImmediate(resolve));
  });

  it("names the last known site of the fiber that awaited it", () => {
    const driver = started(function* () {
      c.random("m#random");
      yield Promise.resolve(1);
    });
    expect(driver.last!.fault!.message).toMatch(/in orderFlow, after src\/order\.ts:\d+/);
  });

  it("blocks at once when native code awaits or settles a promise of the run, and tells", async () => {
    const deeds: ((promise: Promise<unknown>, resolve: (value: unknown) => void) => Promise<void>)[] = [
      async (promise) => void (await promise),
      async (_promise, resolve) => {
        await Promise.resolve();
        resolve(1);
      },
    ];
    for (const deed of deeds) {
      const faults: Fault[] = [];
      const driver = started(
        function* () {
          let release: (value: unknown) => void = () => undefined;
          const pending = new (P())((resolve) => (release = resolve));
          void deed(pending, release);
          yield c.timer("m#timer", 1);
        },
        { onFault: (fault: Fault) => faults.push(fault) },
      );
      expect(driver.last!.fault).toBeNull();
      await new Promise((resolve) => setImmediate(resolve));
      expect(faults).toMatchObject([{ code: "CTM4006" }]);
      expect(driver.apply({ kind: "timer_fired", command: seq(1) }).fault).toBe(faults[0]);
    }
  });

  it("blocks a run that awaits a promise of another", () => {
    const shared: { promise?: Promise<unknown> } = {};
    const body = function* () {
      shared.promise ??= c.timer("m#timer", 1);
      yield shared.promise;
    };
    started(body);
    expect(started(body).last!.fault).toMatchObject({ code: "CTM4009" });
  });

  it("blocks when a module of another build names a site that the manifest has not", () => {
    const driver = started(function* () {
      yield c.timer("other#timer", 1);
    });
    expect(driver.last!.fault).toMatchObject({ code: "CTM4010" });
    expect(driver.last!.events).toHaveLength(1);
  });

  it("refuses effects outside of a run by name", () => {
    for (const [name, call] of [
      ["activity", () => c.activity("m#activity", "a.b", [])],
      ["signal", () => c.signal("m#signal", "s")],
      ["timer", () => c.timer("m#timer", 1)],
      ["now", () => c.now("m#now")],
      ["today", () => c.today("m#today")],
      ["random", () => c.random("m#random")],
      ["uuid4", () => c.uuid4("m#uuid4")],
      ["compensate", () => c.compensate("m#compensate", null)],
      ["compensateAll", () => c.compensateAll("m#compensateAll")],
    ] as const) {
      try {
        void call();
        expect.unreachable();
      } catch (error) {
        expect(ContinuumError.is(error, "CTM3901")).toBe(true);
        expect((error as Error).message).toContain(`${name}() was called outside of a run`);
      }
    }
    expect(c.promise()).toBe(Promise);
  });
});
