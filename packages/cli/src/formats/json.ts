/*
 * For programs: one JSON object. Its form only grows; `format` changes if it ever breaks.
 */
import type { Finding } from "@continuum/transformer";
import { countErrors, shownPath } from "./report.js";
import type { Report, Surroundings } from "./report.js";
import { versionList } from "./version-list.js";

export function json(report: Report, surroundings: Surroundings): string {
  return JSON.stringify(reportAsData(report, surroundings), null, 2);
}

/** The same without line breaks: one of many reports. */
export function jsonLine(report: Report, surroundings: Surroundings): string {
  return JSON.stringify(reportAsData(report, surroundings));
}

function reportAsData(report: Report, { cwd }: Surroundings): object {
  const errors = countErrors(report);
  const placed = ({ fileName, place }: Pick<Finding, "fileName" | "place">): object =>
    fileName === null
      ? { file: null }
      : {
          file: shownPath(cwd, fileName),
          ...(place === null ? {} : { line: place.line, column: place.column, length: place.length }),
        };
  return {
    format: 1,
    errors,
    warnings: report.findings.length - errors,
    diagnostics: report.findings.map((finding) => ({
      code: finding.code,
      severity: finding.severity,
      ...placed(finding),
      message: finding.message,
      hint: finding.hint,
      path: finding.path.map((step) => ({ text: step.text, ...placed(step) })),
    })),
    workflows: versionList(report.workflows, cwd).workflows,
  };
}
