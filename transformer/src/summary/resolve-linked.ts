/*
 * How names of modules are resolved in a linked program: those of the given program as they were resolved in it, those of linked
 * sources where the compiled code of the module finds what it imports.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { LinkedModule, ProgramInternals } from "./module-library.js";

export function resolvedBefore(
  program: TS.Program,
  containing: TS.SourceFile,
  literal: TS.StringLiteralLike,
  options: TS.CompilerOptions,
): TS.ResolvedModuleWithFailedLookupLocations | undefined {
  if (program.getSourceFile(containing.fileName) === undefined) return undefined;
  return (program as TS.Program & ProgramInternals).getResolvedModule?.(
    containing,
    literal.text,
    ts.getModeForUsageLocation(containing, literal, options),
  );
}

export function resolve(
  literal: TS.StringLiteralLike,
  from: string,
  options: TS.CompilerOptions,
  containing: TS.SourceFile,
  host: TS.ModuleResolutionHost,
): TS.ResolvedModuleWithFailedLookupLocations {
  const mode = ts.getModeForUsageLocation(containing, literal, options);
  return ts.resolveModuleName(literal.text, from, options, host, undefined, undefined, mode);
}

/** JSON, and modules that a bundler finds by settings of its own, may stand beside the source only. */
export function resolveLinked(
  linked: LinkedModule,
  literal: TS.StringLiteralLike,
  given: TS.CompilerOptions,
  containing: TS.SourceFile,
  host: TS.ModuleResolutionHost,
): TS.ResolvedModuleWithFailedLookupLocations {
  const options = optionsOf(linked, given);
  const found = resolve(literal, linked.declarations, options, containing, host);
  return found.resolvedModule === undefined
    ? resolve(literal, linked.source, options, containing, host)
    : found;
}

/** As the module itself was compiled, but beside its declarations, where its compiled code finds what it imports. */
function optionsOf({ summary }: LinkedModule, options: TS.CompilerOptions): TS.CompilerOptions {
  const { module, moduleResolution, customConditions } = summary.environment;
  return {
    ...options,
    module,
    moduleResolution,
    customConditions: [...customConditions],
    resolveJsonModule: true,
  };
}
