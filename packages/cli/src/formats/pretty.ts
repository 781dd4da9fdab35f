/*
 * For people: each mistake with its code, the way that leads to it and what to write instead; then the workflows.
 */
import type { Finding, WorkflowSummary } from "@continuum/transformer";
import { codeFrame } from "../terminal/code-frame.js";
import type { Style } from "../terminal/style.js";
import { counted, shownPath } from "./report.js";
import type { Report, Surroundings } from "./report.js";

export function pretty(report: Report, surroundings: Surroundings, style: Style): string {
  const findings = report.findings.map((finding) => prettyFinding(finding, surroundings, style));
  const summary = workflowTable(report.workflows, surroundings.cwd, style);
  return [...findings, summary, verdict(report, style)].filter((part) => part !== "").join("\n\n");
}

function prettyFinding(finding: Finding, surroundings: Surroundings, style: Style): string {
  const { severity, code, fileName, place, message, hint, path } = finding;
  const mark = severity === "error" ? style.red : style.yellow;
  const [first, ...rest] = message.split("\n");
  const lines = [`${style.bold(mark(severity))} ${style.bold(code)}  ${first ?? ""}`, ...rest.map(indented)];
  if (fileName !== null && place !== null) {
    const text = surroundings.readFile(fileName);
    lines.push("", `  ${placeText(surroundings, { fileName, place }, style)}`);
    if (text !== undefined) lines.push(...codeFrame(text, place, style, mark).map(indented));
  }
  if (fileName !== null && place === null)
    lines.push("", `  ${style.cyan(shownPath(surroundings.cwd, fileName))}`);
  if (path.length > 0) {
    lines.push("");
    const width = Math.max(...path.map(({ text }) => text.split("\n")[0]?.length ?? 0));
    for (const step of path) {
      const [head = "", ...more] = step.text.split("\n");
      lines.push(`  ${style.dim("↳")} ${head.padEnd(width)}  ${placeText(surroundings, step, style)}`);
      lines.push(...more.map((line) => `    ${line}`));
    }
  }
  if (hint !== null) lines.push("", `  ${style.bold(style.green("fix"))} ${hint}`);
  if (code.startsWith("CTM")) lines.push(`  ${style.dim(`why: continuum explain ${code}`)}`);
  return lines.join("\n");
}

function indented(line: string): string {
  return line === "" ? "" : `  ${line}`;
}

function placeText(
  { cwd }: Surroundings,
  {
    fileName,
    place,
  }: { readonly fileName: string; readonly place: { readonly line: number; readonly column: number } },
  style: Style,
): string {
  return `${style.cyan(shownPath(cwd, fileName))}${style.dim(`:${String(place.line)}:${String(place.column)}`)}`;
}

/** One line each: name, label, the head of the hash, where it is, and what it asks for. */
export function workflowTable(workflows: readonly WorkflowSummary[], cwd: string, style: Style): string {
  if (workflows.length === 0) return "";
  const rows = workflows.map((workflow) => [
    workflow.name,
    `${workflow.label === "" ? "no version" : `version ${workflow.label}`}${workflow.current ? "" : ", not current"}`,
    workflow.hash?.slice(0, 12) ?? "",
    `${shownPath(cwd, workflow.fileName)}:${String(workflow.line)}`,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = workflows.map((workflow, i) => {
    const [name = "", label = "", hash = "", place = ""] = (rows[i] ?? []).map((cell, column) =>
      cell.padEnd(widths[column] ?? 0),
    );
    const effects = effectsText(workflow);
    return [
      style.bold(name),
      label,
      ...(hash.trim() === "" ? [] : [style.dim(hash)]),
      style.cyan(place),
      effects,
    ]
      .join("  ")
      .trimEnd();
  });
  return [style.bold(counted(workflows.length, "workflow")), ...lines.map(indented)].join("\n");
}

const PLURALS: Readonly<Record<string, string>> = { activity: "activities", child: "children" };

/** `3 × activity, 1 × timer`: the most frequent first. */
export function effectsText({ effects, hash }: WorkflowSummary): string {
  const kinds = Object.entries(effects).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  if (kinds.length === 0) return hash === null ? "" : "no effects";
  return kinds.map(([kind, n]) => `${String(n)} ${n === 1 ? kind : pluralOf(kind)}`).join(", ");
}

function pluralOf(kind: string): string {
  return PLURALS[kind] ?? (/^(signal|timer|log|random)$/.test(kind) ? `${kind}s` : kind);
}

function verdict(report: Report, style: Style): string {
  const errors = report.findings.filter(({ severity }) => severity === "error");
  const warnings = report.findings.length - errors.length;
  const warned = warnings === 0 ? "" : `, ${style.yellow(counted(warnings, "warning"))}`;
  if (errors.length === 0) return `${style.bold(style.green("no errors"))}${warned}`;
  const files = new Set(errors.map(({ fileName }) => fileName).filter((name) => name !== null)).size;
  const where = files === 0 ? "" : ` in ${counted(files, "file")}`;
  return `${style.bold(style.red(counted(errors.length, "error")))}${where}${warned}`;
}
