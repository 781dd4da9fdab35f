/*
 * A diagnostic in TypeScript's own form. tsc prints `error TS<number>:` whatever the source, so the code stands in the text;
 * the number repeats it for tools that filter by number.
 */
import { sourceFileOf } from "../compiler/linked-files.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { Diagnostic } from "./diagnostic.js";

/** The `ts.Diagnostic` for a diagnostic of `program`; the path is its related information. */
export function toTsDiagnostic(
  program: TS.Program,
  diagnostic: Diagnostic,
): TS.DiagnosticWithLocation | TS.Diagnostic {
  return {
    category: diagnostic.severity === "error" ? ts.DiagnosticCategory.Error : ts.DiagnosticCategory.Warning,
    code: Number(diagnostic.code.slice(3)),
    source: "continuum",
    file: sourceFileOf(program, diagnostic.fileName),
    start: diagnostic.place.start,
    length: diagnostic.place.length,
    messageText: `${diagnostic.code}: ${diagnostic.message} ${diagnostic.hint}`,
    relatedInformation: diagnostic.path.map((step) => {
      const file = sourceFileOf(program, step.fileName);
      const { start, length, file: shown, line, column } = step.place;
      return {
        category: ts.DiagnosticCategory.Message,
        code: Number(diagnostic.code.slice(3)),
        file,
        start,
        length,
        // The JavaScript of a package is no part of the program, and nothing else would say where the place is.
        messageText:
          file === undefined ? `${step.text} (${shown}:${String(line)}:${String(column)})` : step.text,
      };
    }),
  };
}
