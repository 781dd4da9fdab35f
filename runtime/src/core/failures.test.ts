import { describe, expect, it } from "vitest";
import { ContinuumError } from "./continuum-error.js";
import { decodeFailure, encodeFailure, errorNames, isNonRetryable } from "./failures.js";
import { jsonCodec } from "./fixtures/json-codec.js";
import { UnstorableValue } from "./payload-codec.js";
import type { PayloadCodec } from "./payload-codec.js";
import { ActivityError, CancelledError } from "./workflow-errors.js";

const roundTrip = (thrown: unknown): unknown => decodeFailure(jsonCodec, encodeFailure(jsonCodec, thrown));

class Declined extends RangeError {}

describe("failures", () => {
  it("come back with class name, message, fields, causes and stack", () => {
    const back = roundTrip(
      Object.assign(new Declined("no", { cause: new TypeError("why", { cause: 7 }) }), { code: 51 }),
    ) as Declined & { code: number };
    expect(back).toMatchObject({ name: "Declined", message: "no", code: 51 });
    expect(back.cause).toBeInstanceOf(TypeError);
    expect((back.cause as Error).cause).toBe(7);
    expect(back.stack).toContain("failures.test.ts");
  });

  it("are instances of their classes where these are known", () => {
    expect(roundTrip(new ActivityError({ activity: "a.b", attempts: 2, cause: 1 }))).toBeInstanceOf(
      ActivityError,
    );
    expect(roundTrip(new CancelledError())).toBeInstanceOf(CancelledError);
    expect(roundTrip(new SyntaxError("x"))).toBeInstanceOf(SyntaxError);
    const ours = roundTrip(
      new ContinuumError({ code: "CTM1001", message: "m", hint: "h" }),
    ) as ContinuumError;
    expect(ours).toBeInstanceOf(ContinuumError);
    expect(ours).toMatchObject({ code: "CTM1001", hint: "h", message: "CTM1001: m\n  hint: h" });
    const many = roundTrip(new AggregateError([new TypeError("1"), 2], "all")) as AggregateError;
    expect(many.errors).toMatchObject([{ name: "TypeError" }, 2]);
  });

  it.each([[undefined], [null], [0], ["text"], [{ a: [1] }]])("carry a thrown %s", (thrown) => {
    expect(roundTrip(thrown)).toEqual(thrown);
  });

  it("are cut where causes form a ring, and cannot pollute a prototype", () => {
    const ring = new Error("a");
    ring.cause = new Error("b", { cause: ring });
    expect(roundTrip(ring)).toMatchObject({ message: "a", cause: { message: "b" } });
    const polluting = new Error("p");
    Object.defineProperty(polluting, "__proto__", { value: { evil: true }, enumerable: true });
    roundTrip(polluting);
    expect(({} as { evil?: boolean }).evil).toBeUndefined();
  });

  it("say that something was thrown which cannot be stored", () => {
    expect(roundTrip(() => 1)).toMatchObject({ message: "A thrown function could not be stored" });
    expect(roundTrip(Object.assign(new Error("x"), { socket: () => 1, code: 1 }))).toMatchObject({ code: 1 });
  });

  it("are shortened when the codec refuses the whole", () => {
    const small: PayloadCodec = {
      decode: jsonCodec.decode,
      encode: (value) => {
        const payload = jsonCodec.encode(value);
        if (payload.length > 20_000) throw new UnstorableValue("$", "too large");
        return payload;
      },
    };
    const big = Object.assign(new Error("m".repeat(50_000)), {
      a: "x".repeat(15_000),
      b: "y".repeat(15_000),
    });
    expect((decodeFailure(small, encodeFailure(small, big)) as Error).message).toHaveLength(4096);
  });

  it("are matched by the names of their classes, the nearest first, and by predicates", () => {
    expect(errorNames(new Declined("x"))).toEqual(["Declined", "RangeError", "Error"]);
    expect(errorNames(Object.assign(new Error("x"), { name: "Own" }))).toEqual(["Own", "Error"]);
    expect(isNonRetryable(new Declined("x"), ["RangeError"])).toBe(true);
    expect(isNonRetryable(new Error("x"), ["RangeError"])).toBe(false);
    expect(isNonRetryable(7, ["Error", (error) => error === 7])).toBe(true);
  });
});
