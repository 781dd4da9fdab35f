/*
 * Annotations for GitHub Actions: `::error file=…,line=…::text`.
 */
import type { Finding } from "@continuum/transformer";
import { shownPath } from "./report.js";
import type { Report, Surroundings } from "./report.js";

export function github(report: Report, surroundings: Surroundings): string {
  return report.findings.map((finding) => annotation(finding, surroundings)).join("\n");
}

function annotation(
  { severity, code, fileName, place, message, hint, path }: Finding,
  { cwd }: Surroundings,
): string {
  const properties = [
    ...(fileName === null ? [] : [`file=${property(shownPath(cwd, fileName))}`]),
    ...(place === null ? [] : [`line=${String(place.line)}`, `col=${String(place.column)}`]),
    `title=${property(code)}`,
  ];
  const steps = path.map(
    (step) =>
      `${step.text} (${shownPath(cwd, step.fileName)}:${String(step.place.line)}:${String(step.place.column)})`,
  );
  const text = [message, ...steps, ...(hint === null ? [] : [`fix: ${hint}`])].join("\n");
  return `::${severity} ${properties.join(",")}::${data(text)}`;
}

/** What a line of a workflow command can't hold is escaped as GitHub's own toolkit does it. */
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
