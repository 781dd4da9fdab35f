import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ContinuumError } from "../core/continuum-error.js";
import type { Payload } from "../core/ids.js";
import { UnstorableValue } from "../core/payload-codec.js";
import { payloadCodec } from "./payload-codec.js";

const codec = payloadCodec();
const trip = <T>(value: T): T => codec.decode(codec.encode(value)) as T;

function refusal(value: unknown): string {
  try {
    codec.encode(value);
  } catch (error) {
    if (error instanceof UnstorableValue) return error.message;
    throw error;
  }
  return "stored";
}

/** Values with everything that round-trips, nested, with repeated references. */
const storable = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<unknown>(
      undefined,
      null,
      true,
      -0,
      NaN,
      Infinity,
      -Infinity,
      "\0",
      "\ud800x",
      "__proto__",
      "~",
      "",
    ),
    fc.double(),
    fc.integer(),
    fc.bigInt(),
    fc.string({ unit: "binary" }),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array({ maxLength: 20 }),
    fc.float64Array({ maxLength: 5 }),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(/a\/b/giu, new URL("https://a.example/ä?q=1#h"), new URLSearchParams("a=1&a=2")),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.sparseArray(tie("value"), { maxLength: 6, maxNumElements: 3 }),
    fc.dictionary(
      fc.string().filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 4, noNullPrototype: false },
    ),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie("value"), { maxLength: 3 }).map((members) => new Set(members)),
    tie("value").map((shared) => [shared, { again: shared }]),
  ),
})).value;

