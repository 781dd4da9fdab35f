import { COERCING_KINDS, coercionsAt, textParts } from "../coercions.js";
import { plainType } from "../../compiler/by-form.js";
import { isThenable } from "../../compiler/functions.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { ProgramView } from "../../compiler/program-view.js";
import { outerParent, unwrap } from "../../compiler/symbols.js";
import type { Rule } from "../rule.js";

/** A promise that is nobody's: what no-floating-promises means. `void`, a stored handle and a handled catch are not floating. */
export const floating: Rule = {
  code: "CTM2014",
  looksAt: [...COERCING_KINDS, "ExpressionStatement", "ForStatement"],
  check(node, { view, report }) {
    for (const { value, of } of coercionsAt(view, node)) {
      const parts = textParts(view, view.checker.getTypeAtLocation(value), of);
      if (!parts.some((part) => isThenable(view.checker, part))) continue;
      report(
        value,
        "This promise becomes text, which says nothing of its value: nobody waits for it, and its failure is lost.",
        "Write `await` before it, or `await Promise.all(…)` for a list.",
      );
    }
    for (const dropped of droppedBy(node)) {
      for (const found of floatingParts(view, dropped)) {
        report(
          found,
          "This promise is thrown away: nobody waits for it, its failure is lost, and what is pending when the workflow returns is cancelled.",
          "Write `await` before it, keep it in a const and await that later, or write `void` if it may be cancelled.",
        );
      }
    }
  },
};

/** Expressions whose value nobody gets: statements, the head of a `for`, and what stands before a comma. */
function droppedBy(node: TS.Node): readonly TS.Expression[] {
  if (ts.isExpressionStatement(node)) return [node.expression];
  if (ts.isForStatement(node)) {
    const { initializer, incrementor } = node;
    return [initializer, incrementor].filter(
      (part): part is TS.Expression => part !== undefined && !ts.isVariableDeclarationList(part),
    );
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.CommaToken) return [];
  const { parent, child } = outerParent(node);
  const isSeen =
    ts.isExpressionStatement(parent) ||
    (ts.isForStatement(parent) && parent.condition !== child) ||
    (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.CommaToken);
  return isSeen ? [] : [node.left];
}

function floatingParts(view: ProgramView, expression: TS.Expression): readonly TS.Expression[] {
  const node = unwrap(expression);
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    if (kind === ts.SyntaxKind.CommaToken)
      return [...floatingParts(view, node.left), ...floatingParts(view, node.right)];
    const isLogical =
      kind === ts.SyntaxKind.AmpersandAmpersandToken ||
      kind === ts.SyntaxKind.BarBarToken ||
      kind === ts.SyntaxKind.QuestionQuestionToken;
    return isLogical ? floatingParts(view, node.right) : [];
  }
  if (ts.isConditionalExpression(node))
    return [...floatingParts(view, node.whenTrue), ...floatingParts(view, node.whenFalse)];
  if (
    ts.isAwaitExpression(node) ||
    ts.isVoidExpression(node) ||
    ts.isYieldExpression(node) ||
    ts.isDeleteExpression(node)
  )
    return [];
  return isPromises(view, plainType(view, node)) && !isHandled(view, node) ? [node] : [];
}

/** A promise, or a list of promises. */
export function isPromises(view: ProgramView, type: TS.Type): boolean {
  if (isThenable(view.checker, type)) return true;
  // `ids?.map(send)`
  if (type.isUnion()) return type.types.some((part) => isPromises(view, part));
  if (!view.checker.isArrayType(type) && !view.checker.isTupleType(type)) return false;
  return view.checker
    .getTypeArguments(type as TS.TypeReference)
    .some((element) => isThenable(view.checker, element));
}

/** `.catch(handler)`, `.then(a, handler)`, and `.finally(…)` after one of them. */
export function isHandled(view: ProgramView, value: TS.Expression): boolean {
  const node = unwrap(value);
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const { name, expression } = node.expression;
  if (!isThenable(view.checker, view.checker.getTypeAtLocation(expression))) return false;
  if (name.text === "catch") return node.arguments.length >= 1;
  if (name.text === "then") return node.arguments.length >= 2;
  return name.text === "finally" && isHandled(view, unwrap(expression));
}
