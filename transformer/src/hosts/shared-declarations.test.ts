import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { shareDeclarations, sharingRegistry } from "./shared-declarations.js";

let folder: string;
const types = () => join(folder, "node_modules/@types/shop/index.d.ts");
const order = () => join(folder, "src/order.ts");

function write(path: string, text: string, seconds: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  utimesSync(path, seconds, seconds);
}

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "continuum-shared-")));
  write(types(), "declare const shop: { readonly open: boolean };\n", 1_000);
  write(order(), "export const isOpen: boolean = shop.open;\n", 1_000);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const OPTIONS = { strict: true, lib: ["lib.es2023.d.ts"], types: ["shop"], target: ts.ScriptTarget.ES2023 };
const optionsOf = (more: TS.CompilerOptions): TS.CompilerOptions => ({
  ...OPTIONS,
  typeRoots: [join(folder, "node_modules/@types")],
  ...more,
});

function programOf(more: TS.CompilerOptions = {}): TS.Program {
  const options = optionsOf(more);
  const host = shareDeclarations(ts.createCompilerHost(options), options, "plain");
  return ts.createProgram([order()], options, host);
}

function serviceOf(version: () => string): TS.LanguageService {
  const registry = sharingRegistry(folder);
  const host: TS.LanguageServiceHost = {
    getCompilationSettings: () => optionsOf({}),
    getScriptFileNames: () => [order()],
    getScriptVersion: version,
    getScriptSnapshot: (name) => {
      const text = ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
    fileExists: (path) => ts.sys.fileExists(path),
    readFile: (path) => ts.sys.readFile(path),
  };
  return ts.createLanguageService(host, registry);
}

const library = (program: TS.Program | undefined): TS.SourceFile | undefined =>
  program?.getSourceFiles().find(({ fileName }) => fileName.endsWith("/lib.es5.d.ts"));
const errorsOf = (program: TS.Program | undefined): readonly number[] =>
  (program?.getSemanticDiagnostics() ?? []).map(({ code }) => code);

describe("two programs", () => {
  it("have the declarations of the library and of types in common, and nothing that a project writes", () => {
    const [one, other] = [programOf(), programOf()];
    expect(library(one)).toBeDefined();
    expect(library(one)).toBe(library(other));
    expect(one.getSourceFile(types())).toBe(other.getSourceFile(types()));
    expect(one.getSourceFile(order())).not.toBe(other.getSourceFile(order()));
    expect([errorsOf(one), errorsOf(other)]).toEqual([[], []]);
  });

  it("danger: declarations that changed between them are read again", () => {
    expect(errorsOf(programOf())).toEqual([]);
    write(types(), "declare const shop: { readonly shut: boolean };\n", 2_000);
    expect(errorsOf(programOf())).toEqual([2339]);
  });

  it("danger: with other options for the parser they share nothing", () => {
    expect(library(programOf())).not.toBe(library(programOf({ target: ts.ScriptTarget.ES2022 })));
  });
});

describe("two language services", () => {
  it("have declarations in common, and one goes on when the other ends", () => {
    const [one, other] = [serviceOf(() => "1"), serviceOf(() => "1")];
    expect(library(one.getProgram())).toBe(library(other.getProgram()));
    one.dispose();
    expect(errorsOf(other.getProgram())).toEqual([]);
    expect(library(serviceOf(() => "1").getProgram())).toBe(library(other.getProgram()));
  });

  it("danger: declarations that change are read again by those that are told", () => {
    let version = "1";
    const service = serviceOf(() => version);
    expect(errorsOf(service.getProgram())).toEqual([]);
    write(types(), "declare const shop: { readonly shut: boolean };\n", 2_000);
    version = "2";
    expect(errorsOf(service.getProgram())).toEqual([2339]);
    // One that comes later, and counts anew, sees what is there.
    expect(errorsOf(serviceOf(() => "1").getProgram())).toEqual([2339]);
  });

  it("looks at nothing where nothing changed", () => {
    const service = serviceOf(() => "1");
    const first = service.getProgram();
    expect(service.getProgram()).toBe(first);
  });
});
