/*
 * What `continuum build` asks: a project, and the projects that it refers to, compiled and written as tsc writes them.
 *
 * Invariants
 *  1. Nothing of a project is written that has an error of any kind; what it was built from before stays as it was.
 *  2. The verdict is formed over the whole program each time. Only which files are written again is the builder's to say.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { compile } from "../pipeline.js";
import type { CompileOptions, WorkflowSummary } from "../pipeline.js";
import { compileOptionsOf, typeScriptFindings } from "./check-project.js";
import { ConfigurationError } from "./configuration-error.js";
import { toFinding } from "./finding.js";
import type { Finding } from "./finding.js";
import type { ProgramInputs } from "./open-program.js";
import { projectsInOrder } from "./projects-in-order.js";
import { markDependents } from "./ts-patch/freshness.js";
import { emitThrough } from "./ts-patch/hook-program.js";
import { hostFiles } from "./package-answers.js";
import { withoutTold } from "./without-told.js";
import { shareDeclarations } from "./shared-declarations.js";

export interface BuiltProject {
  readonly findings: readonly Finding[];
  readonly workflows: readonly WorkflowSummary[];
  /** Absolute names of the files that were written. */
  readonly written: readonly string[];
}

export interface BuildOptions extends Pick<CompileOptions, "trustedModules"> {
  /** A tsconfig.json, or a folder that has one at it or above it. */
  readonly tsconfig: string;
  /** What relative paths start from. Default: the process's. */
  readonly currentDirectory?: string;
  /** In the place of the tsconfig's. */
  readonly outDir?: string;
}

/**
 * Builds a project, and before it each project that its `references` name. After a project with errors nothing more is built.
 *
 * @throws ConfigurationError CTM1303 when a tsconfig can't be read, CTM1320 when it says that nothing is to be written,
 * CTM1321 when projects refer to one another in a circle.
 * @example const { written, findings } = buildProject({ tsconfig: "tsconfig.json" });
 */
export function buildProject(options: BuildOptions): BuiltProject {
  const findings: Finding[] = [];
  const workflows: WorkflowSummary[] = [];
  const written: string[] = [];
  const { tsconfig, currentDirectory, outDir } = options;
  const projects = projectsInOrder({
    tsconfig,
    ...(currentDirectory === undefined ? {} : { currentDirectory }),
    ...(outDir === undefined ? {} : { compilerOptions: { outDir: absolute(outDir, currentDirectory) } }),
  });
  for (const inputs of projects) {
    const built = buildOne(inputs, options.trustedModules);
    findings.push(...built.findings);
    workflows.push(...built.workflows);
    written.push(...built.written);
    if (built.findings.some(({ severity }) => severity === "error")) break;
  }
  return { findings, workflows, written };
}

function absolute(path: string, currentDirectory = ts.sys.getCurrentDirectory()): string {
  return ts.sys.resolvePath(/^(\/|[A-Za-z]:[\\/])/.test(path) ? path : `${currentDirectory}/${path}`);
}

function buildOne(inputs: ProgramInputs, trusted: CompileOptions["trustedModules"]): BuiltProject {
  const { options } = inputs;
  if (options.noEmit === true || options.emitDeclarationOnly === true) {
    const name = options.noEmit === true ? "noEmit" : "emitDeclarationOnly";
    throw new ConfigurationError(
      "CTM1320",
      `${inputs.configPath ?? "The project"} says "${name}": true, so there is no JavaScript to build.`,
      `Build with a tsconfig that does not: { "extends": "./tsconfig.json", "compilerOptions": { "${name}": false, "outDir": "dist" } }.`,
    );
  }
  const written: string[] = [];
  const host = shareDeclarations(ts.createIncrementalCompilerHost(options), options, "builder");
  host.getCurrentDirectory = () => inputs.currentDirectory;
  const write = host.writeFile.bind(host);
  host.writeFile = (fileName, text, mark, onError, sources, data) => {
    written.push(ts.sys.resolvePath(fileName));
    write(fileName, text, mark, onError, sources, data);
  };
  const program = ts.createProgram({
    rootNames: inputs.rootNames,
    options,
    projectReferences: inputs.references,
    host,
    configFileParsingDiagnostics: inputs.configErrors,
  });
  const read = compileOptionsOf(program, inputs, trusted);
  const compilation = compile(program, read.options, hostFiles(program));
  const findings = [
    ...typeScriptFindings([...read.mistakes, ...ts.getPreEmitDiagnostics(program)]),
    ...withoutTold(program, compilation.diagnostics).map(toFinding),
  ];
  const { workflows } = compilation;
  if (findings.some(({ severity }) => severity === "error")) return { findings, workflows, written };
  const emitted = emit(program, inputs, host, () => compilation);
  const failures = typeScriptFindings(emitted.diagnostics);
  return { findings: [...findings, ...failures], workflows, written };
}

/** Of an incremental project only what came out differently: the builder's book says what, as for the plugin. */
function emit(
  program: TS.Program,
  { options, configErrors }: ProgramInputs,
  host: TS.CompilerHost,
  compilation: () => ReturnType<typeof compile>,
): TS.EmitResult {
  emitThrough(program, compilation, host.writeFile.bind(host));
  if (options.incremental !== true && options.composite !== true) return program.emit();
  markDependents(program, () => compilation().dependent);
  const old = ts.readBuilderProgram(options, host);
  const builder = ts.createEmitAndSemanticDiagnosticsBuilderProgram(program, host, old, configErrors);
  // The builder writes into its book which files have no mistakes, and must have asked for that.
  builder.getSemanticDiagnostics();
  return builder.emit();
}
