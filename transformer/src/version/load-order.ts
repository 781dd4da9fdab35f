/*
 * The order in which modules load, since the last one that sets a key wins.
 *
 * Invariant: it depends on what imports what, in which order, and on names of workflows; never on names of files. Which module
 * a process enters first is not known here: those of workflows do, by their names, then what imports these.
 */
import { publishOne } from "../compiler/gather.js";
import type { ProgramView } from "../compiler/program-view.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramModel } from "../ir/model.js";

export type LoadOrder = (file: TS.SourceFile) => number;

/** Walks the program when the first question comes. */
export function loadOrder(view: ProgramView, model: ProgramModel): LoadOrder {
  const order = publishOne(view.memory, "load order", () => walk(view, model), isSameOrder);
  return (file) => order().get(file) ?? Number.MAX_SAFE_INTEGER;
}

/** An edited file in its old place changes nothing. */
function isSameOrder(a: ReadonlyMap<TS.SourceFile, number>, b: ReadonlyMap<TS.SourceFile, number>): boolean {
  const names = (order: typeof a): string =>
    JSON.stringify(Array.from(order.keys(), (file) => file.fileName));
  return names(a) === names(b);
}

function walk(view: ProgramView, model: ProgramModel): Map<TS.SourceFile, number> {
  const project = new Set(view.projectFiles);
  const order = new Map<TS.SourceFile, number>();
  const entered = new Set<TS.SourceFile>();
  const importers = new Map<TS.SourceFile, TS.SourceFile[]>();
  const importsOf = view.memory.keep("imports", (file: TS.SourceFile) => importedBy(view, file, project));
  const imports = new Map(view.projectFiles.map((file) => [file, importsOf(file)]));
  for (const [file, all] of imports)
    for (const each of all) importers.set(each, [...(importers.get(each) ?? []), file]);
  const load = (file: TS.SourceFile): void => {
    if (entered.has(file)) return;
    entered.add(file);
    imports.get(file)?.forEach(load);
    order.set(file, order.size);
  };
  const byName = model.workflows.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  byName.forEach(({ file }) => load(file));
  // Whatever changes what a workflow reaches imports it, by some way: nearest first, and of equals, by what they say.
  for (const file of order.keys()) importers.get(file)?.toSorted(bySource).forEach(load);
  return order;
}

function bySource(a: TS.SourceFile, b: TS.SourceFile): number {
  return withoutSpace(a) < withoutSpace(b) ? -1 : 1;
}

const dense = new WeakMap<TS.SourceFile, string>();

function withoutSpace(file: TS.SourceFile): string {
  let text = dense.get(file);
  if (text === undefined) dense.set(file, (text = file.text.replace(/\s+/g, "")));
  return text;
}

/** The modules that a module loads, in the order of its imports and re-exports. */
function importedBy(
  view: ProgramView,
  file: TS.SourceFile,
  project: ReadonlySet<TS.SourceFile>,
): readonly TS.SourceFile[] {
  return file.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    if (statement.moduleSpecifier === undefined || isOfTypes(statement)) return [];
    const module = view.checker.getSymbolAtLocation(statement.moduleSpecifier);
    const imported = module?.declarations?.find(ts.isSourceFile);
    return imported !== undefined && project.has(imported) ? [imported] : [];
  });
}

function isOfTypes(statement: TS.ImportDeclaration | TS.ExportDeclaration): boolean {
  return ts.isImportDeclaration(statement)
    ? statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
    : statement.isTypeOnly;
}
