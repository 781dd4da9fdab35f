/*
 * Which modules of other programs a workflow is made of: those whose code it reaches, and those through which it gets at that
 * code, since another module could stand behind the same import tomorrow. A worker compares them with what it has loaded.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import type { Recognition } from "../ir/facts.js";
import type { WorkflowDefinition } from "../ir/model.js";
import type { LinkedProgram } from "./link-program.js";

/** For each workflow: module key → what the compiled module notes when it is loaded. */
export function linkedModules(
  view: ProgramView,
  linked: LinkedProgram,
  { model, reached }: Recognition,
): ReadonlyMap<WorkflowDefinition, Readonly<Record<string, string>>> {
  const found = new Map<WorkflowDefinition, Readonly<Record<string, string>>>();
  if (linked.files.size === 0) return found;
  const facts = new Map(reached.map((unit) => [unit.facts.declaration, unit.facts]));
  for (const workflow of model.workflows) {
    const files = new Set<TS.SourceFile>();
    for (const { declaration } of workflow.reaches) {
      if (view.isLinked(declaration.getSourceFile()) && !isInlined(view, declaration))
        files.add(declaration.getSourceFile());
      for (const { unit, node } of facts.get(declaration)?.references ?? [])
        if (!isInlined(view, unit)) addWay(view, node, files);
    }
    const modules = Array.from(files, (file) => linked.files.get(file) ?? null)
      .filter((module) => module !== null)
      .map(({ summary }): readonly [string, string] => [summary.module, summary.meaning])
      .sort(([a], [b]) => (a < b ? -1 : 1));
    found.set(workflow, Object.fromEntries(modules));
  }
  return found;
}

/** A `const enum` is its values where it is used: nothing of its module need be loaded. */
function isInlined(view: ProgramView, declaration: TS.Node): boolean {
  const { isolatedModules, verbatimModuleSyntax } = view.program.getCompilerOptions();
  return (
    isolatedModules !== true &&
    verbatimModuleSyntax !== true &&
    ts.isEnumDeclaration(declaration) &&
    (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Const) !== 0
  );
}

/** The modules between a name and what it means: those that are imported from, and those that they export from. */
function addWay(view: ProgramView, node: TS.Node, files: Set<TS.SourceFile>): void {
  let head: TS.Node = node;
  while (ts.isPropertyAccessExpression(head) || ts.isElementAccessExpression(head)) head = head.expression;
  if (!ts.isIdentifier(head)) return;
  const parent = head.parent;
  const symbol =
    ts.isShorthandPropertyAssignment(parent) && parent.name === head
      ? view.checker.getShorthandAssignmentValueSymbol(parent)
      : view.checker.getSymbolAtLocation(head);
  for (const declaration of symbol?.declarations ?? []) {
    const statement = ts.findAncestor(declaration, ts.isImportDeclaration);
    if (statement !== undefined) addBarrel(view, statement.moduleSpecifier, files);
  }
}

function addBarrel(view: ProgramView, specifier: TS.Expression, files: Set<TS.SourceFile>): void {
  const file = view.checker.getSymbolAtLocation(specifier)?.declarations?.find(ts.isSourceFile);
  if (file === undefined || files.has(file)) return;
  const onward = file.statements.filter(
    (statement): statement is TS.ExportDeclaration =>
      ts.isExportDeclaration(statement) && !statement.isTypeOnly && exportsValues(view, statement),
  );
  if (onward.length === 0 || !view.isLinked(file)) return;
  files.add(file);
  for (const { moduleSpecifier } of onward)
    if (moduleSpecifier !== undefined) addBarrel(view, moduleSpecifier, files);
}

/** An export of nothing but types is gone when the module is compiled, and what it names is not loaded. */
function exportsValues(view: ProgramView, { exportClause }: TS.ExportDeclaration): boolean {
  if (exportClause === undefined || ts.isNamespaceExport(exportClause)) return true;
  return exportClause.elements.some((element) => {
    const symbol = element.isTypeOnly ? undefined : view.symbolOf(element.name);
    return symbol !== undefined && (symbol.flags & ts.SymbolFlags.Value) !== 0;
  });
}
