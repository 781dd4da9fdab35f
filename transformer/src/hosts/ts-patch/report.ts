/*
 * Diagnostics as tsc prints them. tsc shows related places only to terminals; elsewhere (a log of CI, a pipe) the path stands
 * in the message, so it is never lost.
 */
import { toTsDiagnostic } from "../../diagnostics/ts-diagnostic.js";
import type { Diagnostic, Place } from "../../diagnostics/diagnostic.js";
import { formatDiagnostic } from "../../diagnostics/format.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";

/** The diagnostic with its hint, and with its path as tsc will show it. */
export function toTscDiagnostic(program: TS.Program, diagnostic: Diagnostic): TS.Diagnostic {
  const pretty = program.getCompilerOptions()["pretty"] ?? ts.sys.writeOutputIsTTY?.() ?? false;
  const { relatedInformation, ...shown } = toTsDiagnostic(program, diagnostic);
  const path =
    pretty === true ? [] : diagnostic.path.map((step) => `${step.text} (${placeText(step.place)})`);
  const details = [...path, `hint: ${diagnostic.hint}`].map((line) => chain(shown, line));
  return {
    ...shown,
    ...(pretty === true && relatedInformation !== undefined ? { relatedInformation } : {}),
    messageText: { ...chain(shown, `${diagnostic.code}: ${diagnostic.message}`), next: details },
  };
}

/** Warnings go to the error stream: tsc has no way to print one and succeed. */
export function writeWarnings(diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics) process.stderr.write(`${formatDiagnostic(diagnostic)}\n`);
}

function chain({ category, code }: TS.Diagnostic, messageText: string): TS.DiagnosticMessageChain {
  return { category, code, messageText };
}

function placeText(place: Place): string {
  return `${place.file}:${String(place.line)}:${String(place.column)}`;
}
