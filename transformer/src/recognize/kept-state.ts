/*
 * State behind a closure: `const next = counter()` at module level, where `counter` gives out a function that changes what
 * `counter` declared. All runs in a process share it, as they share a module-level `let`.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { isIn } from "../compiler/walk-values.js";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";
import { isPrimitive } from "../compiler/by-form.js";
import { results } from "../compiler/functions.js";
import { changeOfCaptured, changesOfCaptured, declarationOfHead } from "./captured-changes.js";
import type { Maker } from "./captured-changes.js";
import { callsAtOnce, placesAtLoad } from "./load-time.js";
import { holdsMovingPattern } from "./moving-patterns.js";
import { isModuleLevel } from "./units.js";

type Called = (callee: TS.Expression) => readonly TS.FunctionLikeDeclaration[];

/** Deeper than this in what a call gives nobody looks for functions. */
const DEEPEST = 3;

/** What stands at module level, and a change that its value can make to what only it can see. */
export interface KeptState {
  readonly holder: TS.Node;
  readonly change: TS.Node;
}

/** The state that `node` keeps: a variable or a part of its pattern, a static field, a class or a default export at module level. */
export function keptState(view: ProgramView, node: TS.Node, called: Called): readonly KeptState[] {
  const isStatic =
    ts.isPropertyDeclaration(node) && (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) !== 0;
  if (
    !isStatic &&
    !ts.isVariableDeclaration(node) &&
    !ts.isClassDeclaration(node) &&
    !ts.isExportAssignment(node)
  )
    return [];
  const holder = isStatic ? node.parent : node;
  if (!isModuleLevel(holder)) return [];
  if (ts.isClassDeclaration(node)) {
    const change = keptByDecorators(view, node, called) ?? keptByBlocks(view, node);
    return change === null ? [] : [{ holder, change }];
  }
  const value = ts.isExportAssignment(node) ? node.expression : node.initializer;
  const kept = value === undefined ? null : keptByValue(view, node, value, called);
  if (kept === null) return [];
  const { change, maker } = kept;
  const isPattern = ts.isVariableDeclaration(node) && !ts.isIdentifier(node.name);
  if (!isPattern) return [{ holder, change }];
  const parts = namesIn(node.name).filter((part) => isConcerned(view, part, maker, called));
  return parts.length === 0 ? [] : [holder, ...parts].map((each) => ({ holder: each, change }));
}

/** `const { next, label } = make()`: the parts that have a name. */
function namesIn(pattern: TS.BindingName): readonly TS.BindingElement[] {
  if (ts.isIdentifier(pattern)) return [];
  return pattern.elements.flatMap((element) => {
    if (ts.isOmittedExpression(element)) return [];
    return ts.isIdentifier(element.name) ? [element] : namesIn(element.name);
  });
}

/** Can what `part` holds see the state of `maker`? Plain data can't, nor can a function that names nothing that is changed. */
function isConcerned(view: ProgramView, part: TS.BindingElement, maker: Maker, called: Called): boolean {
  if (!ts.isIdentifier(part.name) || isPrimitive(view.checker.getTypeAtLocation(part.name))) return false;
  const fns = functionsOf(view, part, called);
  if (fns.length === 0) return true;
  const state = new Set<TS.Node>();
  changesOfCaptured(view, maker, true, (target) => {
    const declaration = declarationOfHead(view, target);
    if (declaration !== null) state.add(declaration);
    return false;
  });
  const seen = new Set<TS.Node>();
  const names = (node: TS.Node): boolean => {
    if (seen.has(node)) return false;
    seen.add(node);
    const meant = ts.isIdentifier(node) ? view.symbolOf(node)?.valueDeclaration : undefined;
    if (meant !== undefined && state.has(meant)) return true;
    if (meant !== undefined && isIn(meant, maker) && names(meant)) return true;
    return ts.forEachChild(node, (child) => names(child) || undefined) ?? false;
  };
  // What is made elsewhere, by a function that this one calls, is not looked into.
  return fns.some((fn) => (isIn(fn, maker) ? names(fn) : !isModuleLevel(fn)));
}

