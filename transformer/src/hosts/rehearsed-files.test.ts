import { expect, it } from "vitest";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { rehearsedFiles } from "./rehearsed-files.js";

it("rehearses with modules that some others use, and with none that all do or that acts beyond imports", () => {
  const files: Record<string, string> = {
    "all.ts": "export const all = 1;\n",
    "some.ts": 'import { all } from "./all.js";\nexport const some = all;\n',
    "middle.ts": 'export { some } from "./some.js";\n',
    "global.ts": "declare global { var shop: number }\nexport const shop = 1;\n",
    "script.ts": "var script = 1;\n",
    "ambient.d.ts": "declare const ambient: number;\n",
    "uses.ts": 'import { some } from "./middle.js";\nexport { some };\n',
  };
  for (let i = 0; i < 20; i++) files[`one${i}.ts`] = 'import { all } from "./all.js";\nexport { all };\n';
  for (let i = 0; i < 2; i++)
    files[`shop${i}.ts`] = 'import { shop } from "./global.js";\nexport { shop };\n';
  const names = rehearsedFiles(program(files)).map((name) => name.slice(1));
  // Two others come to use the first, one of them directly.
  expect(names.slice(0, 2)).toEqual(["some.ts", "middle.ts"]);
  for (const name of ["all.ts", "global.ts", "script.ts", "ambient.d.ts"]) expect(names).not.toContain(name);
});

it("rehearses with what there is, where a program is small", () => {
  expect(rehearsedFiles(program({ "flow.ts": "export const flow = 1;\n" }))).toEqual(["/flow.ts"]);
});

function program(files: Readonly<Record<string, string>>): TS.Program {
  const options: TS.CompilerOptions = {
    ...{ noLib: true, types: [], target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host: TS.CompilerHost = {
    ...ts.createCompilerHost(options),
    getCurrentDirectory: () => "/",
    fileExists: (name) => name.slice(1) in files,
    readFile: (name) => files[name.slice(1)],
    getSourceFile: (name, target) => ts.createSourceFile(name, files[name.slice(1)] ?? "", target, true),
  };
  return ts.createProgram(
    Object.keys(files).map((name) => `/${name}`),
    options,
    host,
  );
}
