import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { formatDiagnostic } from "../diagnostics/format.js";
import { compileProgram } from "../hosts/library.js";

/*
 * Each form of language.md §3–§5: `ok.<name>.ts` compiles to `ok.<name>.expected.js`; `error.<name>.ts` is refused with the
 * diagnostics of `error.<name>.expected.txt`. `npx vitest run -u` writes them anew: read the difference.
 */
const folder = fileURLToPath(new URL("./fixtures/forms/", import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith(".ts"));

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  customConditions: ["@continuum/source"],
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  types: [],
};

function compileFixtures(kind: string) {
  const rootNames = names.filter((name) => name.startsWith(kind)).map((name) => folder + name);
  return compileProgram({ rootNames, compilerOptions, analysis: "off" });
}

describe("compiles", () => {
  const { files, diagnostics } = compileFixtures("ok.");
  it("without a word", () => {
    expect(diagnostics.map(formatDiagnostic)).toEqual([]);
  });
  it.each(names.filter((name) => name.startsWith("ok.")))("%s", async (name) => {
    const file = files.find(({ fileName }) => fileName.endsWith(`/${name.replace(/\.ts$/, ".js")}`));
    // The hash is the version's matter, and changes with its canonical form.
    const text =
      file?.text.replace(/versionHash: "[0-9a-f]{64}"/g, 'versionHash: "…"') ?? "nothing was emitted";
    await expect(text).toMatchFileSnapshot(folder + name.replace(/\.ts$/, ".expected.js"));
  });
});

describe("refuses", () => {
  const { files, diagnostics } = compileFixtures("error.");
  it("to emit anything", () => {
    expect(files).toEqual([]);
  });
  it.each(names.filter((name) => name.startsWith("error.")))("%s", async (name) => {
    const found = diagnostics.filter(({ fileName }) => fileName.endsWith(`/${name}`)).map(formatDiagnostic);
    expect(found.length).toBeGreaterThan(0);
    await expect(`${found.join("\n")}\n`).toMatchFileSnapshot(
      folder + name.replace(/\.ts$/, ".expected.txt"),
    );
  });
});

it("has a fixture for every expectation", () => {
  const expected = readdirSync(folder).filter((name) => name.includes(".expected."));
  expect(
    expected.filter((name) => !existsSync(folder + name.replace(/\.expected\.(js|txt)$/, ".ts"))),
  ).toEqual([]);
});
