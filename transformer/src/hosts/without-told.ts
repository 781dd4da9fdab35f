/*
 * Of an import that leads nowhere TypeScript speaks at the same place. Hosts that show its errors show that one alone.
 */
import type { TS } from "../compiler/ts.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";

const OF_IMPORTS = "CTM2018";

/** Continuum's diagnostics, as far as TypeScript's errors of `program` do not say the same. */
export function withoutTold(program: TS.Program, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ code, fileName, place }) => {
    if (code !== OF_IMPORTS) return true;
    const told = program.getSemanticDiagnostics(program.getSourceFile(fileName));
    return !told.some(({ start }) => start === place.start);
  });
}
