/*
 * The workflows of the proofs are TypeScript of this package. They are compiled by the transformer, as a user's would be, beside
 * the rest of its output, where processes import them.
 */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileProgram, formatDiagnostic } from "@continuum/transformer";
import ts from "typescript";

const sources = fileURLToPath(new URL("../../src/crash/flows", import.meta.url));
const output = fileURLToPath(new URL("../crash-flows", import.meta.url));

/** Gives the folder of the compiled modules. */
export function compileFlows(modules: readonly string[]): string {
  const { files, diagnostics } = compileProgram({
    rootNames: modules.map((name) => join(sources, `${name}.ts`)),
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      lib: ["lib.es2023.d.ts"],
      types: ["node"],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      strict: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: true,
      rootDir: sources,
      outDir: output,
    },
  });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(formatDiagnostic).join("\n"));
  mkdirSync(output, { recursive: true });
  for (const { fileName, text } of files) {
    const path = join(output, basename(fileName));
    // Another proof may be starting a process at this moment: it sees the old file or the new one.
    writeFileSync(`${path}.${process.pid}`, text);
    renameSync(`${path}.${process.pid}`, path);
  }
  return output;
}
