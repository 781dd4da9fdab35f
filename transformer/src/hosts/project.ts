/*
 * Purpose: a program that lives while its files are edited, for bundlers and test runners: one TypeScript language service,
 * which reuses everything of the last program that an edit left alone.
 * Owns: file versions, when to look again, when to compile again.
 * Does not own: the analysis; what the tsconfig says (project-inputs.ts).
 *
 * Invariant: after any sequence of edits, of sources, tsconfigs, package.json files and packages, the compilation equals that of a
 * clean build.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { compile } from "../pipeline.js";
import type { Compilation, CompileOptions } from "../pipeline.js";
import { followEdits } from "./edits.js";
import { outputStore } from "./built-outputs.js";
import type { BuiltOutputs } from "./built-outputs.js";
import { diskHost } from "./disk-host.js";
import { ConfigurationError } from "./configuration-error.js";
import { emitToMemory } from "./emit.js";
import { compileEmitted } from "./library.js";
import type { CompiledModule } from "./library.js";
import type { ProgramSource } from "./open-program.js";
import { hostFiles } from "./package-answers.js";
import { readProjectInputs } from "./project-inputs.js";
import type { ProjectInputs } from "./project-inputs.js";
import { sharingRegistry } from "./shared-declarations.js";
import { unresolved } from "./unresolved.js";

export interface Project {
  /** Absolute names of the source files that Continuum compiles now, each with a digest of what its output depends on. */
  dependent(): ReadonlyMap<string, string>;
  /** Null where the module holds no workflow code. The file joins the program if it was no part of it. */
  compileModule(fileName: string): CompiledModule | null;
  /** All of the program. */
  diagnostics(): readonly Diagnostic[];
  /**
   * Absolute names of the files that all of this is made from: sources, declarations, tsconfigs, what was read of packages, and those
   * that an import asks for and that are not there.
   */
  inputs(): ReadonlySet<string>;
  /** A file changed on disk, appeared or went: the next question looks again. A folder's name stands for all that is in it. */
  changed(fileName: string): void;
  close(): void;
}

/** A project among others. */
export interface MemberProject extends Project {
  /** Declarations, and what other programs need beside them, as a build would write them; none for a project that writes none. */
  outputs(): ReadonlyMap<string, string>;
  /** Does the tsconfig name this file? */
  names(fileName: string): boolean;
  /** Is this file a source of the program, as it was when it was last looked at? */
  has(fileName: string): boolean;
}

interface Current {
  readonly program: TS.Program;
  readonly compilation: Compilation;
}

/**
 * Opens a program that follows the disk. `trustedModules` add to those that the plugin's entry in the tsconfig names.
 *
 * @throws ConfigurationError (CTM13xx) when the tsconfig can't be read or names no files; so may each question after an edit of it.
 */
export function openProject(source: ProgramSource & CompileOptions): Project {
  return openMember(source, outputStore());
}

