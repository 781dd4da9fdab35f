/*
 * Where the program changes module-level variables and what hangs on them.
 *
 * Invariants
 *  1. A change is found by the symbol at the root of what is changed, through imports, namespaces, local aliases, and functions
 *     of the project that change `this` or what they are given. State behind a closure is its holder's (kept-state.ts).
 *  2. What only runs while modules load makes constants; what stands in a function can run later.
 *  Not seen: a change through a value that was stored elsewhere first.
 */
import { changedBy } from "../compiler/changes.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";
import type { Mutations } from "../ir/facts.js";
import { changeRoot, holdsMovingPattern } from "./change-roots.js";
import { keptState } from "./kept-state.js";
import { isModuleLevel } from "./units.js";

/** Looks through the whole program when the first question comes. */
export function findMutations(view: ProgramView): Mutations {
  const found = new Map<TS.Node, { readonly later: TS.Node[]; readonly atLoad: TS.Node[] }>();
  const changesOf = changesOfFunctions(view);
  let isScanned = false;
  const add = (declaration: TS.Node, node: TS.Node): void => {
    let entry = found.get(declaration);
    if (entry === undefined) found.set(declaration, (entry = { later: [], atLoad: [] }));
    const isLater = ts.findAncestor(node, ts.isFunctionLike) !== undefined;
    (isLater ? entry.later : entry.atLoad).push(node);
  };
  const note = (target: TS.Expression, node: TS.Node): void => {
    const root = changeRoot(view, target);
    if (root === null || root.kind !== "module") return;
    if (isPattern(view, target) && !holdsMovingPattern(root.declaration)) return;
    add(root.declaration, node);
  };
  const noteKept = (node: TS.Node): void => {
    if (ts.isPropertyDeclaration(node)) {
      if ((ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) === 0 || !isModuleLevel(node.parent))
        return;
    } else if (!ts.isVariableDeclaration(node) || !isModuleLevel(node)) return;
    const change = keptState(view, node, (callee) => functionOf(view, callee));
    if (change !== null) add(ts.isPropertyDeclaration(node) ? node.parent : node, change);
  };
  const visit = (node: TS.Node): void => {
    noteKept(node);
    for (const target of [...changedBy(view, node), ...changedByCall(view, node, changesOf)])
      note(target, node);
    ts.forEachChild(node, visit);
  };
  const ask = (declaration: TS.Node, when: "later" | "atLoad"): readonly TS.Node[] => {
    if (!isScanned) {
      isScanned = true;
      for (const file of view.projectFiles) visit(file);
    }
    return found.get(declaration)?.[when] ?? [];
  };
  return {
    later: (declaration) => ask(declaration, "later"),
    atLoad: (declaration) => ask(declaration, "atLoad"),
  };
}

/** Of a RegExp only its `lastIndex` changes, and only where its flags say so. */
function isPattern(view: ProgramView, target: TS.Expression): boolean {
  return view.isGlobal(view.checker.getTypeAtLocation(target).symbol, "RegExp");
}

/** What a call of a function changes of what it is given. */
interface FunctionChanges {
  self: boolean;
  readonly parameters: Set<number>;
}

type ChangesOf = (fn: TS.FunctionLikeDeclaration) => FunctionChanges;

function changesOfFunctions(view: ProgramView): ChangesOf {
  const known = new Map<TS.Node, FunctionChanges>();
  const changesOf: ChangesOf = (fn) => {
    const seen = known.get(fn);
    // In a recursion the first answer is what is known so far; the outer walk completes it.
    if (seen !== undefined) return seen;
    const changes: FunctionChanges = { self: false, parameters: new Set() };
    known.set(fn, changes);
    const visit = (node: TS.Node): void => {
      for (const target of [...changedBy(view, node), ...changedByCall(view, node, changesOf)]) {
        const root = changeRoot(view, target);
        if (root?.kind === "this" && root.owner === fn) changes.self = true;
        if (root?.kind === "parameter" && root.declaration.parent === fn)
          changes.parameters.add(fn.parameters.indexOf(root.declaration));
      }
      ts.forEachChild(node, visit);
    };
    if (fn.body !== undefined) visit(fn.body);
    return changes;
  };
  return changesOf;
}

/** `cart.add(item)` where `add` changes `this`, `register(table)` where `register` changes its parameter. */
function changedByCall(view: ProgramView, node: TS.Node, changesOf: ChangesOf): readonly TS.Expression[] {
  if (!ts.isCallExpression(node)) return [];
  const callee = unwrap(node.expression);
  const fn = functionOf(view, callee);
  if (fn === null) return [];
  const { self, parameters } = changesOf(fn);
  const isMethod = ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee);
  return [
    ...(self && isMethod ? [callee.expression] : []),
    ...node.arguments.filter((_, i) => parameters.has(i)),
  ];
}

function functionOf(view: ProgramView, callee: TS.Expression): TS.FunctionLikeDeclaration | null {
  const declaration = view.symbolOf(callee)?.valueDeclaration;
  if (declaration === undefined || view.originOf(declaration).kind !== "project") return null;
  if (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration)) return declaration;
  if (
    !ts.isVariableDeclaration(declaration) &&
    !ts.isPropertyAssignment(declaration) &&
    !ts.isPropertyDeclaration(declaration)
  )
    return null;
  const value = declaration.initializer === undefined ? undefined : unwrap(declaration.initializer);
  return value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : null;
}
