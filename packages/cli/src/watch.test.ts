import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, it } from "vitest";
import { testProject } from "./fixtures/test-project.js";
import type { TestProject } from "./fixtures/test-project.js";

const ROOMY = { timeout: 120_000 };
const bin = join(import.meta.dirname, "../bin/continuum.js");
const PRICING = "export function priceOf(pieces: number): number {\n  return pieces * FACTOR;\n}\n";

interface Line {
  readonly format: number;
  readonly errors: number;
  readonly diagnostics: readonly { readonly code: string; readonly file: string | null }[];
  readonly workflows: readonly { readonly hash: string | null }[];
}

let shop: TestProject;
let started: ChildProcess | null = null;
beforeEach(() => (shop = testProject()));
afterEach(() => {
  // Where a test has failed it goes on.
  started?.kill("SIGKILL");
  shop.remove();
});

/** A real `continuum check --watch`, read line by line. */
function watching(...args: readonly string[]): {
  readonly next: () => Promise<string>;
  readonly leave: () => Promise<readonly [number | null, NodeJS.Signals | null]>;
} {
  const child = spawn(process.execPath, [bin, "check", "--watch", ...args], {
    cwd: shop.folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  started = child;
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) =>
    child.once("close", (code, signal) => resolve([code, signal])),
  );
  return {
    next: async () => {
      const line = await lines.next();
      return String(line.value);
    },
    leave: () => {
      child.kill("SIGINT");
      return ended;
    },
  };
}

it("prints one JSON object a line for each check, and ends with 0 on Ctrl-C", ROOMY, async () => {
  const { next, leave } = watching("--format", "json");
  const first = JSON.parse(await next()) as Line;
  expect(first).toMatchObject({ format: 1, errors: 0, diagnostics: [], workflows: [{ name: "orderFlow" }] });
  shop.write("src/pricing.ts", PRICING.replace("FACTOR", "Date.now()"));
  expect(JSON.parse(await next())).toMatchObject({
    errors: 1,
    diagnostics: [{ code: "CTM2001", file: "src/pricing.ts", line: 2, column: 19 }],
    workflows: [{ name: "orderFlow", hash: null }],
  });
  shop.write("src/pricing.ts", PRICING.replace("FACTOR", "3"));
  const third = JSON.parse(await next()) as Line;
  expect(third.errors).toBe(0);
  expect(third.workflows[0]?.hash).not.toBe(first.workflows[0]?.hash);
  const config = readFileSync(join(shop.folder, "tsconfig.json"), "utf8");
  // Broken for a moment, as while somebody types.
  shop.write("tsconfig.json", `${config}{`);
  expect(JSON.parse(await next())).toMatchObject({
    errors: 1,
    diagnostics: [{ code: "CTM1303", file: null }],
  });
  shop.write("tsconfig.json", config);
  expect(JSON.parse(await next())).toEqual(third);
  expect(await leave()).toEqual([0, null]);
});

it(
  "reports to people, without colours where there is no terminal, and ends with 0 though there are errors",
  ROOMY,
  async () => {
    shop.write("src/pricing.ts", PRICING.replace("FACTOR", "Date.now()"));
    const { next, leave } = watching();
    expect(await next()).toMatch(/^error CTM2001 {2}`Date\.now`/);
    while (!(await next()).startsWith("checked in ")) continue;
    shop.write("src/pricing.ts", PRICING.replace("FACTOR", "3"));
    expect(await next()).toBe("1 workflow");
    expect(await leave()).toEqual([0, null]);
  },
);
