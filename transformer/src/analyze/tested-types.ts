/*
 * Tests that keep a kind of value away from an expression although its type does not say so: behind `x instanceof Date ? … :`,
 * and behind `if (typeof x === "object") return`.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";

/** What a test must say of a value for the other branch to be free of a kind of values. */
export interface KindOfValue {
  /** `x instanceof Date` */
  readonly className: string | null;
  /** `typeof x === "object"` */
  readonly typeOf: string;
}

/** Has a test around `node`, or before it, taken all values of `kind` out of `value`? */
export function isTestedAway(
  view: ProgramView,
  node: TS.Node,
  value: TS.Expression,
  kind: KindOfValue,
): boolean {
  const symbol = view.symbolOf(unwrap(value));
  if (symbol === undefined) return false;
  const says = (condition: TS.Expression, holds: boolean): boolean => {
    const test = unwrap(condition);
    if (ts.isPrefixUnaryExpression(test) && test.operator === ts.SyntaxKind.ExclamationToken)
      return says(test.operand, !holds);
    if (!ts.isBinaryExpression(test)) return false;
    const operator = test.operatorToken.kind;
    // `a || b` is false where both are, `a && b` is true where both are.
    const both = holds ? ts.SyntaxKind.AmpersandAmpersandToken : ts.SyntaxKind.BarBarToken;
    if (operator === both) return says(test.left, holds) || says(test.right, holds);
    if (operator === ts.SyntaxKind.InstanceOfKeyword)
      return (
        !holds &&
        kind.className !== null &&
        view.symbolOf(unwrap(test.left)) === symbol &&
        view.isGlobal(view.symbolOf(unwrap(test.right)), kind.className)
      );
    const isEqual = operator === ts.SyntaxKind.EqualsEqualsEqualsToken;
    if (!isEqual && operator !== ts.SyntaxKind.ExclamationEqualsEqualsToken) return false;
    const left = unwrap(test.left);
    if (!ts.isTypeOfExpression(left) || !ts.isStringLiteralLike(test.right)) return false;
    if (view.symbolOf(unwrap(left.expression)) !== symbol) return false;
    return isEqual !== holds ? test.right.text === kind.typeOf : holds && test.right.text !== kind.typeOf;
  };
  for (let at = node; !ts.isSourceFile(at) && !ts.isFunctionLike(at); at = at.parent) {
    const { parent } = at;
    if (ts.isConditionalExpression(parent)) {
      if (at === parent.whenFalse && says(parent.condition, false)) return true;
      if (at === parent.whenTrue && says(parent.condition, true)) return true;
    } else if (ts.isIfStatement(parent)) {
      if (at === parent.elseStatement && says(parent.expression, false)) return true;
      if (at === parent.thenStatement && says(parent.expression, true)) return true;
    } else if (ts.isBlock(parent) || ts.isSourceFile(parent) || ts.isCaseOrDefaultClause(parent)) {
      for (const statement of parent.statements) {
        if (statement === at) break;
        if (
          ts.isIfStatement(statement) &&
          leaves(statement.thenStatement) &&
          says(statement.expression, false)
        )
          return true;
      }
    }
  }
  return false;
}

function leaves(statement: TS.Statement): boolean {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return (
    last !== undefined &&
    (ts.isReturnStatement(last) ||
      ts.isThrowStatement(last) ||
      ts.isContinueStatement(last) ||
      ts.isBreakStatement(last))
  );
}
