/*
 * Purpose: what workflow code must not do itself, done by an activity.
 * Owns: which function of the program can become the activity, and which of its calls have to change for that.
 *
 * Invariant: after the change no workflow code reaches the mistake any more. So all calls of the function that workflow code
 * makes are wrapped, or none; and it is offered only where there is no other way to the mistake.
 */
import { isThenable } from "../../compiler/functions.js";
import type { ProgramView } from "../../compiler/program-view.js";
import { unwrap } from "../../compiler/symbols.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { ReachedUnit, UnitFacts } from "../../ir/facts.js";
import type { Fix } from "../fix.js";
import { draftFix } from "./draft.js";
import type { Draft } from "./draft.js";
import type { Fixer, ProgramKnowledge } from "./fixer.js";
import { callOf, canAwait, needsParentheses, shortText } from "./places.js";

/** `await query(text)` → `await activity(query(text))`, for a function that a package exports. */
export const packageCall: Fixer = ({ view, problem, isDurable }) => {
  const call = callOf(problem.node);
  if (call === null || !isImportedPath(view, unwrap(call.expression))) return [];
  return wrapped(view, isDurable, `Run ${shortText(call.expression)} as an activity`, [call]);
};

/**
 * `await priceOf(items)` → `await activity(priceOf(items))`, for each function of the project on the way to the mistake that can
 * become an activity: the one in which the mistake is first.
 */
export const helperAsActivity: Fixer = ({ view, problem, reached, isDurable }) => {
  const units = new Map(reached.map(({ facts }) => [facts.declaration, facts] as const));
  const at = enclosingUnit(units, problem.node);
  if (at === null) return [];
  return [...(problem.path ?? [])].reverse().flatMap(({ reference }) => {
    const declaration = view.symbolOf(reference)?.declarations?.[0];
    const unit = declaration === undefined ? undefined : units.get(declaration);
    if (unit === undefined || !isModuleFunction(unit.declaration)) return [];
    const calls = callsToChange(units, reached, unit, at);
    return calls === null ? [] : wrapped(view, isDurable, `Run ${unit.name} as an activity`, calls);
  });
};

function wrapped(
  view: ProgramView,
  isDurable: ProgramKnowledge["isDurable"],
  title: string,
  calls: readonly TS.CallExpression[],
): readonly Fix[] {
  const fits = (call: TS.CallExpression): boolean =>
    crosses(view, call, isDurable) && (givesPromise(view, call) || canAwait(call));
  if (calls.length === 0 || !calls.every(fits)) return [];
  return [
    draftFix(view, title, (draft) => {
      for (const call of calls) wrap(view, draft, call);
    }),
  ];
}

function wrap(view: ProgramView, draft: Draft, call: TS.CallExpression): void {
  const activity = draft.name("activity", call);
  if (givesPromise(view, call)) return draft.wrap(call, `${activity}(`, ")");
  const parentheses = needsParentheses(call);
  draft.wrap(call, `${parentheses ? "(" : ""}await ${activity}(`, parentheses ? "))" : ")");
}

/** Arguments and result are stored. */
function crosses(
  view: ProgramView,
  call: TS.CallExpression,
  isDurable: ProgramKnowledge["isDurable"],
): boolean {
  const { checker } = view;
  const result = checker.getTypeAtLocation(call);
  return (
    call.arguments.every((argument) => isDurable(checker.getTypeAtLocation(argument))) &&
    isDurable(checker.getAwaitedType(result) ?? result)
  );
}

function givesPromise(view: ProgramView, call: TS.CallExpression): boolean {
  return isThenable(view.checker, view.checker.getTypeAtLocation(call));
}

/** `query`, `sql.query`: identifiers only, the first of which an import gives. */
function isImportedPath(view: ProgramView, callee: TS.Expression): boolean {
  if (ts.isPropertyAccessExpression(callee))
    return callee.questionDotToken === undefined && isImportedPath(view, callee.expression);
  if (!ts.isIdentifier(callee)) return false;
  const local = view.checker.getSymbolAtLocation(callee)?.declarations?.[0];
  return (
    local !== undefined &&
    (ts.isImportSpecifier(local) || ts.isImportClause(local) || ts.isNamespaceImport(local))
  );
}

function isModuleFunction(declaration: TS.Node): boolean {
  if (ts.isFunctionDeclaration(declaration)) return declaration.name !== undefined;
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return false;
  const value = unwrap(declaration.initializer);
  const isConst = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  return isConst && (ts.isArrowFunction(value) || ts.isFunctionExpression(value));
}

/**
 * The calls of `unit` in workflow code; null where it can't become an activity: it asks for effects itself, it is used otherwise
 * than by calls, or there is a way past it to the mistake in `target`.
 */
function callsToChange(
  units: ReadonlyMap<TS.Node, UnitFacts>,
  reached: readonly ReachedUnit[],
  unit: UnitFacts,
  target: UnitFacts,
): readonly TS.CallExpression[] | null {
  const inside = reachableFrom(units, unit);
  if ([...inside].some((facts) => facts.effects.length > 0)) return null;
  const calls: TS.CallExpression[] = [];
  for (const { facts } of reached) {
    if (inside.has(facts)) continue;
    for (const reference of facts.references) {
      const entered = units.get(reference.unit);
      if (entered === undefined || !inside.has(entered)) continue;
      if (entered !== unit) {
        if (reachableFrom(units, entered).has(target)) return null;
        continue;
      }
      const call = callOf(withNamespace(reference.node));
      if (call === null) return null;
      calls.push(call);
    }
  }
  return calls;
}

/** `pricing.priceOf` where only the name behind the dot is the reference. */
function withNamespace(node: TS.Node): TS.Node {
  return ts.isPropertyAccessExpression(node.parent) && node.parent.name === node ? node.parent : node;
}

function reachableFrom(units: ReadonlyMap<TS.Node, UnitFacts>, start: UnitFacts): ReadonlySet<UnitFacts> {
  const found = new Set([start]);
  for (const facts of found) {
    for (const { unit } of facts.references) {
      const next = units.get(unit);
      if (next !== undefined) found.add(next);
    }
  }
  return found;
}

function enclosingUnit(units: ReadonlyMap<TS.Node, UnitFacts>, node: TS.Node): UnitFacts | null {
  for (let at = node; !ts.isSourceFile(at); at = at.parent) {
    const facts = units.get(at);
    if (facts !== undefined) return facts;
  }
  return null;
}
