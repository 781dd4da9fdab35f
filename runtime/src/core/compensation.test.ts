import { describe, expect, it } from "vitest";
import * as c from "../compiled.js";
import { disagreement } from "./agreement.js";
import { encodeFailure } from "./failures.js";
import { jsonCodec } from "./fixtures/json-codec.js";
import { Driver, program } from "./fixtures/program.js";

const fail = (driver: Driver, command: number): void => {
  const payload = encodeFailure(jsonCodec, new Error("refused"));
  driver.apply({ kind: "activity_failed", command: command as never, attempt: 3, payload });
};

function book(n: number, compensate: unknown = c.call("trip.cancel", [n])): Promise<unknown> {
  return c.activity("m#activity", `trip.book${n}`, [n], { compensate: compensate as never });
}

function run(body: () => Generator<unknown, unknown, unknown>): Driver {
  const driver = new Driver(program(body));
  driver.start();
  return driver;
}

const targets = (driver: Driver): unknown[] =>
  driver.open.map((open) =>
    open.kind === "activity_scheduled" ? [open.activity, open.payload, open.compensates] : open.kind,
  );

describe("compensate", () => {
  it("runs the call whose arguments were evaluated when the activity was scheduled", () => {
    const driver = run(function* () {
      const place = { seat: 1 };
      const handle = book(1, c.call("trip.cancel", [place]));
      place.seat = 2;
      yield handle;
      return yield c.compensate("m#compensate", handle);
    });
    driver.complete(1, "ok");
    expect(targets(driver)).toEqual([["trip.cancel", '[{"seat":1}]', 1]]);
    driver.complete(3, "cancelled");
    expect(driver.result).toEqual({ ok: true, value: "cancelled" });
  });

  it("calls a function with a copy of the result, untouched by the workflow", () => {
    const driver = run(function* () {
      const handle = book(1, (result: { id: string }) => c.call("trip.cancel", [result.id]));
      const result = (yield handle) as { id: string };
      result.id = "changed";
      yield c.compensate("m#compensate", handle);
    });
    driver.complete(1, { id: "t-1" });
    expect(targets(driver)).toEqual([["trip.cancel", '["t-1"]', 1]]);
  });

  it("is disarmed by running, also when it failed, and never rejects", () => {
    const driver = run(function* () {
      const handle = book(1);
      yield handle;
      const first = (yield c.compensate("m#compensate", handle)) as {
        ok: boolean;
        error: { attempts: number };
      };
      return [
        first.ok,
        first.error.attempts,
        yield c.compensate("m#compensate", handle),
        yield c.compensateAll("m#compensateAll"),
      ];
    });
    driver.complete(1);
    fail(driver, 3);
    expect(driver.result).toEqual([false, 3, { ok: true, value: undefined }, []]);
  });

  it.each<readonly [string, () => Generator<unknown, unknown, unknown>]>([
    [
      "the activity has not ended",
      function* () {
        return yield c.compensate("m#compensate", book(1));
      },
    ],
    [
      "there is none",
      function* () {
        const h = book(1, "none");
        yield 0;
        return yield c.compensate("m#compensate", h);
      },
    ],
    [
      "nothing was said of it",
      function* () {
        return yield c.compensate("m#compensate", c.activity("m#activity", "a.b", []));
      },
    ],
  ])("has nothing to do when %s", (_why, body) => {
    expect(run(body).result).toEqual({ ok: true, value: undefined });
  });

  it("has nothing to do when the activity failed", () => {
    const driver = run(function* () {
      const handle = book(1);
      yield handle.catch(() => undefined);
      return yield c.compensate("m#compensate", handle);
    });
    fail(driver, 1);
    expect(driver.result).toEqual({ ok: true, value: undefined });
  });

  it.each([
    [
      "a function that throws",
      () => {
        throw new Error("own");
      },
      "own",
    ],
    ["a function that returns no call", () => 1, "CTM6005"],
    ["arguments that cannot be stored", () => c.call("trip.cancel", [() => 1]), "CTM6003"],
  ])("gives the error of %s", (_what, compensate, says) => {
    const driver = run(function* () {
      const handle = book(1, compensate);
      yield handle;
      const outcome = (yield c.compensate("m#compensate", handle)) as { ok: boolean; error: Error };
      return [outcome.ok, outcome.error.message];
    });
    driver.complete(1);
    expect(driver.result).toEqual([false, expect.stringContaining(says)]);
  });

  it("gives an error for what is no handle", () => {
    const driver = run(function* () {
      const outcome = (yield c.compensate("m#compensate", c.timer("m#timer", 1))) as {
        ok: boolean;
        error: { code: string };
      };
      return [outcome.ok, outcome.error.code];
    });
    expect(driver.result).toEqual([false, "CTM6004"]);
  });

  it("refuses to schedule what could not be undone", () => {
    const driver = run(function* () {
      yield book(1, c.call("trip.cancel", [() => 1]));
    });
    expect(driver.history.map((event) => event.kind)).toEqual(["run_started", "run_failed"]);
  });
});

describe("compensateAll", () => {
  const trip = (mode?: "sequential" | "parallel") =>
    run(function* () {
      const all = [book(1), book(2), book(3), book(4)];
      yield c.promise().allSettled(all);
      const failures = (yield c.compensateAll(
        "m#compensateAll",
        mode === undefined ? undefined : { mode },
      )) as { activity: string }[];
      return failures.map((failure) => failure.activity);
    });
  const settle = (driver: Driver): void => {
    driver.complete(2);
    driver.complete(1);
    fail(driver, 3);
    driver.complete(4);
  };

  it("goes newest first, one at a time, past failures, leaving out what never succeeded", () => {
    const driver = trip();
    settle(driver);
    expect(targets(driver)).toEqual([["trip.cancel", "[4]", 4]]);
    const [first] = driver.open;
    fail(driver, first!.seq);
    expect(targets(driver)).toEqual([["trip.cancel", "[2]", 2]]);
    driver.complete(driver.open[0]!.seq);
    expect(targets(driver)).toEqual([["trip.cancel", "[1]", 1]]);
    driver.complete(driver.open[0]!.seq);
    expect(driver.result).toEqual(["trip.book4"]);
    expect(disagreement(driver.ports, driver.history)).toBeNull();
  });

  it("schedules all at once in parallel mode", () => {
    const driver = trip("parallel");
    settle(driver);
    expect(targets(driver).map((target) => (target as unknown[])[2])).toEqual([4, 2, 1]);
  });

  it("undoes what succeeds while it runs", () => {
    const driver = run(function* () {
      yield book(1);
      void book(2);
      return yield c.compensateAll("m#compensateAll");
    });
    driver.complete(1);
    driver.complete(3);
    driver.complete(4);
    expect(targets(driver)).toEqual([["trip.cancel", "[2]", 3]]);
  });
});
