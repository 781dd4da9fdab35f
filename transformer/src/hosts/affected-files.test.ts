/*
 * Which files an edit concerns; and of all others, that TypeScript says of them what it said.
 */
import { describe, expect, it } from "vitest";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { affectedFiles } from "./affected-files.js";

const FILES: Readonly<Record<string, string>> = {
  "rates.ts": `export interface Rate { readonly cents: number }
export function rate(): Rate { return { cents: 1 }; }
export function fee(): number { return 2; }
export default function () { return "default" as const; }
`,
  "named.ts": `import { rate } from "./rates.js";\nexport const one = rate().cents;\n`,
  "of-named.ts": `import { one } from "./named.js";\nexport const two = one + 1;\n`,
  "fees.ts": `import { fee as asked } from "./rates.js";\nexport const amount: number = asked();\n`,
  "default.ts": `import word from "./rates.js";\nexport const said: "default" = word();\n`,
  "namespace.ts": `import * as rates from "./rates.js";\nexport const names = rates;\n`,
  "effects.ts": `import "./rates.js";\nexport const none = 0;\n`,
  "barrel.ts": `export * from "./rates.js";\nexport { fee as price } from "./rates.js";\nexport * as rates from "./rates.js";\n`,
  "of-barrel.ts": `import { rate } from "./barrel.js";\nexport const three = rate().cents;\n`,
  "renamed.ts": `import { price } from "./barrel.js";\nexport const four: number = price();\n`,
  "whole.ts": `import { rates } from "./barrel.js";\nexport const five = rates.fee();\n`,
  "typed.ts": `export const six = (x: import("./rates.js").Rate): number => x.cents;\n`,
  "apart.ts": `export const seven = 7;\n`,
};

/** Of each importer of a type an importer of its own, which says the type's name nowhere. */
const PASSED: Readonly<Record<string, string>> = {
  "rates.ts": `export interface Rate { readonly cents: number }\nexport const rate: Rate = { cents: 1 };\n`,
  "hides.ts": `import { rate as base } from "./rates.js";\nexport function hides(): number { return base.cents; }\n`,
  "of-hides.ts": `import { hides } from "./hides.js";\nexport const a = hides();\n`,
  "infers.ts": `import { rate } from "./rates.js";\nexport const infers = { of: rate };\nexport const beside = 1;\n`,
  "of-infers.ts": `import { infers } from "./infers.js";\nexport const b: number = infers.of.cents;\n`,
  "of-beside.ts": `import { beside } from "./infers.js";\nexport const c = beside;\n`,
  "names.ts": `import type { Rate as Price } from "./rates.js";\ninterface Inner { price: Price }\nexport type Names = { of: Inner };\n`,
  "of-names.ts": `import type { Names } from "./names.js";\nexport const d = (x: Names): number => x.of.price.cents;\n`,
  "whole.ts": `import * as rates from "./rates.js";\nexport type Whole = typeof rates;\nexport const beside = 1;\n`,
  "of-whole.ts": `import type { Whole } from "./whole.js";\nexport const e = (x: Whole): number => x.rate.cents;\n`,
  "beside-whole.ts": `import { beside } from "./whole.js";\nexport const f = beside;\n`,
};

describe("an edit concerns, besides its own file,", () => {
  const always = ["barrel.ts", "namespace.ts", "typed.ts", "whole.ts"];
  it.each<readonly [what: string, from: string, to: string, concerned: readonly string[]]>([
    ["nobody, where only a body changes", "return 2", "return 3", []],
    [
      "whoever imports the whole, where an export is added",
      "export function fee",
      "export const edition = 1;\nexport function fee",
      always,
    ],
    [
      "who imports it by its name",
      "fee(): number { return 2",
      'fee(): string { return "2"',
      [...always, "fees.ts", "renamed.ts"],
    ],
    [
      "who imports what mentions it, and who imports from them",
      "cents: number",
      "cents: 1",
      [...always, "named.ts", "of-barrel.ts", "of-named.ts"],
    ],
    ["who imports the default", '"default" as const', '"other" as const', [...always, "default.ts"]],
    ["who imports what is gone", "export function fee", "function fee", [...always, "fees.ts", "renamed.ts"]],
    [
      "who imported what did not exist",
      "export function fee",
      "export function rates() {}\nexport function fee",
      always,
    ],
  ])("%s", (_, from, to, concerned) => {
    const before = program(FILES);
    const text = FILES["rates.ts"]!;
    expect(text).toContain(from);
    const after = program({ ...FILES, "rates.ts": text.replace(from, to) }, before);
    const affected = affectedFiles(before, after);
    if (affected === "all") throw new Error("concerns everything");
    const names = Array.from(affected, ({ fileName }) => fileName.slice(1));
    expect(names.sort()).toEqual(["rates.ts", ...concerned].sort());
    for (const name of Object.keys(FILES).filter((each) => !names.includes(each)))
      expect(mistakes(after, name), name).toEqual(mistakes(before, name));
  });
});

