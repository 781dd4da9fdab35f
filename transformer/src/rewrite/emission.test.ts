import { SourceMap } from "node:module";
import type { SourceMapPayload } from "node:module";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compileProgram } from "../hosts/library.js";
import { evaluate } from "./fixtures/evaluate.js";

const forms = fileURLToPath(new URL("./fixtures/forms/", import.meta.url));
const names = readdirSync(forms).filter((name) => name.startsWith("ok.") && name.endsWith(".ts"));

function emit(
  options: ts.CompilerOptions,
  rootNames: readonly string[] = names.map((name) => forms + name),
): ReadonlyMap<string, string> {
  const { files, diagnostics } = compileProgram({
    rootNames,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      customConditions: ["@continuum/source"],
      lib: ["lib.es2023.d.ts"],
      types: [],
      ignoreDeprecations: "6.0",
      ...options,
    },
    analysis: "off",
  });
  expect(diagnostics).toEqual([]);
  return new Map(files.map(({ fileName, text }) => [fileName.replace(/^.*\//, ""), text]));
}

const ownYields = new Set([
  "templates-and-generators.js",
  "iterators.js",
  "uncommon-forms.js",
  "shadowed-names.js",
]);

describe("an import that only activity calls name", () => {
  const nodenext = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext };
  it.each([
    ["esnext", {}],
    ["verbatimModuleSyntax", { verbatimModuleSyntax: true }],
    ["isolatedModules", { isolatedModules: true }],
    ["nodenext", nodenext],
    ["nodenext with verbatimModuleSyntax", { ...nodenext, verbatimModuleSyntax: true }],
    ["preserve", { module: ts.ModuleKind.Preserve }],
  ])("is kept by %s", (_, options: ts.CompilerOptions) => {
    const output = emit(options);
    const workflow = output.get("ok.workflow.js")!;
    expect(workflow).toContain('import * as bank from "./parts/bank.js";');
    expect(workflow).toContain('import { ship as send } from "./parts/bank.js";');
    expect(workflow).toContain('"bank.charge": () => bank.charge');
    expect(workflow).toContain('import * as __continuum from "@continuum/runtime/compiled";');
    // The type is gone with its import.
    expect(workflow.replace(/"[^"\n]*"/g, "")).not.toContain("Receipt");
  });

  it("is required, and found by its thunk, in a CommonJS module", () => {
    const registered = new Map<string, () => unknown>();
    const bank = {
      charge: () => "charged",
      ship: () => "shipped",
      Mail: class {
        static kept = "receiver";
        static post() {
          return this.kept;
        }
      },
    };
    const runtime = {
      activities: (_module: string, functions: Record<string, () => unknown>) => {
        for (const [name, thunk] of Object.entries(functions)) registered.set(name, thunk);
      },
      compiled: () => null,
    };
    const output = emit({ module: ts.ModuleKind.CommonJS, esModuleInterop: true });
    const authoring = { workflow: () => null, defineSignal: () => null };
    const modules = {
      "@continuum/runtime/workflow": authoring,
      "@continuum/runtime/compiled": runtime,
      "./parts/bank.js": bank,
      "./parts/reexport.js": {},
    };
    evaluate(output.get("ok.workflow.js")!, modules);
    evaluate(output.get("ok.sync-effects.js")!, modules);
    expect(registered.get("bank.charge")?.()).toBe(bank.charge);
    expect(registered.get("bank.ship")?.()).toBe(bank.ship);
    const post = registered.get("bank.Mail.post")?.() as () => unknown;
    expect(post()).toBe("receiver");
  });
});

describe("a source map", () => {
  const behaviour = fileURLToPath(new URL("./fixtures/behaviour/", import.meta.url));
  const programs = readdirSync(behaviour).filter((name) => name.endsWith(".ts") && name !== "world.ts");
  const rootNames = [...names.map((name) => forms + name), ...programs.map((name) => behaviour + name)];

  it.each([
    ["ES2023", { target: ts.ScriptTarget.ES2023 }],
    ["ES2017", { target: ts.ScriptTarget.ES2017 }],
    ["CommonJS", { module: ts.ModuleKind.CommonJS }],
  ])("leads from each yield to the user's await, and from each effect to its call, for %s", (_, options) => {
    const output = emit({ ...options, sourceMap: true }, rootNames);
    let yields = 0;
    let effects = 0;
    for (const rootName of rootNames) {
      const source = readFileSync(rootName, "utf8").split("\n");
      const name = rootName.replace(/^.*\//, "").replace(/\.ts$/, ".js");
      const map = new SourceMap(JSON.parse(output.get(`${name}.map`)!) as SourceMapPayload);
      const original = (line: number, column: number): string => {
        const entry = map.findEntry(line, column);
        return "originalLine" in entry ? (source[entry.originalLine]?.slice(entry.originalColumn) ?? "") : "";
      };
      output
        .get(name)!
        .split("\n")
        .forEach((text, line) => {
          for (const { index } of text.matchAll(/\byield\b/g)) {
            // Generators that are the user's own keep their yields, and properties that are called so their names.
            const at = original(line, index);
            if (ownYields.has(name) && at.startsWith("yield")) continue;
            expect(at, `${name}:${String(line + 1)}:${String(index + 1)} ${text}`).toMatch(
              name === "ok.continue-as-new.js" ? /^(await|again|\(again as)\b/ : /^await\b/,
            );
            yields++;
          }
          for (const { index, 0: call } of text.matchAll(
            /__continuum\w*\.(activity|timer|signal|now|uuid4|compensate|child|startChild|patched|sideEffect|log|continueAsNew)\(/g,
          )) {
            const at = original(line, index);
            expect(at, `${name}:${String(line + 1)} ${call}`).toMatch(
              /^\(?(c!?\.)?(activity|run|timer|signal|now|uuid4|compensate|child|startChild|patched|sideEffect|(durable\.)?log(ger)?[.[].*?|again)!?( as .*?)?\)?\(/,
            );
            effects++;
          }
        });
    }
    expect(yields).toBeGreaterThan(200);
    expect(effects).toBeGreaterThan(50);
  });
});
