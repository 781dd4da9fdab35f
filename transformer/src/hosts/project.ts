/*
 * Purpose: a program that lives while its files are edited, for bundlers and test runners: one TypeScript language service,
 * which reuses everything of the last program that an edit left alone.
 * Owns: file versions, when to look again, when to compile again.
 * Does not own: the analysis. After any sequence of edits the compilation equals that of a clean build, because each one is
 * made from the whole current program.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { compile } from "../pipeline.js";
import type { Compilation, CompileOptions } from "../pipeline.js";
import { diskHost } from "./disk-host.js";
import { ConfigurationError } from "./configuration-error.js";
import { compileEmitted } from "./library.js";
import type { CompiledModule } from "./library.js";
import { readProgramInputs } from "./open-program.js";
import type { ProgramSource } from "./open-program.js";
import { hostFiles } from "./package-answers.js";

export interface Project {
  /** Absolute names of the source files that Continuum compiles now, each with a digest of what its output depends on. */
  dependent(): ReadonlyMap<string, string>;
  /** Null where the module holds no workflow code. The file joins the program if it was no part of it. */
  compileModule(fileName: string): CompiledModule | null;
  /** All of the program. */
  diagnostics(): readonly Diagnostic[];
  /** A file changed on disk, appeared or went: the next question looks again. */
  changed(fileName: string): void;
  close(): void;
}

/**
 * Opens a program that follows the disk.
 *
 * @throws ConfigurationError (CTM13xx) when the tsconfig can't be read or names no files.
 */
export function openProject(source: ProgramSource & CompileOptions): Project {
  const inputs = readProgramInputs(source);
  if (inputs.rootNames.length === 0) {
    throw new ConfigurationError(
      "CTM1308",
      `${source.tsconfig ?? "The project"} names no source files: it only refers to other projects, or its "include" matches nothing.`,
      'Name the tsconfig that holds the workflows, for example continuum({ tsconfig: "tsconfig.app.json" }).',
    );
  }
  const roots = new Set(inputs.rootNames);
  const options = moduleOptions(inputs.options);
  let versions = new Map<string, string>();
  /** How often a host told of a file: two edits within one tick of the file system's clock are two. */
  const edits = new Map<string, number>();
  let current: { readonly program: TS.Program; readonly compilation: Compilation } | null = null;
  let stale = true;

  const versionOf = (fileName: string): string => {
    let version = versions.get(fileName);
    if (version === undefined) versions.set(fileName, (version = versionOnDisk(fileName, edits)));
    return version;
  };
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => Array.from(roots).filter((name) => ts.sys.fileExists(name)),
    getScriptVersion: versionOf,
    ...diskHost(inputs.currentDirectory),
  });

  const look = (): { readonly program: TS.Program; readonly compilation: Compilation } => {
    if (current !== null && !stale) return current;
    versions = new Map();
    const program = service.getProgram();
    if (program === undefined) throw new Error("CTM9006: the language service has no program");
    stale = false;
    if (current?.program !== program)
      current = { program, compilation: compile(program, source, hostFiles(program)) };
    return current;
  };

  return {
    dependent: () => look().compilation.dependent,
    diagnostics: () => look().compilation.diagnostics,
    compileModule(fileName) {
      const name = fileName.replaceAll("\\", "/");
      const known = versions.get(name);
      if (known === undefined || known !== versionOnDisk(name, edits)) stale = true;
      if (current === null || current.program.getSourceFile(name) === undefined) {
        roots.add(name);
        stale = true;
      }
      const { program, compilation } = look();
      return compileEmitted(program, compilation, name);
    },
    changed(fileName) {
      const name = fileName.replaceAll("\\", "/");
      edits.set(name, (edits.get(name) ?? 0) + 1);
      stale = true;
    },
    close: () => service.dispose(),
  };
}

function versionOnDisk(fileName: string, edits: ReadonlyMap<string, number>): string {
  const modified = ts.sys.getModifiedTime?.(fileName);
  if (modified === undefined) return "none";
  const size = ts.sys.getFileSize?.(fileName) ?? 0;
  return `${String(modified.getTime())}-${String(size)}-${String(edits.get(fileName) ?? 0)}`;
}

/** The user's options, but for where and in which module format the output goes: bundlers want ES modules and a map. */
function moduleOptions(options: TS.CompilerOptions): TS.CompilerOptions {
  const module = options.module ?? ts.ModuleKind.ESNext;
  const isNode = module >= ts.ModuleKind.Node16 && module <= ts.ModuleKind.NodeNext;
  const moduleResolution =
    options.moduleResolution ?? (isNode ? ts.ModuleResolutionKind.NodeNext : ts.ModuleResolutionKind.Bundler);
  return {
    ...options,
    module: ts.ModuleKind.ESNext,
    moduleResolution,
    target: options.target ?? ts.ScriptTarget.ESNext,
    sourceMap: true,
    inlineSources: true,
    inlineSourceMap: false,
    noEmit: false,
    noEmitOnError: false,
    emitDeclarationOnly: false,
    declaration: false,
    declarationMap: false,
    composite: false,
    incremental: false,
    removeComments: false,
    importHelpers: false,
  };
}
