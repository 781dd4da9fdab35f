import { join } from "node:path";
import { compileProgram, formatDiagnostic } from "@continuum/transformer";
import type { CompiledProgram } from "@continuum/transformer";
import { moduleText } from "../outcome.js";
import type { Outcome } from "../outcome.js";
import type { TestedProject } from "../project.js";

export function compileByLibrary({ tsconfig, folder, trustedModules }: TestedProject): CompiledProgram {
  return compileProgram({ tsconfig, currentDirectory: folder, trustedModules });
}

/** What the others are compared with. */
export function byLibrary(project: TestedProject): Outcome {
  const { files, diagnostics } = compileByLibrary(project);
  return {
    modules: outputOf(project, new Map(files.map(({ fileName, text }) => [fileName, text]))),
    diagnostics: diagnostics.map(formatDiagnostic).sort(),
  };
}

/** Modules with workflow code say so: they import what compiled code needs. */
export const isCompiled = (code: string): boolean => code.includes("@continuum/runtime/compiled");

/** From output files to the sources that they were made of. */
export function outputOf(
  project: TestedProject,
  output: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const modules: Record<string, string> = {};
  for (const source of project.sources) {
    const path = source.slice(join(project.folder, "src").length + 1).replace(/\.ts$/, ".js");
    const code = output.get(join(project.folder, "dist", path));
    if (code !== undefined && isCompiled(code))
      modules[`src/${path.replace(/\.js$/, ".ts")}`] = moduleText(code);
  }
  return modules;
}
