/*
 * Of an import that leads nowhere, and of a name that nothing declares, TypeScript speaks at the same place. Hosts that show its errors
 * show that one alone.
 */
import type { TS } from "../compiler/ts.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";

/** What is said at an import; and of a call, whose name may be declared nowhere (which TypeScript says in two ways). */
const OF_IMPORTS = "CTM2018";
const OF_CALLS = "CTM2011";
const UNDECLARED: ReadonlySet<number> = new Set([2304, 2552]);

/** Continuum's diagnostics, as far as TypeScript's errors of `program` do not say the same. */
export function withoutTold(program: TS.Program, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ code, fileName, place }) => {
    if (code !== OF_IMPORTS && code !== OF_CALLS) return true;
    const told = program.getSemanticDiagnostics(program.getSourceFile(fileName));
    return !told.some(
      (error) => error.start === place.start && (code === OF_IMPORTS || UNDECLARED.has(error.code)),
    );
  });
}
