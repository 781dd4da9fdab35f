import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { isValueReference } from "../compiler/walk-values.js";

/** Holds what is declared a pattern that keeps its `lastIndex` between matches: one with the flag `g` or `y`, there or in what it names? */
export function holdsMovingPattern(view: ProgramView, declaration: TS.Node): boolean {
  const seen = new Set<TS.Node>();
  const visitWhole = (node: TS.Node): boolean => {
    if (seen.has(node)) return false;
    seen.add(node);
    return ts.forEachChild(node, visit) ?? false;
  };
  const visit = (node: TS.Node): boolean => {
    if (ts.isRegularExpressionLiteral(node))
      return /[gy][a-z]*$/.test(node.text.slice(node.text.lastIndexOf("/")));
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === "RegExp") {
      const flags = node.arguments?.[1];
      if (flags !== undefined && (!ts.isStringLiteralLike(flags) || /[gy]/.test(flags.text))) return true;
    }
    if (ts.isIdentifier(node) && isValueReference(node)) {
      const meant = view.symbolOf(node)?.valueDeclaration;
      if (meant !== undefined && view.originOf(meant).kind === "project" && visitWhole(meant)) return true;
    }
    return ts.forEachChild(node, visit) ?? false;
  };
  return visitWhole(declaration);
}
