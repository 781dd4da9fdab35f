import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { isValueReference } from "../../compiler/walk-values.js";
import type { ProgramView } from "../../compiler/program-view.js";
import type { Rule } from "../rule.js";

/** Continuum's other entries are for other places: the client starts runs, `activityContext` belongs to activities. */
export const misplacedApi: Rule = {
  code: "CTM3019",
  looksAt: ["Identifier"],
  check(node, { view, report }) {
    if (!ts.isIdentifier(node) || !isValueReference(node)) return;
    const name = entryFunction(view, node);
    if (
      name === null ||
      (ts.isPropertyAccessExpression(node.parent) && view.authoringName(node.parent) !== null)
    )
      return;
    report(
      node,
      `\`${name}\` cannot be used in workflow code: it acts on the world outside the run.`,
      'Import what workflow code may use from "@continuum/runtime/workflow", or do this in an activity(…).',
    );
  },
};

/** A function or class of Continuum that is not one of the authoring entry's; error classes and the like may be shared. */
function entryFunction(view: ProgramView, node: TS.Identifier): string | null {
  const symbol = view.symbolOf(node);
  const declaration = symbol?.declarations?.[0];
  if (symbol === undefined || declaration === undefined || ts.isSourceFile(declaration)) return null;
  if (view.originOf(declaration).kind !== "continuum" || view.authoringName(node) !== null) return null;
  const local = view.checker.getSymbolAtLocation(node)?.declarations?.[0];
  return local !== undefined && isImport(local) ? node.text : null;
}

function isImport(node: TS.Node): boolean {
  return ts.isImportSpecifier(node) || ts.isImportClause(node) || ts.isNamespaceImport(node);
}
