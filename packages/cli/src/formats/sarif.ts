/*
 * SARIF 2.1.0, which code scanners and editors read. The way from the workflow to the place is a code flow.
 */
import { pathToFileURL } from "node:url";
import type { Finding } from "@continuum/transformer";
import { packageVersion } from "../pages.js";
import { shownPath } from "./report.js";
import type { Report, Surroundings } from "./report.js";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

type Placed = Pick<Finding, "fileName" | "place">;

export function sarif(report: Report, surroundings: Surroundings): string {
  const codes = Array.from(new Set(report.findings.map(({ code }) => code))).sort();
  return JSON.stringify(
    {
      $schema: SCHEMA,
      version: "2.1.0",
      runs: [
        {
          tool: {
            driver: {
              name: "continuum",
              version: packageVersion(),
              rules: codes.map((id) => ({ id, help: { text: helpOf(report.findings, id) } })),
            },
          },
          originalUriBaseIds: { ROOT: { uri: `${pathToFileURL(surroundings.cwd).href}/` } },
          columnKind: "utf16CodeUnits",
          results: report.findings.map((finding) => result(finding, codes, surroundings)),
        },
      ],
    },
    null,
    2,
  );
}

function helpOf(findings: readonly Finding[], code: string): string {
  const hint = findings.find((finding) => finding.code === code)?.hint;
  return code.startsWith("CTM") ? `continuum explain ${code}` : (hint ?? code);
}

function result(finding: Finding, codes: readonly string[], surroundings: Surroundings): object {
  const { code, severity, message, hint, path } = finding;
  const own = physical(finding, surroundings);
  const flow = [
    ...path.map((step) => ({ location: { ...physical(step, surroundings), message: { text: step.text } } })),
    ...(own === null ? [] : [{ location: { ...own, message: { text: message } } }]),
  ];
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: hint === null ? message : `${message}\n${hint}` },
    locations: own === null ? [] : [own],
    ...(path.length === 0 || !code.startsWith("CTM")
      ? {}
      : { codeFlows: [{ threadFlows: [{ locations: flow }] }] }),
  };
}

function physical({ fileName, place }: Placed, { cwd, readFile }: Surroundings): object | null {
  if (fileName === null) return null;
  const path = shownPath(cwd, fileName);
  const artifactLocation = path.startsWith("../")
    ? { uri: pathToFileURL(fileName).href }
    : { uri: path.split("/").map(encodeURIComponent).join("/"), uriBaseId: "ROOT" };
  if (place === null) return { physicalLocation: { artifactLocation } };
  const text = readFile(fileName)?.slice(place.start, place.start + place.length) ?? "";
  const lines = text.split(/\r?\n/);
  const isOneLine = lines.length === 1;
  return {
    physicalLocation: {
      artifactLocation,
      region: {
        startLine: place.line,
        startColumn: place.column,
        endLine: place.line + lines.length - 1,
        endColumn: isOneLine ? place.column + place.length : (lines.at(-1)?.length ?? 0) + 1,
      },
    },
  };
}
