/*
 * Looks at one unit once: what it names, what it asks of the run, what of it changes its form.
 *
 * Invariants
 *  1. Every value reference in workflow code to something of the project becomes a reference to its unit, called or not: a
 *     function that is passed on can be called by whoever gets it.
 *  2. The callee of an activity, what `sideEffect` is given, and types are not workflow code and are not looked at.
 *  3. Nothing is decided by spelling; identifiers are asked for their symbols.
 */
import { isAsync } from "../compiler/functions.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { literalKey, outerParent, resolveAlias, unwrap } from "../compiler/symbols.js";
import { isValueReference, walkValues } from "../compiler/walk-values.js";
import type { MemberName, Mutations, UnitFacts, Widening, Write } from "../ir/facts.js";
import type { ActivityReference, EffectCall, FunctionNode } from "../ir/model.js";
import type { Problem } from "../ir/problem.js";
import { definedActivity } from "./activities.js";
import { effectNamed } from "./effect-names.js";
import { readEffect } from "./effects.js";
import { claimedType } from "./claims.js";
import { memberAccess } from "./members.js";
import { definedSignal } from "./signals.js";
import { rootsOf, unitName, unitOf } from "./units.js";
import { wideningsAt } from "./widenings.js";
import { writesAt } from "./writes.js";

export interface FactOptions {
  /** What messages call the unit, by default its own name. */
  readonly name?: string;
  /** What of the unit is known to be no workflow code. */
  readonly omitted?: ReadonlySet<TS.Node>;
}

/** The facts of units under their own names, each collected once, and again when an edit concerns it. */
export function keptFacts(view: ProgramView, mutations: Mutations): (unit: TS.Node) => UnitFacts {
  return view.memory.keep("facts", (unit: TS.Node) => collectFacts(view, mutations, unit));
}

/** Collects the facts of a unit. */
export function collectFacts(
  view: ProgramView,
  mutations: Mutations,
  unit: TS.Node,
  options: FactOptions = {},
): UnitFacts {
  const roots = [...rootsOf(unit), ...mutations.atLoad(unit)];
  const references: { unit: TS.Node; node: TS.Node }[] = [];
  const members: MemberName[] = [];
  const claims: TS.Node[] = [];
  const widenings: Widening[] = [];
  const writes: Write[] = [];
  const effects: EffectCall[] = [];
  const activities: ActivityReference[] = [];
  const asyncFunctions: FunctionNode[] = [];
  const promises: TS.Identifier[] = [];
  const omitted = new Set<TS.Node>(options.omitted);
  /** `flow.run` in `child(flow.run(input))`: no member of a class, whatever its name. */
  const childRuns = new Set<TS.Node>();
  const problems: Problem[] = [];
  let reflection: TS.Node | null = null;
  const report = (problem: Problem): void => void problems.push(problem);

  const refer = (symbol: TS.Symbol, node: TS.Node): void => {
    if (view.isGlobal(symbol, "Promise") && ts.isIdentifier(node)) promises.push(node);
    for (const target of unitsOf(view, symbol, node))
      if (target !== unit) references.push({ unit: target, node });
  };

  const visitCall = (node: TS.CallExpression): void => {
    const callee = unwrap(node.expression);
    const authoring = view.authoringName(callee);
    if (authoring === null || effectNamed(authoring) === null) return;
    if (!runsLater(node)) {
      report({
        code: "CTM3017",
        node,
        message: `${authoring}(…) is called while the module loads, when no run is there to ask.`,
        hint: `Call ${authoring}(…) inside the workflow's function or a function that it calls.`,
      });
    }
    const read = readEffect(view, authoring, node, report);
    if (read === null) {
      // Half-understood: do not report its activity as workflow code, or its child as a call, on top.
      if (node.arguments[0] !== undefined && (authoring === "activity" || authoring === "child"))
        omitted.add(node.arguments[0]);
      return;
    }
    effects.push(read.effect);
    if (read.effect.child !== null) childRuns.add(read.effect.child.flow.parent);
    activities.push(...read.activities);
    for (const callee of read.omitted) omitted.add(callee);
  };

  const visit = (node: TS.Node): boolean => {
    if (omitted.has(node)) return false;
    if (saysNothing(node)) return true;
    if (ts.isCallExpression(node)) visitCall(node);
    if (ts.isFunctionLike(node) && isAsync(node)) asyncFunctions.push(node as FunctionNode);
    const access = memberAccess(view, node);
    if (access !== null && !childRuns.has(node) && view.authoringName(node) === null) {
      members.push(...access.names.map((member) => ({ name: member, node, receivers: access.receivers })));
      if (access.any) reflection ??= node;
    }
    const claim = claimedType(view, node);
    if (claim !== null) claims.push(node);
    widenings.push(...wideningsAt(view, node, claim));
    writes.push(...writesAt(view, node));
    const symbol = referredSymbol(view, node);
    if (symbol !== undefined) {
      const effect = view.authoringName(node);
      if (effect !== null && isHidden(view, effect, node)) {
        report({
          code: "CTM3016",
          node,
          message: `${effect} is used as a value here, and the compiler must see each of its calls.`,
          hint: `Call it where it is needed: (…) => ${effect === "log" ? "log.info" : effect}(…).`,
        });
      }
      refer(symbol, node);
    }
    return true;
  };

  const isDefinition = isDurableDefinition(view, unit);
  if (!isDefinition && ts.isClassDeclaration(unit)) widenings.push(...wideningsAt(view, unit, null));
  if (!isDefinition) for (const root of roots) walkValues(root, visit);
  return {
    declaration: unit,
    name: options.name ?? unitName(unit, view),
    isDefinition,
    roots,
    references,
    members,
    claims,
    widenings,
    writes,
    reflection,
    effects,
    activities,
    asyncFunctions,
    promises,
    omitted,
    problems,
  };
}

