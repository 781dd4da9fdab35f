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
  const compiled: Record<string, string> = {};
  const plain = new Map<string, string>();
  const plainly = (path: string): string => {
    const known = plain.get(path);
    if (known !== undefined) return known;
    const { outputText } = ts.transpileModule(readFileSync(folder + path, "utf8"), {
      compilerOptions: { ...options, module: ts.ModuleKind.CommonJS },
    });
    plain.set(path, outputText);
    return outputText;
  };

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
    for (const { fileName, text } of files) compiled[fileName.replace(/^.*\//, "")] = text;
  });

  describe.each(fixtures)("%s", (name) => {
    it.each([1, 2, 3, 4, 5])("does what it does under native promises, settled in order %i", async (seed) => {
      const code = compiled[name.replace(/\.ts$/, ".js")]!;
      const parts = Object.fromEntries(
        readdirSync(`${folder}parts`).map((part) => [part.replace(/\.ts$/, ".js"), plainly(`parts/${part}`)]),
      );
      const native = await runNative(plainly(name), seed, parts);
      expect(native.end).not.toBe("hangs");
      expect(native.trace.length).toBeGreaterThan(3);
      expect(runCompiled(code, seed, compiled)).toEqual(native);
      // Outside of a run, tick for tick, it is the ordinary async code that it was.
      expect(await runOutside(code, seed, compiled)).toEqual(native);
    });
  });
});
