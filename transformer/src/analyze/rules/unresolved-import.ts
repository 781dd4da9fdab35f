import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { ProgramView } from "../../compiler/program-view.js";
import type { Rule } from "../rule.js";
import { opaqueFunctions } from "./unresolved-call.js";

/**
 * Calls of what TypeScript does not find. It says so itself, at the import, and hosts that show its errors leave this one out; but not
 * every host does, and a comment silences it.
 */
export const unresolvedImport: Rule = {
  code: "CTM2018",
  looksAt: ["CallExpression", "NewExpression", "TaggedTemplateExpression"],
  check(node, { view, report }) {
    for (const { expression } of opaqueFunctions(view, node)) {
      const place = lostImport(view, expression);
      if (place === null) continue;
      const what = place.getText().replace(/\s+/g, " ");
      report(
        place,
        `TypeScript finds nothing behind this import of ${ts.isStringLiteral(place) ? what : `\`${what}\``}, so the compiler cannot see what workflow code calls.`,
        "Mend the import. Of a package without types, install or write its declarations.",
      );
    }
  },
};

/** Where an import stands, or the name in it, that leads to nothing and gives the expression its type; null where none does. */
export function lostImport(view: ProgramView, expression: TS.Expression): TS.Node | null {
  let head: TS.Node = expression;
  while (
    ts.isPropertyAccessExpression(head) ||
    ts.isElementAccessExpression(head) ||
    ts.isParenthesizedExpression(head) ||
    ts.isNonNullExpression(head)
  )
    head = head.expression;
  const symbol = ts.isIdentifier(head) ? view.checker.getSymbolAtLocation(head) : undefined;
  const declaration = symbol?.declarations?.[0];
  if (symbol === undefined || declaration === undefined || (symbol.flags & ts.SymbolFlags.Alias) === 0)
    return null;
  const target = view.checker.getAliasedSymbol(symbol);
  if (target.name !== "unknown" || (target.declarations ?? []).length > 0) return null;
  const specifier = ts.findAncestor(declaration, ts.isImportDeclaration)?.moduleSpecifier;
  if (specifier === undefined) return null;
  const isModuleFound = view.checker.getSymbolAtLocation(specifier) !== undefined;
  return isModuleFound && ts.isImportSpecifier(declaration)
    ? (declaration.propertyName ?? declaration.name)
    : specifier;
}
