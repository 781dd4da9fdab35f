import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findViolations } from "./find-violations.js";

/** A repository in small, in which every import has its arrow. */
const house: Readonly<Record<string, string>> = {
  "packages/contract/package.json": packageJson("@continuum/contract", { ".": "./src/index.ts" }),
  "packages/contract/src/index.ts": "export const abi = 1;",
  "runtime/package.json": packageJson("@continuum/runtime", {
    ".": "./src/index.ts",
    "./workflow": "./src/workflow.ts",
  }),
  "runtime/src/index.ts": 'export * from "./worker/worker.js";',
  "runtime/src/workflow.ts": 'export * from "./core/run.js";',
  "runtime/src/core/run.ts":
    'import { abi } from "@continuum/contract";\nexport interface Run { abi: typeof abi }',
  "runtime/src/journal/port.ts": 'import type { Run } from "../core/run.js";\nexport type Journal = Run;',
  "runtime/src/journal/postgres/rows.ts": 'import pg from "pg";\nimport "node:fs";\nexport { pg };',
  "runtime/src/journal/open.ts": 'import "./postgres/rows.js";\nimport "node:os";',
  "runtime/src/client/connect.ts": 'import "../journal/open.js";\nimport "../worker/worker.js";',
  "runtime/src/worker/worker.ts":
    'import type { Journal } from "../journal/port.js";\nexport type Worker = Journal;',
  "runtime/src/worker/worker.test.ts": 'import "../journal/postgres/rows.js";',
  "transformer/package.json": packageJson("@continuum/transformer", { ".": "./src/index.ts" }),
  "transformer/src/index.ts": 'export * from "./pipeline.js";',
  "transformer/src/pipeline.ts": 'import "./rewrite/rewrite.js";\nexport const compile = 1;',
  "transformer/src/compiler/ts.ts": 'import ts from "typescript";\nexport { ts };',
  "transformer/src/rewrite/rewrite.ts": 'import "../compiler/ts.js";',
  "transformer/src/analyze/analyze.ts": "export {};",
  "transformer/src/hosts/library.ts": 'import "../pipeline.js";',
  "packages/unplugin/package.json": packageJson("@continuum/unplugin", { "./vite": "./src/vite.ts" }),
  "packages/unplugin/src/vite.ts": 'import "@continuum/transformer";\nimport "./name.js";',
  "packages/unplugin/src/name.ts": "export {};",
  "examples/order/package.json": packageJson("@continuum/example-order", {}),
  "examples/order/src/order.ts": 'import "@continuum/runtime/workflow";',
};

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "continuum-boundaries-"));
  for (const [path, text] of Object.entries(house)) write(path, text);
  for (const name of ["pg", "typescript"]) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: "index.js" }));
    write(`node_modules/${name}/index.js`, "module.exports = {};");
  }
  mkdirSync(join(root, "node_modules/@continuum"));
  const links = { contract: "packages/contract", runtime: "runtime", transformer: "transformer" };
  for (const [name, folder] of Object.entries(links)) {
    symlinkSync(join(root, folder), join(root, "node_modules/@continuum", name), "dir");
  }
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

test("a house that keeps its arrows has no violations", async () => {
  expect(await findViolations(root)).toEqual([]);
});

test.each([
  ["the contract depends on something", "packages/contract/src/abi.ts", "../../../runtime/src/core/run.js"],
  ["the pure core reaches the worker", "runtime/src/core/leak.ts", "../worker/worker.js"],
  ["the pure core reads files", "runtime/src/core/leak.ts", "node:fs"],
  ["the pure core uses a package", "runtime/src/core/leak.ts", "pg"],
  ["workflow modules load a driver", "runtime/src/workflow.ts", "./journal/postgres/rows.js"],
  ["the journal calls the worker", "runtime/src/journal/leak.ts", "../worker/worker.js"],
  ["SQL leaves its folder", "runtime/src/journal/leak.ts", "pg"],
  ["the worker knows which database it has", "runtime/src/worker/leak.ts", "../journal/postgres/rows.js"],
  ["the worker opens its journal itself", "runtime/src/worker/leak.ts", "../journal/open.js"],
  ["the runtime knows the compiler", "runtime/src/worker/leak.ts", "@continuum/transformer"],
  ["the compiler knows the runtime", "transformer/src/analyze/leak.ts", "@continuum/runtime"],
  ["a pass imports typescript itself", "transformer/src/rewrite/leak.ts", "typescript"],
  ["a pass reaches sideways", "transformer/src/rewrite/leak.ts", "../analyze/analyze.js"],
  ["a pass reaches up", "transformer/src/rewrite/leak.ts", "../pipeline.js"],
  ["a host goes past the pipeline", "transformer/src/hosts/leak.ts", "../rewrite/rewrite.js"],
  [
    "a plugin goes past the entry points",
    "packages/unplugin/src/leak.ts",
    "../../../transformer/src/pipeline.js",
  ],
  ["an example does what no user could", "examples/order/src/leak.ts", "../../../runtime/src/core/run.js"],
  ["so does an example's test", "examples/order/src/leak.test.ts", "../../../runtime/src/core/run.js"],
  ["an import leads nowhere", "runtime/src/core/leak.ts", "./not-there.js"],
])("danger: %s", async (_danger, from, to) => {
  write(from, `import "${to}";`);
  const found = await findViolations(root);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(new RegExp(`^${from} (→|imports) `));
});

test("danger: an import of nothing but a type crosses a wall", async () => {
  write(
    "runtime/src/core/leak.ts",
    'import type { Worker } from "../worker/worker.js";\nexport type Leak = Worker;',
  );
  expect(await findViolations(root)).toEqual(["runtime/src/core/leak.ts → runtime/src/worker/worker.ts"]);
});

test("danger: a dynamic import crosses a wall", async () => {
  write("runtime/src/core/leak.ts", 'export const leak = import("../worker/worker.js");');
  expect(await findViolations(root)).toEqual(["runtime/src/core/leak.ts → runtime/src/worker/worker.ts"]);
});

function write(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function packageJson(name: string, sources: Readonly<Record<string, string>>): string {
  const exports = Object.fromEntries(
    Object.entries(sources).map(([subpath, source]) => [subpath, { "@continuum/source": source }]),
  );
  return JSON.stringify({ name, type: "module", exports });
}
