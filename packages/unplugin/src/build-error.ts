import { readFileSync } from "node:fs";
import type { ConfigurationError, Diagnostic, Place } from "@continuum/transformer";
import { formatDiagnostic } from "@continuum/transformer";

/** An error as bundlers take it: they print the message, and open the editor at the place, if it has one. */
export interface BuildError {
  readonly name: string;
  readonly message: string;
  readonly id?: string;
  readonly loc?: { readonly file: string; readonly line: number; readonly column: number };
}

/**
 * The errors that concern a module: those in it, and those that the path from a workflow in it leads to. Null where there are
 * none: a module that has nothing to do with a mistake builds.
 */
export function buildError(fileName: string, diagnostics: readonly Diagnostic[]): BuildError | null {
  const errors = diagnostics.filter(
    (each) =>
      each.severity === "error" &&
      (each.fileName === fileName || each.path.some((step) => step.fileName === fileName)),
  );
  const first = errors[0];
  if (first === undefined) return null;
  const texts = errors.map((error) => [formatDiagnostic(error), ...frameOf(error)].join("\n"));
  return {
    name: "ContinuumError",
    message: `Continuum refused ${errors.length === 1 ? "a workflow" : `${String(errors.length)} places in workflows`}:\n\n${texts.join("\n\n")}\n`,
    id: first.fileName,
    loc: { file: first.fileName, line: first.place.line, column: first.place.column - 1 },
  };
}

/** A mistake in the set-up, which has no place in the code. */
export function configurationFailure({ name, message }: ConfigurationError): BuildError {
  return { name, message };
}

/** The warnings of a module, as text. */
export function warningsOf(fileName: string, diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics
    .filter((each) => each.severity === "warning" && each.fileName === fileName)
    .map(formatDiagnostic);
}

/** The line of the mistake with one on each side, and a mark below the place. */
function frameOf({ fileName, place }: Diagnostic): readonly string[] {
  const lines = readLines(fileName);
  const from = Math.max(1, place.line - 1);
  const to = Math.min(lines.length, place.line + 1);
  const width = String(to).length;
  const frame: string[] = [];
  for (let line = from; line <= to; line++) {
    frame.push(
      `${line === place.line ? ">" : " "} ${String(line).padStart(width)} | ${lines[line - 1] ?? ""}`,
    );
    if (line === place.line)
      frame.push(
        `  ${" ".repeat(width)} | ${" ".repeat(place.column - 1)}${markOf(place, lines[line - 1] ?? "")}`,
      );
  }
  return frame;
}

function markOf(place: Place, line: string): string {
  return "^".repeat(Math.max(1, Math.min(place.length, line.length - place.column + 1)));
}

function readLines(fileName: string): readonly string[] {
  try {
    return readFileSync(fileName, "utf8").split(/\r?\n/);
  } catch {
    // The file went away since it was compiled: the text of the diagnostic has to do.
    return [];
  }
}
