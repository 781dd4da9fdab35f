import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as c from "../compiled.js";
import { asFibers, asNative, randomProgram } from "./fixtures/random-program.js";
import type { RandomProgram } from "./fixtures/random-program.js";
import { jsonCodec } from "./fixtures/json-codec.js";
import { Driver, program } from "./fixtures/program.js";
import { encodeFailure } from "./failures.js";
import { ActivityError } from "./workflow-errors.js";

type Trace = string[];
type Start = (names: Record<string, unknown>) => void;

const TICKS = 25;
const RUNS = Number(process.env["CTM_PROPERTY_RUNS"] ?? 2000);

/* Compiled for one of the two worlds; both share this frame, so that they differ in promises alone. */
function compile(text: string, world: "native" | "fibers"): Start {
  const source = `
    const { FIBER, P, outside, log, raise } = names;
    const kept = [];
    const quiet = () => undefined;
    const keep = (p) => { if (p instanceof P) p.then(quiet, quiet); return p; };
    const ticker = (name) => ASYNC{ for (let i = 0; i < ${TICKS}; i++) { log(name + i); AWAIT{undefined}TIAWA; } }CNYSA;
    const ext = (n) => {
      const p = outside(n);
      keep(p);
      keep(p.then(() => void ticker("a" + n + "."), () => void ticker("a" + n + ".")));
      keep(p.then(() => void ticker("b" + n + "."), () => void ticker("b" + n + ".")));
      return p;
    };
    ticker("p"); ticker("q");
    ${text}
  `;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- programs are made as text
  return new Function("names", (world === "native" ? asNative : asFibers)(source)) as Start;
}

function show(value: unknown): string {
  if (value instanceof ActivityError) return `failed ${(value.cause as Error).message}`;
  if (value instanceof AggregateError) return `all failed [${value.errors.map(show).join(", ")}]`;
  if (value instanceof Error) return `${value.name}`;
  if (value instanceof Promise) return "a promise";
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  if ("status" in value)
    return `${String(value.status)} ${show("value" in value ? value.value : (value as { reason?: unknown }).reason)}`;
  return "an object";
}

function names(trace: Trace): Record<string, unknown> {
  return {
    log: (...items: unknown[]) => void trace.push(items.map(show).join(" ")),
    raise: (n: number) => {
      throw n;
    },
  };
}

const failure = (n: number): Error => new Error(`x${n}`);

async function onNative({ text, outcomes }: RandomProgram): Promise<Trace> {
  const trace: Trace = [];
  const open: { n: number; resolve: (value: unknown) => void; reject: (reason: unknown) => void }[] = [];
  const outside = (n: number): Promise<unknown> =>
    new Promise((resolve, reject) => open.push({ n, resolve, reject }));
  compile(text, "native")({ ...names(trace), P: Promise, outside });
  await quiescence();
  for (const { pick, fails } of outcomes) {
    trace.push("|");
    const [one] = open.splice(pick % Math.max(open.length, 1), 1);
    if (one === undefined) break;
    if (fails) one.reject(new ActivityError({ activity: "ext", attempts: 1, cause: failure(one.n) }));
    else one.resolve(one.n);
    await quiescence();
  }
  return trace;
}

function onFibers({ text, outcomes }: RandomProgram): { trace: Trace; driver: Driver } {
  const trace: Trace = [];
  const outside = (n: number): Promise<unknown> => c.activity("m#activity", "ext", [n]);
  const start = compile(text, "fibers");
  const workflow = program(function* () {
    start({ ...names(trace), P: c.promise(), FIBER: c.fiber, outside });
    yield new (c.promise())(() => undefined);
  });
  const driver = new Driver(workflow);
  driver.start();
  for (const { pick, fails } of outcomes) {
    trace.push("|");
    const open = driver.open;
    const one = open[pick % Math.max(open.length, 1)];
    if (one?.kind !== "activity_scheduled") break;
    const [n] = jsonCodec.decode(one.payload) as [number];
    if (fails) {
      const payload = encodeFailure(jsonCodec, failure(n));
      driver.apply({ kind: "activity_failed", command: one.seq, attempt: 1, payload });
    } else driver.complete(one.seq, n);
  }
  return { trace, driver };
}

const quiescence = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("the order of jobs", () => {
  it("is that of native promises resolved in the same order, on random programs", async () => {
    let settled = 0;
    await fc.assert(
      fc.asyncProperty(randomProgram, async (one) => {
        const { trace, driver } = onFibers(one);
        expect(driver.last?.fault ?? null).toBeNull();
        settled += driver.history.filter((event) => event.kind.startsWith("activity_c")).length;
        expect(trace).toEqual(await onNative(one));
      }),
      { numRuns: RUNS, seed: Number(process.env["CTM_PROPERTY_SEED"] ?? 20260301) },
    );
    // Programs that settle nothing would prove nothing.
    expect(settled).toBeGreaterThan(RUNS / 2);
  }, 120_000);

  /* One line each for what random programs could miss: [what, program text]. */
  const cases: readonly (readonly [string, string])[] = [
    ["one job per await of a value", `ASYNC{ log(1); AWAIT{1}TIAWA; log(2); }CNYSA;`],
    ["one job per await of a promise", `ASYNC{ AWAIT{P.resolve(1)}TIAWA; log(2); }CNYSA;`],
    [
      "the extra jobs of an awaited thenable",
      `ASYNC{ log(AWAIT{{ then(r) { r(P.resolve(7)); } }}TIAWA); }CNYSA;`,
    ],
    [
      "three jobs for returning a promise",
      `ASYNC{ log(AWAIT{ASYNC{ return P.resolve(1); }CNYSA}TIAWA); }CNYSA;`,
    ],
    [
      "an executor that resolves with itself",
      `const d = {}; d.p = new P((r) => { d.r = r; }); d.r(d.p); d.p.catch((e) => log(e));`,
    ],
    ["all of nothing, and any of nothing", `keep(P.all([])).then(log); P.any([]).catch(log);`],
    ["an iterable that throws", `P.all({ [Symbol.iterator]() { throw 1; } }).catch(log);`],
    [
      "a replaced then in a combinator",
      `const p = P.resolve(1); p.then = (f) => { log("own"); f(2); f(3); }; P.all([p]).then((v) => log(v));`,
    ],
    [
      "finally that throws hides the rejection",
      `P.reject(1).finally(() => { throw 2; }).catch((e) => log(e));`,
    ],
    [
      "instanceof in both directions",
      `log(P.resolve(1) instanceof P, P.resolve(1) instanceof Promise, ({}) instanceof P);`,
    ],
  ];
  it.each(cases)("holds for %s", async (_what, text) => {
    const one: RandomProgram = { text, outcomes: [] };
    const { trace, driver } = onFibers(one);
    expect(driver.last?.fault ?? null).toBeNull();
    expect(trace).toEqual(await onNative(one));
    expect(trace.length).toBeGreaterThan(2 * TICKS);
  });

  it("is the same outside of a run, where a fiber is a native async function", async () => {
    await fc.assert(
      fc.asyncProperty(randomProgram, async ({ text }) => {
        const native: Trace = [];
        const compiled: Trace = [];
        const outside = (n: number): Promise<number> => Promise.resolve(n);
        compile(text, "native")({ ...names(native), P: Promise, outside });
        await quiescence();
        compile(text, "fibers")({ ...names(compiled), P: c.promise(), FIBER: c.fiber, outside });
        await quiescence();
        expect(compiled).toEqual(native);
      }),
      { numRuns: Math.ceil(RUNS / 10), seed: 7 },
    );
  }, 60_000);
});