/** {@link openProject}, for one that sees what others would write. */
export function openMember(source: ProgramSource & CompileOptions, built: BuiltOutputs): MemberProject {
  let inputs = readInputs(source);
  /** Asked for by name, though the tsconfig does not name them. */
  const joined = new Set<string>();
  let versions = new Map<string, string>();
  /** How often a host told of a file: two edits within one tick of the file system's clock are two. */
  const edits = new Map<string, number>();
  /** What else the answers depend on, as it was when the current program was made: tsconfigs, and what was read of packages. */
  const consulted = new Map<string, string>();
  let current: Current | null = null;
  let written: { readonly compilation: Compilation; readonly files: ReadonlyMap<string, string> } | null =
    null;
  let madeFrom: { readonly compilation: Compilation; readonly files: ReadonlySet<string> } | null = null;
  let stale = true;
  /** Was there a change other than of the text of known sources? Then it is open which files there are, and what names lead to. */
  let moved = false;
  let isInvalid = false;
  /** How often names have been looked up anew. */
  let resolutions = 0;
  const history = followEdits();

  const versionOf = (fileName: string): string => {
    let version = versions.get(fileName);
    if (version === undefined)
      versions.set(fileName, (version = built.versionOf(fileName) ?? versionOnDisk(fileName, edits)));
    return version;
  };
  const consult = (path: string): void => {
    if (!consulted.has(path)) consulted.set(path, versionOnDisk(path, edits));
  };
  for (const path of inputs.configFiles) consult(path);
  const disk = built.before(diskHost(inputs.currentDirectory, versionOf));
  const host: TS.LanguageServiceHost & Pick<TS.CompilerHost, "hasInvalidatedResolutions"> = {
    ...disk,
    getCompilationSettings: () => inputs.options,
    getScriptFileNames: () =>
      Array.from(new Set([...inputs.rootNames, ...joined])).filter((name) => ts.sys.fileExists(name)),
    getProjectReferences: () => inputs.references,
    readFile(path, encoding) {
      const isTold = /\/package\.json$|\.continuum\.json$/.test(path) && built.textOf(path) === undefined;
      if (isTold) consult(path);
      return disk.readFile(path, encoding);
    },
    hasInvalidatedResolutions: () => isInvalid,
  };
  const service = ts.createLanguageService(host, sharingRegistry(inputs.currentDirectory));

  /** Reads the tsconfig again, and says whether names may lead elsewhere now. */
  const settle = (program: TS.Program | null): boolean => {
    const before = inputs;
    const isConsultedStale = Array.from(consulted).some(
      ([path, version]) => versionOnDisk(path, edits) !== version,
    );
    const next = readInputs(source);
    const isConfigured = next.configFiles.some((path) => versionOnDisk(path, edits) !== consulted.get(path));
    const areRootsSame = next.rootNames.join("\n") === before.rootNames.join("\n");
    inputs = isConfigured ? next : areRootsSame ? before : { ...before, rootNames: next.rootNames };
    if (isConsultedStale || isConfigured) consulted.clear();
    for (const path of inputs.configFiles) consult(path);
    return (
      isConsultedStale ||
      isConfigured ||
      !areRootsSame ||
      (program !== null && unresolved(program).length > 0)
    );
  };

  const reread = (): void => {
    if (moved) isInvalid = settle(current?.program ?? null) || isInvalid;
    moved = false;
  };

  const look = (): Current => {
    if (current !== null && !stale) return current;
    versions = new Map();
    reread();
    const program = service.getProgram();
    if (program === undefined) throw new Error("CTM9006: the language service has no program");
    if (isInvalid) resolutions++;
    isInvalid = false;
    stale = false;
    if (current?.program !== program) {
      const files = hostFiles(program);
      const readFile = (path: string): string | undefined => {
        consult(path);
        return files.readFile(path);
      };
      const reader = { ...files, readFile };
      // Names may lead elsewhere: that is no matter of what files declare.
      const { memory } = history.next(program, reader, [inputs.compile, resolutions]);
      current = { program, compilation: compile(program, inputs.compile, reader, memory) };
    }
    return current;
  };

  return {
    dependent: () => look().compilation.dependent,
    diagnostics: () => look().compilation.diagnostics,
    outputs() {
      const { program, compilation } = look();
      if (written?.compilation === compilation) return written.files;
      const isOpen = program.getCompilerOptions().declaration === true;
      const emitted = isOpen ? emitToMemory(program, compilation, { only: "declarations" }) : [];
      written = { compilation, files: new Map(emitted.map(({ fileName, text }) => [fileName, text])) };
      return written.files;
    },
    names(fileName) {
      reread();
      return inputs.rootNames.includes(fileName);
    },
    has: (fileName) => current?.program.getSourceFile(fileName)?.isDeclarationFile === false,
    inputs() {
      const { program, compilation } = look();
      if (madeFrom?.compilation !== compilation) {
        const files = program.getSourceFiles().filter((file) => !program.isSourceFileDefaultLibrary(file));
        const read = Array.from(consulted.keys()).filter((path) => ts.sys.fileExists(path));
        const missing = unresolved(program).flatMap(({ candidates }) => candidates);
        const names = [...files.map(({ fileName }) => fileName), ...read, ...missing];
        madeFrom = { compilation, files: new Set(names) };
      }
      return madeFrom.files;
    },
    compileModule(fileName) {
      const name = fileName.replaceAll("\\", "/");
      const known = versions.get(name);
      if (known === undefined || known !== versionOnDisk(name, edits)) stale = true;
      if (current === null || current.program.getSourceFile(name) === undefined) {
        joined.add(name);
        stale = true;
        moved = true;
      }
      const { program, compilation } = look();
      return compileEmitted(program, compilation, name);
    },
    changed(fileName) {
      const name = fileName.replaceAll("\\", "/");
      edits.set(name, (edits.get(name) ?? 0) + 1);
      stale = true;
      if (current?.program.getSourceFile(name) === undefined || !ts.sys.fileExists(name)) moved = true;
    },
    close: () => service.dispose(),
  };
}

function readInputs(source: ProgramSource & CompileOptions): ProjectInputs {
  const inputs = readProjectInputs(source);
  if (inputs.rootNames.length > 0) return inputs;
  throw new ConfigurationError(
    "CTM1308",
    `${source.tsconfig ?? "The project"} names no source files: it only refers to other projects, or its "include" matches nothing.`,
    'Name the tsconfig that holds the workflows, for example continuum({ tsconfig: "tsconfig.app.json" }).',
  );
}

function versionOnDisk(fileName: string, edits: ReadonlyMap<string, number>): string {
  const modified = ts.sys.getModifiedTime?.(fileName);
  if (modified === undefined) return "none";
  const size = ts.sys.getFileSize?.(fileName) ?? 0;
  return `${String(modified.getTime())}-${String(size)}-${String(edits.get(fileName) ?? 0)}`;
}
