/*
 * State behind a closure: `const next = counter()` at module level, where `counter` gives out a function that changes what
 * `counter` declared. All runs in a process share it, as they share a module-level `let`.
 */
import { changedBy } from "../compiler/changes.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";
import { holdsMovingPattern } from "./moving-patterns.js";

/** The change that a module-level value of `declaration` can make to what only it can see; null where there is none. */
export function keptState(
  view: ProgramView,
  declaration: TS.VariableDeclaration | TS.PropertyDeclaration,
  functionOf: (callee: TS.Expression) => TS.FunctionLikeDeclaration | null,
): TS.Node | null {
  if (declaration.initializer === undefined) return null;
  const seen = new Set<TS.Node>();
  const changeIn = (root: TS.Node): TS.Node | null => {
    if (ts.isFunctionLike(root)) return null;
    if (ts.isCallExpression(root)) {
      const callee = unwrap(root.expression);
      const fn = ts.isArrowFunction(callee) || ts.isFunctionExpression(callee) ? callee : functionOf(callee);
      if (fn?.body !== undefined && !seen.has(fn) && holdsFunctions(view, root)) {
        seen.add(fn);
        const isMoving = holdsMovingPattern(declaration) || holdsMovingPattern(fn);
        const change = changeOfCaptured(view, fn, isMoving) ?? changeIn(fn.body);
        if (change !== null) return change;
      }
    }
    return ts.forEachChild(root, (child) => changeIn(child) ?? undefined) ?? null;
  };
  return changeIn(declaration.initializer);
}

/** What a function inside `fn` changes of the variables and parameters of `fn`; a pattern, only where it can move. */
function changeOfCaptured(
  view: ProgramView,
  fn: TS.FunctionLikeDeclaration,
  isMoving: boolean,
): TS.Node | null {
  const isChange = (target: TS.Expression): boolean =>
    isDeclaredIn(view, target, fn) &&
    (isMoving || !view.isGlobal(view.checker.getTypeAtLocation(target).symbol, "RegExp"));
  const visit = (node: TS.Node, isInner: boolean): TS.Node | null => {
    if (isInner && changedBy(view, node, "locals too").some(isChange)) return node;
    return (
      ts.forEachChild(node, (child) => visit(child, isInner || ts.isFunctionLike(child)) ?? undefined) ?? null
    );
  };
  return fn.body === undefined ? null : visit(fn.body, ts.isFunctionLike(fn.body));
}

function isDeclaredIn(view: ProgramView, target: TS.Expression, fn: TS.Node): boolean {
  let at = unwrap(target);
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) at = unwrap(at.expression);
  const declaration = ts.isIdentifier(at) ? view.symbolOf(at)?.valueDeclaration : undefined;
  return declaration !== undefined && ts.findAncestor(declaration.parent, ts.isFunctionLike) === fn;
}

/** Can what `call` gives be called, or a member of it? Plain data can't change by itself. */
function holdsFunctions(view: ProgramView, call: TS.CallExpression): boolean {
  const type = view.checker.getTypeAtLocation(call);
  if (type.getCallSignatures().length > 0) return true;
  return type.getProperties().some((member) => {
    const declaration = member.declarations?.[0];
    return (
      declaration !== undefined &&
      view.originOf(declaration).kind === "project" &&
      view.checker.getTypeOfSymbolAtLocation(member, call).getCallSignatures().length > 0
    );
  });
}
