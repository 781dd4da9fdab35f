/*
 * What `continuum check` asks: everything that is wrong with a project, and what its workflows are. Emits nothing.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { examine } from "../pipeline.js";
import type { CompileOptions, WorkflowSummary } from "../pipeline.js";
import { outputStore } from "./built-outputs.js";
import type { BuiltOutputs } from "./built-outputs.js";
import { emitToMemory } from "./emit.js";
import { toFinding, typeScriptFinding } from "./finding.js";
import type { Finding } from "./finding.js";
import { compilerHost, readProgramInputs } from "./open-program.js";
import type { ProgramInputs, ProgramSource } from "./open-program.js";
import { checkInOrder } from "./check-in-order.js";
import { projectsInOrder } from "./projects-in-order.js";
import { readPluginOptions } from "./ts-patch/plugin-options.js";
import type { Configured } from "./ts-patch/plugin-options.js";
import { hostFiles } from "./package-answers.js";
import { withoutTold } from "./without-told.js";

export interface CheckedProject {
  /** TypeScript's first, then Continuum's; each in the order of files and places. */
  readonly findings: readonly Finding[];
  readonly workflows: readonly WorkflowSummary[];
}

/**
 * Checks a project: TypeScript's diagnostics and Continuum's, and a summary of each workflow. `trustedModules` add to those that
 * the plugin's entry in the tsconfig names. Of the projects that it refers to, what they are now counts, built or not; a tsconfig
 * that names no files is checked as all of them.
 *
 * @throws ConfigurationError (CTM13xx) when there is nothing to check or the tsconfig can't be read.
 * @example const { findings, workflows } = checkProject({ tsconfig: "tsconfig.json" });
 */
export function checkProject(source: ProgramSource & Pick<CompileOptions, "trustedModules">): CheckedProject {
  const inputs = readProgramInputs(source);
  if (inputs.references.length === 0 && inputs.rootNames.length > 0)
    return checkOne(inputs, source.trustedModules, outputStore()).checked;
  const outputs = outputStore();
  return checkInOrder(projectsInOrder(source), inputs, (project) => {
    const { checked, declarations } = checkOne(project, source.trustedModules, outputs);
    outputs.replace(project.configPath ?? "", declarations());
    return checked;
  });
}

function checkOne(
  inputs: ProgramInputs,
  trusted: CompileOptions["trustedModules"],
  outputs: BuiltOutputs,
): { readonly checked: CheckedProject; readonly declarations: () => ReadonlyMap<string, string> } {
  // What others refer to is what it writes.
  const isReferredTo = inputs.options.composite === true;
  const options = isReferredTo ? inputs.options : { ...inputs.options, noEmit: true };
  const program = programSeeing(outputs, { ...inputs, options });
  const { options: compiling, mistakes } = compileOptionsOf(program, inputs, trusted);
  // First TypeScript's: what it finds out of types and names is then at hand.
  const ofTypeScript = ts.getPreEmitDiagnostics(program);
  const { diagnostics, workflows, compiled } = examine(program, compiling, hostFiles(program));
  return {
    checked: {
      findings: [
        ...typeScriptFindings([...mistakes, ...ofTypeScript]),
        ...withoutTold(program, diagnostics).map(toFinding),
      ],
      workflows: workflows(),
    },
    declarations: () =>
      new Map(
        isReferredTo
          ? emitToMemory(program, compiled(), { only: "declarations" }).map(({ fileName, text }) => [
              fileName,
              text,
            ])
          : [],
      ),
  };
}

/** A program that finds what other projects would write where they would write it. */
function programSeeing(outputs: BuiltOutputs, inputs: ProgramInputs): TS.Program {
  const { rootNames, options, references, currentDirectory, configErrors } = inputs;
  const host = compilerHost(options);
  const { fileExists, readFile, directoryExists, realpath } = outputs.before({
    fileExists: host.fileExists,
    readFile: host.readFile,
    getScriptSnapshot: () => undefined,
    ...(host.directoryExists === undefined ? {} : { directoryExists: host.directoryExists }),
    ...(host.realpath === undefined ? {} : { realpath: host.realpath }),
  });
  Object.assign(host, { fileExists, readFile, directoryExists, realpath });
  host.getCurrentDirectory = () => currentDirectory;
  return ts.createProgram({
    rootNames,
    options,
    projectReferences: references,
    host,
    configFileParsingDiagnostics: configErrors,
  });
}

export function typeScriptFindings(diagnostics: readonly TS.Diagnostic[]): readonly Finding[] {
  return ts
    .sortAndDeduplicateDiagnostics(diagnostics)
    .map((diagnostic) => unknownOption(diagnostic) ?? typeScriptFinding(diagnostic))
    .filter((finding) => finding !== null);
}

/** What TypeScript says of an option that it does not know, and of a value that one can't have. */
const UNKNOWN_OPTION: ReadonlySet<number> = new Set([5023, 5025, 6046]);

function unknownOption(diagnostic: TS.Diagnostic): Finding | null {
  if (!UNKNOWN_OPTION.has(diagnostic.code) || diagnostic.file?.fileName.endsWith(".json") !== true)
    return null;
  const finding = typeScriptFinding(diagnostic);
  if (finding === null) return null;
  return {
    ...finding,
    code: "CTM1322",
    message: `${finding.message} Continuum compiles with TypeScript ${ts.version}, whatever the project's own is.`,
    hint: "Mend it if it is misspelt; else keep it in a tsconfig that extends this one, for your own tsc.",
  };
}

/** The options that stand in the tsconfig, in the entry of one of Continuum's plugins, and those of the caller. */
export function compileOptionsOf(
  program: Configured,
  inputs: Pick<ProgramInputs, "options">,
  trusted: CompileOptions["trustedModules"] = [],
): { readonly options: CompileOptions; readonly mistakes: readonly TS.Diagnostic[] } {
  const plugins: unknown = inputs.options["plugins"];
  const entries: readonly unknown[] = Array.isArray(plugins) ? plugins : [];
  const read = entries.filter(isOurs).map((entry) => readPluginOptions(program, entry));
  return {
    options: {
      trustedModules: [...read.flatMap(({ compile: options }) => options.trustedModules ?? []), ...trusted],
    },
    mistakes: read.flatMap(({ mistakes }) => mistakes),
  };
}

function isOurs(entry: unknown): boolean {
  return (
    typeof entry === "object" &&
    entry !== null &&
    "transform" in entry &&
    typeof entry.transform === "string" &&
    /^@continuum\/transformer\b/.test(entry.transform)
  );
}
