/*
 * Names that functions and classes know of themselves. Those of classes are durable and always count, since errors are known by
 * them. Those of functions count for a workflow that reads the `name` of some function, and mean nothing to all others.
 */
import { outerParent } from "../compiler/symbols.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { isOfKind } from "../compiler/walk-values.js";

/** What a class or function without a name is called: as the variable, parameter or property that it is given to. */
export function givenName(node: TS.Expression): string | null {
  const { parent, child } = outerParent(node);
  if (ts.isBinaryExpression(parent)) {
    const isGiven = isNaming(parent.operatorToken) && parent.right === child;
    return isGiven && ts.isIdentifier(parent.left) ? parent.left.text : null;
  }
  const isDeclared =
    ts.isVariableDeclaration(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isBindingElement(parent);
  if (!isDeclared || parent.initializer !== child) return null;
  return ts.isIdentifier(parent.name) || ts.isStringLiteral(parent.name) ? parent.name.text : null;
}

const isNaming = isOfKind([
  "EqualsToken",
  "QuestionQuestionEqualsToken",
  "BarBarEqualsToken",
  "AmpersandAmpersandEqualsToken",
]);
