import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { isThenable } from "../../compiler/functions.js";
import { qualifiedName } from "../../compiler/qualified-name.js";
import type { ProgramView } from "../../compiler/program-view.js";
import { outerParent, unwrap } from "../../compiler/symbols.js";
import { isHandled, isPromises } from "./floating.js";
import type { Rule } from "../rule.js";

/** A promise that nobody reads: what it stands for is cancelled if it has not ended when the workflow returns. */
export const pending: Rule = {
  code: "CTM2017",
  severity: "warning",
  looksAt: ["VoidExpression", "ExpressionStatement", "BinaryExpression", "VariableDeclaration"],
  check(node, { view, report }) {
    const found = unreadPromise(view, node);
    if (found === null || neverReturns(node)) return;
    report(
      found,
      "Nobody waits for this: a return does not either, and what is still pending when the workflow returns is cancelled.",
      "Write `await` where it must be done, at the latest before the return; leave it if it may be cancelled.",
    );
  },
};

/** `void activity(…)`, `activity(…).catch(…)` alone, and `const handle = activity(…)` that nobody reads. */
function unreadPromise(view: ProgramView, node: TS.Node): TS.Expression | null {
  const isPromise = (value: TS.Expression): boolean =>
    isThenable(view.checker, view.checker.getTypeAtLocation(value)) && !isForeign(view, value);
  if (ts.isVoidExpression(node)) return isPromise(node.expression) ? node.expression : null;
  if (ts.isExpressionStatement(node))
    return isHandled(view, node.expression) && isPromise(node.expression) ? node.expression : null;
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken)
    return isLost(view, node) && isPromise(node.right) ? node.right : null;
  if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name) || node.initializer === undefined)
    return null;
  const scope = ts.findAncestor(node, (at) => ts.isFunctionLike(at) || ts.isSourceFile(at));
  const type = (): TS.Type => view.checker.getTypeAtLocation(node.name);
  if (scope === undefined || ts.isSourceFile(scope)) return null;
  // Nearly all are read, and to ask for a type takes longer.
  if (isRead(view, scope, node.name)) return null;
  return isPromise(node.initializer) || isPromises(view, type()) ? node.initializer : null;
}

/** What packages and the platform begin has a message of its own. */
function isForeign(view: ProgramView, value: TS.Expression): boolean {
  let at = unwrap(value);
  for (;;) {
    const callee = ts.isCallExpression(at) ? unwrap(at.expression) : at;
    const declaration = view.symbolOf(callee)?.declarations?.[0];
    if (declaration === undefined) return false;
    const origin = view.originOf(declaration).kind;
    if (origin !== "platform") return origin === "package" || origin === "ambient";
    // `first.catch(…)` is as foreign as `first` is; `Promise.all(…)` is not.
    if (!/^Promise(Constructor)?$/.test(qualifiedName(declaration).container ?? "")) return true;
    if (!ts.isPropertyAccessExpression(callee)) return false;
    const inner = unwrap(callee.expression);
    if (!ts.isCallExpression(inner)) return false;
    at = inner;
  }
}

/** `sending = activity(…)` as a statement, where a variable of the function gets values that nobody reads. */
function isLost(view: ProgramView, { left, parent }: TS.BinaryExpression): boolean {
  const target = unwrap(left);
  const variable = ts.isIdentifier(target) ? view.symbolOf(target)?.valueDeclaration : undefined;
  if (variable === undefined || !ts.isVariableDeclaration(variable) || !ts.isExpressionStatement(parent))
    return false;
  const scope = ts.findAncestor(variable, (at) => ts.isFunctionLike(at) || ts.isSourceFile(at));
  return (
    scope !== undefined &&
    !ts.isSourceFile(scope) &&
    ts.isIdentifier(variable.name) &&
    !isRead(view, scope, variable.name)
  );
}

/** Named anywhere but where it gets a value. */
function isRead(view: ProgramView, scope: TS.Node, name: TS.Identifier): boolean {
  const symbol = view.symbolOf(name);
  const visit = (node: TS.Node): boolean => {
    if (ts.isIdentifier(node) && node !== name && node.text === name.text && view.symbolOf(node) === symbol) {
      const { parent, child } = outerParent(node);
      const isTarget =
        ts.isBinaryExpression(parent) &&
        parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
        parent.left === child;
      if (!isTarget) return true;
    }
    return ts.forEachChild(node, visit) ?? false;
  };
  return visit(scope);
}

/** Behind it, in its block or in one around, stands a loop that nothing leaves but an error. */
function neverReturns(node: TS.Node): boolean {
  for (let at = node; !ts.isSourceFile(at) && !ts.isFunctionLike(at); at = at.parent) {
    if (isEndless(at)) return true;
    const { parent } = at;
    if (!ts.isBlock(parent)) continue;
    const behind = parent.statements.slice(parent.statements.indexOf(at as TS.Statement) + 1);
    if (behind.some(isEndless)) return true;
  }
  return false;
}

function isEndless(node: TS.Node): boolean {
  const isLoop =
    (ts.isWhileStatement(node) && node.expression.kind === ts.SyntaxKind.TrueKeyword) ||
    (ts.isForStatement(node) && node.condition === undefined);
  if (!isLoop) return false;
  const leaves = (at: TS.Node): boolean => {
    if (ts.isFunctionLike(at)) return false;
    if (ts.isReturnStatement(at) || ts.isBreakStatement(at)) return true;
    return ts.forEachChild(at, leaves) ?? false;
  };
  return !leaves(node.statement);
}
