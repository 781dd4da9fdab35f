/*
 * Purpose: a variable that holds the innermost of nested scopes, `currentScope`: between calls it is what it was declared with.
 *
 * The form: one function enters (`current = make(current)`, and gives that back), one leaves (`if (scope === current) current =
 * scope.parent`), and who enters leaves again in the same call: in a `finally`, or in a later statement. As everywhere, what
 * happens on the way to a `throw` does not count.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { isValueReference } from "../../compiler/walk-values.js";
import type { Change } from "./changes.js";
import type { Binding } from "./lexical.js";
import { functionBehind } from "./load-calls.js";
import { bare, namedFunction, returnsOf } from "./shipped-module.js";
import { usesOf } from "./uses.js";
import type { World } from "./world.js";

/** Are all changes of a variable those of a stack of scopes that is empty between calls? */
export function isScope(world: World, binding: Binding, all: readonly Change[]): boolean {
  const [declaration, second] = binding.declarations;
  if (declaration === undefined || second !== undefined || !ts.isVariableDeclaration(declaration))
    return false;
  if (
    declaration.initializer !== undefined &&
    !/^(null|undefined|void 0)$/.test(declaration.initializer.getText())
  )
    return false;
  const entering = all.flatMap((change) => {
    const entered = entersBy(change, binding);
    return entered === null ? [] : [{ change, ...entered }];
  });
  const leaving = all.flatMap((change) => {
    const left = leavesBy(change, binding);
    return left === null ? [] : [{ change, ...left }];
  });
  const [enter] = entering;
  const [leave] = leaving;
  // What hangs on it is the scope's, which `enter` has made.
  const own = all.filter(({ target }) => isNamed(target, binding.name));
  if (enter === undefined || leave === undefined || own.length !== 2) return false;
  if (!keepsOuter(world, enter.change, enter.value, binding, leave.member)) return false;
  const name = bindingOfFunction(enter.change);
  if (name === null || !isOnlyCalled(enter.change, name)) return false;
  const uses = usesOf(world, name);
  return uses.length > 0 && uses.every(({ node, fn }) => isLeftAgain(enter.change, leave.change, node, fn));
}

/** `(…) => current = make(current, …)`: the new scope, which the function gives back. */
function entersBy({ node, fn }: Change, binding: Binding): { readonly value: TS.Expression } | null {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return null;
  if (!isNamed(node.left, binding.name)) return null;
  const [returned, another] = returnsOf(fn);
  if (returned === undefined || another !== undefined || bare(returned) !== node) return null;
  return { value: bare(node.right) };
}

/** `if (scope === current) current = scope.parent`, of a parameter `scope`. */
function leavesBy({ node, fn }: Change, binding: Binding): { readonly member: string } | null {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return null;
  const value = bare(node.right);
  const [parameter] = fn.parameters;
  if (!isNamed(node.left, binding.name) || !ts.isPropertyAccessExpression(value) || parameter === undefined)
    return null;
  const scope = parameter.name.getText();
  if (!isNamed(value.expression, scope)) return null;
  const test = ts.findAncestor(node, ts.isIfStatement);
  if (test === undefined || ts.findAncestor(node, (at) => at === test.thenStatement) === undefined)
    return null;
  const asked = bare(test.expression);
  const isTested =
    ts.isBinaryExpression(asked) &&
    asked.operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken &&
    [asked.left, asked.right].some((side) => isNamed(side, scope)) &&
    [asked.left, asked.right].some((side) => isNamed(side, binding.name));
  return isTested ? { member: value.name.text } : null;
}

/** Does the new scope hold the outer one under `member`: `{ member: current }`, or made by a function that is given it? */
function keepsOuter(
  world: World,
  change: Change,
  value: TS.Expression,
  binding: Binding,
  member: string,
): boolean {
  if (ts.isObjectLiteralExpression(value)) return holds(value, member, binding.name);
  if (!ts.isCallExpression(value)) return false;
  const index = value.arguments.findIndex((argument) => isNamed(argument, binding.name));
  const made = functionBehind(world, change.module, value);
  const parameter = made?.node.parameters[index]?.name;
  if (made === null || index < 0 || parameter === undefined || !ts.isIdentifier(parameter)) return false;
  const returned = returnsOf(made.node).map(bare);
  return (
    returned.length > 0 &&
    returned.every((each) => ts.isObjectLiteralExpression(each) && holds(each, member, parameter.text))
  );
}

