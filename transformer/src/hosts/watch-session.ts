/*
 * Purpose: one project of those that are watched: a TypeScript language service, which reuses what an edit leaves alone.
 * Owns: for which files TypeScript's diagnostics are formed again.
 * Does not own: what an edit leaves standing of Continuum's analysis (edits.ts); which edits are rehearsed (rehearsed-files.ts); when a project is opened anew (watch-project.ts).
 */
import type { FileReader } from "../compiler/packages.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { examine } from "../pipeline.js";
import type { CompileOptions, Examination } from "../pipeline.js";
import type { BuiltOutputs } from "./built-outputs.js";
import { diskHost } from "./disk-host.js";
import { followEdits } from "./edits.js";
import { emitToMemory } from "./emit.js";
import { compileOptionsOf, typeScriptFindings } from "./check-project.js";
import type { CheckedProject } from "./check-project.js";
import { toFinding } from "./finding.js";
import type { ProgramInputs } from "./open-program.js";
import { hostFiles } from "./package-answers.js";
import { rehearsedFiles } from "./rehearsed-files.js";
import { sharingRegistry } from "./shared-declarations.js";
import { withoutTold } from "./without-told.js";

export interface Session {
  check(): CheckedProject;
  /** What it would write for projects that refer to it, as it was when it was last checked. */
  declarations(): ReadonlyMap<string, string>;
  has(fileName: string): boolean;
  /** Below a folder that the project is built to. */
  isOutput(fileName: string): boolean;
  changed(fileName: string): void;
  /** Files with which an edit can be rehearsed, best first. */
  rehearsable(): readonly string[];
  /** Takes a file as edited, with the text that it has: the next check goes the way of an edit, and comes to the same findings. */
  rehearse(fileName: string, take: "what changed" | "a function as changed"): void;
  /** Other projects write these files otherwise, anew or no more. */
  received(fileNames: readonly string[]): void;
  watched(): { readonly folders: readonly string[]; readonly files: readonly string[] };
  close(): void;
}

interface Last {
  readonly program: TS.Program;
  readonly examined: Examination;
  readonly checked: CheckedProject;
}

