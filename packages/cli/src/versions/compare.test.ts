/*
 * What changed is named: one program, and what is said of each change of it.
 */
import { compilationOf } from "@continuum/transformer";
import ts from "typescript";
import { expect, it } from "vitest";
import { versionList } from "../formats/version-list.js";
import type { VersionList } from "../formats/version-list.js";
import { styleFor } from "../terminal/style.js";
import { compareVersions } from "./compare.js";
import { describeDifferences } from "./describe.js";

/** It does not exist, and lies where packages of this one are found. */
const folder = `${import.meta.dirname.replaceAll("\\", "/")}/compared-program`;

const BASE: Readonly<Record<string, string>> = {
  "package.json": '{ "name": "shop", "type": "module", "dependencies": { "money": "workspace:*" } }',
  "node_modules/money/package.json":
    '{ "name": "money", "type": "module", "exports": { "types": "./index.d.ts", "default": "./index.js" } }',
  "node_modules/money/index.d.ts": "export declare function twice(cents: number): number;\n",
  "node_modules/money/index.js": "export const twice = (cents) => cents * 2;\n",
  "src/data.ts": `export const FACTOR = 3;
export enum Level { Low = 1, High = 2 }
`,
  "src/pricing.ts": `import { twice } from "money";
import { FACTOR, Level } from "./data.js";
export function priceOf(pieces: number): number { return twice(pieces) * FACTOR + Level.Low; }
export const add = (a: number, b: number): number => a + b;
export const sub = (a: number, b: number): number => a - b;
export const totalOf = (pieces: number): number => add(pieces, 1);
export const called = (f: (pieces: number) => number): string => f.name;
`,
  "src/order.ts": `import { workflow } from "@continuum/runtime/workflow";
import { called, priceOf, totalOf } from "./pricing.js";
export const plain = workflow({ version: 1 }, async (n: number) => priceOf(n) + totalOf(n));
export const naming = workflow({ version: 1 }, async (n: number) => called(totalOf) + String(n));
`,
};

const options: ts.CompilerOptions = {
  ...{ target: ts.ScriptTarget.ES2023, lib: ["lib.es2023.d.ts"], types: [], strict: true, noEmit: true },
  ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  ...{ skipLibCheck: true, customConditions: ["@continuum/source"] },
};
const host = ts.createCompilerHost(options);
const parsed = new Map<string, ts.SourceFile | undefined>();

function listOf(texts: Readonly<Record<string, string>>): VersionList {
  const files = new Map(Object.entries(texts).map(([name, text]) => [`${folder}/${name}`, text]));
  const program = ts.createProgram([`${folder}/src/order.ts`], options, {
    ...host,
    fileExists: (name) => files.has(name) || host.fileExists(name),
    directoryExists: (name) =>
      name.startsWith(folder)
        ? [...files.keys()].some((file) => file.startsWith(`${name}/`))
        : ts.sys.directoryExists(name),
    readFile: (name) => files.get(name) ?? host.readFile(name),
    getSourceFile: (name, version) => {
      const text = files.get(name);
      if (text !== undefined) return ts.createSourceFile(name, text, version, true);
      if (!parsed.has(name)) parsed.set(name, host.getSourceFile(name, version));
      return parsed.get(name);
    },
  });
  const { diagnostics, workflows } = compilationOf(program);
  expect([...diagnostics, ...program.getSemanticDiagnostics()].map(({ code }) => code)).toEqual([]);
  return versionList(workflows, folder);
}

/** Each text is replaced wherever it stands, in all sources. */
function edited(...edits: readonly (readonly [from: string, to: string])[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(BASE).map(([name, text]) => [
      name,
      edits.reduce((all, [from, to]) => all.replaceAll(from, to), text),
    ]),
  );
}

/** What is said of a workflow, without its first line; null where it is unchanged. */
function said(before: VersionList, after: VersionList, workflow: string): string | null {
  const found = compareVersions(before, after).filter((each) => each.workflow === workflow);
  if (found[0]?.change === "same") return null;
  return describeDifferences(found, styleFor(false)).replace(/^.*\n/, "").replace(/^ {2}/gm, "");
}

const before = listOf(BASE);

it.each<[string, Record<string, string>, plain: string | null, naming: string | null]>([
  [
    "a body",
    edited(["a + b", "b + a"]),
    "`add` in src/pricing.ts:4 changed",
    "`add` in src/pricing.ts:4 changed",
  ],
  ["a constant", edited(["FACTOR = 3", "FACTOR = 4"]), "`FACTOR` in src/data.ts:1 changed", null],
  [
    "a member of an enum",
    edited(["Low = 1", "Low = 5"]),
    "`priceOf` in src/pricing.ts:3 changed: `Level.Low` is 5, and was 1",
    null,
  ],
  [
    "the range of a package",
    edited(["workspace:*", "workspace:^"]),
    "the range of the package `money` is workspace:^, and was workspace:*",
    null,
  ],
  [
    "the code of a package",
    edited(["cents * 2", "cents * 3"]),
    "the code of the linked package `money` changed",
    null,
  ],
  [
    "a name, where names are read",
    edited(["totalOf", "sumOf"]),
    null,
    "`sumOf` in src/pricing.ts:6 has a function that is called `sumOf`, and was `totalOf`: the workflow reads what functions are called",
  ],
  [
    "a name and a constant: who calls what was renamed is the same",
    edited(["priceOf", "costOf"], ["FACTOR = 3", "FACTOR = 4"]),
    "`FACTOR` in src/data.ts:1 changed",
    null,
  ],
  [
    "which helper is called",
    edited(["add(pieces", "sub(pieces"]),
    "`totalOf` in src/pricing.ts:6 changed\n`sub` in src/pricing.ts:5 is new\n`add` that was in src/pricing.ts:4 is no longer reached",
    "`totalOf` in src/pricing.ts:6 changed\n`sub` in src/pricing.ts:5 is new\n`add` that was in src/pricing.ts:4 is no longer reached",
  ],
  [
    "the order of two calls",
    edited(["priceOf(n) + totalOf(n)", "totalOf(n) + priceOf(n)"]),
    "`plain` in src/order.ts:3 changed",
    null,
  ],
  ["a comment", edited(["return twice", "/* dear */ return twice"]), null, null],
])("names %s", (_, after, plain, naming) => {
  const list = listOf(after);
  expect([said(before, list, "plain"), said(before, list, "naming")]).toEqual([plain, naming]);
});

it("compares with a list of an earlier version of this program by what that says", () => {
  const old: VersionList = {
    format: 1,
    workflows: before.workflows.map(({ packages: _, ...workflow }) => ({
      ...workflow,
      declarations: workflow.declarations.map(({ name, file, path, line, hash }) => ({
        ...{ name, file, path, line, hash },
      })),
    })),
  };
  expect(said(old, listOf(edited(["FACTOR = 3", "FACTOR = 4"])), "plain")).toBe(
    "`FACTOR` in src/data.ts:1 changed",
  );
  expect(said(old, listOf(edited(["workspace:*", "workspace:^"])), "plain")).toBe(
    "the order in which it refers to its parts, a package, or the name of a function changed",
  );
});
