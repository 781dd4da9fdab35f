/*
 * State behind a closure: `const next = counter()` at module level, where `counter` gives out a function that changes what
 * `counter` declared. All runs in a process share it, as they share a module-level `let`.
 */
import { changedBy } from "../compiler/changes.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";
import { results } from "../compiler/functions.js";
import { placesAtLoad } from "./load-time.js";
import { holdsMovingPattern } from "./moving-patterns.js";
import { isModuleLevel } from "./units.js";

type FunctionOf = (callee: TS.Expression) => TS.FunctionLikeDeclaration | null;

/** What stands at module level, and a change that its value can make to what only it can see. */
export interface KeptState {
  readonly holder: TS.Node;
  readonly change: TS.Node;
}

/** The state that `node` keeps, where it is a variable, a static field or a class at module level; null where there is none. */
export function keptState(view: ProgramView, node: TS.Node, functionOf: FunctionOf): KeptState | null {
  const isStatic =
    ts.isPropertyDeclaration(node) && (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) !== 0;
  const holder = isStatic ? node.parent : node;
  if (!isStatic && !ts.isVariableDeclaration(node) && !ts.isClassDeclaration(node)) return null;
  if (!isModuleLevel(holder)) return null;
  const change = ts.isClassDeclaration(node)
    ? (keptByDecorators(view, node, functionOf) ?? keptByBlocks(view, node))
    : keptByValue(view, node, functionOf);
  return change === null ? null : { holder, change };
}

/** The change that what `node` hands out while modules load can make to what only it can see: `hooks.push(() => count++)`. */
export function handedOut(view: ProgramView, node: TS.Node): TS.Node | null {
  const fn = ts.findAncestor(node, ts.isFunctionLike);
  if (fn === undefined || !("body" in fn) || fn.body === undefined) return null;
  const change = changeOfCaptured(view, fn, holdsMovingPattern(view, fn));
  return change !== null && placesAtLoad(view, change) === null ? change : null;
}

function keptByValue(
  view: ProgramView,
  declaration: TS.VariableDeclaration | TS.PropertyDeclaration,
  functionOf: FunctionOf,
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
        const isMoving = holdsMovingPattern(view, declaration) || holdsMovingPattern(view, fn);
        const change = changeOfCaptured(view, fn, isMoving) ?? changeIn(fn.body);
        if (change !== null) return change;
      }
    }
    return ts.forEachChild(root, (child) => changeIn(child) ?? undefined) ?? null;
  };
  return changeIn(declaration.initializer);
}

/**
 * The change that decorators of a class can make to what only they can see: they run once, with the class, and what they put in
 * the place of its members runs as often as these are used.
 */
function keptByDecorators(
  view: ProgramView,
  node: TS.ClassDeclaration,
  functionOf: FunctionOf,
): TS.Node | null {
  for (const decorator of [node, ...node.members].flatMap((at) =>
    ts.canHaveDecorators(at) ? (ts.getDecorators(at) ?? []) : [],
  )) {
    const expression = unwrap(decorator.expression);
    const isMade = ts.isCallExpression(expression);
    const fn = functionOf(isMade ? expression.expression : expression);
    if (fn?.body === undefined) continue;
    // `@memo({ size: 5 })`: what the call gives is the decorator.
    const given = isMade ? results(fn).map((result) => functionOf(result)) : [];
    for (const each of [fn, ...given]) {
      const change = each === null ? null : changeOfCaptured(view, each, holdsMovingPattern(view, each));
      if (change !== null) return change;
    }
  }
  return null;
}

/** What functions in a static block change of its variables. */
function keptByBlocks(view: ProgramView, node: TS.ClassDeclaration): TS.Node | null {
  for (const block of node.members.filter(ts.isClassStaticBlockDeclaration)) {
    const change = changeOfCaptured(view, block, holdsMovingPattern(view, block));
    if (change !== null) return change;
  }
  return null;
}

/** What a function inside `fn` changes of the variables and parameters of `fn`; a pattern, only where it can move. */
function changeOfCaptured(
  view: ProgramView,
  fn: TS.FunctionLikeDeclaration | TS.ClassStaticBlockDeclaration,
  isMoving: boolean,
): TS.Node | null {
  const isChange = (target: TS.Expression): boolean =>
    isDeclaredIn(view, target, fn) &&
    (isMoving || !view.isGlobal(view.checker.getTypeAtLocation(target).symbol, "RegExp"));
  const visit = (node: TS.Node, isInner: boolean): TS.Node | null => {
    if (isInner && changedBy(view, node, "locals too").some(isChange)) return node;
    return ts.forEachChild(node, (child) => visit(child, isInner || runsLater(child)) ?? undefined) ?? null;
  };
  return fn.body === undefined ? null : visit(fn.body, ts.isFunctionLike(fn.body));
}

/** The code of a function, and what gives a field of instances its value. */
function runsLater(node: TS.Node): boolean {
  const isField =
    ts.isPropertyDeclaration(node) && (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) === 0;
  return ts.isFunctionLike(node) || isField;
}

function isDeclaredIn(view: ProgramView, target: TS.Expression, fn: TS.Node): boolean {
  let at = unwrap(target);
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) at = unwrap(at.expression);
  const declaration = ts.isIdentifier(at) ? view.symbolOf(at)?.valueDeclaration : undefined;
  return declaration !== undefined && ts.findAncestor(declaration.parent, isScope) === fn;
}

function isScope(node: TS.Node): boolean {
  return ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node);
}

/** Can what `call` gives be called, or a member of it? Plain data can't change by itself. */
function holdsFunctions(view: ProgramView, call: TS.CallExpression): boolean {
  const type = view.checker.getTypeAtLocation(call);
  if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) return true;
  return type.getProperties().some((member) => {
    const declaration = member.declarations?.[0];
    return (
      declaration !== undefined &&
      view.originOf(declaration).kind === "project" &&
      view.checker.getTypeOfSymbolAtLocation(member, call).getCallSignatures().length > 0
    );
  });
}
