/*
 * What the function of a `sideEffect` changes of the run: variables around it, `this`, and what they hold. Only its value is durable,
 * so a replay, which does not run it, would go on with what was there before.
 */
import { changedBy } from "../compiler/changes.js";
import { outerParent, unwrap } from "../compiler/symbols.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { isIn } from "../compiler/walk-values.js";
import type { ProgramView } from "../compiler/program-view.js";
import { receiverOf } from "./calls.js";
import { ownerOfThis } from "./declared-values.js";
import { holdsMovingPattern } from "./moving-patterns.js";
import { isModuleLevel } from "./units.js";

export interface RunChange {
  readonly node: TS.Node;
  /** What is changed, by its name around the function. */
  readonly name: string;
}

/** The functions of the project that an expression names. */
type FunctionsOf = (name: TS.Expression) => readonly TS.Node[];

/** A change of what a function found around it, as a parameter, or as what it was called on. */
type Change =
  | (RunChange & { readonly kind: "around"; readonly declaration: TS.Node })
  | { readonly kind: "parameter"; readonly index: number }
  | { readonly kind: "receiver" };

/** What a path of names begins with: a variable or parameter, or the `this` of a function. */
interface Head {
  readonly declaration: TS.Node;
  readonly name: string;
  readonly isThis: boolean;
  /** Is the head itself meant, and nothing that hangs on it? */
  readonly isWhole: boolean;
}

/** In source order; `fn` is a function that `sideEffect` is given. */
export function changesOfRun(view: ProgramView, fn: TS.Node, functionsOf: FunctionsOf): readonly RunChange[] {
  const known = new Map<TS.Node, readonly Change[]>();
  const changesIn = (within: TS.Node): readonly Change[] => {
    const before = known.get(within);
    if (before !== undefined) return before;
    known.set(within, []);
    const found: Change[] = [];
    const visit = (node: TS.Node): void => {
      for (const target of changedBy(view, node, "locals too")) {
        if (isStill(view, target)) continue;
        const head = headOf(view, target, within, isAssigned(node, target));
        if (head !== null) found.push(...changeOf(within, head, node));
      }
      if (ts.isCallExpression(node)) found.push(...byCall(node));
      ts.forEachChild(node, visit);
    };
    const byCall = (call: TS.CallExpression): readonly Change[] =>
      functionsOf(unwrap(call.expression)).flatMap((callee) =>
        changesIn(callee).flatMap((change): readonly Change[] => {
          if (change.kind === "around") return isIn(change.declaration, within) ? [] : [change];
          const value =
            change.kind === "receiver" ? receiverOf(call) : (call.arguments[change.index] ?? null);
          const head = value === null ? null : headOf(view, value, within, false);
          if (head === null) return [];
          // A part of what is handed in need not be the run's: a meter of the process is nobody's concern.
          const isHandedIn = head.isThis || ts.isParameter(head.declaration);
          return isHandedIn && !head.isWhole ? [] : changeOf(within, head, call);
        }),
      );
    ts.forEachChild(within, visit);
    known.set(within, found);
    return found;
  };
  return changesIn(fn).filter((change) => change.kind === "around");
}

function changeOf(within: TS.Node, head: Head, node: TS.Node): readonly Change[] {
  const { declaration, name, isThis } = head;
  if (isThis && declaration === within) return [{ kind: "receiver" }];
  if (!isIn(declaration, within))
    return isModuleLevel(declaration) ? [] : [{ kind: "around", node, name, declaration }];
  if (!ts.isParameter(declaration) || declaration.parent !== within) return [];
  return [{ kind: "parameter", index: declaration.parent.parameters.indexOf(declaration) }];
}

/** A pattern that keeps no place of its last match. */
function isStill(view: ProgramView, target: TS.Expression): boolean {
  const type = view.checker.getTypeAtLocation(target);
  return view.isGlobal(type.symbol, "RegExp") && !holdsMovingPattern(view, target);
}

/** Is `target` a name that gets another value, in place of a value that is changed? */
function isAssigned(node: TS.Node, target: TS.Expression): boolean {
  return ts.isIdentifier(unwrap(target)) && !ts.isCallExpression(node);
}

/** Null for what is made within the function. */
function headOf(
  view: ProgramView,
  value: TS.Expression,
  within: TS.Node,
  isAssignment: boolean,
): Head | null {
  let isWhole = true;
  const seen = new Set<TS.Node>();
  for (let at: TS.Expression | null = unwrap(value); at !== null; at = at === null ? null : unwrap(at)) {
    if (seen.has(at)) return null;
    seen.add(at);
    if (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) {
      isWhole = false;
      at = at.expression;
      continue;
    }
    if (at.kind === ts.SyntaxKind.ThisKeyword) {
      const owner = ownerOfThis(at);
      return owner?.kind === "function"
        ? { declaration: owner.owner, name: "this", isThis: true, isWhole }
        : null;
    }
    const declaration = ts.isIdentifier(at) ? view.symbolOf(at)?.valueDeclaration : undefined;
    if (declaration === undefined || !ts.isIdentifier(at)) return null;
    const head: Head = { declaration, name: at.text, isThis: false, isWhole };
    if (!isIn(declaration, within)) return head;
    if (isAssignment && isWhole) return null;
    const source = sourceOf(declaration);
    if (source === null) return ts.isParameter(declaration) && declaration.parent === within ? head : null;
    isWhole &&= source.isWhole;
    at = source.value;
  }
  return null;
}

/** What a variable inside of the function stands for: `const list = ids`, `for (const row of rows)`, `rows.forEach((row) => …)`. */
function sourceOf(declaration: TS.Node): { readonly value: TS.Expression; readonly isWhole: boolean } | null {
  if (ts.isBindingElement(declaration)) {
    // What is gathered is a copy.
    if (declaration.dotDotDotToken !== undefined) return null;
    const whole: TS.Node = ts.walkUpBindingElementsAndPatterns(declaration);
    const source = sourceOf(whole);
    return source === null ? null : { value: source.value, isWhole: false };
  }
  if (ts.isVariableDeclaration(declaration)) {
    if (declaration.initializer !== undefined) return { value: declaration.initializer, isWhole: true };
    const loop = declaration.parent.parent;
    return ts.isForOfStatement(loop) ? { value: loop.expression, isWhole: false } : null;
  }
  const fn = ts.isParameter(declaration) ? declaration.parent : null;
  if (fn === null || !(ts.isArrowFunction(fn) || ts.isFunctionExpression(fn))) return null;
  const { parent, child } = outerParent(fn);
  if (!ts.isCallExpression(parent) || parent.expression === child) return null;
  const receiver = receiverOf(parent);
  return receiver === null ? null : { value: receiver, isWhole: false };
}
