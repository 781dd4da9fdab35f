import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { qualifiedName } from "../compiler/qualified-name.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { verdictOf } from "./verdicts.js";
import { knownApis, listedContainers } from "./known-apis.js";

const modules = fileURLToPath(new URL("../../../node_modules/", import.meta.url));

function parse(folder: string, names: readonly string[]): readonly TS.SourceFile[] {
  return names.map((name) =>
    ts.createSourceFile(name, readFileSync(`${folder}${name}`, "utf8"), ts.ScriptTarget.Latest, true),
  );
}

function libraries(pattern: RegExp): readonly TS.SourceFile[] {
  const folder = `${modules}typescript/lib/`;
  return parse(
    folder,
    readdirSync(folder).filter((name) => pattern.test(name)),
  );
}

/** What a surface declares that exists at run time: values, modules, and the members of what values can be. */
function declared(files: readonly TS.SourceFile[]): readonly TS.Node[] {
  const values: TS.Node[] = [];
  const types: (TS.InterfaceDeclaration | TS.ClassDeclaration)[] = [];
  const visit = (node: TS.Node): void => {
    if (ts.isModuleDeclaration(node)) {
      if (ts.isStringLiteral(node.name)) values.push(node);
      ts.forEachChild(node, visit);
    } else if (ts.isModuleBlock(node) || ts.isSourceFile(node) || ts.isVariableStatement(node)) {
      ts.forEachChild(node, visit);
    } else if (ts.isVariableDeclarationList(node)) {
      for (const declaration of node.declarations) {
        values.push(declaration);
        if (declaration.type !== undefined && ts.isTypeLiteralNode(declaration.type))
          values.push(...named(declaration.type.members));
      }
    } else if (ts.isInterfaceDeclaration(node)) {
      types.push(node);
    } else if (ts.isClassDeclaration(node)) {
      values.push(node);
      types.push(node);
    } else if (ts.isFunctionDeclaration(node) || ts.isEnumDeclaration(node)) {
      values.push(node);
    }
  };
  for (const file of files) visit(file);
  const names = new Set(values.map((node) => qualifiedName(node).name));
  // An interface of properties alone, for which there is no value, says what data looks like.
  const instances = new Set(
    types
      .filter((node) => names.has(qualifiedName(node).name) || !node.members.every(ts.isPropertySignature))
      .map((node) => qualifiedName(node).name),
  );
  return [
    ...values,
    ...types
      .filter((node) => instances.has(qualifiedName(node).name))
      .flatMap(({ members }) => named(members)),
  ];
}

function named(members: readonly TS.Node[]): readonly TS.Node[] {
  return members.filter(
    (member) => !ts.isIndexSignatureDeclaration(member) && !ts.isSemicolonClassElement(member),
  );
}

/** The module of Node that exports `name`, or has it in what it exports. */
const moduleOf = (name: string): string | null => /^node:[^.]+/.exec(name)?.[0] ?? null;

function undecided(files: readonly TS.SourceFile[]): readonly string[] {
  const names = declared(files).flatMap((node) => {
    const { name } = qualifiedName(node);
    const module = moduleOf(name);
    if (module !== null) return knownApis.has(module) ? [] : [module];
    return verdictOf(node) === null ? [name] : [];
  });
  return [...new Set(names)].sort();
}

const ecmascript = libraries(/^lib\.(es|decorators).*\.d\.ts$/);
const web = libraries(/^lib\.(dom|webworker|scripthost).*\.d\.ts$/);
const nodeFolder = `${modules}@types/node/`;
const node = parse(
  nodeFolder,
  readdirSync(nodeFolder, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".d.ts") && !name.startsWith("ts5"),
  ),
);

describe("the table of known APIs", () => {
  it("has a word on all that ECMAScript has: a TypeScript that adds a name fails here", () => {
    expect(undecided(ecmascript)).toEqual([]);
  });

  it("has a word on all that the web platform has", () => {
    expect(undecided(web)).toEqual([]);
  });

  it("has a word on all of Node's globals, and on each of its modules", () => {
    expect(undecided(node)).toEqual([]);
  });

  it("sees what it knows nothing of: a global, a static, a member and a module", () => {
    const text = `
      declare var Oracle: OracleConstructor;
      interface OracleConstructor { new (): Oracle; ask(): string }
      interface Oracle { readonly answer: string }
      interface OracleOptions { readonly riddle: string }
      interface Array<T> { divine(): T }
      declare module "oracle" { function ask(): string }`;
    const file = ts.createSourceFile("lib.d.ts", text, ts.ScriptTarget.Latest, true);
    expect(undecided([file])).toEqual([
      "Array.divine",
      "Oracle",
      "Oracle.answer",
      "OracleConstructor.ask",
      "OracleConstructor.new",
      "node:oracle",
    ]);
  });

  it("names nothing that does not exist", () => {
    const names = new Set<string>();
    const collect = (at: TS.Node): void => {
      if (
        ts.isStatement(at) ||
        ts.isTypeElement(at) ||
        ts.isClassElement(at) ||
        ts.isVariableDeclaration(at)
      ) {
        const { name, container } = qualifiedName(at);
        names.add(name);
        if (container !== null) names.add(container);
      }
      if (ts.isModuleDeclaration(at) && ts.isStringLiteral(at.name))
        names.add(at.name.text.startsWith("node:") ? at.name.text : `node:${at.name.text}`);
      ts.forEachChild(at, collect);
    };
    for (const file of [...ecmascript, ...web, ...node]) collect(file);
    const missing = [...knownApis.keys(), ...listedContainers].filter((name) => !names.has(name));
    expect(missing.sort()).toEqual(["Function.constructor", "globalThis", "undefined"]);
  });

  it("calls no module pure as a whole, but those whose one export has a word of its own", () => {
    const pure = [...knownApis].filter(([name, { kind }]) => name === moduleOf(name) && kind === "pure");
    expect(pure.map(([name]) => name)).toEqual(["node:assert", "node:assert/strict", "node:events"]);
  });
});
