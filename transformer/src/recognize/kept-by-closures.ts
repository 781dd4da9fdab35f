/*
 * What a closure gives out of what it keeps: `() => held`, where `held` is a variable or a parameter of the function around it. It is
 * there for as long as the closure is, and belongs to whatever holds that.
 */
import { isDeclaredPrimitive } from "../compiler/by-form.js";
import { results } from "../compiler/functions.js";
import { libraryCall } from "../compiler/library-calls.js";
import { unwrap } from "../compiler/symbols.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { isIn } from "../compiler/walk-values.js";
import type { ProgramView } from "../compiler/program-view.js";
import { sourceOfResult } from "./library-values.js";
import type { Path } from "./value-root.js";

/** Does `fn` give, at `path`, something of a function around it that has returned for the code at `caller`? */
export function givesKept(
  view: ProgramView,
  fn: TS.FunctionLikeDeclaration,
  caller: TS.Node,
  path: Path,
): boolean {
  const around = ts.findAncestor(fn.parent, ts.isFunctionLike);
  if (around === undefined || isIn(caller, around)) return false;
  const seen = new Set<TS.Node>();

  const isKept = (value: TS.Expression, [name, ...rest]: Path): boolean => {
    const node = unwrap(value);
    const at = name === undefined ? [] : [name, ...rest];
    if (seen.has(node)) return false;
    seen.add(node);
    if (ts.isIdentifier(node)) return isKeptVariable(node, at);
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node))
      return isKept(node.expression, []);
    if (ts.isAwaitExpression(node)) return isKept(node.expression, at);
    if (ts.isConditionalExpression(node)) return isKept(node.whenTrue, at) || isKept(node.whenFalse, at);
    if (ts.isBinaryExpression(node)) return isKept(node.left, at) || isKept(node.right, at);
    if (ts.isCallExpression(node)) {
      const call = libraryCall(view, node, () => true);
      const isPart = call !== null && sourceOfResult(call.name)?.from === "receiver";
      return isPart && call.receiver !== null && isKept(call.receiver, []);
    }
    return (
      ts.isObjectLiteralExpression(node) &&
      node.properties.some((property) => {
        const isMeant =
          name !== undefined &&
          (name === "*" || property.name?.getText() === name || property.name === undefined);
        if (!isMeant) return false;
        if (ts.isPropertyAssignment(property)) return isKept(property.initializer, rest);
        return ts.isShorthandPropertyAssignment(property) && isKept(property.name, rest);
      })
    );
  };

  const isKeptVariable = (node: TS.Identifier, path: Path): boolean => {
    const declaration = view.symbolOf(node)?.valueDeclaration;
    if (
      declaration === undefined ||
      !(
        ts.isVariableDeclaration(declaration) ||
        ts.isParameter(declaration) ||
        ts.isBindingElement(declaration)
      )
    )
      return false;
    const owner = ts.findAncestor(declaration.parent, ts.isFunctionLike);
    if (owner === undefined) return false;
    if (!isIn(owner, fn)) return !isDeclaredPrimitive(view, node);
    return (
      ts.isVariableDeclaration(declaration) &&
      declaration.initializer !== undefined &&
      isKept(declaration.initializer, path)
    );
  };

  return results(fn).some((result) => isKept(result, path));
}

/** The call of `maker` that made the function that `callee` names, where it is in sight: `holder(table)` of `const words = holder(table)`. */
export function callThatMade(
  view: ProgramView,
  callee: TS.Expression,
  isMaker: (callee: TS.Expression) => boolean,
): TS.CallExpression | null {
  let at = unwrap(callee);
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) at = unwrap(at.expression);
  const declaration = ts.isIdentifier(at) ? view.symbolOf(at)?.valueDeclaration : undefined;
  const held =
    declaration !== undefined && ts.isVariableDeclaration(declaration) ? declaration.initializer : at;
  const made = held === undefined ? undefined : unwrap(held);
  return made !== undefined && ts.isCallExpression(made) && isMaker(made.expression) ? made : null;
}
