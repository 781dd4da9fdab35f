/*
 * Imports of a program that lead nowhere: a file that appears may be what they mean.
 */
import type { TS } from "../compiler/ts.js";

export interface UnresolvedImport {
  /** The files that it would lead to if they were there; none for packages, which may appear in too many places. */
  readonly candidates: readonly string[];
}

/** What TypeScript keeps of a file and of a program beyond their public types. */
interface ImportingFile extends TS.SourceFile {
  readonly imports?: readonly TS.StringLiteralLike[];
  readonly ambientModuleNames?: readonly string[];
}
interface Resolution extends TS.ResolvedModuleWithFailedLookupLocations {
  readonly failedLookupLocations?: readonly string[];
}
interface ResolvingProgram extends TS.Program {
  getResolvedModuleFromModuleSpecifier?(
    literal: TS.StringLiteralLike,
    file: TS.SourceFile,
  ): Resolution | undefined;
}

export function unresolved(program: ResolvingProgram): readonly UnresolvedImport[] {
  const files: readonly ImportingFile[] = program.getSourceFiles();
  const ambient = new Set(files.flatMap(({ ambientModuleNames = [] }) => ambientModuleNames));
  const found: UnresolvedImport[] = [];
  for (const file of files) {
    for (const literal of file.imports ?? []) {
      if (ambient.has(literal.text)) continue;
      const resolution = program.getResolvedModuleFromModuleSpecifier?.(literal, file);
      if (resolution?.resolvedModule !== undefined) continue;
      const isRelative = /^\.{0,2}\//.test(literal.text);
      const failed = (resolution?.failedLookupLocations ?? []).filter((path) => /\.[cm]?tsx?$/.test(path));
      found.push({ candidates: isRelative ? failed : [] });
    }
  }
  return found;
}