it("concerns those whose import hands on what changed, and no others", () => {
  const before = program(PASSED);
  const text = PASSED["rates.ts"]!;
  const after = program(
    { ...PASSED, "rates.ts": text.replace("cents: number", "cents: number | null") },
    before,
  );
  const affected = affectedFiles(before, after) as ReadonlySet<TS.SourceFile>;
  const names = Array.from(affected, ({ fileName }) => fileName.slice(1));
  expect(names.filter((name) => /^(of|beside)-/.test(name)).sort()).toEqual([
    "of-infers.ts",
    "of-names.ts",
    "of-whole.ts",
  ]);
  for (const name of ["of-infers.ts", "of-names.ts", "of-whole.ts"])
    expect(mistakes(after, name), name).not.toEqual(mistakes(before, name));
  for (const name of ["of-hides.ts", "of-beside.ts", "beside-whole.ts"])
    expect(mistakes(after, name), name).toEqual(mistakes(before, name));
});

it("concerns who reads two modules of which all is exported, where one comes to export what the other does", () => {
  const files = {
    "one.ts": "export const a = 1;\n",
    "other.ts": "export const b = 2;\n",
    "both.ts": 'export * from "./one.js";\nexport * from "./other.js";\n',
    "uses.ts": 'import { b } from "./both.js";\nexport const c = b;\n',
    "else.ts": 'import { a } from "./both.js";\nexport const d = a;\n',
  };
  const before = program(files);
  const after = program({ ...files, "one.ts": "export const a = 1;\nexport const b = 3;\n" }, before);
  const affected = affectedFiles(before, after);
  expect(Array.from(affected as ReadonlySet<TS.SourceFile>, ({ fileName }) => fileName).sort()).toEqual([
    "/both.ts",
    "/one.ts",
    "/uses.ts",
  ]);
  expect(mistakes(after, "both.ts")).not.toEqual(mistakes(before, "both.ts"));
});

it("concerns all, where what changes acts beyond imports", () => {
  const before = program({ ...FILES, "global.ts": "declare global { var shop: string }\nexport {};\n" });
  const after = program(
    { ...FILES, "global.ts": "declare global { var shop: number }\nexport {};\n" },
    before,
  );
  expect(affectedFiles(before, after)).toBe("all");
});

function program(files: Readonly<Record<string, string>>, old?: TS.Program): TS.Program {
  const options: TS.CompilerOptions = {
    ...{ noLib: true, types: [], strict: true, target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host: TS.CompilerHost = {
    ...ts.createCompilerHost(options),
    getCurrentDirectory: () => "/",
    fileExists: (name) => name.slice(1) in files,
    readFile: (name) => files[name.slice(1)],
    getSourceFile(name, target) {
      const text = files[name.slice(1)];
      if (text === undefined) return undefined;
      const known = old?.getSourceFile(name);
      return known?.text === text ? known : ts.createSourceFile(name, text, target, true);
    },
  };
  const names = Object.keys(files).map((name) => `/${name}`);
  return ts.createProgram(names, options, host, old);
}

function mistakes(of: TS.Program, name: string): readonly string[] {
  const file = of.getSourceFile(`/${name}`)!;
  return of.getSemanticDiagnostics(file).map(({ messageText }) => JSON.stringify(messageText));
}