/** Names that declare something, literals and statements: what there is to say stands below them. */
function saysNothing(node: TS.Node): boolean {
  const { kind } = node;
  if (ts.isIdentifier(node)) return !isValueReference(node);
  if (kind <= ts.SyntaxKind.LastToken)
    return kind !== ts.SyntaxKind.ThisKeyword && kind !== ts.SyntaxKind.SuperKeyword;
  return (
    kind >= ts.SyntaxKind.Block &&
    kind <= ts.SyntaxKind.LastStatement &&
    kind !== ts.SyntaxKind.ReturnStatement
  );
}

/** Not while the module loads: inside a function that is not called on the spot, or where an instance's field gets its value. */
function runsLater(node: TS.Node): boolean {
  for (let at = node; at.parent !== undefined; at = at.parent) {
    const { parent } = at;
    if (ts.isFunctionLike(parent) && !isCalledOnTheSpot(parent)) return true;
    if (!ts.isPropertyDeclaration(parent) || parent.initializer !== at) continue;
    if ((ts.getCombinedModifierFlags(parent) & ts.ModifierFlags.Static) === 0) return true;
  }
  return false;
}

/** `(() => uuid4())()` */
function isCalledOnTheSpot(fn: TS.Node): boolean {
  return (
    (ts.isArrowFunction(fn) || ts.isFunctionExpression(fn)) && fn.asteriskToken === undefined && isCallee(fn)
  );
}

/** Definitions of activities and signals: workflow code may name them, what is in them is not workflow code. */
function isDurableDefinition(view: ProgramView, unit: TS.Node): boolean {
  return definedActivity(view, unit) !== undefined || definedSignal(view, unit) !== undefined;
}

/** The symbol that `node` refers to as a value, if it is a node that refers to something. */
function referredSymbol(view: ProgramView, node: TS.Node): TS.Symbol | undefined {
  if (ts.isIdentifier(node)) return isValueReference(node) ? view.symbolOf(node) : undefined;
  if (ts.isPropertyAccessExpression(node)) return view.symbolOf(node);
  if (ts.isElementAccessExpression(node)) return view.symbolOf(node);
  if (ts.isBindingElement(node)) return boundProperty(view, node);
  return undefined;
}

