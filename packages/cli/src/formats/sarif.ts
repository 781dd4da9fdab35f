/*
 * SARIF 2.1.0, which code scanners and editors read; what GitHub asks for on top is there, too. The way from the workflow to the
 * place is a code flow.
 */
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import type { Finding } from "@continuum/transformer";
import { packageVersion, pageOf, titleOf } from "../pages.js";
import { shownPath } from "./report.js";
import type { Report, Surroundings } from "./report.js";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
/** What GitHub, CodeQL and others call the root of the repository. */
const ROOT = "%SRCROOT%";

type Placed = Pick<Finding, "fileName" | "place">;

export function sarif(report: Report, surroundings: Surroundings): string {
  // A result needs a place, and code scanning refuses the whole file where one has none.
  const placed = report.findings.filter(({ fileName }) => fileName !== null);
  const ofProject = report.findings.filter(({ fileName }) => fileName === null);
  const codes = Array.from(new Set(report.findings.map(({ code }) => code))).sort();
  const run = {
    tool: {
      driver: {
        name: "continuum",
        semanticVersion: packageVersion(),
        rules: codes.map((code) => rule(code, report.findings)),
      },
    },
    invocations: [
      {
        executionSuccessful: true,
        toolConfigurationNotifications: ofProject.map((finding) => ({
          descriptor: { id: finding.code, index: codes.indexOf(finding.code) },
          level: finding.severity,
          message: { text: textOf(finding) },
        })),
      },
    ],
    originalUriBaseIds: { [ROOT]: { uri: `${pathToFileURL(surroundings.root).href.replace(/\/$/, "")}/` } },
    columnKind: "utf16CodeUnits",
    results: withFingerprints(placed, surroundings).map(([finding, fingerprint]) =>
      result(finding, fingerprint, codes, surroundings),
    ),
  };
  return JSON.stringify({ $schema: SCHEMA, version: "2.1.0", runs: [run] }, null, 2);
}

/** What it says of Continuum's codes are their pages; of TypeScript's, its message. */
function rule(code: string, findings: readonly Finding[]): object {
  const page = code.startsWith("CTM") ? pageOf(code) : null;
  const first = findings.find((finding) => finding.code === code);
  if (page === null) {
    const text = first?.message ?? code;
    const level = first?.severity ?? "error";
    return {
      id: code,
      shortDescription: { text: `TypeScript: ${code}` },
      fullDescription: { text },
      help: { text },
      defaultConfiguration: { level },
    };
  }
  const body = page.replace(/^# .*\n+/, "").trimEnd();
  const [, happened = titleOf(page)] = /## What happened\n+([^]*?)\n*(?=\n## |$)/.exec(page) ?? [];
  return {
    id: code,
    shortDescription: { text: titleOf(page) },
    fullDescription: { text: happened.replace(/\s+/g, " ").trim() },
    help: { text: body, markdown: body },
    defaultConfiguration: { level: first?.severity ?? "error" },
  };
}

function textOf({ message, hint }: Finding): string {
  return hint === null ? message : `${message}\n${hint}`;
}

function result(
  finding: Finding,
  fingerprint: string,
  codes: readonly string[],
  surroundings: Surroundings,
): object {
  const { code, severity, message, path } = finding;
  const own = physical(finding, surroundings);
  const flow = [
    ...path.map((step) => ({ location: { ...physical(step, surroundings), message: { text: step.text } } })),
    { location: { ...own, message: { text: message } } },
  ];
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: textOf(finding) },
    locations: [own],
    partialFingerprints: { "continuumLine/v1": fingerprint },
    ...(path.length === 0 || !code.startsWith("CTM")
      ? {}
      : { codeFlows: [{ threadFlows: [{ locations: flow }] }] }),
  };
}

/** The same mistake in the same line is the same one after edits elsewhere in the file; equal ones are counted. */
function withFingerprints(
  findings: readonly Finding[],
  { root, readFile }: Surroundings,
): readonly (readonly [Finding, string])[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const { code, fileName, place } = finding;
    const line = (readFile(fileName ?? "") ?? "").split("\n")[(place?.line ?? 1) - 1] ?? "";
    const what = JSON.stringify([code, shownPath(root, fileName ?? ""), line.replace(/\s+/g, "")]);
    const hash = createHash("sha256").update(what).digest("hex").slice(0, 16);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return [finding, `${hash}:${String(count)}`] as const;
  });
}

function physical({ fileName, place }: Placed, { root, readFile }: Surroundings): object {
  const path = shownPath(root, fileName ?? "");
  const artifactLocation = /^\.\.\/|^\/|^[A-Za-z]:/.test(path)
    ? { uri: pathToFileURL(fileName ?? "").href }
    : { uri: path.split("/").map(encodeURIComponent).join("/"), uriBaseId: ROOT };
  if (place === null) return { physicalLocation: { artifactLocation, region: { startLine: 1 } } };
  const text = readFile(fileName ?? "")?.slice(place.start, place.start + place.length) ?? "";
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
