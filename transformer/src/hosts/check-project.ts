/*
 * What `continuum check` asks: everything that is wrong with a project, and what its workflows are. Emits nothing.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { examine } from "../pipeline.js";
import type { CompileOptions, WorkflowSummary } from "../pipeline.js";
import { toFinding, typeScriptFinding } from "./finding.js";
import type { Finding } from "./finding.js";
import { openProgram, readProgramInputs } from "./open-program.js";
import type { ProgramInputs, ProgramSource } from "./open-program.js";
import { projectsInOrder } from "./projects-in-order.js";
import { readPluginOptions } from "./ts-patch/plugin-options.js";
import type { Configured } from "./ts-patch/plugin-options.js";
import { hostFiles } from "./package-answers.js";

export interface CheckedProject {
  /** TypeScript's first, then Continuum's; each in the order of files and places. */
  readonly findings: readonly Finding[];
  readonly workflows: readonly WorkflowSummary[];
}

/**
 * Checks a project: TypeScript's diagnostics and Continuum's, and a summary of each workflow. `trustedModules` add to those that
 * the plugin's entry in the tsconfig names.
 *
 * @throws ConfigurationError (CTM13xx) when there is nothing to check or the tsconfig can't be read.
 * @example const { findings, workflows } = checkProject({ tsconfig: "tsconfig.json" });
 */
export function checkProject(source: ProgramSource & Pick<CompileOptions, "trustedModules">): CheckedProject {
  const inputs = readProgramInputs(source);
  // What holds other projects together is checked as all of them.
  const projects = inputs.rootNames.length > 0 ? [inputs] : projectsInOrder(source);
  const checked = projects.map((project) => checkOne(project, source.trustedModules));
  return {
    findings: checked.flatMap(({ findings }) => findings),
    workflows: checked.flatMap(({ workflows }) => workflows),
  };
}

function checkOne(inputs: ProgramInputs, trusted: CompileOptions["trustedModules"]): CheckedProject {
  const program = openProgram({ ...inputs, options: { ...inputs.options, noEmit: true } });
  const { options, mistakes } = compileOptionsOf(program, inputs, trusted);
  // First TypeScript's: what it finds out of types and names is then at hand.
  const ofTypeScript = ts.getPreEmitDiagnostics(program);
  const { diagnostics, workflows } = examine(program, options, hostFiles(program));
  return {
    findings: [...typeScriptFindings([...mistakes, ...ofTypeScript]), ...diagnostics.map(toFinding)],
    workflows: workflows(),
  };
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
