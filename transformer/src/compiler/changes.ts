/*
 * What an expression changes: assignments, deletions, and the library's functions that change what they are called on.
 */
import { ts } from "./ts.js";
import type { TS } from "./ts.js";
import type { ProgramView } from "./program-view.js";
import { qualifiedName } from "./qualified-name.js";
import { unwrap } from "./symbols.js";

/** Methods of built-in objects that change the object. */
const CHANGING = new Set(
  `Array.push Array.pop Array.shift Array.unshift Array.splice Array.sort Array.reverse Array.fill Array.copyWithin
   Map.set Map.delete Map.clear Set.add Set.delete Set.clear WeakMap.set WeakMap.delete WeakSet.add WeakSet.delete`.split(
    /\s+/,
  ),
);
/** Functions that change their first argument. */
const CHANGING_FIRST = new Set(
  `ObjectConstructor.assign ObjectConstructor.defineProperty ObjectConstructor.defineProperties ObjectConstructor.setPrototypeOf
   Reflect.set Reflect.defineProperty Reflect.deleteProperty Reflect.setPrototypeOf`.split(/\s+/),
);

/** The expressions whose value, or what hangs on it, `node` itself changes; not what functions of the project change. */
export function changedBy(view: ProgramView, node: TS.Node): readonly TS.Expression[] {
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment
      ? assignmentTargets(node.left)
      : [];
  }
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    return node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken
      ? [node.operand]
      : [];
  }
  if (ts.isDeleteExpression(node)) return [node.expression];
  if (ts.isForOfStatement(node) || ts.isForInStatement(node)) {
    return ts.isVariableDeclarationList(node.initializer) ? [] : assignmentTargets(node.initializer);
  }
  if (!ts.isCallExpression(node)) return [];
  const callee = unwrap(node.expression);
  if (!ts.isPropertyAccessExpression(callee) && !ts.isElementAccessExpression(callee)) return [];
  const declaration = view.symbolOf(callee)?.declarations?.[0];
  if (declaration === undefined || view.originOf(declaration).kind !== "platform") return [];
  const { name } = qualifiedName(declaration);
  if (CHANGING.has(name) || /^\w+Array\.(set|fill|sort|reverse|copyWithin)$/.test(name))
    return [callee.expression];
  const first = node.arguments[0];
  return CHANGING_FIRST.has(name) && first !== undefined ? [first] : [];
}

function assignmentTargets(node: TS.Expression): readonly TS.Expression[] {
  const target = unwrap(node);
  if (ts.isArrayLiteralExpression(target)) return target.elements.flatMap(assignmentTargets);
  if (ts.isSpreadElement(target)) return assignmentTargets(target.expression);
  if (ts.isBinaryExpression(target)) return assignmentTargets(target.left);
  if (!ts.isObjectLiteralExpression(target)) return [target];
  return target.properties.flatMap((property) => {
    if (ts.isShorthandPropertyAssignment(property)) return [property.name];
    if (ts.isPropertyAssignment(property)) return assignmentTargets(property.initializer);
    return ts.isSpreadAssignment(property) ? assignmentTargets(property.expression) : [];
  });
}