function holds(literal: TS.ObjectLiteralExpression, member: string, name: string): boolean {
  return literal.properties.some((property) =>
    ts.isShorthandPropertyAssignment(property)
      ? property.name.text === member && member === name
      : ts.isPropertyAssignment(property) &&
        property.name.getText() === member &&
        isNamed(property.initializer, name),
  );
}

/** `const scope = enter(…)`, and later in the same block what leaves it. */
function isLeftAgain(
  enter: Change,
  leave: Change,
  node: TS.Expression,
  fn: TS.FunctionLikeDeclaration,
): boolean {
  const call = node.parent;
  if (!ts.isCallExpression(call) || bare(call.expression) !== node) return false;
  const declaration = call.parent;
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return false;
  if ((declaration.parent.flags & ts.NodeFlags.Const) === 0) return false;
  const statement = declaration.parent.parent;
  const block = statement.parent;
  // In what goes on later, as `await` and `yield` do, others would find the scope.
  const isLater = fn.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true;
  const isGenerator = "asteriskToken" in fn && fn.asteriskToken !== undefined;
  if (isLater || isGenerator || !ts.isBlock(block) || !ts.isVariableStatement(statement)) return false;
  const scope = declaration.name.text;
  for (const each of block.statements.slice(block.statements.indexOf(statement) + 1)) {
    const end = ts.isTryStatement(each) ? each.finallyBlock : each;
    if (end !== undefined && leaves(leave, end, scope, enter.module.lexical)) return true;
    if (mayReturn(each)) return false;
  }
  return false;
}

/** Does a statement leave the scope on each of its ways? */
function leaves(
  leave: Change,
  statement: TS.Statement,
  scope: string,
  lexical: Change["module"]["lexical"],
): boolean {
  if (ts.isBlock(statement)) return statement.statements.some((each) => leaves(leave, each, scope, lexical));
  if (ts.isIfStatement(statement)) {
    const other = statement.elseStatement;
    return (
      other !== undefined &&
      leaves(leave, statement.thenStatement, scope, lexical) &&
      leaves(leave, other, scope, lexical)
    );
  }
  if (!ts.isExpressionStatement(statement)) return false;
  const call = bare(statement.expression);
  const [argument] = ts.isCallExpression(call) ? call.arguments : [];
  if (!ts.isCallExpression(call) || argument === undefined || !isNamed(argument, scope)) return false;
  const called = namedFunction(lexical, bare(call.expression));
  if (called === leave.fn) return true;
  // `revoke(scope) { leave(scope); … }`
  const [first] = called?.body !== undefined && ts.isBlock(called.body) ? called.body.statements : [];
  const [parameter] = called?.parameters ?? [];
  if (first === undefined || parameter === undefined || !ts.isExpressionStatement(first)) return false;
  const inner = bare(first.expression);
  return (
    ts.isCallExpression(inner) &&
    namedFunction(lexical, bare(inner.expression)) === leave.fn &&
    inner.arguments[0] !== undefined &&
    isNamed(inner.arguments[0], parameter.name.getText())
  );
}

function mayReturn(node: TS.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  if (ts.isReturnStatement(node) || ts.isBreakOrContinueStatement(node)) return true;
  return ts.forEachChild(node, (child) => mayReturn(child) || undefined) ?? false;
}

/** Is a function of a module named by nobody but those who call it? What is handed on could be called by anybody. */
function isOnlyCalled({ module }: Change, binding: Binding): boolean {
  for (const exported of module.exports.values()) {
    if (exported.kind === "local" && module.lexical.resolve(exported.name) === binding) return false;
  }
  let isOnly = true;
  const visit = (node: TS.Node): void => {
    if (ts.isIdentifier(node) && node.text === binding.name && isValueReference(node)) {
      const isCallee = ts.isCallExpression(node.parent) && node.parent.expression === node;
      isOnly &&= isCallee || module.lexical.resolve(node) !== binding;
    }
    ts.forEachChild(node, visit);
  };
  visit(module.file);
  return isOnly;
}

function bindingOfFunction({ fn, module }: Change): Binding | null {
  if (ts.isFunctionDeclaration(fn) && fn.name !== undefined) return module.lexical.resolve(fn.name);
  const { parent } = fn;
  return ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)
    ? module.lexical.resolve(parent.name)
    : null;
}

function isNamed(node: TS.Expression, name: string): boolean {
  const at = bare(node);
  return ts.isIdentifier(at) && at.text === name;
}
