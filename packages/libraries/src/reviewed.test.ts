import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";

type Case = readonly [schema: string, input: unknown];

const LOOP: { readonly name: string; readonly children: unknown[] } = { name: "loop", children: [] };
LOOP.children.push(LOOP);

const CASES: readonly Case[] = [
  ["order", { id: "a", lines: [{ sku: "TEA", quantity: 2 }], at: "2026-01-31T10:00:00Z" }],
  ["order", { id: "", lines: [{ sku: "tea", quantity: -1 }, null], at: "now", more: 1 }],
  ["order", null],
  ["union", { kind: "card", last4: "1234" }],
  ["union", { kind: "cash", paid: "12" }],
  ["union", { kind: "cheque" }],
  ["changed", { a: "four" }],
  ["changed", { a: 4 }],
  ["checked", { sku: "TEA", quantity: 12 }],
  ["checked", { sku: "TEA", quantity: 2 }],
  ["tree", { name: "root", children: [{ name: "leaf", children: [] }] }],
  ["tree", { name: "root", children: [{ name: 1, children: {} }] }],
  ["tree", LOOP],
  ["lazy", { a: true, b: { sku: "TEA" }, c: { sku: 1 } }],
  ["keys", { "__proto__ ": "a", 'quo"te': "b", "a\nb": null }],
  ["mini", { a: "abc" }],
  ["mini", { a: "a", b: "b" }],
  ["fresh", { a: "abcd", b: { sku: "TEA" } }],
  ["fresh", { a: "abc", b: { sku: "TEA" } }],
  ["thrown", { sku: 1 }],
  ["thrown", { sku: "TEA", quantity: 1 }],
];

/** What each case gives in a process that has never parsed before and does these, in this order. */
const session = (cases: readonly Case[], settings: object = {}): Promise<readonly string[]> =>
  told("zod-session.mjs", { cases, settings });

function told(module: string, workerData: object): Promise<readonly string[]> {
  const worker = new Worker(new URL(`./reviewed/${module}`, import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

describe("what was read of zod: a replay in another process sees what the first run saw", () => {
  const first = session(CASES);

  it("the results are those of parsing, and no error of the poisoned clock", async () => {
    const results = await first;
    expect(results[0]).toContain("sku: 'TEA'");
    expect(results[1]).toMatch(/unrecognized_keys/);
    expect(results[12]).toContain("Circular");
    expect(results[19]).toContain("expected string");
    expect(results.join()).not.toMatch(/zod asked for/);
  });

  it.each([2, 5, 13])("each case gives the same as the first of a process (every %i.)", async (step) => {
    const order = CASES.map((_, i) => (i * step) % CASES.length);
    const results = await session(order.map((i) => CASES[i]!));
    const expected = await first;
    expect(results).toEqual(order.map((i) => expected[i]));
  });

  it("and in a process that has done everything before, twice", async () => {
    const results = await session([...CASES, ...CASES.toReversed(), ...CASES]);
    expect(results.slice(-CASES.length)).toEqual(await first);
  });

  it("with parsers that are made from text, and without", async () => {
    expect(await session(CASES, { jitless: true })).toEqual(await first);
  });
});

describe("what was read of lodash: the clock decides nothing that comes out", () => {
  it("standing still, when all is wrapped often, and jumping, when nothing is", async () => {
    const [still, jumping] = await Promise.all(
      [0, 1_000].map((step) => told("lodash-session.mjs", { step })),
    );
    expect(still).toHaveLength(1);
    expect(still?.[0]).toContain("sku: 'B'");
    expect(jumping).toEqual(still);
  });
});

describe("what was read of libraries of dates: clock, zone and language of the machine decide nothing that comes out", () => {
  const session = fileURLToPath(new URL("./reviewed/dates-session.mjs", import.meta.url));
  const run = async (clock: number, zone: string, language: string): Promise<readonly string[]> => {
    const env = { ...process.env, TZ: zone, LANG: language, LC_ALL: language };
    const { stdout } = await promisify(execFile)(process.execPath, [session, `${clock}`], { env });
    return stdout.split("\n");
  };

  it("in four of them", async () => {
    const [first = [], ...others] = await Promise.all([
      run(Date.UTC(2026, 0, 31), "UTC", "en_US"),
      run(Date.UTC(2024, 1, 29, 23), "America/New_York", "ar_EG"),
      run(Date.UTC(2026, 2, 29, 1, 30), "Europe/Berlin", "de_DE"),
      run(Date.UTC(2031, 6, 1), "Asia/Kathmandu", "fa_IR"),
    ]);
    expect(first.length).toBeGreaterThan(2_000);
    expect(first.filter((line) => /Error|Invalid|NaN/.test(line))).toEqual([]);
    for (const other of others) expect(other.filter((line, i) => line !== first[i])).toEqual([]);
  });
});
