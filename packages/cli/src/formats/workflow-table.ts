/*
 * The workflows of a program for people: what each is called, what it is, where it stands and what it asks for.
 */
import type { WorkflowSummary } from "@continuum/transformer";
import type { Style } from "../terminal/style.js";
import { padded, widthOf } from "../terminal/width.js";
import { counted, shownPath } from "./report.js";
import type { Surroundings } from "./report.js";

const GAP = "  ";

/** A line each, in columns: name, label, the head of the hash, place, effects; two each where a line would be too long. */
export function workflowTable(
  workflows: readonly WorkflowSummary[],
  { cwd, columns }: Pick<Surroundings, "cwd" | "columns">,
  style: Style,
): string {
  if (workflows.length === 0) return "";
  const rows = workflows.map((workflow) => ({
    name: workflow.name,
    label: `${workflow.label === "" ? "no version" : `version ${workflow.label}`}${workflow.current ? "" : ", not current"}`,
    hash: workflow.hash?.slice(0, 12) ?? "",
    place: `${shownPath(cwd, workflow.fileName)}:${String(workflow.line)}`,
    effects: effectsText(workflow),
  }));
  const cells = rows.map(({ name, label, hash, place, effects }) => [name, label, hash, place, effects]);
  const widths = [0, 1, 2, 3, 4].map((at) => Math.max(...cells.map((row) => widthOf(row[at] ?? ""))));
  const [nameWidth = 0, labelWidth = 0, hashWidth = 0, placeWidth = 0] = widths;
  const whole = widths.filter((width) => width > 0).reduce((sum, width) => sum + GAP.length + width, 0);
  const isNarrow = whole > columns;
  const lines = rows.flatMap(({ name, label, hash, place, effects }) => {
    const first = [
      style.bold(padded(name, nameWidth)),
      padded(label, labelWidth),
      ...(hashWidth === 0 ? [] : [style.dim(padded(hash, hashWidth))]),
    ];
    const second = [
      style.cyan(isNarrow ? place : padded(place, placeWidth)),
      ...(effects === "" ? [] : [effects]),
    ];
    return isNarrow
      ? [first.join(GAP).trimEnd(), `${GAP}${second.join(GAP)}`]
      : [[...first, ...second].join(GAP).trimEnd()];
  });
  return [style.bold(counted(workflows.length, "workflow")), ...lines.map((line) => GAP + line)].join("\n");
}

const PLURALS: Readonly<Record<string, string>> = { activity: "activities", child: "children" };

/** `3 activities, 1 timer`: the most frequent first. */
function effectsText({ effects, hash }: WorkflowSummary): string {
  const kinds = Object.entries(effects).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  if (kinds.length === 0) return hash === null ? "" : "no effects";
  return kinds.map(([kind, n]) => `${String(n)} ${n === 1 ? kind : pluralOf(kind)}`).join(", ");
}

function pluralOf(kind: string): string {
  return PLURALS[kind] ?? (/^(signal|timer|log|random)$/.test(kind) ? `${kind}s` : kind);
}