/** The property that `const { now } = clock` reads. */
function boundProperty(view: ProgramView, node: TS.BindingElement): TS.Symbol | undefined {
  if (!ts.isObjectBindingPattern(node.parent) || node.dotDotDotToken !== undefined) return undefined;
  const name = node.propertyName ?? node.name;
  const key =
    ts.isIdentifier(name) || ts.isStringLiteral(name)
      ? name.text
      : ts.isComputedPropertyName(name)
        ? literalKey(view.checker, name.expression)
        : null;
  return key === null
    ? undefined
    : view.checker.getPropertyOfType(view.checker.getTypeAtLocation(node.parent), key);
}

/** The units of the project that a symbol stands for; all exports for a module that is used as a value. */
function unitsOf(view: ProgramView, symbol: TS.Symbol, node: TS.Node): readonly TS.Node[] {
  const declarations = symbol.declarations ?? [];
  const isForeign =
    declarations.length > 0 &&
    declarations.every((declaration) => view.originOf(declaration).kind !== "project");
  const behind = isForeign ? view.defaultExportBehind(node) : null;
  if (behind !== null) return [behind];
  return declarations.flatMap((declaration): readonly TS.Node[] => {
    // A member is code of whatever holds it, and nothing holds it that visited code has not named: see reach.ts, 3.
    if (view.originOf(declaration).kind !== "project" || isMember(declaration)) return [];
    if (ts.isSourceFile(declaration) || ts.isModuleDeclaration(declaration)) {
      // `ns.member` is its own reference; only `Object.values(ns)` and its like can mean any member.
      if (isQualifier(view, node)) return [];
      if (ts.isSourceFile(declaration)) {
        return view.checker
          .getExportsOfModule(symbol)
          .flatMap((exported) => unitsOf(view, resolveAlias(view.checker, exported), node));
      }
    }
    const unit = unitOf(declaration);
    return unit === null ? [] : [unit];
  });
}

function isMember(declaration: TS.Node): boolean {
  return (
    ts.isInterfaceDeclaration(declaration) ||
    ts.isClassElement(declaration) ||
    ts.isTypeElement(declaration) ||
    ts.isObjectLiteralElementLike(declaration) ||
    ts.isEnumMember(declaration) ||
    ts.isParameter(declaration) ||
    // An overload: the implementation is a declaration of its own.
    (ts.isFunctionDeclaration(declaration) && declaration.body === undefined)
  );
}

function isQualifier(view: ProgramView, node: TS.Node): boolean {
  const { parent, child } = outerParent(node);
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === child;
  if (ts.isVariableDeclaration(parent)) return parent.initializer === child && bindsByName(view, parent.name);
  return (
    ts.isElementAccessExpression(parent) &&
    parent.expression === child &&
    literalKey(view.checker, parent.argumentExpression) !== null
  );
}

/** `const { charge, refund: undo } = payments`: each name is a reference of its own. */
function bindsByName(view: ProgramView, name: TS.BindingName): boolean {
  return (
    ts.isObjectBindingPattern(name) &&
    name.elements.every(
      (element) => element.dotDotDotToken === undefined && boundProperty(view, element) !== undefined,
    )
  );
}

/** An effect that is named without being called: `ids.map(timer)`, and `log` other than as `log.info`. */
function isHidden(view: ProgramView, name: string, node: TS.Node): boolean {
  if (name !== "log") return effectNamed(name) !== null && !isCallee(node);
  const { parent } = outerParent(node);
  return !isQualifier(view, node) || effectNamed(view.authoringName(parent)) !== "log";
}

function isCallee(node: TS.Node): boolean {
  const { parent, child } = outerParent(node);
  if (ts.isPropertyAccessExpression(parent) && parent.expression === child) return false;
  return ts.isCallExpression(parent) && parent.expression === child && parent.questionDotToken === undefined;
}
