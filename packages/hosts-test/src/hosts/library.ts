import { join } from "node:path";
import { compileProgram, formatDiagnostic, openProject } from "@continuum/transformer";
import type { CompiledProgram } from "@continuum/transformer";
import { moduleText, shortPath } from "../outcome.js";
import type { Outcome } from "../outcome.js";
import type { TestedProject } from "../project.js";

export function compileByLibrary({ tsconfig, folder, trustedModules }: TestedProject): CompiledProgram {
  return compileProgram({ tsconfig, currentDirectory: folder, trustedModules });
}

/** What the others are compared with. */
export function byLibrary(project: TestedProject): Outcome {
  const { files, diagnostics } = compileByLibrary(project);
  const output = new Map(files.map(({ fileName, text }) => [fileName, text]));
  return {
    modules: outputOf(project, output, isCompiled),
    refusing: refusingIn(project),
    diagnostics: diagnostics.map(formatDiagnostic).sort(),
  };
}

/** Modules with workflow code say so: they import what compiled code needs. */
export const isCompiled = (code: string): boolean => code.includes("@continuum/runtime/compiled");

export const isRefusing = (code: string): boolean => code.includes("CTM3090: Continuum's compiler refused");

/** The library emits nothing of a refused program; hosts that do emit this of it. */
function refusingIn({ tsconfig, folder, trustedModules, sources }: TestedProject): Outcome["refusing"] {
  const opened = openProject({ tsconfig, currentDirectory: folder, trustedModules });
  try {
    const codes = sources.map((source) => [source, opened.compileModule(source)?.code ?? ""] as const);
    return Object.fromEntries(
      codes
        .filter(([, code]) => isRefusing(code))
        .map(([source, code]) => [shortPath(folder, source), moduleText(code)]),
    );
  } finally {
    opened.close();
  }
}

/** From output files to the sources that they were made of. */
export function outputOf(
  project: TestedProject,
  output: ReadonlyMap<string, string>,
  isWanted: (code: string) => boolean,
): Readonly<Record<string, string>> {
  const modules: Record<string, string> = {};
  for (const source of project.sources) {
    const path = source.slice(join(project.folder, "src").length + 1).replace(/\.ts$/, ".js");
    const code = output.get(join(project.folder, "dist", path));
    if (code !== undefined && isWanted(code))
      modules[`src/${path.replace(/\.js$/, ".ts")}`] = moduleText(code);
  }
  return modules;
}
