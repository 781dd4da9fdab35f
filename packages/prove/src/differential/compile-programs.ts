/*
 * Many programs in one `ts.Program`, emitted twice: by the transformer, and as TypeScript emits them.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { compilationOf, formatDiagnostic } from "@continuum/transformer";
import ts from "typescript";
import { memoryHost } from "../memory-host.js";
import { FRAME_SOURCE, WORLD_SOURCE } from "./world.js";

/** One module in both forms: functions of `(exports, require)`. */
export interface BothForms {
  readonly compiled: ModuleFactory;
  readonly native: ModuleFactory;
}

export type ModuleFactory = (exports: Record<string, unknown>, require: (name: string) => unknown) => void;

export interface CompiledPrograms {
  readonly frame: BothForms;
  /** In the order of the sources. */
  readonly programs: readonly BothForms[];
}

/** The transformer refused a program, or TypeScript could not read it. */
export class CompileError extends Error {
  override readonly name = "CompileError";
}

const folder = `${dirname(dirname(dirname(fileURLToPath(import.meta.url)))).replaceAll("\\", "/")}/programs`;

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2023.d.ts"],
  types: [],
  // A random program has random types; its syntax is checked.
  noCheck: true,
  skipLibCheck: true,
};

/** @throws CompileError naming the first diagnostics. */
export function compilePrograms(sources: readonly string[]): CompiledPrograms {
  const files = new Map([
    [`${folder}/world.ts`, WORLD_SOURCE],
    [`${folder}/frame.ts`, FRAME_SOURCE],
    ...sources.map((text, i) => [`${folder}/p${i}.ts`, text] as const),
  ]);
  const program = ts.createProgram([...files.keys()], options, memoryHost(folder, files, options));
  for (const name of files.keys()) {
    const [wrong] = program.getSyntacticDiagnostics(program.getSourceFile(name));
    if (wrong !== undefined)
      throw new CompileError(
        `${ts.flattenDiagnosticMessageText(wrong.messageText, "\n")}\n${around(files.get(name)!, wrong.start)}`,
      );
  }
  const compilation = compilationOf(program, { analysis: "off" });
  const refusals = compilation.diagnostics.filter(({ severity }) => severity === "error");
  if (refusals.length > 0) throw new CompileError(refusals.slice(0, 5).map(formatDiagnostic).join("\n"));
  const compiled = emitted(program, { before: [compilation.transformer] });
  const native = emitted(program);
  const bothForms = (name: string): BothForms => ({
    compiled: moduleOf(compiled.get(`${folder}/${name}.js`)),
    native: moduleOf(native.get(`${folder}/${name}.js`)),
  });
  return { frame: bothForms("frame"), programs: sources.map((_, i) => bothForms(`p${i}`)) };
}

function emitted(program: ts.Program, transformers?: ts.CustomTransformers): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  program.emit(undefined, (name, text) => files.set(name, text), undefined, false, transformers);
  return files;
}

function moduleOf(code: string | undefined): ModuleFactory {
  if (code === undefined) throw new CompileError("TypeScript emitted nothing for a program.");
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- programs are made as text
  return new Function("exports", "require", code) as ModuleFactory;
}

function around(text: string, at = 0): string {
  const line = text.slice(0, at).split("\n").length;
  return text
    .split("\n")
    .slice(Math.max(0, line - 6), line + 3)
    .join("\n");
}
