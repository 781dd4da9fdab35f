/*
 * Workflows use what other projects of a workspace compile, as if it were their own: built by real `tspc --build` processes,
 * which decide for themselves what is fresh.
 */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildProject } from "../build-project.js";
import type { Outcome, TestProject } from "./fixtures/test-project.js";
import { testWorkspace, WORKSPACE_SOURCES } from "./fixtures/test-workspace.js";

let workspace: TestProject;

beforeAll(() => {
  workspace = testWorkspace();
});
afterAll(() => workspace.remove());

function read(path: string): string {
  return readFileSync(join(workspace.folder, "packages", path), "utf8");
}

/** Replaces `from` in a source of the workspace, as it stands now. */
function edit(path: string, from: string, to: string): void {
  const before = read(path);
  expect(before).toContain(from);
  writeFileSync(join(workspace.folder, "packages", path), before.replace(from, to));
}

/** What was built in a workspace: path → text. */
function built(folder: string): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const name of ["money", "payments", "app"]) {
    for (const file of readdirSync(join(folder, "packages", name, "dist")))
      files[`${name}/${file}`] = readFileSync(join(folder, "packages", name, "dist", file), "utf8");
  }
  return files;
}

/** Version hashes by workflow, as they stand in the output. */
function hashes(): Readonly<Record<string, string>> {
  const found = read("app/dist/order.js").matchAll(
    /name: "(\w+)",\s+versionLabel: "1",\s+versionHash: "([0-9a-f]{64})"/g,
  );
  return Object.fromEntries(Array.from(found, ([, name = "", hash = ""]) => [name, hash]));
}

async function build(...args: readonly string[]): Promise<Outcome> {
  return await workspace.tspc("-b", ...args);
}

/** Runs a module in the folder of the app. */
function run(script: string): Promise<{ readonly signal: string | null; readonly output: string }> {
  const at = join(workspace.folder, "packages/app/run.mjs");
  writeFileSync(at, script);
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [at],
      { cwd: join(workspace.folder, "packages/app") },
      (error, stdout, stderr) => resolve({ signal: error?.signal ?? null, output: stdout + stderr }),
    );
  });
}

const FINE: Outcome = { exitCode: 0, output: "" };

