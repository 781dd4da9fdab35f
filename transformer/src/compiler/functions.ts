/*
 * Questions about functions and promises that several passes ask.
 */
import { ts } from "./ts.js";
import type { TS } from "./ts.js";
import { isInert } from "./walk-values.js";

export function isAsync(node: TS.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword) ?? false)
  );
}

/** Has the type a `then` that can be called? */
export function isThenable(checker: TS.TypeChecker, type: TS.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => {
    if ((part.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Never)) !== 0) return false;
    const then = checker.getPropertyOfType(part, "then");
    const declaration = then?.declarations?.[0];
    return (
      then !== undefined &&
      declaration !== undefined &&
      checker.getTypeOfSymbolAtLocation(then, declaration).getCallSignatures().length > 0
    );
  });
}

/** By their form alone, and each call of a function asks anew. */
const resultsOf = new WeakMap<TS.FunctionLikeDeclaration, readonly TS.Expression[]>();

/** What a function returns or yields. */
export function results(fn: TS.FunctionLikeDeclaration): readonly TS.Expression[] {
  let found = resultsOf.get(fn);
  if (found === undefined) resultsOf.set(fn, (found = findResults(fn)));
  return found;
}

function findResults(fn: TS.FunctionLikeDeclaration): readonly TS.Expression[] {
  if (fn.body === undefined) return [];
  if (!ts.isBlock(fn.body)) return [fn.body];
  const found: TS.Expression[] = [];
  const visit = (node: TS.Node): void => {
    if (isInert(node) || ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if ((ts.isReturnStatement(node) || ts.isYieldExpression(node)) && node.expression !== undefined)
      found.push(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(fn.body);
  return found;
}