export function openSession(
  inputs: ProgramInputs,
  trusted: CompileOptions["trustedModules"],
  outputs: BuiltOutputs,
): Session {
  // What others refer to is what it writes.
  const isReferredTo = inputs.options.composite === true;
  const options: TS.CompilerOptions = isReferredTo ? inputs.options : { ...inputs.options, noEmit: true };
  const versions = new Map<string, number>();
  let isInvalid = false;
  /** How often names have been looked up anew. */
  let resolutions = 0;
  // Of a file that nobody reported nothing has changed: to look at each of a thousand files takes longer than the edit.
  const versionOf = (fileName: string): string =>
    outputs.versionOf(fileName) ?? String(versions.get(fileName) ?? 0);
  /** What was read before, where nothing but a rehearsal gave a new version. */
  const rehearsed = new Map<string, { readonly version: string; readonly text: TS.IScriptSnapshot }>();
  let take: "what changed" | "a function as changed" = "what changed";
  const disk = outputs.before(diskHost(inputs.currentDirectory, versionOf));
  const host: TS.LanguageServiceHost & Pick<TS.CompilerHost, "hasInvalidatedResolutions"> = {
    ...disk,
    getScriptSnapshot(fileName) {
      const known = rehearsed.get(fileName);
      return known?.version === versionOf(fileName) ? known.text : disk.getScriptSnapshot(fileName);
    },
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...inputs.rootNames],
    getProjectReferences: () => inputs.references,
    hasInvalidatedResolutions: () => isInvalid,
  };
  const service = ts.createLanguageService(host, sharingRegistry(inputs.currentDirectory));
  const edits = followEdits();
  let last: Last | null = null;
  let written: { readonly of: Last; readonly files: ReadonlyMap<string, string> } | null = null;
  let diagnostics = new Map<TS.SourceFile, readonly TS.Diagnostic[]>();
  /** What was read that is no part of the program. */
  const read = new Set<string>();

  const changed = (fileName: string): void => void versions.set(fileName, (versions.get(fileName) ?? 0) + 1);

  return {
    check() {
      const program = service.getProgram();
      if (program === undefined) throw new Error("CTM9006: the language service has no program");
      if (isInvalid) resolutions++;
      isInvalid = false;
      if (last?.program === program) return last.checked;
      const files = noting(hostFiles(program), read);
      const { affected, memory } = edits.next(program, files, resolutions, take);
      take = "what changed";
      const kept = diagnostics;
      diagnostics = new Map();
      for (const file of program.getSourceFiles()) {
        const old = affected === "all" || affected.has(file) ? undefined : kept.get(file);
        diagnostics.set(
          file,
          old !== undefined && isCurrent(program, old) ? old : diagnosticsOf(program, file),
        );
      }
      const { options: compiling, mistakes } = compileOptionsOf(program, inputs, trusted);
      const examined = examine(program, compiling, files, memory);
      const found = [
        ...mistakes,
        ...inputs.configErrors,
        ...program.getOptionsDiagnostics(),
        ...program.getGlobalDiagnostics(),
        ...Array.from(diagnostics.values()).flat(),
      ];
      const checked: CheckedProject = {
        findings: [
          ...typeScriptFindings(found),
          ...withoutTold(program, examined.diagnostics).map(toFinding),
        ],
        workflows: examined.workflows(),
      };
      last = { program, examined, checked };
      return checked;
    },
    declarations() {
      if (last === null || !isReferredTo) return new Map();
      if (written?.of !== last) {
        const emitted = emitToMemory(last.program, last.examined.compiled(), { only: "declarations" });
        written = { of: last, files: new Map(emitted.map(({ fileName, text }) => [fileName, text])) };
      }
      return written.files;
    },
    has: (fileName) =>
      last === null
        ? inputs.rootNames.includes(fileName)
        : last.program.getSourceFile(fileName) !== undefined,
    isOutput: (fileName) =>
      [inputs.options.outDir, inputs.options.declarationDir].some(
        (folder) => folder !== undefined && fileName.startsWith(`${folder}/`),
      ),
    changed,
    rehearsable: () => (last === null ? [] : rehearsedFiles(last.program)),
    rehearse(fileName, as) {
      const file = last?.program.getSourceFile(fileName);
      if (file === undefined) return;
      changed(fileName);
      const text = ts.ScriptSnapshot.fromString(file.text);
      rehearsed.set(fileName, { version: versionOf(fileName), text });
      take = as;
    },
    received(fileNames) {
      // Of declarations that it has the version tells; of others, or such as are gone, where names lead.
      const isElsewhere = (name: string): boolean =>
        /\.d\.[cm]?ts$/.test(name) &&
        (last?.program.getSourceFile(name) === undefined || outputs.textOf(name) === undefined);
      if (fileNames.some(isElsewhere)) isInvalid = true;
    },
    watched: () => watchedBy(inputs, last?.program, read),
    close: () => service.dispose(),
  };
}

function diagnosticsOf(program: TS.Program, file: TS.SourceFile): readonly TS.Diagnostic[] {
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
}

/** Places that belong to a mistake may stand in a file that has been read again. */
function isCurrent(program: TS.Program, diagnostics: readonly TS.Diagnostic[]): boolean {
  return diagnostics.every(({ relatedInformation }) =>
    (relatedInformation ?? []).every(
      ({ file }) => file === undefined || program.getSourceFile(file.fileName) === file,
    ),
  );
}

function noting(files: FileReader, read: Set<string>): FileReader {
  return {
    ...files,
    readFile(path) {
      const text = files.readFile(path);
      if (text !== undefined) read.add(path);
      return text;
    },
  };
}

/** The project's folder, where files may appear, and the files that were read elsewhere and in no package that is installed. */
function watchedBy(
  inputs: ProgramInputs,
  program: TS.Program | undefined,
  read: ReadonlySet<string>,
): ReturnType<Session["watched"]> {
  const folder = inputs.configPath?.replace(/\/[^/]*$/, "") ?? inputs.currentDirectory;
  const names = [...(program?.getSourceFiles() ?? []).map(({ fileName }) => fileName), ...read];
  return {
    folders: [folder],
    files: names.filter((name) => !name.startsWith(`${folder}/`) && !/\/node_modules\//.test(name)),
  };
}
