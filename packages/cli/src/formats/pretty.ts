/*
 * For people: each mistake with its code, the way that leads to it and what to write instead; then the workflows.
 */
import type { Finding } from "@continuum/transformer";
import { codeFrame } from "../terminal/code-frame.js";
import { styleFor } from "../terminal/style.js";
import type { Style } from "../terminal/style.js";
import { padded, widthOf } from "../terminal/width.js";
import { counted, shownPath } from "./report.js";
import type { Report, Surroundings } from "./report.js";
import { workflowTable } from "./workflow-table.js";

export function pretty(report: Report, surroundings: Surroundings, style: Style): string {
  const findings = report.findings.map((finding) => prettyFinding(finding, surroundings, style));
  const summary = workflowTable(report.workflows, surroundings, style);
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
    const frame = { style, mark, columns: surroundings.columns - 2 };
    if (text !== undefined) lines.push(...codeFrame(text, place, frame).map(indented));
  }
  if (fileName !== null && place === null)
    lines.push("", `  ${style.cyan(shownPath(surroundings.cwd, fileName))}`);
  if (path.length > 0) lines.push("", ...pathLines(path, surroundings, style));
  if (hint !== null) lines.push("", `  ${style.bold(style.green("fix"))} ${hint}`);
  if (code.startsWith("CTM")) lines.push(`  ${style.dim(`why: continuum explain ${code}`)}`);
  return lines.join("\n");
}

/** The places in a column of their own, or below the steps where there is no room beside them. */
function pathLines(path: Finding["path"], surroundings: Surroundings, style: Style): readonly string[] {
  const heads = path.map(({ text }) => text.split("\n")[0] ?? "");
  const width = Math.max(...heads.map(widthOf));
  const places = path.map((step) => placeText(surroundings, step, styleFor(false)));
  const isNarrow = width + 6 + Math.max(...places.map(widthOf)) > surroundings.columns;
  return path.flatMap((step) => {
    const [head = "", ...more] = step.text.split("\n");
    const place = placeText(surroundings, step, style);
    const first = `  ${style.dim("↳")} `;
    return [
      ...(isNarrow ? [`${first}${head}`, `    ${place}`] : [`${first}${padded(head, width)}  ${place}`]),
      ...more.map((line) => `    ${line}`),
    ];
  });
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

function verdict(report: Report, style: Style): string {
  const errors = report.findings.filter(({ severity }) => severity === "error");
  const warnings = report.findings.length - errors.length;
  const warned = warnings === 0 ? "" : `, ${style.yellow(counted(warnings, "warning"))}`;
  if (errors.length === 0) return `${style.bold(style.green("no errors"))}${warned}`;
  const files = new Set(errors.map(({ fileName }) => fileName).filter((name) => name !== null)).size;
  const where = files === 0 ? "" : ` in ${counted(files, "file")}`;
  return `${style.bold(style.red(counted(errors.length, "error")))}${where}${warned}`;
}
