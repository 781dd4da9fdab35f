/*
 * `Promise.withResolvers` and `Promise.try` as ECMA-262 defines them, job by job. The definitions stand here, so that the comparison
 * runs on engines without them; on those that have them, they are compared as well.
 */
import { describe, expect, it } from "vitest";
import * as c from "../compiled.js";
import { agreeingRuns } from "./fixtures/agreeing.js";

interface Modern {
  try(callback: (...args: never[]) => unknown, ...args: unknown[]): Promise<unknown>;
  withResolvers(): {
    promise: Promise<unknown>;
    resolve: (value?: unknown) => void;
    reject: (reason?: unknown) => void;
  };
  resolve(value?: unknown): Promise<unknown>;
  reject(reason?: unknown): Promise<unknown>;
}
type Log = (text: string) => void;
type Program = (P: Modern, log: Log) => Generator<unknown, unknown, unknown>;

/** ECMA-262: NewPromiseCapability; then the callback's completion goes to its functions. */
const byDefinition: Modern = {
  withResolvers() {
    const capability: Record<string, unknown> = {};
    capability["promise"] = new Promise((resolve, reject) => Object.assign(capability, { resolve, reject }));
    return capability as unknown as ReturnType<Modern["withResolvers"]>;
  },
  try: (callback, ...args) => new Promise((resolve) => resolve(callback(...(args as never[])))),
  resolve: (value) => Promise.resolve(value),
  reject: (reason) => Promise.reject(reason),
};

const named = (value: unknown): string =>
  value instanceof Error ? `${value.name}: ${value.message}` : JSON.stringify(value);

const PROGRAMS: Readonly<Record<string, Program>> = {
  "try: a value, with arguments": function* (P, log) {
    log(named(yield P.try((a: number, b: number) => a + b, 1, 2)));
  },
  "try: it is called at once": function* (P, log) {
    const promise = P.try(() => log("called"));
    log("after");
    yield promise;
  },
  "try: what it throws": function* (P, log) {
    try {
      yield P.try(() => {
        throw new RangeError("no");
      });
    } catch (error) {
      log(named(error));
    }
  },
  "try: a promise, and one that rejects": function* (P, log) {
    log(named(yield P.try(() => P.resolve(5))));
    yield P.try(() => P.reject(new Error("late"))).catch((error: unknown) => log(named(error)));
  },
  "try: a thenable": function* (P, log) {
    const thenable = {
      then(resolve: (value: unknown) => void) {
        log("then");
        resolve("adopted");
      },
    };
    log(named(yield P.try(() => thenable)));
  },
  "try: no function": function* (P, log) {
    yield P.try(7 as never).catch((error: unknown) => log((error as Error).name));
  },
  "withResolvers: the first call counts": function* (P, log) {
    const { promise, resolve, reject } = P.withResolvers();
    promise.then(
      (value) => log(`then ${named(value)}`),
      () => log("rejected"),
    );
    resolve("first");
    resolve("second");
    reject(new Error("third"));
    log(named(yield promise));
  },
  "withResolvers: resolved with a promise, it is locked in": function* (P, log) {
    const [outer, inner] = [P.withResolvers(), P.withResolvers()];
    outer.resolve(inner.promise);
    outer.reject(new Error("too late"));
    void outer.promise.then((value) => log(`outer ${named(value)}`));
    void inner.promise.then((value) => log(`inner ${named(value)}`));
    inner.resolve(1);
    yield outer.promise;
  },
  "withResolvers: with itself": function* (P, log) {
    const { promise, resolve } = P.withResolvers();
    resolve(promise);
    yield promise.catch((error: unknown) => log((error as Error).name));
  },
  "withResolvers: rejected, and called apart from it": function* (P, log) {
    const { promise, reject } = P.withResolvers();
    const fail = reject;
    void P.resolve().then(() => fail(new Error("why")));
    try {
      yield promise;
    } catch (error) {
      log(named(error));
    }
  },
};

const run = agreeingRuns();

/** The program beside two others that log each job: an order that differs shows. */
function* raced(program: Program, P: Modern, log: Log, start: (body: () => Generator) => unknown) {
  const ticker = (name: string) => () =>
    (function* (): Generator<unknown, void, unknown> {
      for (let i = 0; i < 12; i++) {
        log(`${name}${i}`);
        yield undefined;
      }
    })();
  const others = [start(ticker("a")), start(() => program(P, log)), start(ticker("b"))];
  for (const other of others) yield other;
}

/** What an async function over the generator's code does. */
function natively(body: () => Generator<unknown, unknown, unknown>): Promise<unknown> {
  const generator = body();
  return new Promise((resolve, reject) => {
    const step = (act: () => IteratorResult<unknown, unknown>): void => {
      let result: IteratorResult<unknown, unknown>;
      try {
        result = act();
      } catch (error) {
        reject(error);
        return;
      }
      if (result.done === true) resolve(result.value);
      else
        Promise.resolve(result.value).then(
          (value) => step(() => generator.next(value)),
          (error: unknown) => step(() => generator.throw(error)),
        );
    };
    step(() => generator.next());
  });
}

const worlds: readonly (readonly [string, Modern])[] = [
  ["the definition", byDefinition],
  ...("try" in Promise ? [["this engine's own", Promise as unknown as Modern] as const] : []),
];

describe.each(worlds)("durable promises and %s", (_name, P) => {
  it.each(Object.entries(PROGRAMS))("%s", async (_what, program) => {
    const expected: string[] = [];
    await natively(() => raced(program, P, (text) => expected.push(text), natively));
    let got: string[] = [];
    run(function* () {
      const own: string[] = (got = []);
      const durable = c.promise() as unknown as Modern;
      yield* raced(
        program,
        durable,
        (text) => own.push(text),
        (body) => c.fiber(body as never, undefined, []),
      );
    });
    expect(got).toEqual(expected);
    expect(expected.length).toBeGreaterThan(24);
  });
});
