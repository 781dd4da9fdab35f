/*
 * What a changed expression hangs on: a variable or class at module level, a parameter, or `this`.
 */
import { qualifiedName } from "../compiler/qualified-name.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";
import { isModuleLevel } from "./units.js";

export type ChangeRoot =
  | { readonly kind: "module"; readonly declaration: TS.Node }
  | { readonly kind: "parameter"; readonly declaration: TS.ParameterDeclaration }
  /** `this` of a method or function. */
  | { readonly kind: "this"; readonly owner: TS.Node };

/** Methods that give out what they are called on holds. */
const GIVING = new Set(
  "Map.get WeakMap.get ReadonlyMap.get Array.at Array.find Array.findLast ReadonlyArray.at ReadonlyArray.find".split(
    " ",
  ),
);

/** The root of `target`; null for what is local or new. */
export function changeRoot(view: ProgramView, target: TS.Expression): ChangeRoot | null {
  let at: TS.Expression | null = unwrap(target);
  // Bounded, since a const may be declared in terms of itself.
  for (let steps = 0; at !== null && steps < 100; steps++) {
    if (at.kind === ts.SyntaxKind.ThisKeyword) return rootOfThis(at);
    const declaration = view.symbolOf(at)?.valueDeclaration;
    if (declaration !== undefined) {
      const root = declaredRoot(view, declaration);
      if (root !== null) return root;
    }
    at = inner(view, at, declaration);
  }
  return null;
}

function declaredRoot(view: ProgramView, declaration: TS.Declaration): ChangeRoot | null {
  if (ts.isParameter(declaration)) return { kind: "parameter", declaration };
  if (ts.isBindingElement(declaration)) {
    let outer: TS.Node = declaration;
    while (ts.isBindingElement(outer) || ts.isObjectBindingPattern(outer) || ts.isArrayBindingPattern(outer))
      outer = outer.parent;
    return ts.isParameter(outer) ? { kind: "parameter", declaration: outer } : null;
  }
  if (
    !ts.isVariableDeclaration(declaration) &&
    !ts.isClassDeclaration(declaration) &&
    !ts.isFunctionDeclaration(declaration)
  )
    return null;
  return isModuleLevel(declaration) && view.originOf(declaration).kind === "project"
    ? { kind: "module", declaration }
    : null;
}

/** Holds the initialiser a pattern that keeps its `lastIndex` between matches: one with the flag `g` or `y`? */
export function holdsMovingPattern(declaration: TS.Node): boolean {
  const visit = (node: TS.Node): boolean => {
    if (ts.isRegularExpressionLiteral(node))
      return /[gy][a-z]*$/.test(node.text.slice(node.text.lastIndexOf("/")));
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === "RegExp") {
      const flags = node.arguments?.[1];
      if (flags !== undefined && (!ts.isStringLiteralLike(flags) || /[gy]/.test(flags.text))) return true;
    }
    return ts.forEachChild(node, visit) ?? false;
  };
  return ts.forEachChild(declaration, visit) ?? false;
}

/** The next expression inwards: what a property is read from, what a local alias stands for, what a loop runs over. */
function inner(
  view: ProgramView,
  at: TS.Expression,
  declaration: TS.Declaration | undefined,
): TS.Expression | null {
  if (ts.isIdentifier(at)) {
    if (declaration === undefined) return null;
    const holder = ts.isBindingElement(declaration)
      ? ts.findAncestor(declaration, ts.isVariableDeclaration)
      : declaration;
    if (holder === undefined || !ts.isVariableDeclaration(holder)) return null;
    if (holder.initializer !== undefined) return unwrap(holder.initializer);
    const loop = holder.parent.parent;
    return ts.isForOfStatement(loop) ? unwrap(loop.expression) : null;
  }
  if (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) return unwrap(at.expression);
  if (!ts.isCallExpression(at)) return null;
  const callee = unwrap(at.expression);
  if (!ts.isPropertyAccessExpression(callee)) return null;
  const method = view.symbolOf(callee)?.declarations?.[0];
  if (method === undefined || view.originOf(method).kind !== "platform") return null;
  return GIVING.has(qualifiedName(method).name) ? unwrap(callee.expression) : null;
}

/** In a static member `this` is the class; elsewhere it is whatever the function is called on. */
function rootOfThis(node: TS.Node): ChangeRoot | null {
  const owner = ts.findAncestor(
    node,
    (at) => ts.isClassElement(at) || (ts.isFunctionLike(at) && !ts.isArrowFunction(at)),
  );
  if (owner === undefined) return null;
  const isStatic =
    ts.isClassStaticBlockDeclaration(owner) ||
    (ts.canHaveModifiers(owner) &&
      (ts.getModifiers(owner)?.some((at) => at.kind === ts.SyntaxKind.StaticKeyword) ?? false));
  if (!isStatic) return { kind: "this", owner };
  return ts.isClassDeclaration(owner.parent) && isModuleLevel(owner.parent)
    ? { kind: "module", declaration: owner.parent }
    : null;
}
