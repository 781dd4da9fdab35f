/*
 * From problems with nodes to diagnostics with places: plain data, sorted, each place once per code.
 */
import type { TS } from "../compiler/ts.js";
import { ts } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { outerParent } from "../compiler/symbols.js";
import type { PathStep } from "../ir/model.js";
import type { PackageStep, Problem } from "../ir/problem.js";
import type { Diagnostic, Place } from "./diagnostic.js";
import type { ProgramKnowledge } from "./fixes/fixer.js";
import { fixesFor } from "./fixes/fixes.js";

/**
 * Diagnostics for `problems`, in the order of file and place; the first of several with one code at one place wins. Fixes
 * are looked for where `knowledge` is given.
 */
export function toDiagnostics(
  view: ProgramView,
  problems: readonly Problem[],
  knowledge: ProgramKnowledge | null = null,
): readonly Diagnostic[] {
  const seen = new Set<string>();
  const found: Diagnostic[] = [];
  for (const problem of problems) {
    const diagnostic = toDiagnostic(view, problem, knowledge);
    // What is wrong in linked code is shown where it is brought in: each mistake there is one of its own.
    const what = isElsewhere(view, problem) ? diagnostic.message : "";
    const key = `${diagnostic.code} ${diagnostic.fileName} ${String(diagnostic.place.start)} ${what}`;
    if (seen.has(key)) continue;
    seen.add(key);
    found.push(diagnostic);
  }
  return found.sort(
    (a, b) => compare(a.fileName, b.fileName) || a.place.start - b.place.start || compare(a.code, b.code),
  );
}

function isElsewhere(view: ProgramView, { related }: Problem): boolean {
  return related !== undefined && view.isLinked(related.node.getSourceFile());
}

function toDiagnostic(view: ProgramView, problem: Problem, knowledge: ProgramKnowledge | null): Diagnostic {
  const path = (problem.path ?? []).map((step) => ({
    text: stepText(step),
    ...placed(view, step.reference),
  }));
  const related =
    problem.related === undefined
      ? []
      : [{ text: problem.related.text, ...placed(view, problem.related.node) }];
  return {
    code: problem.code,
    severity: problem.severity ?? "error",
    ...placed(view, problem.node),
    message: problem.message,
    hint: problem.hint,
    path: [...path, ...related, ...(problem.packagePath ?? []).map(inPackage)],
    fixes: knowledge === null || isElsewhere(view, problem) ? [] : fixesFor({ ...knowledge, view, problem }),
  };
}

function inPackage({ text, fileName, ...place }: PackageStep): Diagnostic["path"][number] {
  return { text, fileName, place };
}

function placed(view: ProgramView, node: TS.Node): { readonly fileName: string; readonly place: Place } {
  const file = node.getSourceFile();
  const start = node.getStart(file);
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return {
    fileName: file.fileName,
    place: {
      file: shownPath(view, file),
      line: line + 1,
      column: character + 1,
      start,
      length: node.end - start,
    },
  };
}

/** Of another package, the path begins with its name. */
function shownPath(view: ProgramView, file: TS.SourceFile): string {
  const location = view.locationOf(file);
  return view.isLinked(file) ? `${location.package}/${location.path}` : location.path;
}

/** "`settle` calls `priceOf`". */
function stepText(step: PathStep): string {
  return `\`${step.from}\` ${verb(step.reference)} \`${step.to}\``;
}

function verb(reference: TS.Node): string {
  const { parent, child } = outerParent(reference);
  if (ts.isClassLike(parent)) return "may run";
  if (ts.isExpressionWithTypeArguments(parent)) return "extends";
  if (ts.isNewExpression(parent) && parent.expression === child) return "creates";
  if (ts.isCallExpression(parent)) return parent.expression === child ? "calls" : "passes on";
  if (ts.isTaggedTemplateExpression(parent) && parent.tag === child) return "calls";
  if (ts.isDecorator(parent)) return "is decorated by";
  return "uses";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
