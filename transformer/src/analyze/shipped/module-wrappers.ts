/*
 * CommonJS modules in one file, as bundlers write them: `var require_lib = wrap({ "lib.js"(exports, module) { … } })`, and
 * `require_lib()` for what they export. The wrapper is known by what it does, whatever it is called.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { functionBehind } from "./load-calls.js";
import type { FunctionBehind } from "./load-calls.js";
import { homeOf } from "./namespaces.js";
import { bare, isFunctionLiteral, isReassigned, ownNodes, returnsOf } from "./shipped-module.js";
import type { ShippedModule } from "./shipped-module.js";
import type { World } from "./world.js";

/** The function of a wrapped module whose exports a call gives; null for any other call. */
export function wrappedModule(
  world: World,
  module: ShippedModule,
  call: TS.CallExpression,
): FunctionBehind | null {
  if (call.arguments.length > 0) return null;
  const home = homeOf(world, module, call.expression);
  const [declaration, second] = home?.binding.declarations ?? [];
  if (home === null || declaration === undefined || second !== undefined) return null;
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return null;
  const made = bare(declaration.initializer);
  if (!ts.isCallExpression(made) || isReassigned(home.module, home.binding)) return null;
  const wrapper = functionBehind(world, home.module, made);
  if (wrapper === null || !isWrapper(wrapper.node)) return null;
  const given = made.arguments[0] === undefined ? null : bare(made.arguments[0]);
  const fn = given !== null && ts.isObjectLiteralExpression(given) ? onlyMember(given) : given;
  return fn !== null && (isFunctionLiteral(fn) || ts.isMethodDeclaration(fn))
    ? { module: home.module, node: fn }
    : null;
}

/** `{ "lib.js"(exports, module) { … } }` */
function onlyMember(literal: TS.ObjectLiteralExpression): TS.Node | null {
  const [property, another] = literal.properties;
  if (property === undefined || another !== undefined) return null;
  return ts.isPropertyAssignment(property) ? bare(property.initializer) : property;
}

const known = new WeakMap<TS.Node, boolean>();

/** `(cb, mod) => () => (mod || cb((mod = { exports: {} }).exports, mod), mod.exports)` */
function isWrapper(fn: TS.FunctionLikeDeclaration): boolean {
  let is = known.get(fn);
  if (is === undefined) known.set(fn, (is = looksLikeWrapper(fn)));
  return is;
}

function looksLikeWrapper(fn: TS.FunctionLikeDeclaration): boolean {
  const [callback, module] = fn.parameters.map(({ name }) => (ts.isIdentifier(name) ? name.text : ""));
  const [returned, another] = returnsOf(fn);
  const inner = returned === undefined ? null : bare(returned);
  if (callback === undefined || module === undefined || another !== undefined) return false;
  if (inner === null || !isFunctionLiteral(inner) || inner.parameters.length > 0) return false;
  const gives = returnsOf(inner);
  const givesExports = gives.length > 0 && gives.every((value) => isMember(lastOf(value), module, "exports"));
  let isCalled = false;
  ownNodes(inner, (node) => {
    if (!ts.isCallExpression(node)) return;
    const callee = bare(node.expression);
    const called = ts.isElementAccessExpression(callee) ? bare(callee.expression) : callee;
    const [exported, self] = node.arguments;
    if (!ts.isIdentifier(called) || called.text !== callback || exported === undefined || self === undefined)
      return;
    const at = bare(exported);
    const made = ts.isPropertyAccessExpression(at) && at.name.text === "exports" ? bare(at.expression) : null;
    if (!isOnce(node, module)) return;
    isCalled ||= made !== null && isFresh(made, module) && ts.isIdentifier(self) && self.text === module;
  });
  return givesExports && isCalled;
}

/** `mod || cb(…)`: only the first call runs the module. */
function isOnce(call: TS.CallExpression, name: string): boolean {
  const guard = ts.findAncestor(
    call,
    (at): at is TS.BinaryExpression =>
      ts.isBinaryExpression(at) && at.operatorToken.kind === ts.SyntaxKind.BarBarToken,
  );
  if (guard === undefined || !ts.isIdentifier(guard.left) || guard.left.text !== name) return false;
  return ts.findAncestor(call, (at) => at === guard.right) !== undefined;
}

/** `mod = { exports: {} }` */
function isFresh(node: TS.Expression, name: string): boolean {
  return (
    ts.isBinaryExpression(node) &&
    ts.isIdentifier(node.left) &&
    node.left.text === name &&
    /^\{\s*exports:\s*\{\s*\}\s*\}$/.test(node.right.getText())
  );
}

function lastOf(node: TS.Expression): TS.Expression {
  const at = bare(node);
  const isList = ts.isBinaryExpression(at) && at.operatorToken.kind === ts.SyntaxKind.CommaToken;
  return isList ? lastOf(at.right) : at;
}

function isMember(node: TS.Expression, object: string, name: string): boolean {
  return (
    ts.isPropertyAccessExpression(node) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === object &&
    node.name.text === name
  );
}
