/*
 * What a function leaves behind: its variables and parameters that functions inside of it change, which run when it has returned.
 */
import { changedBy } from "../compiler/changes.js";
import { isAsync } from "../compiler/functions.js";
import { outerParent, unwrap } from "../compiler/symbols.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { callThatRuns, callsAtOnce } from "./load-time.js";

export type Maker = TS.FunctionLikeDeclaration | TS.ClassStaticBlockDeclaration;

/** What a function inside `fn` changes of the variables and parameters of `fn`; a pattern, only where it can move. */
export function changeOfCaptured(view: ProgramView, fn: Maker, isMoving: boolean): TS.Node | null {
  return changesOfCaptured(view, fn, isMoving, () => true);
}

/** The first change of what `fn` declared that is looked for, by a function that may run when `fn` has returned. */
export function changesOfCaptured(
  view: ProgramView,
  fn: Maker,
  isMoving: boolean,
  isLookedFor: (target: TS.Expression) => boolean,
): TS.Node | null {
  const isChange = (target: TS.Expression): boolean =>
    isDeclaredIn(view, target, fn) &&
    (isMoving || !view.isGlobal(view.checker.getTypeAtLocation(target).symbol, "RegExp")) &&
    isLookedFor(target);
  const visit = (node: TS.Node, isInner: boolean): TS.Node | null => {
    if (isInner && changedBy(view, node, "locals too").some(isChange)) return node;
    const inChild = (child: TS.Node): TS.Node | undefined =>
      visit(child, isInner || (runsLater(child) && !runsAtOnce(view, child, fn))) ?? undefined;
    return ts.forEachChild(node, inChild) ?? null;
  };
  return fn.body === undefined ? null : visit(fn.body, ts.isFunctionLike(fn.body));
}

/** The code of a function, and what gives a field of instances its value. */
function runsLater(node: TS.Node): boolean {
  const isField =
    ts.isPropertyDeclaration(node) && (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) === 0;
  return ts.isFunctionLike(node) || isField;
}

/** Has a function inside `maker` run for the last time when `maker` has returned? It is called where it stands, or by its name there. */
function runsAtOnce(view: ProgramView, inner: TS.Node, maker: Maker): boolean {
  if (!ts.isFunctionLike(inner) || !("body" in inner) || isAsync(inner)) return false;
  if (inner.asteriskToken !== undefined) return false;
  if (callThatRuns(view, inner) !== null) return true;
  const { parent, child } = outerParent(inner);
  const name = ts.isFunctionDeclaration(inner)
    ? inner.name
    : ts.isVariableDeclaration(parent) && parent.initializer === child
      ? parent.name
      : undefined;
  if (name === undefined || !ts.isIdentifier(name)) return false;
  const isOnlyCalled = (node: TS.Node): boolean => {
    if (ts.isIdentifier(node) && node !== name && node.text === name.text) {
      const use = outerParent(node);
      if (!ts.isCallExpression(use.parent)) return false;
      return use.parent.expression === use.child || callsAtOnce(view, use.parent);
    }
    if (runsLater(node) && node !== inner && callThatRuns(view, node) === null && isNamedIn(node, name.text))
      return false;
    return ts.forEachChild(node, (each) => (isOnlyCalled(each) ? undefined : true)) !== true;
  };
  return maker.body !== undefined && isOnlyCalled(maker.body);
}

function isNamedIn(node: TS.Node, text: string): boolean {
  if (ts.isIdentifier(node)) return node.text === text;
  return ts.forEachChild(node, (child) => isNamedIn(child, text) || undefined) ?? false;
}

function isDeclaredIn(view: ProgramView, target: TS.Expression, fn: TS.Node): boolean {
  const declaration = declarationOfHead(view, target);
  return declaration !== null && ts.findAncestor(declaration.parent, isScope) === fn;
}

/** Of `a` in `a.b[c]`. */
export function declarationOfHead(view: ProgramView, target: TS.Expression): TS.Node | null {
  let at = unwrap(target);
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) at = unwrap(at.expression);
  return (ts.isIdentifier(at) ? view.symbolOf(at)?.valueDeclaration : undefined) ?? null;
}

function isScope(node: TS.Node): boolean {
  return ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node);
}
