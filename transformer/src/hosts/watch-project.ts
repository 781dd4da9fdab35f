/*
 * Purpose: a project that is checked again and again while its files are edited, for `continuum check --watch`.
 * Owns: which files are read again, for which files TypeScript's diagnostics are formed again.
 * Does not own: what an edit leaves standing of Continuum's analysis (edits.ts); how changes are noticed.
 *
 * Invariant: after any sequence of edits the findings are those of a project that is opened anew.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { examine } from "../pipeline.js";
import type { CompileOptions } from "../pipeline.js";
import { diskHost } from "./disk-host.js";
import { followEdits } from "./edits.js";
import { compileOptionsOf, typeScriptFindings } from "./check-project.js";
import type { CheckedProject } from "./check-project.js";
import { toFinding } from "./finding.js";
import { readProgramInputs } from "./open-program.js";
import type { ProgramInputs, ProgramSource } from "./open-program.js";
import { noFiles } from "./projects-in-order.js";
import { hostFiles } from "./package-answers.js";
import { withoutTold } from "./without-told.js";

export interface WatchedProject {
  /** As `checkProject`; costs nothing if nothing has changed. */
  check(): CheckedProject;
  /** A file changed on disk, appeared or went: the next check reads it again. */
  changed(fileName: string): void;
  /** What has to be watched: folders with all that is in them, and single files. Changes with the project's configuration. */
  watched(): { readonly folders: readonly string[]; readonly files: readonly string[] };
  close(): void;
}

/**
 * Opens a project to be checked repeatedly.
 *
 * @throws ConfigurationError (CTM13xx) when the tsconfig can't be read or names no files.
 * @example
 * const project = watchProject({ tsconfig: "tsconfig.json" });
 * project.changed("src/order.ts");
 * console.log(project.check().findings);
 */
export function watchProject(source: ProgramSource & Pick<CompileOptions, "trustedModules">): WatchedProject {
  let session = openSession(source);
  let isReopened = false;
  return {
    check() {
      if (isReopened) {
        session.close();
        session = openSession(source);
        isReopened = false;
      }
      return session.check();
    },
    changed(fileName) {
      const name = ts.sys.resolvePath(fileName).replaceAll("\\", "/");
      if (session.isOutput(name)) return;
      // Which files there are, how modules resolve, what the options say: all of it may be different now.
      if (/\.json$/.test(name) || !session.has(name) || !ts.sys.fileExists(name)) isReopened = true;
      else session.changed(name);
    },
    watched: () => session.watched(),
    close: () => session.close(),
  };
}

interface Session {
  check(): CheckedProject;
  has(fileName: string): boolean;
  /** Below a folder that the project is built to. */
  isOutput(fileName: string): boolean;
  changed(fileName: string): void;
  watched: WatchedProject["watched"];
  close(): void;
}

function openSession(source: ProgramSource & Pick<CompileOptions, "trustedModules">): Session {
  const inputs = readProgramInputs(source);
  if (inputs.rootNames.length === 0) throw noFiles(inputs.configPath ?? undefined);
  const versions = new Map<string, number>();
  const service = ts.createLanguageService(serviceHost(inputs, versions));
  const edits = followEdits();
  let last: { readonly program: TS.Program; readonly checked: CheckedProject } | null = null;
  let diagnostics = new Map<TS.SourceFile, readonly TS.Diagnostic[]>();

  return {
    check() {
      const program = service.getProgram();
      if (program === undefined) throw new Error("CTM9006: the language service has no program");
      if (last?.program === program) return last.checked;
      const files = hostFiles(program);
      const { affected, memory } = edits.next(program, files);
      const kept = diagnostics;
      diagnostics = new Map();
      for (const file of program.getSourceFiles()) {
        const old = affected === "all" || affected.has(file) ? undefined : kept.get(file);
        diagnostics.set(
          file,
          old !== undefined && isCurrent(program, old) ? old : diagnosticsOf(program, file),
        );
      }
      const { options, mistakes } = compileOptionsOf(program, inputs, source.trustedModules);
      const examined = examine(program, options, files, memory);
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
      last = { program, checked };
      return checked;
    },
    has: (fileName) => last === null || last.program.getSourceFile(fileName) !== undefined,
    isOutput: (fileName) =>
      [inputs.options.outDir, inputs.options.declarationDir].some(
        (folder) => folder !== undefined && fileName.startsWith(`${folder}/`),
      ),
    changed: (fileName) => void versions.set(fileName, (versions.get(fileName) ?? 0) + 1),
    watched: () => watchedBy(inputs, last?.program),
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

function serviceHost(inputs: ProgramInputs, versions: ReadonlyMap<string, number>): TS.LanguageServiceHost {
  const { references } = inputs;
  const options: TS.CompilerOptions = { ...inputs.options, noEmit: true };
  return {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...inputs.rootNames],
    getProjectReferences: () => references,
    // Of a file that nobody reported nothing has changed: to look at each of a thousand files takes longer than the edit.
    ...diskHost(inputs.currentDirectory, (fileName) => String(versions.get(fileName) ?? 0)),
  };
}

/** The project's folder, where files may appear, and the files of the program that lie elsewhere and in no package. */
function watchedBy(
  inputs: ProgramInputs,
  program: TS.Program | undefined,
): ReturnType<WatchedProject["watched"]> {
  const folder = inputs.configPath?.replace(/\/[^/]*$/, "") ?? inputs.currentDirectory;
  const names = (program?.getSourceFiles() ?? []).map(({ fileName }) => fileName);
  return {
    folders: [folder],
    files: names.filter((name) => !name.startsWith(`${folder}/`) && !/\/node_modules\//.test(name)),
  };
}
