/*
 * Purpose: whether code runs while modules load, and only then.
 * Owns: functions that run where they stand (called on the spot, or given to `forEach` and its like), functions that nothing but
 * loading calls, and constructors that nobody else can call.
 *
 * Invariants
 *  1. Whoever can't be seen to call it may call it later: another program, a function that is given on as a value.
 *  2. What has a name of its own inside a function is walked with the place that runs it, not alone.
 *  3. A place is walked with the conditions around it.
 */
import { isAsync } from "../compiler/functions.js";
import { qualifiedName } from "../compiler/qualified-name.js";
import { outerParent, unwrap } from "../compiler/symbols.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { readExport, usesElsewhere, usesOf } from "./exported-uses.js";
import { isModuleLevel } from "./units.js";

/** Methods of these call what they are given before they return. */
const CALLING_AT_ONCE =
  /^((Readonly)?(Array|Map|Set)|Array(Constructor)|(Object|Map)Constructor|String|\w+Array|IteratorObject)\.(forEach|map|flatMap|filter|find\w*|some|every|reduce(Right)?|sort|toSorted|from|groupBy|replace(All)?)$/;

/** The places of module-level code by which `node` runs while modules load; null where it can run later, too. */
export function placesAtLoad(view: ProgramView, node: TS.Node): readonly TS.Node[] | null {
  return placesOf(view, node, node, new Set());
}

function placesOf(
  view: ProgramView,
  start: TS.Node,
  place: TS.Node,
  asked: Set<TS.Node>,
): readonly TS.Node[] | null {
  const code = codeAround(start);
  if (code === null) return [withConditions(place)];
  if (asked.has(code)) return [];
  asked.add(code);
  if (ts.isPropertyDeclaration(code) || ts.isConstructorDeclaration(code))
    return ofCalls(view, madeInside(view, code.parent), asked);
  const fn = code as TS.FunctionLikeDeclaration;
  if (fn.asteriskToken !== undefined || isAsync(fn)) return null;
  const call = callThatRuns(view, fn);
  if (call !== null) return placesOf(view, call, call, asked);
  const decorators = decoratorsMadeBy(view, fn);
  if (decorators !== null) return ofCalls(view, decorators, asked);
  return ofCalls(view, callsOfOwn(view, fn), asked);
}

/** With the `if`, the loop, the `switch` or the `try` around it: what they look at decides what is done. */
function withConditions(node: TS.Node): TS.Node {
  let place = node;
  for (let at = node; !isEdge(at.parent); at = at.parent) if (decides(at.parent)) place = at.parent;
  return place;
}

function isEdge(node: TS.Node): boolean {
  return ts.isSourceFile(node) || ts.isModuleBlock(node) || ts.isClassElement(node) || ts.isClassLike(node);
}

function decides(node: TS.Node): boolean {
  return (
    ts.isIfStatement(node) ||
    ts.isIterationStatement(node, false) ||
    ts.isSwitchStatement(node) ||
    ts.isTryStatement(node) ||
    ts.isConditionalExpression(node) ||
    (ts.isBinaryExpression(node) &&
      /^(&&|\|\||\?\?)=?$/.test(ts.tokenToString(node.operatorToken.kind) ?? "")) ||
    ts.isOptionalChain(node)
  );
}

function ofCalls(
  view: ProgramView,
  calls: readonly TS.Node[] | null,
  asked: Set<TS.Node>,
): readonly TS.Node[] | null {
  const places: TS.Node[] = [];
  for (const call of calls ?? []) {
    const found = placesOf(view, call, call, asked);
    if (found === null) return null;
    places.push(...found);
  }
  return calls === null ? null : places;
}

/** The function, or the field of instances, whose code `node` is; its name and decorators are code of what is around it. */
function codeAround(node: TS.Node): TS.Node | null {
  for (let at = node; at.parent !== undefined; at = at.parent) {
    const { parent } = at;
    const isOutside =
      ts.isDecorator(at) || (ts.isComputedPropertyName(at) && (parent as TS.NamedDeclaration).name === at);
    if (isOutside) {
      // That of a parameter runs with the class, too.
      if (ts.isParameter(parent)) at = parent.parent;
      continue;
    }
    if (ts.isFunctionLike(parent)) return parent;
    if (ts.isPropertyDeclaration(parent) && parent.initializer === at && !isStatic(parent)) return parent;
  }
  return null;
}

function isStatic(node: TS.PropertyDeclaration): boolean {
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) !== 0;
}

/** `(() => …)()`, `rows.forEach((row) => …)` */
export function callThatRuns(view: ProgramView, fn: TS.Node): TS.CallExpression | null {
  if (!ts.isArrowFunction(fn) && !ts.isFunctionExpression(fn)) return null;
  const { parent, child } = outerParent(fn);
  if (!ts.isCallExpression(parent)) return null;
  return parent.expression === child || callsAtOnce(view, parent) ? parent : null;
}

