import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, expect, it } from "vitest";
import { formatDiagnostic } from "../diagnostics/format.js";
import { compileProgram } from "../hosts/library.js";
import { randomProgram } from "./fixtures/random-program.js";
import { runCompiled } from "./fixtures/run-compiled.js";
import { runNative } from "./fixtures/run-native.js";
import { runOutside } from "./fixtures/run-outside.js";

const seeds = Array.from({ length: 12 }, (_, i) => i + 1);
const packages = fileURLToPath(new URL("../../node_modules", import.meta.url));
const world = fileURLToPath(new URL("./fixtures/behaviour/world.ts", import.meta.url));
const options = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.CommonJS };
let folder: string;
const compiled = new Map<string, string>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "continuum-random-"));
  symlinkSync(packages, join(folder, "node_modules"));
  copyFileSync(world, join(folder, "world.ts"));
  for (const seed of seeds) {
    // One workflow name each: they are one program.
    const text = randomProgram(seed, 8).replace('name: "random"', `name: "random${String(seed)}"`);
    writeFileSync(join(folder, `random${String(seed)}.ts`), text);
  }
  const { files, diagnostics } = compileProgram({
    rootNames: seeds.map((seed) => join(folder, `random${String(seed)}.ts`)),
    compilerOptions: {
      ...options,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      customConditions: ["@continuum/source"],
      lib: ["lib.es2023.d.ts"],
      types: [],
    },
    analysis: "off",
  });
  expect(diagnostics.map(formatDiagnostic)).toEqual([]);
  for (const { fileName, text } of files) compiled.set(fileName.replace(/^.*\//, ""), text);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it.each(seeds)("a random program does what it does under native promises (seed %i)", async (seed) => {
  const source = randomProgram(seed, 8);
  const native = await runNative(ts.transpileModule(source, { compilerOptions: options }).outputText, seed);
  expect(native.end).toBe("completed undefined");
  expect(native.trace.length).toBeGreaterThan(400);
  const code = compiled.get(`random${String(seed)}.js`)!;
  expect(runCompiled(code, seed)).toEqual(native);
  expect(await runOutside(code, seed)).toEqual(native);
});