describe.sequential("a workspace under --build", { timeout: 180_000 }, () => {
  let first: Readonly<Record<string, string>>;

  it("compiles helpers, classes, activities and children of other projects", async () => {
    expect(await build()).toEqual(FINE);
    first = hashes();
    expect(Object.keys(first)).toEqual(["orderFlow", "parentFlow"]);
    const order = read("app/dist/order.js");
    expect(order).toContain('activities: ["@acme/payments.charge", "bank.refund", "breathe.breathe"]');
    expect(order).toContain('"@acme/payments/src/settle#1": { id: "orderFlow/');
    expect(order).toMatch(/modules: \{ "@acme\/money\/src\/index": "[0-9a-f]{64}"/);
    expect(order).toContain('target: "settlement"');
    expect(read("payments/dist/settle.js")).toContain("return __continuum.fiber(function* (cents)");
  });

  it("is built to the same by the command line's host", () => {
    const other = testWorkspace();
    try {
      const { findings } = buildProject({ tsconfig: other.folder });
      expect(findings).toEqual([]);
      expect(built(other.folder)).toEqual(built(workspace.folder));
    } finally {
      other.remove();
    }
  });

  it("leaves native what can't be workflow code", () => {
    const bank = read("payments/dist/bank.js");
    expect(bank).toContain("export async function refund(cents)");
    expect(bank).toContain("export function charge(cents)");
  });

  it("runs them: killed in the middle, replayed by the next process", async () => {
    const script = (attempt: string): string => `
      import { existsSync, writeFileSync } from "node:fs";
      import { Continuum } from "@continuum/runtime";
      import { orderFlow, parentFlow } from "./dist/order.js";
      const continuum = await Continuum.connect({
        database: "pglite:data",
        workflows: [orderFlow, parentFlow],
        worker: { leaseMs: 500 },
        activities: { "bank.refund": async (cents) => {
          if (!existsSync("killed")) { writeFileSync("killed", ""); process.kill(process.pid, "SIGKILL"); }
          return "refunded " + String(cents);
        } },
      });
      ${attempt}
      await continuum.close();
    `;
    const killed = await run(
      script(`await (await continuum.start(orderFlow, 1.115, { id: "o-1" })).result();`),
    );
    expect(killed).toEqual({ signal: "SIGKILL", output: "" });
    const resumed = await run(
      script(`console.log(JSON.stringify(await continuum.run("o-1").result({ timeoutMs: 60_000 })));`),
    );
    expect(resumed).toEqual({ signal: null, output: '["charged 3.35","refunded 3.35"]\n' });
  });

  it("a renamed local of another project changes no hash", async () => {
    edit("money/src/rounding.ts", "factor = 10", "scale = 10");
    edit("money/src/rounding.ts", "amount * factor) / factor", "amount * scale) / scale");
    expect(await build()).toEqual(FINE);
    expect(hashes()).toEqual(first);
  });

  it("a constant two projects away changes the hash of who reaches it, and of nobody else", async () => {
    edit("money/src/rounding.ts", "DIGITS = 2", "DIGITS = 3");
    expect(await build()).toEqual(FINE);
    expect(hashes()["orderFlow"]).not.toBe(first["orderFlow"]);
    expect(hashes()["parentFlow"]).toBe(first["parentFlow"]);
  });

  it("what becomes impure there is refused here, with the path that leads there", async () => {
    edit("money/src/rounding.ts", "10 ** DIGITS", "10 ** DIGITS * Date.now()");
    const { exitCode, output } = await build();
    expect(exitCode).not.toBe(0);
    expect(output.split("\n").slice(0, 5)).toEqual([
      expect.stringMatching(
        /^packages\/app\/src\/order\.ts\(5,\d+\): error TS2001: CTM2001: `Basket\.total`, which comes from @acme\/payments, can't do this in a workflow: `Date\.now` reads/,
      ),
      expect.stringMatching(
        /^ +`Basket\.total` calls `rounded` \(@acme\/payments\/src\/basket\.ts:13:\d+\)$/,
      ),
      expect.stringMatching(/^ +`Date\.now` stands here \(@acme\/money\/src\/rounding\.ts:3:\d+\)$/),
      expect.stringMatching(/^ +hint: Use now\(\)/),
      "",
    ]);
    expect(read("app/dist/order.js")).toContain("CTM3090");
  });

  it("mended, broken again and mended again, it has the hash of what it means", async () => {
    edit("money/src/rounding.ts", " * Date.now()", "");
    expect(await build()).toEqual(FINE);
    edit("money/src/rounding.ts", "10 ** DIGITS", "10 ** DIGITS + Math.random()");
    expect((await build()).output).toContain("CTM2002");
    edit("money/src/rounding.ts", " + Math.random()", "");
    edit("money/src/rounding.ts", "DIGITS = 3", "DIGITS = 2");
    expect(await build()).toEqual(FINE);
    expect(hashes()).toEqual(first);
  });

  it("a workflow that begins to reach an impure method is refused, and knows it without emitting", async () => {
    edit("app/src/order.ts", "pieces: 3 }).total()", "pieces: 3 }).started()");
    const { exitCode, output } = await workspace.tspc("-p", "packages/app", "--noEmit");
    expect(exitCode).not.toBe(0);
    expect(output).toContain("CTM2001: `Basket.started`, which comes from @acme/payments");
    writeFileSync(
      join(workspace.folder, "packages/app/src/order.ts"),
      WORKSPACE_SOURCES["packages/app/src/order.ts"]!,
    );
    expect(await workspace.tspc("-p", "packages/app")).toEqual(FINE);
    expect(hashes()).toEqual(first);
  });

  it("refuses to load together with a module that was built anew", async () => {
    edit("payments/src/basket.ts", "price * pieces, 0", "price * pieces, 1");
    expect(await workspace.tspc("-p", "packages/payments")).toEqual(FINE);
    const { output } = await run(`await import("./dist/order.js");`);
    expect(output).toContain(
      "CTM1007: Workflow orderFlow was compiled together with another version of the module @acme/payments/src/basket",
    );
    expect(await build()).toEqual(FINE);
    expect((await run(`await import("./dist/order.js");`)).output).toBe("");
  });

  it("says so when a summary is missing", async () => {
    const summary = join(workspace.folder, "packages/money/dist/rounding.continuum.json");
    const text = readFileSync(summary, "utf8");
    writeFileSync(summary, text.replace("scale", "factor"));
    const { output } = await workspace.tspc("-p", "packages/app");
    expect(output).not.toContain("CTM2");
    expect(output).toMatch(
      /CTM3112: .*: rounding\.continuum\.json, which tells what `rounded` does in a workflow, belongs to another build/,
    );
    writeFileSync(summary, text);
    expect(await workspace.tspc("-p", "packages/app")).toEqual(FINE);
  });
});