/** Does the library call here what it is given, before it returns? */
export function callsAtOnce(view: ProgramView, call: TS.CallExpression): boolean {
  const declaration = view.symbolOf(unwrap(call.expression))?.declarations?.[0];
  if (declaration === undefined || view.originOf(declaration).kind !== "platform") return false;
  return CALLING_AT_ONCE.test(qualifiedName(declaration).name);
}

/** The decorators that `fn` is, where a function that only makes decorators gives it: `const sealed = () => fn`, `@sealed()`. */
function decoratorsMadeBy(view: ProgramView, fn: TS.FunctionLikeDeclaration): readonly TS.Node[] | null {
  if (!ts.isArrowFunction(fn) && !ts.isFunctionExpression(fn)) return null;
  const { parent } = outerParent(fn);
  const maker = ts.isReturnStatement(parent) ? ts.findAncestor(parent, ts.isFunctionLike) : parent;
  if (maker === undefined || !ts.isFunctionLike(maker) || !("body" in maker)) return null;
  const calls = callsOfOwn(view, maker);
  return calls?.every((call) => ts.isCallExpression(call) && ts.isDecorator(outerParent(call).parent)) ===
    true
    ? calls
    : null;
}

/** All calls of a function at module level; null where it is named otherwise, too, or by others than the program. */
function callsOfOwn(view: ProgramView, fn: TS.FunctionLikeDeclaration): readonly TS.Node[] | null {
  const holder = ts.isFunctionDeclaration(fn) ? fn : fn.parent;
  const isConst = ts.isVariableDeclaration(holder) && (holder.parent.flags & ts.NodeFlags.Const) !== 0;
  if (!ts.isFunctionDeclaration(holder) && !isConst) return null;
  const { name } = holder;
  if (name === undefined || !ts.isIdentifier(name) || !isModuleLevel(holder)) return null;
  // The functions of a script are global: any other file can call them.
  if (!ts.isExternalModule(fn.getSourceFile())) return null;
  const flags = ts.getCombinedModifierFlags(holder);
  if ((flags & ts.ModifierFlags.Default) !== 0) return null;
  let isExported = (flags & ts.ModifierFlags.Export) !== 0;
  const readCall = (use: TS.Identifier): TS.Node | null => {
    const { parent, child } = outerParent(use);
    const isCall = ts.isDecorator(parent) || (ts.isCallExpression(parent) && parent.expression === child);
    return isCall ? parent : null;
  };
  const own = usesOf(view, name, fn.getSourceFile(), (use) => {
    isExported ||= ts.isExportSpecifier(use.parent);
    return readExport(use, name.text, readCall);
  });
  if (own === null || !isExported) return own;
  const others = usesElsewhere(view, name, readCall);
  // What nobody in the program calls is there for somebody else: a platform that asks modules for `handler`.
  return others === null || own.length + others.length === 0 ? null : [...own, ...others];
}

/** All `new` of a class whose constructor is private; null where others can make instances. */
function madeInside(view: ProgramView, node: TS.Node): readonly TS.Node[] | null {
  if (!ts.isClassDeclaration(node) || node.name === undefined || !isModuleLevel(node)) return null;
  const isPrivate = node.members.some(
    (member) =>
      ts.isConstructorDeclaration(member) &&
      (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0,
  );
  if (!isPrivate) return null;
  const made: TS.Node[] = [];
  const visit = (at: TS.Node): boolean => {
    if (
      at.kind === ts.SyntaxKind.ThisKeyword &&
      view.checker.getTypeAtLocation(at).getConstructSignatures().length > 0
    ) {
      const { parent, child } = outerParent(at);
      if (ts.isNewExpression(parent) && parent.expression === child) made.push(parent);
      else if (!isLookedInto(at)) return false;
    }
    return ts.forEachChild(at, (child) => (visit(child) ? undefined : true)) !== true;
  };
  if (!visit(node)) return null;
  const named = usesOf(view, node.name, node.getSourceFile(), (use) => {
    const { parent, child } = outerParent(use);
    if (ts.isNewExpression(parent) && parent.expression === child) return parent;
    return isLookedInto(use) || ts.isExportSpecifier(parent) ? "harmless" : null;
  });
  return named === null ? null : [...made, ...named];
}

/** `Currency.all`, `value instanceof Currency`: nothing is made. */
function isLookedInto(use: TS.Node): boolean {
  const { parent, child } = outerParent(use);
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === child;
  return (
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword &&
    parent.right === child
  );
}
