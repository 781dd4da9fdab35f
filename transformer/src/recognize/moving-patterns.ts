import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";

/** Holds the initialiser a pattern that keeps its `lastIndex` between matches: one with the flag `g` or `y`? */
export function holdsMovingPattern(declaration: TS.Node): boolean {
  const visit = (node: TS.Node): boolean => {
    if (ts.isRegularExpressionLiteral(node))
      return /[gy][a-z]*$/.test(node.text.slice(node.text.lastIndexOf("/")));
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === "RegExp") {
      const flags = node.arguments?.[1];
      if (flags !== undefined && (!ts.isStringLiteralLike(flags) || /[gy]/.test(flags.text))) return true;
    }
    return ts.forEachChild(node, visit) ?? false;
  };
  return ts.forEachChild(declaration, visit) ?? false;
}