function functionsOf(
  view: ProgramView,
  part: TS.BindingElement,
  called: Called,
): readonly TS.FunctionLikeDeclaration[] {
  const { name: own } = part;
  const name = part.propertyName ?? own;
  if (
    !ts.isIdentifier(own) ||
    part.dotDotDotToken !== undefined ||
    !ts.isObjectBindingPattern(part.parent) ||
    !ts.isIdentifier(name)
  )
    return [];
  const holder = view.checker.getTypeAtLocation(part.parent);
  const made = view.checker.getPropertyOfType(holder, name.text)?.valueDeclaration;
  return made !== undefined && ts.isPropertyAssignment(made) ? called(made.initializer) : called(own);
}

/**
 * The change that what `node` puts somewhere while modules load can make to what only it can see: `hooks.push(() => count++)`,
 * `table.next = counter()`.
 */
export function handedOut(view: ProgramView, node: TS.Node, called: Called): TS.Node | null {
  const made = (ts.isBinaryExpression(node) ? [node.right] : ts.isCallExpression(node) ? node.arguments : [])
    .map((value) => keptByValue(view, value, value, called)?.change ?? null)
    .find((change) => change !== null);
  return made ?? changeAround(view, node);
}

function changeAround(view: ProgramView, node: TS.Node): TS.Node | null {
  const fn = ts.findAncestor(node, ts.isFunctionLike);
  if (fn === undefined || !("body" in fn) || fn.body === undefined) return null;
  const change = changeOfCaptured(view, fn, holdsMovingPattern(view, fn));
  return change !== null && placesAtLoad(view, change) === null ? change : null;
}

function keptByValue(
  view: ProgramView,
  holder: TS.Node,
  value: TS.Node,
  called: Called,
): { readonly change: TS.Node; readonly maker: Maker } | null {
  const seen = new Set<TS.Node>();
  const changeIn = (root: TS.Node): ReturnType<typeof keptByValue> => {
    if (ts.isFunctionLike(root)) return null;
    if (ts.isCallExpression(root)) {
      for (const maker of makersAt(view, root, called)) {
        if (maker.body === undefined || seen.has(maker) || !holdsFunctions(view, root)) continue;
        seen.add(maker);
        const isMoving = holdsMovingPattern(view, holder) || holdsMovingPattern(view, maker);
        const change = changeOfCaptured(view, maker, isMoving);
        const found = change === null ? changeIn(maker.body) : { change, maker };
        if (found !== null) return found;
      }
    }
    return ts.forEachChild(root, (child) => changeIn(child) ?? undefined) ?? null;
  };
  return changeIn(value);
}

/** The function that is called, or that the library calls for each: `names.map(make)`. */
function makersAt(
  view: ProgramView,
  call: TS.CallExpression,
  called: Called,
): readonly TS.FunctionLikeDeclaration[] {
  const own = called(call.expression).slice(0, 1);
  if (own.length > 0 || call.arguments.length === 0 || !callsAtOnce(view, call)) return own;
  return call.arguments.flatMap((argument) => called(argument).slice(0, 1));
}

/**
 * The change that decorators of a class can make to what only they can see: they run once, with the class, and what they put in
 * the place of its members runs as often as these are used.
 */
function keptByDecorators(view: ProgramView, node: TS.ClassDeclaration, called: Called): TS.Node | null {
  const functionOf = (callee: TS.Expression): TS.FunctionLikeDeclaration | null => called(callee)[0] ?? null;
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

/** Can what `call` gives be called, or what it holds? Plain data can't change by itself. */
function holdsFunctions(view: ProgramView, call: TS.CallExpression): boolean {
  const { checker } = view;
  const holds = (type: TS.Type, depth: number): boolean => {
    if (type.isUnionOrIntersection()) return type.types.some((part) => holds(part, depth));
    if ((type.flags & ts.TypeFlags.Object) === 0) return false;
    if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) return true;
    if (depth === DEEPEST) return false;
    if (checker.getTypeArguments(type as TS.TypeReference).some((each) => holds(each, depth + 1)))
      return true;
    if (checker.getIndexInfosOfType(type).some((index) => holds(index.type, depth + 1))) return true;
    return type.getProperties().some((member) => {
      const declaration = member.declarations?.[0];
      return (
        declaration !== undefined &&
        view.originOf(declaration).kind === "project" &&
        holds(checker.getTypeOfSymbolAtLocation(member, call), depth + 1)
      );
    });
  };
  return holds(checker.getTypeAtLocation(call), 0);
}
