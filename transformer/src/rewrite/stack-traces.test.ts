import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";
import { compileProgram } from "../hosts/library.js";

const sources = fileURLToPath(new URL("./fixtures/stack/", import.meta.url));
const packages = fileURLToPath(new URL("../../node_modules", import.meta.url));
const runtime = fileURLToPath(new URL("../../../runtime/dist", import.meta.url));

it.each([
  ["ES2023", ts.ScriptTarget.ES2023],
  ["ES2017", ts.ScriptTarget.ES2017],
])(
  "a run that fails shows the lines of the user's files under node --enable-source-maps, for %s",
  (_, target) => {
    const folder = mkdtempSync(join(tmpdir(), "continuum-stack-"));
    try {
      const { files, diagnostics } = compileProgram({
        rootNames: [`${sources}order.ts`],
        compilerOptions: {
          target,
          module: ts.ModuleKind.ESNext,
          moduleResolution: ts.ModuleResolutionKind.Bundler,
          customConditions: ["@continuum/source"],
          lib: ["lib.es2023.d.ts"],
          types: [],
          sourceMap: true,
          outDir: join(folder, "dist"),
          rootDir: sources,
        },
      });
      expect(diagnostics).toEqual([]);
      mkdirSync(join(folder, "dist"));
      writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
      symlinkSync(packages, join(folder, "node_modules"));
      for (const { fileName, text } of files) if (fileName.startsWith(folder)) writeFileSync(fileName, text);

      const order = join(folder, "dist/order.js");
      // "four": the helper's `throw` after its await; "12": in a sync function called by an arrow; "1": in the workflow itself.
      const output = execFileSync(
        process.execPath,
        ["--enable-source-maps", join(sources, "main.mjs"), runtime, order, "four", "12", "1", "123"],
        { encoding: "utf8" },
      );
      const places = (JSON.parse(output) as string[]).map((stack) =>
        Array.from(stack.matchAll(/(order|pricing)\.(ts|js):\d+:\d+/g), ([place]) => place),
      );
      expect(places).toEqual([
        ["pricing.ts:7:25"],
        ["pricing.ts:19:11", "pricing.ts:14:10"],
        ["order.ts:9:26"],
        ["order.ts:14:45"],
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
