/*
 * Mistakes of all kinds in one form, for hosts that print them: Continuum's own, TypeScript's, and those of the tsconfig.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { Diagnostic, Place } from "../diagnostics/diagnostic.js";

/** A mistake or a warning, TypeScript's own among them. */
export interface Finding {
  /** `CTM2001`, or `TS2322` for one of TypeScript's. */
  readonly code: string;
  readonly severity: "error" | "warning";
  /** Absolute; null where it concerns the program and no file. */
  readonly fileName: string | null;
  readonly place: Place | null;
  readonly message: string;
  readonly hint: string | null;
  /** From the workflow to the place; of TypeScript's, the places that belong to it. */
  readonly path: readonly { readonly text: string; readonly fileName: string; readonly place: Place }[];
}

export function toFinding(diagnostic: Diagnostic): Finding {
  const { code, severity, fileName, place, message, hint, path } = diagnostic;
  return { code, severity, fileName, place, message, hint, path };
}

/** Null for suggestions, which tsc does not print either. */
export function typeScriptFinding(diagnostic: TS.Diagnostic): Finding | null {
  const { category, file, start, length } = diagnostic;
  if (category !== ts.DiagnosticCategory.Error && category !== ts.DiagnosticCategory.Warning) return null;
  const [code, message, hint] = textOf(diagnostic);
  return {
    code,
    severity: category === ts.DiagnosticCategory.Error ? "error" : "warning",
    fileName: file?.fileName ?? null,
    place: file === undefined ? null : placeIn(file, start ?? 0, length ?? 0),
    message,
    hint,
    path: (diagnostic.relatedInformation ?? []).flatMap((related) =>
      related.file === undefined
        ? []
        : [
            {
              text: ts.flattenDiagnosticMessageText(related.messageText, "\n"),
              fileName: related.file.fileName,
              place: placeIn(related.file, related.start ?? 0, related.length ?? 0),
            },
          ],
    ),
  };
}

/** Continuum's word on a tsconfig comes as a TypeScript diagnostic, with its own code and hint in the text. */
function textOf({ code, source, messageText }: TS.Diagnostic): readonly [string, string, string | null] {
  if (source === "continuum" && typeof messageText !== "string") {
    const [, own, text] = /^(CTM\d{4}): ([^]*)$/.exec(messageText.messageText) ?? [];
    const hint = messageText.next?.[0]?.messageText.replace(/^hint: /, "") ?? null;
    if (own !== undefined && text !== undefined) return [own, text, hint];
  }
  return [`TS${String(code)}`, ts.flattenDiagnosticMessageText(messageText, "\n"), null];
}

function placeIn(file: TS.SourceFile, start: number, length: number): Place {
  const { line, character } = ts.getLineAndCharacterOfPosition(file, start);
  return { file: file.fileName, line: line + 1, column: character + 1, start, length };
}
