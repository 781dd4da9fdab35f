/*
 * Values that are arrays, whatever happens: their methods are the language's, and no member that a package stores under the same
 * name is meant.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { functionBehind } from "./load-calls.js";
import { bare, isReassigned, returnsOf } from "./shipped-module.js";
import type { ShippedModule } from "./shipped-module.js";
import type { World } from "./world.js";

const METHODS = new Set(
  `at concat copyWithin entries every fill filter find findIndex findLast findLastIndex flat flatMap forEach includes indexOf join keys
   lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice unshift values`.split(
    /\s+/,
  ),
);
const GIVES_ARRAY = /^(concat|filter|flat|flatMap|map|reverse|slice|sort|splice)$/;
const MAKES_ARRAY = /^(Object\.(keys|values|entries|getOwnPropertyNames)|Array\.(from|of))$/;

/** Is `object.name` a method of arrays, of an object that is one? */
export function isArrayMethod(
  world: World,
  module: ShippedModule,
  object: TS.Expression,
  name: string,
): boolean {
  return METHODS.has(name) && isArray(world, module, object);
}

function isArray(world: World, module: ShippedModule, node: TS.Expression, depth = 0): boolean {
  const at = bare(node);
  const deeper = (inner: TS.Expression): boolean => depth < 4 && isArray(world, module, inner, depth + 1);
  if (ts.isArrayLiteralExpression(at)) return true;
  if (ts.isConditionalExpression(at)) return deeper(at.whenTrue) && deeper(at.whenFalse);
  if (ts.isCallExpression(at)) {
    const callee = bare(at.expression);
    if (ts.isPropertyAccessExpression(callee)) {
      const object = bare(callee.expression);
      const isGlobal = ts.isIdentifier(object) && module.lexical.resolve(object) === null;
      if (isGlobal && MAKES_ARRAY.test(`${object.text}.${callee.name.text}`)) return true;
      if (GIVES_ARRAY.test(callee.name.text) && deeper(object)) return true;
    }
    const called = depth < 4 ? functionBehind(world, module, at) : null;
    if (called === null || isDeferred(called.node)) return false;
    const returned = returnsOf(called.node);
    return returned.length > 0 && returned.every((each) => isArray(world, called.module, each, depth + 1));
  }
  if (!ts.isIdentifier(at)) return false;
  const binding = module.lexical.resolve(at);
  const [declaration, second] = binding?.declarations ?? [];
  if (binding === null || declaration === undefined || second !== undefined) return false;
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return false;
  if (declaration.initializer === undefined || isReassigned(module, binding)) return false;
  return deeper(declaration.initializer);
}

/** Does a promise or a generator come out, whatever is returned? */
function isDeferred(fn: TS.FunctionLikeDeclaration): boolean {
  const isAsync = fn.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true;
  return isAsync || ("asteriskToken" in fn && fn.asteriskToken !== undefined);
}
