/*
 * Questions about the place of a piece of code, asked before new code is put there.
 */
import type { ProgramView } from "../../compiler/program-view.js";
import { qualifiedName } from "../../compiler/qualified-name.js";
import { isAsync } from "../../compiler/functions.js";
import { outerParent } from "../../compiler/symbols.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";

/** The call whose callee is `node`. */
export function callOf(node: TS.Node): TS.CallExpression | null {
  const { parent, child } = outerParent(node);
  if (!ts.isCallExpression(parent) || parent.expression !== child || parent.questionDotToken !== undefined)
    return null;
  return parent;
}

/** What the platform calls the thing that `node` means: `DateConstructor.now`; null for what is not the platform's. */
export function platformName(view: ProgramView, node: TS.Node): string | null {
  const declaration = view.symbolOf(node)?.declarations?.[0];
  if (declaration === undefined || view.originOf(declaration).kind !== "platform") return null;
  return qualifiedName(declaration).name;
}

/** Does code at `node` run when a function is called, rather than when its module loads? */
export function isInFunction(node: TS.Node): boolean {
  for (let at = node; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isFunctionLike(at)) return true;
    if (ts.isClassStaticBlockDeclaration(at)) return false;
    if (ts.isPropertyDeclaration(at) && ts.getCombinedModifierFlags(at) & ts.ModifierFlags.Static)
      return false;
  }
  return false;
}

/** May `await` stand at `node`? */
export function canAwait(node: TS.Node): boolean {
  for (let at = node; !ts.isSourceFile(at); at = at.parent) {
    const { parent } = at;
    if (ts.isClassStaticBlockDeclaration(parent) || ts.isPropertyDeclaration(parent)) return false;
    if (!ts.isFunctionLike(parent)) continue;
    const isBody = "body" in parent && parent.body === at;
    const isGenerator = "asteriskToken" in parent && parent.asteriskToken !== undefined;
    return isBody && isAsync(parent) && !isGenerator;
  }
  return false;
}

/** Would `await x` in the place of `node` bind to less than all of it? */
export function needsParentheses(node: TS.Node): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent))
    return parent.expression === node;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression === node;
  if (ts.isTaggedTemplateExpression(parent)) return parent.tag === node;
  if (ts.isBinaryExpression(parent))
    return parent.operatorToken.kind === ts.SyntaxKind.AsteriskAsteriskToken && parent.left === node;
  return ts.isNonNullExpression(parent);
}

/** Would an arrow function in the place of `node` need parentheses? Not as an argument, an initialiser or a whole body. */
export function isWholeValue(node: TS.Node): boolean {
  const { parent } = node;
  if (ts.isCallExpression(parent)) return parent.expression !== node;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isParameter(parent))
    return parent.initializer === node;
  return (
    ts.isArrayLiteralExpression(parent) ||
    ts.isReturnStatement(parent) ||
    ts.isParenthesizedExpression(parent)
  );
}

/** The text of code, on one line and short enough for a title. */
export function shortText(node: TS.Node): string {
  const text = node.getText().replace(/\s+/g, " ");
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}
