import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";

/** The member that an access always means: of `a.b` and `a["b"]`. */
export function accessedName(node: TS.PropertyAccessExpression | TS.ElementAccessExpression): string | null {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  return ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : null;
}

/** The name of a member that is declared, where it is no computed one. */
export function staticName(name: TS.PropertyName): string | null {
  if (ts.isComputedPropertyName(name))
    return ts.isStringLiteralLike(name.expression) ? name.expression.text : null;
  return name.text;
}
