import { describe, expect, it } from "vitest";
import { fixtureProgram } from "../fixtures/program.js";
import { fileLocator, moduleBaseName, moduleKey } from "./packages.js";
import { viewProgram } from "./program-view.js";
import { qualifiedName } from "./qualified-name.js";
import { ts } from "./ts.js";
import type { TS } from "./ts.js";

describe("module names", () => {
  it.each([
    ["shop", "src/activities/payments.ts", "payments"],
    ["shop", "src/payments/index.ts", "payments"],
    ["@acme/payments", "src/index.ts", "payments"],
    ["@acme/payments", "index.d.ts", "payments"],
    ["shop", "src/a.b.mts", "a.b"],
  ])("of %s, %s is called %s, whatever its folder", (name, path, expected) => {
    expect(moduleBaseName({ package: name, path })).toBe(expected);
  });

  it("keys tell modules of one name apart", () => {
    expect(moduleKey({ package: "shop", path: "src/a.ts" })).toBe("shop/src/a");
    expect(moduleKey({ package: "shop", path: "src/a.mts" })).toBe("shop/src/a.mts");
  });

  it("a package.json without a name, or a broken one, makes no package", () => {
    const texts = new Map([
      ["/w/package.json", '{ "name": "outer" }'],
      ["/w/in/package.json", '{ "type": "module" }'],
      ["/w/in/deep/package.json", "{"],
    ]);
    const locate = fileLocator("/w", { readFile: (path) => texts.get(path) });
    expect(locate(ts.createSourceFile("/w/in/deep/a.ts", "", ts.ScriptTarget.ES2023))).toEqual({
      package: "outer",
      path: "in/deep/a.ts",
    });
  });

  it("a file of no package is located from the current directory", () => {
    const locate = fileLocator("/w", { readFile: () => undefined });
    expect(locate(ts.createSourceFile("/w/src/a.ts", "", ts.ScriptTarget.ES2023))).toEqual({
      package: ".",
      path: "src/a.ts",
    });
  });
});

describe("symbols", () => {
  const { program, readFile } = fixtureProgram(
    new Map([
      [
        "src/a.ts",
        `import { readFileSync as read } from "node:fs";
import * as ct from "@continuum/runtime/workflow";
import { act } from "./b.js";
export const all = [Date.now, Math.random, read, process.env, setTimeout, new Date().getHours, globalThis.fetch, ct.activity, act, Promise, look.activity];
namespace look { export const activity = 1; }`,
      ],
      ["src/b.ts", `export { activity as act } from "@continuum/runtime/workflow";\n`],
    ]),
  );
  const view = viewProgram(program, { readFile });
  const elements = listIn(program.getSourceFile("/shop/src/a.ts"));

  it("have one name for the platform, however they are reached", () => {
    const names = elements
      .slice(0, 7)
      .map((node) => qualifiedName(view.symbolOf(node)?.declarations?.[0] ?? node).name);
    expect(names).toEqual([
      "DateConstructor.now",
      "Math.random",
      "node:fs.readFileSync",
      "NodeJS.Process.env",
      "setTimeout",
      "Date.getHours",
      "fetch",
    ]);
  });

  it("are the authoring API's through namespaces and re-exports, and never by a like name", () => {
    expect(elements.map((node) => view.authoringName(node)).slice(7)).toEqual([
      "activity",
      "activity",
      null,
      null,
    ]);
  });

  it("know the global Promise", () => {
    expect(elements.map((node) => view.isGlobal(view.symbolOf(node), "Promise")).indexOf(true)).toBe(9);
  });
});

function listIn(file: TS.SourceFile | undefined): readonly TS.Expression[] {
  let found: readonly TS.Expression[] = [];
  const visit = (node: TS.Node): void => {
    if (ts.isArrayLiteralExpression(node)) found = node.elements;
    else ts.forEachChild(node, visit);
  };
  if (file !== undefined) visit(file);
  return found;
}
