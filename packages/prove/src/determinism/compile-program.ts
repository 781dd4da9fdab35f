/*
 * One program of the corpus, in memory, compiled as every host does.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { compilationOf } from "@continuum/transformer";
import type { Diagnostic } from "@continuum/transformer";
import ts from "typescript";
import { memoryHost } from "../memory-host.js";
import type { CorpusProgram } from "./corpus.js";

export interface Verdict {
  readonly diagnostics: readonly Diagnostic[];
  /** A program that does not type-check proves nothing. */
  readonly typeErrors: readonly string[];
}

/** Modules of programs lie in a folder that does not exist, inside this package, so that packages resolve from here. */
const folder = `${dirname(dirname(dirname(fileURLToPath(import.meta.url)))).replaceAll("\\", "/")}/corpus-program`;

const base: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: ["node"],
  customConditions: ["@continuum/source"],
};

export function compileProgram(program: CorpusProgram): Verdict {
  const files = new Map([...program.files].map(([name, text]) => [`${folder}/${name}`, text]));
  files.set(`${folder}/package.json`, '{ "name": "shop", "type": "module" }');
  const options = optionsOf(program);
  const roots = [...files.keys()].filter(
    (name) => /\.[cm]?tsx?$/.test(name) && !/\/node_modules\//.test(name),
  );
  const made = ts.createProgram(roots, options, memoryHost(folder, files, options));
  return {
    diagnostics: compilationOf(made).diagnostics,
    typeErrors: roots.flatMap((name) => {
      const file = made.getSourceFile(name);
      return [...made.getSyntacticDiagnostics(file), ...made.getSemanticDiagnostics(file)].map(
        (each) => `${nameOf(name)}: ${ts.flattenDiagnosticMessageText(each.messageText, " ")}`,
      );
    }),
  };
}

/** The name by which the corpus calls a file. */
export function nameOf(fileName: string): string {
  return fileName.startsWith(`${folder}/`) ? fileName.slice(folder.length + 1) : fileName;
}

function optionsOf(program: CorpusProgram): ts.CompilerOptions {
  return {
    ...base,
    ...(program.options.has("dom")
      ? { lib: [...(base.lib ?? []), "lib.dom.d.ts", "lib.dom.iterable.d.ts"] }
      : {}),
    ...(program.options.has("esnext") ? { lib: ["lib.esnext.d.ts"] } : {}),
    ...(program.options.has("loose") ? { strict: false } : {}),
    ...(program.options.has("scripts") ? { moduleDetection: ts.ModuleDetectionKind.Legacy } : {}),
    ...(program.options.has("decorators") ? { experimentalDecorators: true } : {}),
  };
}
