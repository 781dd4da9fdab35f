import type { Diagnostic, Place } from "./diagnostic.js";

/**
 * A diagnostic as text, for terminals and fixtures: place, code and message; then the path; then the hint.
 *
 * @example
 * formatDiagnostic(diagnostic)
 * // src/stamp.ts:2:10 error CTM2001: `Date.now` reads the clock, …
 * //   `orderFlow` calls `priceOf` (src/order.ts:12:5)
 * //   → Use now() from "@continuum/runtime/workflow".
 */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const head = `${placeText(diagnostic.place)} ${diagnostic.severity} ${diagnostic.code}: ${diagnostic.message}`;
  const path = diagnostic.path.map((step) => `  ${step.text} (${placeText(step.place)})`);
  return [head, ...path, `  → ${diagnostic.hint}`].join("\n");
}

function placeText(place: Place): string {
  return `${place.file}:${String(place.line)}:${String(place.column)}`;
}
