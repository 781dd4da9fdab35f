/*
 * Calls and functions, taken apart: what a call is on, what a function gives, where a callback goes.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { outerParent, unwrap } from "../compiler/symbols.js";

export type Call = TS.CallExpression | TS.NewExpression;

/** What a method is called on. */
export function receiverOf(call: Call): TS.Expression | null {
  const callee = unwrap(call.expression);
  return ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee)
    ? callee.expression
    : null;
}

/** Calls in `body` of what `parameter` holds, and calls that hand it on. */
export function callsWith(
  view: ProgramView,
  body: TS.Node,
  parameter: TS.Node,
): readonly { readonly call: Call; readonly argument: number | null }[] {
  const found: { call: Call; argument: number | null }[] = [];
  const means = (node: TS.Expression): boolean => {
    const at = unwrap(node);
    return ts.isIdentifier(at) && view.symbolOf(at)?.valueDeclaration === parameter;
  };
  const visit = (node: TS.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      if (means(node.expression)) found.push({ call: node, argument: null });
      node.arguments?.forEach((argument, i) => {
        if (means(argument)) found.push({ call: node, argument: i });
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

/** Does `call` give another view of its first argument: a proxy, or the bytes of a buffer? What is changed is the same. */
export function isAnotherView(view: ProgramView, call: Call, name: string): boolean {
  const first = call.arguments?.[0];
  if (first === undefined) return false;
  if (name === "Proxy") return true;
  if (!/^(\w+Array|DataView|(node:buffer\.)?BufferConstructor\.from)$/.test(name)) return false;
  const type = view.checker.getTypeAtLocation(first);
  const parts = type.isUnion() ? type.types : [type];
  return parts.some(
    ({ symbol }) =>
      view.isGlobal(symbol, "ArrayBuffer") ||
      view.isGlobal(symbol, "SharedArrayBuffer") ||
      view.isGlobal(symbol, "ArrayBufferLike"),
  );
}

/** Is `value` an object that is written somewhere, and no property of it is called `name` there? */
export function lacks(view: ProgramView, value: TS.Expression, name: string): boolean {
  const type = view.checker.getTypeAtLocation(value);
  const declaration = (type.symbol as TS.Symbol | undefined)?.valueDeclaration;
  return (
    name !== "*" &&
    declaration !== undefined &&
    ts.isObjectLiteralExpression(declaration) &&
    view.checker.getIndexInfosOfType(type).length === 0 &&
    view.checker.getPropertyOfType(type, name) === undefined
  );
}

/** `target` of `new Proxy(target, { get(held) { … } })`, for a function that is a trap. */
export function trappedBy(view: ProgramView, fn: TS.SignatureDeclaration): TS.Expression | null {
  const named = ts.isMethodDeclaration(fn) ? fn : fn.parent;
  if (!ts.isMethodDeclaration(named) && !ts.isPropertyAssignment(named)) return null;
  if (!ts.isObjectLiteralExpression(named.parent)) return null;
  const { parent, child } = outerParent(named.parent);
  if (!ts.isNewExpression(parent) || parent.arguments?.[1] !== child) return null;
  return view.isGlobal(view.symbolOf(parent.expression), "Proxy") ? parent.arguments[0]! : null;
}