describe("values that are stored", () => {
  it("come back exactly, whatever they are made of", () => {
    fc.assert(
      fc.property(storable, (value) => {
        expect(trip(value)).toStrictEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it("come back as JSON where JSON is exact, readable in the database", () => {
    expect(codec.encode({ orderId: "o-1", items: [1, null, "x"] })).toBe(
      '{"orderId":"o-1","items":[1,null,"x"]}',
    );
  });

  it("give texts that Postgres can keep: no NUL, no lone surrogate", () => {
    fc.assert(
      fc.property(storable, (value) => {
        const text = codec.encode(value);
        expect(text).not.toContain("\0");
        expect(/\p{Surrogate}/u.test(text)).toBe(false);
      }),
    );
  });

  it("give the same text for the same value, also after a round trip", () => {
    fc.assert(
      fc.property(storable, (value) => {
        const text = codec.encode(value);
        expect(codec.encode(value)).toBe(text);
        expect(codec.encode(codec.decode(text))).toBe(text);
      }),
    );
  });

  it("come back as a copy: later changes on either side change nothing", () => {
    const sent = { items: [1], at: new Date(0) };
    const text = codec.encode(sent);
    sent.items.push(2);
    sent.at.setTime(5);
    const received = codec.decode(text) as typeof sent;
    received.items.push(3);
    expect(codec.decode(text)).toStrictEqual({ items: [1], at: new Date(0) });
  });

  it("keep cycles and repeated references", () => {
    const ring: { self?: unknown; list: unknown[] } = { list: [] };
    ring.self = ring;
    ring.list.push(ring.list, ring);
    const back = trip(ring);
    expect(back.self).toBe(back);
    expect(back.list[0]).toBe(back.list);
    expect(back.list[1]).toBe(back);
    const map = new Map<unknown, unknown>();
    map.set(map, new Set([map]));
    const [[key, members]] = [...trip(map)] as [[unknown, Set<unknown>]];
    expect(members.has(key)).toBe(true);
    const shared = { n: 1 };
    const [a, b] = trip([shared, shared]);
    expect(a).toBe(b);
  });

  it("keep two views of one buffer on one buffer, and a part of a buffer as the bytes that it shows", () => {
    const buffer = new ArrayBuffer(8);
    const [bytes, words] = trip([new Uint8Array(buffer), new Uint32Array(buffer)] as const);
    bytes[0] = 7;
    expect(words[0]).toBe(7);
    const part = new Uint16Array(new Uint16Array([1, 2, 3, 4]).buffer, 2, 2);
    expect(trip(part)).toStrictEqual(new Uint16Array([2, 3]));
    const secret = Buffer.from("public-secret").subarray(0, 6);
    expect(codec.encode(secret)).not.toContain(Buffer.from("secret").toString("base64").slice(0, 6));
    expect(trip(secret)).toStrictEqual(Buffer.from("public"));
  });

  it("keep where a regular expression will search next", () => {
    const searching = /a/g;
    searching.lastIndex = 3;
    expect(trip(searching).lastIndex).toBe(3);
  });

  it("are known by what they are, also when another realm made them", () => {
    const foreign: unknown = runInNewContext(
      "({ at: new Date(5), map: new Map([[1, /x/]]), list: [1, { a: 2 }] })",
    );
    expect(trip(foreign)).toStrictEqual({ at: new Date(5), map: new Map([[1, /x/]]), list: [1, { a: 2 }] });
    expect(trip(runInNewContext("new RangeError('far')"))).toBeInstanceOf(RangeError);
  });
});

describe("errors", () => {
  it("come back with class, message, own fields and cause chain", () => {
    const root = Object.assign(new RangeError("root"), { code: "E_ROOT", at: new Date(1) });
    const back = trip(new TypeError("top", { cause: root }));
    expect(back).toBeInstanceOf(TypeError);
    expect(back.message).toBe("top");
    expect(back.cause).toBeInstanceOf(RangeError);
    expect(back.cause).toMatchObject({ message: "root", code: "E_ROOT", at: new Date(1) });
    expect(Object.keys(back)).toEqual([]);
    expect(Object.keys(back.cause as object)).toEqual(["code", "at"]);
  });

  it("of the user's own classes come back as the nearest built-in one, under their own name", () => {
    class CardDeclined extends TypeError {
      readonly reason = "limit";
    }
    class Named extends Error {
      override name = "PaymentError";
    }
    const declined = trip(new CardDeclined("no"));
    expect(declined).toBeInstanceOf(TypeError);
    expect(declined).toMatchObject({ name: "CardDeclined", message: "no", reason: "limit" });
    expect(trip(new Named("x"))).toMatchObject({ name: "PaymentError" });
    expect(trip(new AggregateError([new Error("a"), 2], "both")).errors).toMatchObject([{ message: "a" }, 2]);
    expect(trip(new DOMException("stop", "AbortError"))).toMatchObject({
      name: "AbortError",
      message: "stop",
    });
  });

  it("keep an undefined cause apart from none, and rings through themselves", () => {
    expect(Object.hasOwn(trip(new Error("x", { cause: undefined })), "cause")).toBe(true);
    expect(Object.hasOwn(trip(new Error("x")), "cause")).toBe(false);
    const error: Error & { self?: unknown; list?: unknown[] } = new Error("ring");
    error.self = error;
    error.list = [{ error }];
    error.cause = error.list;
    const back = trip(error);
    expect(back.self).toBe(back);
    expect(back.cause).toBe(back.list);
    expect((back.list as [{ error: unknown }])[0].error).toBe(back);
  });

  it("have the same text wherever they were made: stacks stay out", () => {
    const one = new Error("same");
    const other = (() => new Error("same"))();
    expect(codec.encode(one)).toBe(codec.encode(other));
    expect(trip(one).stack).toBe("Error: same");
  });

  it("come back as they were after any number of trips", () => {
    const names = fc.constantFrom("Error", "TypeError", "Mine", "");
    // A member called __proto__ is refused, by its own test.
    const key = fc.string().filter((text) => text !== "__proto__");
    const error = fc.record({ name: names, message: fc.string(), field: fc.anything({ maxDepth: 1, key }) });
    fc.assert(
      fc.property(error, ({ name, message, field }) => {
        const made = Object.assign(new RangeError(message), { field });
        if (name !== "Error") Object.defineProperty(made, "name", { value: name });
        const once = codec.encode(made);
        expect(codec.encode(codec.decode(once))).toBe(once);
      }),
    );
  });

  it("whose getters throw do not hide behind them", () => {
    class Broken extends Error {
      override get message(): string {
        throw new Error("no message either");
      }
    }
    expect(trip(new Broken())).toMatchObject({ name: "Broken", message: "" });
  });
});

describe("values that are refused, with their place", () => {
  const deep = (levels: number): unknown => {
    let value: unknown = 1;
    for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { value };
    return value;
  };

  it.each<[string, unknown, string]>([
    ["a function", { items: [0, 1, { onDone: () => 1 }] }, "value.items[2].onDone is a function"],
    ["a symbol", [Symbol("s")], "value[0] is a symbol"],
    ["a promise", { "a b": Promise.resolve(1) }, 'value["a b"] is a promise: await it first'],
    ["a class instance", { x: new (class Order {})() }, "value.x is an instance of class Order"],
    ["a subclass of a built-in", new (class Table extends Map {})(), "value is an instance of class Table"],
    ["a WeakMap", new WeakMap(), "value is an instance of class WeakMap"],
    ["a generator", (function* () {})(), "value is an object of an unknown class"],
    ["a proxy", new Proxy({}, {}), "value is a proxy"],
    ["a boxed primitive", Object(1), "value is an instance of class Number"],
    ["a key of a map", new Map([[() => 1, 2]]), "value.keys()[0] is a function"],
    ["a value of a map", new Map([["secret-key", () => 2]]), "value.values()[0] is a function"],
    ["a member of a set", new Set([1, Symbol()]), "value.values()[1] is a symbol"],
    ["a field of an error", Object.assign(new Error("e"), { socket: () => 1 }), "value.socket is a function"],
    ["a cause", new Error("e", { cause: () => 1 }), "value.cause is a function"],
    ["one of many errors", new AggregateError([1, () => 1]), "value.errors[1] is a function"],
    [
      "an array with extras",
      Object.assign([1], { extra: 1 }),
      "value is an array with properties besides its elements",
    ],
    ["a symbol as key", { [Symbol("k")]: 1 }, "value is an object with a symbol as key"],
    ["shared memory", new Uint8Array(new SharedArrayBuffer(2)), "value is a view of shared memory"],
    [
      "a Date with extras",
      Object.assign(new Date(0), { zone: "UTC" }),
      "value is a Date with properties of its own",
    ],
    [
      "an own __proto__",
      JSON.parse('{"__proto__": {"admin": true}}'),
      "value is an object with a property called __proto__",
    ],
  ])("%s", (_, value, message) => {
    expect(refusal(value)).toBe(message);
  });

  it("what is computed or hidden is refused, and never called", () => {
    let called = 0;
    const computed = {
      get total() {
        return ++called;
      },
    };
    const hidden = Object.defineProperty({}, "id", { value: 1 });
    expect(refusal(computed)).toBe('value is an object whose property "total" is computed by a getter');
    expect(refusal([hidden])).toBe('value[0] is an object whose property "id" is hidden (not enumerable)');
    expect(refusal({ toJSON: () => ++called })).toBe("value.toJSON is a function");
    expect(called).toBe(0);
  });

  it("twenty thousand levels are refused, not a stack overflow; hundreds are fine", () => {
    for (const levels of [1_100, 20_000, 200_000])
      expect(refusal(deep(levels))).toContain("nested more than 1000 levels deep");
    expect(trip(deep(900))).toStrictEqual(deep(900));
    let chain: Error = new Error("last");
    for (let i = 0; i < 20_000; i++) chain = new Error("next", { cause: chain });
    expect(refusal(chain)).toContain("levels deep");
    const dated = (levels: number): unknown => {
      let value: unknown = new Date(0);
      for (let i = 0; i < levels; i++) value = { value, at: new Date(i) };
      return value;
    };
    expect(trip(dated(900))).toStrictEqual(dated(900));
  });

  it("nothing that is read pollutes a prototype", () => {
    const texts = [
      '{"__proto__":{"polluted":1}}',
      '~[{"__proto__":1},{"polluted":2},1]',
      '~[["null","__proto__",1],{"polluted":2},1]',
      '~[["Error",1],{"base":2,"name":2,"message":2,"fields":3},"Error",{"__proto__":4},{"polluted":5},1]',
      '~[["Error",1],{"base":2,"name":2,"message":2},"constructor"]',
      '~[["Bytes",1],{"type":2,"bytes":2},"constructor"]',
    ];
    for (const text of texts) {
      try {
        codec.decode(text as Payload);
      } catch (error) {
        expect(error).toMatchObject({ code: "CTM6103" });
      }
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      expect((Error.prototype as { polluted?: unknown }).polluted).toBeUndefined();
    }
  });

  it("text that is not ours is an error of ours, and is not quoted", () => {
    for (const text of ["", "{", "~", "~[", "~[[9]]", '~[["Nope",1]]', "secret"]) {
      try {
        codec.decode(text as Payload);
        expect.unreachable();
      } catch (error) {
        expect(error).toMatchObject({ code: "CTM6103" });
        expect(JSON.stringify(error) + String(error)).not.toContain("secret");
      }
    }
  });
});

describe("sizes", () => {
  const warnings: ContinuumError[] = [];
  const measured = payloadCodec({ warn: (warning) => warnings.push(warning) });

  it("above 256 KiB warn, above 2 MiB are refused, both in bytes", () => {
    measured.encode("x".repeat(255 * 1024));
    expect(warnings).toEqual([]);
    measured.encode("ä".repeat(140 * 1024));
    expect(warnings).toMatchObject([{ code: "CTM6101" }]);
    expect(() => measured.encode("x".repeat(2 * 1024 * 1024))).toThrow(UnstorableValue);
    expect(() => measured.encode("€".repeat(700 * 1024))).toThrow("more than the 2048 KiB that are kept");
    expect(() => measured.encode("x".repeat(2 * 1024 * 1024 - 2))).not.toThrow();
  });
});
