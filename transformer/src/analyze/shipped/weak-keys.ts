/*
 * `fields.set(key, value)` on a weak map that is never looked through: nobody sees the entry without the key, so it is a field of
 * the key, and a change of that. Libraries keep the private fields of their instances like this.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { functionOf } from "./lexical.js";
import { bare, isReassigned } from "./shipped-module.js";
import type { ShippedModule } from "./shipped-module.js";

const STORES = /^(set|add|delete)$/;
const ASKS = /^(get|has)$/;

/** The key that a call of a weak map changes, null where it only asks for one; null for any other call, or if nothing is known of the key. */
export function weakKeyOf(
  module: ShippedModule,
  fn: TS.FunctionLikeDeclaration,
  call: TS.CallExpression,
): { readonly key: TS.Expression | null } | null {
  const callee = bare(call.expression);
  const [first] = call.arguments;
  if (!ts.isPropertyAccessExpression(callee) || first === undefined) return null;
  if (!isWeak(module, bare(callee.expression))) return null;
  if (ASKS.test(callee.name.text)) return { key: null };
  const key = bare(first);
  return STORES.test(callee.name.text) && isHandedIn(module, fn, key) ? { key } : null;
}

/** A constant that is declared with `new WeakMap()` or `new WeakSet()`. */
function isWeak(module: ShippedModule, node: TS.Expression): boolean {
  const binding = ts.isIdentifier(node) ? module.lexical.resolve(node) : null;
  const [declaration, second] = binding?.declarations ?? [];
  if (binding === null || declaration === undefined || second !== undefined) return false;
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return false;
  const made = bare(declaration.initializer);
  return (
    ts.isNewExpression(made) &&
    ts.isIdentifier(made.expression) &&
    /^Weak(Map|Set)$/.test(made.expression.text) &&
    module.lexical.resolve(made.expression) === null &&
    !isReassigned(module, binding)
  );
}

/** A parameter of the function, the instance that its method is called on, or what it has made itself. */
function isHandedIn(module: ShippedModule, fn: TS.FunctionLikeDeclaration, key: TS.Expression): boolean {
  if (key.kind === ts.SyntaxKind.ThisKeyword) return ts.isConstructorDeclaration(fn) || isOfInstance(fn);
  const binding = ts.isIdentifier(key) ? module.lexical.resolve(key) : null;
  const [declaration] = binding?.declarations ?? [];
  if (binding === null || declaration === undefined || isReassigned(module, binding)) return false;
  if (functionOf(binding.scope) !== fn) return false;
  if (ts.isParameter(declaration)) return true;
  return (
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined &&
    isMade(bare(declaration.initializer))
  );
}

function isMade(value: TS.Expression): boolean {
  if (ts.isNewExpression(value) || ts.isObjectLiteralExpression(value)) return true;
  if (ts.isArrayLiteralExpression(value)) return true;
  return ts.isCallExpression(value) && value.expression.getText() === "Object.create";
}

function isOfInstance(fn: TS.FunctionLikeDeclaration): boolean {
  if (!ts.isMethodDeclaration(fn) && !ts.isAccessor(fn)) return false;
  const isStatic = (ts.getCombinedModifierFlags(fn) & ts.ModifierFlags.Static) !== 0;
  return ts.isClassLike(fn.parent) && !isStatic;
}
