/*
 * The uses of a package in functions of the project, whether or not workflow code reaches them. What stands at the top level of
 * a module runs once, before any workflow, and is left out.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { ProgramView } from "../../compiler/program-view.js";
import { isValueReference } from "../../compiler/walk-values.js";
import { entryOf, packageName } from "./import-path.js";
import { labelOf } from "./verdict.js";
import type { Entry, Question } from "./verdict.js";

export type UsesElsewhere = Question["others"] & {
  /** Where each is used first, by its label. */
  readonly nodes: ReadonlyMap<string, TS.Node>;
};

/** `isOf`: does a declaration belong to the package? Only files that import it are looked at. */
export function usesElsewhere(
  view: ProgramView,
  home: string,
  isOf: (declaration: TS.Node | undefined) => boolean,
): UsesElsewhere {
  const entries = new Map<string, Entry>();
  const members = new Set<string>();
  const nodes = new Map<string, TS.Node>();
  const note = (label: string, node: TS.Node): void => {
    if (!nodes.has(label)) nodes.set(label, node);
  };
  for (const file of view.projectFiles) {
    const names = importedNames(file, home);
    if (names.size === 0) continue;
    const visit = (node: TS.Node, inFunction: boolean): void => {
      const isInside = inFunction || ts.isFunctionLike(node);
      if (isInside && ts.isPropertyAccessExpression(node)) {
        const symbol = view.symbolOf(node);
        if (isOf(symbol?.declarations?.[0])) {
          members.add(node.name.text);
          note(node.name.text, node);
        }
      }
      if (isInside && ts.isIdentifier(node) && names.has(node.text) && isValueReference(node)) {
        const named = ts.isPropertyAccessExpression(node.parent) && node.parent.expression === node;
        const entry = entryOf(view, node);
        const member =
          entry !== null && named && entry.names.length === 0 ? entryOf(view, node.parent) : entry;
        if (member !== null) {
          entries.set(JSON.stringify(member), member);
          note(labelOf(member), node);
        }
      }
      ts.forEachChild(node, (child) => visit(child, isInside));
    };
    visit(file, false);
  }
  return { entries: Array.from(entries.values()), members: Array.from(members).sort(), nodes };
}

/** The local names that a file imports from a package. */
function importedNames(file: TS.SourceFile, home: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    if (packageName(statement.moduleSpecifier.text) !== home) continue;
    const clause = statement.importClause;
    if (clause?.name !== undefined) names.add(clause.name.text);
    const bindings = clause?.namedBindings;
    if (bindings === undefined) continue;
    if (ts.isNamespaceImport(bindings)) names.add(bindings.name.text);
    else for (const element of bindings.elements) names.add(element.name.text);
  }
  return names;
}
