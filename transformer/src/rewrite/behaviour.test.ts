import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import { compileProgram } from "../hosts/library.js";
import { formatDiagnostic } from "../diagnostics/format.js";
import { runCompiled } from "./fixtures/run-compiled.js";
import { runNative } from "./fixtures/run-native.js";
import { runOutside } from "./fixtures/run-outside.js";

const folder = fileURLToPath(new URL("./fixtures/behaviour/", import.meta.url));
const fixtures = readdirSync(folder).filter((name) => name.endsWith(".ts") && name !== "world.ts");

describe.each([
  { target: "ES2023", options: { target: ts.ScriptTarget.ES2023 } },
  { target: "ES2017", options: { target: ts.ScriptTarget.ES2017 } },
])("compiled to $target", ({ options }) => {
  const compiled = new Map<string, string>();

  beforeAll(() => {
    const { files, diagnostics } = compileProgram({
      rootNames: fixtures.map((name) => folder + name),
      compilerOptions: {
        ...options,
        module: ts.ModuleKind.CommonJS,
        moduleResolution: ts.ModuleResolutionKind.Bundler,
        customConditions: ["@continuum/source"],
        lib: ["lib.es2023.d.ts"],
        types: [],
        strict: true,
        ignoreDeprecations: "6.0",
      },
      analysis: "off",
    });
    expect(diagnostics.map(formatDiagnostic)).toEqual([]);
    for (const { fileName, text } of files) compiled.set(fileName.replace(/^.*\//, ""), text);
  });

  describe.each(fixtures)("%s", (name) => {
    it.each([1, 2, 3, 4, 5])("does what it does under native promises, settled in order %i", async (seed) => {
      const code = compiled.get(name.replace(/\.ts$/, ".js"));
      const source = readFileSync(folder + name, "utf8");
      const plain = ts.transpileModule(source, {
        compilerOptions: { ...options, module: ts.ModuleKind.CommonJS },
      });
      const native = await runNative(plain.outputText, seed);
      expect(native.end).not.toBe("hangs");
      expect(native.trace.length).toBeGreaterThan(3);
      expect(runCompiled(code!, seed)).toEqual(native);
      // Outside of a run, tick for tick, it is the ordinary async code that it was.
      expect(await runOutside(code!, seed)).toEqual(native);
    });
  });
});
