/*
 * Packages of a workspace whose `exports` lead to TypeScript: the program holds their sources, and whoever runs it takes these, by a
 * bundler or by stripping types. Their code is followed like the project's own; no compiler of this project compiles it.
 */
import { isContinuum } from "../compiler/origin.js";
import { fileLocator } from "../compiler/packages.js";
import type { FileReader } from "../compiler/packages.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramInternals } from "./module-library.js";

/** Sources that were found by way of node_modules, and lie elsewhere. Those of a project that is referred to are compiled by it. */
export function packageSources(
  program: TS.Program & ProgramInternals,
  files?: FileReader,
): ReadonlySet<TS.SourceFile> {
  const found = program
    .getSourceFiles()
    .filter(
      (file) =>
        !file.isDeclarationFile &&
        /\.[cm]?tsx?$/.test(file.fileName) &&
        program.isSourceFileFromExternalLibrary(file) &&
        !file.fileName.includes("/node_modules/") &&
        program.isSourceOfProjectReferenceRedirect?.(file.fileName) !== true,
    );
  if (found.length === 0) return new Set();
  const locate = fileLocator(program.getCurrentDirectory(), files);
  return new Set(found.filter((file) => !isContinuum(locate(file).package)));
}
