/*
 * Purpose: the plugin for ts-patch, so that `tspc` (and `tsc` once patched) checks and compiles workflows.
 * Owns: what a build with tsc needs beyond the compilation: diagnostics that show in every mode, emission that is never stale.
 * Does not own: what is wrong with a program, and what is emitted for it (pipeline.ts).
 *
 * Invariants
 *  1. The verdict is formed anew for each program, over all of it; nothing that a build left behind takes part.
 *  2. A refused program ends with an exit code other than 0 in each mode of tsc, and a type error beside it still shows.
 *  3. After any sequence of edits the output equals that of a clean build (freshness.ts).
 */
import { compile } from "../pipeline.js";
import type { Compilation } from "../pipeline.js";
import { useTypeScript } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { markDependents } from "./ts-patch/freshness.js";
import { hookProgram, untouchedProgram } from "./ts-patch/hook-program.js";
import { perFileMistake, readPluginOptions, typeScriptMistake } from "./ts-patch/plugin-options.js";
import { hostFiles } from "./package-answers.js";

/** What ts-patch hands to a plugin that transforms the program. */
export interface ProgramExtras {
  readonly ts: typeof TS;
}

/** What ts-patch hands to a plugin in the place of the above where `"transformProgram": true` is missing. */
export interface FileExtras extends ProgramExtras {
  readonly addDiagnostic: (diagnostic: TS.Diagnostic) => number;
}

/**
 * The ts-patch plugin.
 *
 * @example
 * // tsconfig.json
 * { "compilerOptions": { "plugins": [{ "transform": "@continuum/transformer/ts-patch", "transformProgram": true }] } }
 */
export default function continuum(
  program: TS.Program,
  ...rest:
    | readonly [host: TS.CompilerHost | undefined, config: unknown, extras: ProgramExtras]
    | readonly [config: unknown, extras: FileExtras]
): TS.Program | TS.TransformerFactory<TS.SourceFile> {
  if (rest.length < 3) {
    const [, extras] = rest as readonly [unknown, FileExtras];
    useTypeScript(extras.ts);
    extras.addDiagnostic(perFileMistake(program));
    return () => (file) => file;
  }
  const [host, config, extras] = rest as readonly [TS.CompilerHost | undefined, unknown, ProgramExtras];
  useTypeScript(extras.ts);
  const options = readPluginOptions(program, config);
  const mistakes = [...typeScriptMistake(program), ...options.mistakes];
  if (mistakes.length > 0) return untouchedProgram(program, mistakes);

  let compilation: Compilation | null = null;
  const compiled = (): Compilation => (compilation ??= compile(program, options.compile, hostFiles(program)));
  // A builder decides by the versions of files, as soon as it has the program, what it will emit.
  markDependents(program, () => compiled().dependent);
  return hookProgram(program, compiled, host?.writeFile.bind(host));
}
