/*
 * The library host: what other programs call.
 */
import type { WorkflowManifest } from "@continuum/contract";
import { ts } from "../compiler/ts.js";
import type { FileReader } from "../compiler/packages.js";
import type { TS } from "../compiler/ts.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { compile } from "../pipeline.js";
import type { Compilation, CompileOptions } from "../pipeline.js";
import { ConfigurationError } from "./configuration-error.js";
import { emitToMemory } from "./emit.js";
import type { EmittedFile } from "./emit.js";
import { openProgram, readProgramInputs } from "./open-program.js";
import type { ProgramSource } from "./open-program.js";
import { readCompileOptions } from "./project-inputs.js";
import { hostFiles } from "./package-answers.js";

export interface CompiledProgram {
  /** What TypeScript emits for the program, compiled: nothing is written to disk. Empty when a diagnostic is an error. */
  readonly files: readonly EmittedFile[];
  /** By workflow name. */
  readonly manifests: ReadonlyMap<string, WorkflowManifest>;
  /** Continuum's own, of the whole program. */
  readonly diagnostics: readonly Diagnostic[];
  /** TypeScript's: of the configuration, syntax and types. They do not stop the emission, as they do not stop tsc's. */
  readonly typescriptDiagnostics: readonly TS.Diagnostic[];
}

export interface CompiledModule {
  readonly code: string;
  /** A source map (version 3) as JSON text. */
  readonly map: string;
}

/**
 * Compiles a program: all of its files, manifests and diagnostics, in memory. `trustedModules` add to those that the plugin's entry
 * in the tsconfig names.
 *
 * @throws ConfigurationError (CTM13xx) when there is nothing to compile or the tsconfig can't be read.
 * @example
 * const { files, diagnostics } = compileProgram({ tsconfig: "tsconfig.json" });
 * for (const { fileName, text } of files) ts.sys.writeFile(fileName, text);
 */
export function compileProgram(options: ProgramSource & CompileOptions): CompiledProgram {
  requireKnown(options);
  const inputs = readProgramInputs(options);
  const compileOptions = readCompileOptions(options, inputs);
  const program = openProgram(inputs);
  const compilation = compile(program, compileOptions, hostFiles(program));
  const failed = compilation.diagnostics.some(({ severity }) => severity === "error");
  return {
    // Emission comes first: it needs every file checked, and asking for the diagnostics afterwards is then free.
    files: failed ? [] : emitToMemory(program, compilation),
    manifests: compilation.manifests,
    diagnostics: compilation.diagnostics,
    typescriptDiagnostics: ts.getPreEmitDiagnostics(program),
  };
}

const compilations = new WeakMap<TS.Program, Map<string, Compilation>>();

/** The compilation of a program: made once for its options, since a program never changes. */
export function compilationOf(program: TS.Program, options: CompileOptions = {}): Compilation {
  const made = compilations.get(program) ?? new Map<string, Compilation>();
  compilations.set(program, made);
  const key = JSON.stringify([options.analysis ?? "on", options.trustedModules ?? []]);
  let compilation = made.get(key);
  if (compilation === undefined)
    made.set(key, (compilation = compile(program, options, filesSeenBy(program))));
  return compilation;
}

/** As the program's own host reads them: its packages may lie in memory, as its sources may. */
function filesSeenBy(program: TS.Program & Partial<FileReader>): FileReader {
  const files = hostFiles(program);
  const { readFile, realpath } = program;
  return {
    ...files,
    ...(readFile === undefined ? {} : { readFile: (path) => readFile(path) }),
    ...(realpath === undefined ? {} : { realpath: (path) => realpath(path) ?? path }),
  };
}

/**
 * Compiles one module of a program, for bundlers. The program must emit (no `noEmit`), with `sourceMap`; its diagnostics are
 * those of {@link compilationOf}. Null where the module holds no workflow code: whatever compiles it otherwise may do so.
 *
 * @throws ConfigurationError CTM1304 or CTM1306 when the program does not emit the module, or emits no map.
 * @example const compiled = compileModule(program, "/shop/src/order.ts");
 */
export function compileModule(
  program: TS.Program,
  fileName: string,
  options: CompileOptions = {},
): CompiledModule | null {
  return compileEmitted(program, compilationOf(program, options), fileName);
}

/** {@link compileModule} for hosts that hold the compilation. */
export function compileEmitted(
  program: TS.Program,
  compilation: Compilation,
  fileName: string,
): CompiledModule | null {
  const file = program.getSourceFile(fileName);
  if (file === undefined || !compilation.dependent.has(file.fileName)) return null;
  const emitted = emitToMemory(program, compilation, { file, only: "code" });
  const code = emitted.find((each) => /\.[cm]?jsx?$/.test(each.fileName));
  const map = emitted.find((each) => each.fileName.endsWith(".map") && !each.fileName.includes(".d."));
  if (code === undefined || map === undefined) {
    throw new ConfigurationError(
      "CTM1306",
      `The program emits ${code === undefined ? "no JavaScript" : "no source map"} for ${fileName}.`,
      "Make the program with sourceMap: true and emitDeclarationOnly: false.",
    );
  }
  return { code: code.text.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"), map: map.text };
}

const KNOWN: Readonly<Record<keyof ProgramSource | keyof CompileOptions, true>> = {
  tsconfig: true,
  rootNames: true,
  compilerOptions: true,
  currentDirectory: true,
  trustedModules: true,
  analysis: true,
};

function requireKnown(options: object): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(KNOWN, name)) continue;
    throw new ConfigurationError(
      "CTM1307",
      `compileProgram has no option "${name}".`,
      `It knows: ${Object.keys(KNOWN).join(", ")}.`,
    );
  }
}
