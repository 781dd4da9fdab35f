/*
 * Annotations for GitHub Actions: `::error file=…,line=…::text`. A runner reads paths from the root of the repository, in
 * whichever of its folders the command ran.
 */
import type { Finding } from "@continuum/transformer";
import { shownPath } from "./report.js";
import type { Report, Surroundings } from "./report.js";

export interface AnnotatedPlace {
  readonly file?: string;
  readonly line?: number;
  readonly endLine?: number;
  readonly col?: number;
  readonly endColumn?: number;
}

export function github(report: Report, surroundings: Surroundings): string {
  return report.findings.map((finding) => ofFinding(finding, surroundings)).join("\n");
}

function ofFinding(finding: Finding, surroundings: Surroundings): string {
  const { severity, code, message, hint, path } = finding;
  const steps = path.map(
    (step) =>
      `${step.text} (${shownPath(surroundings.root, step.fileName)}:${String(step.place.line)}:${String(step.place.column)})`,
  );
  const text = [message, ...steps, ...(hint === null ? [] : [`fix: ${hint}`])].join("\n");
  return annotation(severity, code, text, placeOf(finding, surroundings));
}

function placeOf({ fileName, place }: Finding, { root, readFile }: Surroundings): AnnotatedPlace {
  if (fileName === null) return {};
  const file = shownPath(root, fileName);
  if (place === null) return { file };
  const marked = readFile(fileName)?.slice(place.start, place.start + place.length) ?? "";
  const lines = marked.split(/\r?\n/).length;
  // GitHub takes columns only of a mark that stays on its line.
  return lines === 1
    ? { file, line: place.line, col: place.column, endColumn: place.column + Math.max(1, place.length) }
    : { file, line: place.line, endLine: place.line + lines - 1 };
}

export function annotation(
  level: "error" | "warning" | "notice",
  title: string,
  text: string,
  place: AnnotatedPlace,
): string {
  const properties = Object.entries({ ...place, title }).map(
    ([name, value]) => `${name}=${property(String(value))}`,
  );
  return `::${level} ${properties.join(",")}::${data(text)}`;
}

/** What a line of a workflow command can't hold is escaped as GitHub's own toolkit does it. */
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
