import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compile } from "../pipeline.js";
import { compileModule, compileProgram } from "./library.js";
import { openProject } from "./project.js";

const packages = fileURLToPath(new URL("../../node_modules", import.meta.url));

const order = `
import { activity, workflow } from "@continuum/runtime/workflow";
import { charge } from "./bank.js";
import { priceOf } from "./pricing.js";
export const orderFlow = workflow({ version: 1 }, async (pieces: number) => {
  return await activity(charge(await priceOf(pieces)));
});
`;
const pricing = `
export async function priceOf(pieces: number): Promise<number> {
  return pieces * 2;
}
`;
const bank = `
export async function charge(cents: number): Promise<string> {
  return String(cents);
}
`;
const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  customConditions: ["@continuum/source"],
  lib: ["lib.es2023.d.ts"],
  types: [],
  strict: true,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "continuum-library-"));
  symlinkSync(packages, join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "name": "shop", "type": "module" }');
  write("order.ts", order);
  write("pricing.ts", pricing);
  write("bank.ts", bank);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

/** Output by name without its folder. */
function byName(
  files: readonly { readonly fileName: string; readonly text: string }[],
): Record<string, string> {
  return Object.fromEntries(files.map(({ fileName, text }) => [fileName.replace(/^.*\//, ""), text]));
}

describe("compileProgram", () => {
  const compiled = () =>
    compileProgram({ rootNames: ["order.ts"], currentDirectory: folder, compilerOptions });

  it("gives files, manifests and diagnostics, and writes nothing", () => {
    const { files, manifests, diagnostics, typescriptDiagnostics } = compiled();
    expect(diagnostics).toEqual([]);
    expect(typescriptDiagnostics).toEqual([]);
    expect(Object.keys(byName(files)).sort()).toContain("order.js");
    expect(byName(files)["order.js"]).toContain('__continuum.activities("shop/order"');
    expect(byName(files)["pricing.js"]).toContain("function* (pieces)");
    expect(byName(files)["bank.js"]).toContain("async function charge");
    expect(manifests.get("orderFlow")).toMatchObject({ name: "orderFlow", activities: ["bank.charge"] });
    expect(ts.sys.fileExists(join(folder, "order.js"))).toBe(false);
  });

  it("reads a tsconfig, by its path or by its folder", () => {
    const options = {
      ...compilerOptions,
      target: "es2023",
      module: "esnext",
      moduleResolution: "bundler",
      lib: ["es2023"],
    };
    write("tsconfig.json", JSON.stringify({ compilerOptions: options, files: ["order.ts"] }));
    const byPath = compileProgram({ tsconfig: join(folder, "tsconfig.json") });
    const byFolder = compileProgram({ tsconfig: ".", currentDirectory: folder });
    expect(byPath.manifests.get("orderFlow")).toBeDefined();
    expect(byFolder.files).toEqual(byPath.files);
  });

  it("emits nothing of a program that it refuses", () => {
    write("pricing.ts", pricing.replace("pieces * 2", "pieces * Date.now()"));
    const { files, manifests, diagnostics } = compiled();
    expect(diagnostics.map(({ code, place }) => [code, place.file, place.line])).toEqual([
      ["CTM2001", "pricing.ts", 3],
    ]);
    expect(files).toEqual([]);
    expect(manifests.size).toBe(0);
  });

  it("reports type errors beside its own, and emits in spite of them, as tsc does", () => {
    write("bank.ts", bank.replace("return String(cents)", "return cents"));
    const { files, diagnostics, typescriptDiagnostics } = compiled();
    expect(diagnostics).toEqual([]);
    expect(typescriptDiagnostics.map(({ code }) => code)).toEqual([2322]);
    expect(files.length).toBeGreaterThan(0);
  });

  it.each([
    ["nothing to compile", {}, "CTM1302"],
    ["a tsconfig that is not there", { tsconfig: "/nowhere/tsconfig.json" }, "CTM1303"],
    ["an option that there is not", { tsconfig: "tsconfig.json", trustedModule: [] }, "CTM1307"],
  ])("refuses %s", (_, options, code) => {
    expect(() => compileProgram(options)).toThrow(code);
  });

  it("compiles for ES5 through TypeScript's own generators", () => {
    const { files, diagnostics } = compileProgram({
      rootNames: ["order.ts"],
      currentDirectory: folder,
      compilerOptions: {
        ...compilerOptions,
        target: ts.ScriptTarget.ES5,
        downlevelIteration: true,
        ignoreDeprecations: "6.0",
      },
    });
    expect(diagnostics).toEqual([]);
    expect(byName(files)["pricing.js"]).toMatch(/__continuum\.fiber\(function \(pieces\)[\s\S]*__generator/);
  });
});

describe("compileModule", () => {
  const programOf = (options: ts.CompilerOptions) =>
    ts.createProgram([join(folder, "order.ts")], { ...compilerOptions, ...options });

  it("gives code and map of workflow code, and null of other modules", () => {
    const program = programOf({ sourceMap: true });
    const compiled = compileModule(program, join(folder, "order.ts"));
    expect(compiled?.code).toContain("function* (pieces)");
    expect(compiled?.code).not.toContain("sourceMappingURL");
    expect(JSON.parse(compiled?.map ?? "{}")).toMatchObject({ version: 3, sources: ["order.ts"] });
    expect(compileModule(program, join(folder, "bank.ts"))).toBeNull();
  });

  it.each([
    ["does not emit", { noEmit: true, sourceMap: true }, "CTM1304"],
    ["emits no map", {}, "CTM1306"],
  ])("refuses a program that %s", (_, options, code) => {
    expect(() => compileModule(programOf(options), join(folder, "order.ts"))).toThrow(code);
  });
});

describe("a host that emits in spite of errors", () => {
  const emit = (before: readonly ts.TransformerFactory<ts.SourceFile>[] = []) => {
    const program = ts.createProgram([join(folder, "order.ts")], compilerOptions);
    const files: { fileName: string; text: string }[] = [];
    const { transformer } = compile(program);
    program.emit(undefined, (fileName, text) => files.push({ fileName, text }), undefined, false, {
      before: [...before, transformer],
    });
    return byName(files);
  };

  it("writes modules of workflows that say, when they are loaded, what was wrong", () => {
    write("pricing.ts", pricing.replace("pieces * 2", "Math.random()"));
    const files = emit();
    expect(files["order.js"]).toMatch(/^throw new Error\("CTM3090: .*CTM20\d\d at pricing\.ts:3: /);
    expect(files["pricing.js"]).toContain("async function priceOf");
  });

  it("is told when another transformer came first", () => {
    const other: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
      const visit = (node: ts.Node): ts.Node =>
        ts.isFunctionDeclaration(node)
          ? context.factory.createFunctionDeclaration(
              node.modifiers,
              node.asteriskToken,
              node.name,
              undefined,
              node.parameters,
              node.type,
              node.body,
            )
          : node;
      return ts.visitEachChild(file, visit, context);
    };
    expect(() => emit([other])).toThrow(/CTM1301: .*pricing\.ts:2 was changed by another transformer/);
  });
});

describe("a project that is edited", () => {
  it("compiles, after any edit, to what a clean build compiles to", () => {
    const project = openProject({ rootNames: ["order.ts"], currentDirectory: folder, compilerOptions });
    const impure = pricing.replace("pieces * 2", "pieces + Date.now()");
    const indirect =
      'import { priceOf as base } from "./base.js";\nexport const priceOf = async (pieces: number) => (await base(pieces)) + 1;\n';
    const edits: readonly (readonly [string, string])[] = [
      ["pricing.ts", pricing.replace("* 2", "* 3")],
      ["pricing.ts", impure],
      ["order.ts", order.replace("await priceOf(pieces)", "pieces")],
      ["order.ts", order],
      ["base.ts", pricing],
      ["pricing.ts", indirect],
      ["base.ts", impure],
      ["base.ts", pricing.replace("export", "// moved by a line\nexport")],
      ["pricing.ts", pricing],
    ];
    try {
      for (const [name, text] of [["order.ts", order] as const, ...edits]) {
        write(name, text);
        project.changed(join(folder, name));
        const clean = compileProgram({
          rootNames: ["order.ts"],
          currentDirectory: folder,
          compilerOptions: { ...compilerOptions, sourceMap: true, inlineSources: true },
        });
        expect(project.diagnostics()).toEqual(clean.diagnostics);
        if (clean.files.length === 0) continue;
        const files = byName(clean.files);
        for (const fileName of project.dependent().keys()) {
          const output = fileName.replace(/^.*\//, "").replace(/\.ts$/, ".js");
          const compiled = project.compileModule(fileName);
          expect(compiled?.code.trim()).toBe(
            files[output]?.replace(/\n\/\/# sourceMappingURL=.*/, "").trim(),
          );
        }
        expect(readFileSync(join(folder, name), "utf8")).toBe(text);
      }
    } finally {
      project.close();
    }
  });
});
