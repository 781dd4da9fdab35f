/*
 * Purpose: where TypeScript lets a value of one type come to stand where another is expected, without anybody claiming it.
 * Owns: what is compared at which node.
 * Does not own: what is put into a place that is seen as wider (writes.ts), who can be meant then (receivers.ts).
 *
 *   const things: object[] = orders;                    lists, maps, sets and properties can be written as what they are seen as
 *   class OrderHolder extends Holder { held: Order }    a base class writes its own fields
 *   const sink: Sink = new OrderSink();                 methods may take less than they are called with
 *   Object.assign(holder, { order: clock })             the type of a target says nothing of what it is given
 *
 * Invariant: holds nodes and plain data only, as all facts do.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { qualifiedName } from "../compiler/qualified-name.js";
import type { Widening } from "../ir/facts.js";
import { flowing, isLiteral } from "./claims.js";
import type { ClaimedType } from "./claims.js";
import { containerOf, isPrimitive, partsOf } from "./held-types.js";
import { claimedWithin } from "./claimed-within.js";
import { closedParts, isOpenObject } from "./receiver-types.js";

/** What is wider seen than it is, by `node` itself; `claim` is what is claimed there (claims.ts). */
export function wideningsAt(
  view: ProgramView,
  node: TS.Node,
  claim: ClaimedType | null,
): readonly Widening[] {
  if (claim !== null && claim !== "any") return claimedWithin(view, node, claim);
  if (ts.isClassLike(node)) return ofHeritage(view, node);
  const flow = ofFlow(view, node);
  return ts.isCallExpression(node) ? [...flow, ...ofCopying(view, node), ...ofGeneric(view, node)] : flow;
}

function ofFlow(view: ProgramView, node: TS.Node): readonly Widening[] {
  const { checker } = view;
  if (ts.isMethodDeclaration(node)) {
    if (!ts.isObjectLiteralExpression(node.parent) || !says(node)) return [];
    const place = checker.getContextualType(node.parent)?.getProperty(node.name.getText());
    return place === undefined
      ? []
      : widenings(view, checker.getTypeAtLocation(node), checker.getTypeOfSymbol(place));
  }
  if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) {
    const type = checker.getTypeAtLocation(node.expression);
    return isLiteral(node.expression) || !mayHold(view, type, false)
      ? []
      : widenings(view, type, checker.getTypeAtLocation(node));
  }
  const flow = flowing(node);
  if (flow === undefined) return [];
  const isFunction = ts.isArrowFunction(flow) || ts.isFunctionExpression(flow);
  if (isFunction ? !isProperty(node) || !says(flow) : isLiteral(flow)) return [];
  const type = checker.getTypeAtLocation(flow);
  if (!mayHold(view, type, isProperty(node))) return [];
  const place = ts.isVariableDeclaration(node)
    ? checker.getTypeAtLocation(node.name)
    : checker.getContextualType(flow);
  return place === undefined ? [] : widenings(view, type, place);
}

/** A function that says itself what it takes: otherwise it takes what its place says. */
function says(fn: TS.SignatureDeclaration): boolean {
  return fn.parameters.some(({ type }) => type !== undefined);
}

/** Only properties of methods' types can take a function that takes less. */
function isProperty(node: TS.Node): boolean {
  return (
    ts.isPropertyAssignment(node) ||
    ts.isShorthandPropertyAssignment(node) ||
    ts.isPropertyDeclaration(node) ||
    (ts.isBinaryExpression(node) && !ts.isIdentifier(node.left))
  );
}

/** By its form: does a value of the type hold something that could be written? */
function mayHold(view: ProgramView, type: TS.Type, isFunctionToo: boolean): boolean {
  if (type.isUnionOrIntersection()) return type.types.some((part) => mayHold(view, part, isFunctionToo));
  if ((type.flags & ts.TypeFlags.Object) === 0) return false;
  const container = containerOf(view, type);
  if (container !== null) return container.elements.some((element) => !isPrimitive(element));
  return isOpenObject(view, type) && (isFunctionToo || type.getCallSignatures().length === 0);
}

/** Fields and methods of a class against those of what it extends and implements. */
function ofHeritage(view: ProgramView, node: TS.ClassLikeDeclaration): readonly Widening[] {
  const bases = (node.heritageClauses ?? []).flatMap(({ types }) => types);
  if (bases.length === 0) return [];
  const own = view.checker.getTypeAtLocation(node);
  return bases.flatMap((base) => {
    const symbol = view.symbolOf(base.expression)?.declarations?.[0];
    if (symbol !== undefined && view.originOf(symbol).kind !== "project") return [];
    return widenings(view, own, view.checker.getTypeAtLocation(base));
  });
}

/** `fill<L extends object[]>(list: L)`: the function sees what it is given as what `L` extends. */
function ofGeneric(view: ProgramView, call: TS.CallExpression): readonly Widening[] {
  const fn = view.symbolOf(call.expression)?.valueDeclaration;
  const declared = fn !== undefined && ts.isVariableDeclaration(fn) ? fn.initializer : fn;
  if (declared === undefined || !ts.isFunctionLike(declared) || declared.typeParameters === undefined)
    return [];
  return call.arguments.flatMap((argument, i) => {
    const type = declared.parameters[i]?.type;
    if (type === undefined || !ts.isTypeReferenceNode(type) || isLiteral(argument)) return [];
    const parameter = view.checker.getTypeFromTypeNode(type);
    if ((parameter.flags & ts.TypeFlags.TypeParameter) === 0) return [];
    const constraint = view.checker.getBaseConstraintOfType(parameter);
    const given = view.checker.getTypeAtLocation(argument);
    return constraint === undefined || !mayHold(view, given, false) ? [] : widenings(view, given, constraint);
  });
}

/** `Object.assign(target, source)`: what a property of the target gets by it. */
function ofCopying(view: ProgramView, call: TS.CallExpression): readonly Widening[] {
  const [target, ...sources] = call.arguments;
  const callee = call.expression;
  if (target === undefined || !ts.isPropertyAccessExpression(callee) || callee.name.text !== "assign")
    return [];
  const method = view.symbolOf(callee)?.declarations?.[0];
  if (method === undefined || qualifiedName(method).name !== "ObjectConstructor.assign" || isLiteral(target))
    return [];
  const { checker } = view;
  const found: Widening[] = [];
  for (const place of checker.getTypeAtLocation(target).getProperties()) {
    const parts = closedParts(view, checker.getTypeOfSymbol(place));
    if (parts.length === 0) continue;
    for (const source of sources) {
      const type = checker.getTypeAtLocation(source);
      const value = type.getProperty(place.name);
      const isOpen = value === undefined && isUntold(view, type);
      if (value === undefined && !isOpen) continue;
      const given = value === undefined ? null : checker.getNonNullableType(checker.getTypeOfSymbol(value));
      if (given !== null && checker.isTypeAssignableTo(given, checker.getTypeOfSymbol(place))) continue;
      const from = given === null ? null : partsOf(view, given);
      found.push(...parts.map((to) => ({ from, to, needsWrite: false })));
    }
  }
  return found;
}

/** `object`, `unknown`, a type parameter: whatever it holds. */
function isUntold(view: ProgramView, type: TS.Type): boolean {
  return (
    (type.flags & ts.TypeFlags.Object) === 0 ||
    view.checker.getIndexInfosOfType(type).some((info) => !isPrimitive(info.type))
  );
}

const DEEPEST = 4;

/** By the type that a value has and the type that it is seen as: types live as long as their checker. */
const known = new WeakMap<TS.Type, WeakMap<TS.Type, readonly Widening[]>>();

function widenings(view: ProgramView, has: TS.Type, seenAs: TS.Type): readonly Widening[] {
  if (has === seenAs) return [];
  let targets = known.get(has);
  if (targets === undefined) known.set(has, (targets = new WeakMap<TS.Type, readonly Widening[]>()));
  let found = targets.get(seenAs);
  if (found === undefined) targets.set(seenAs, (found = compare(view, has, seenAs)));
  return found;
}

function compare(view: ProgramView, has: TS.Type, seenAs: TS.Type): readonly Widening[] {
  const { checker } = view;
  const found: Widening[] = [];
  const seen = new Map<TS.Type, Set<TS.Type>>();

  const note = (held: TS.Type, as: TS.Type, needsWrite: boolean): void => {
    if (held === as) return;
    const parts = closedParts(view, held);
    if (parts.length === 0 || checker.isTypeAssignableTo(as, held)) return;
    const from = partsOf(view, as);
    found.push(...parts.map((to) => ({ from, to, needsWrite })));
  };
  const visit = (a: TS.Type, b: TS.Type, depth: number): void => {
    // A list of `any` is a list of whatever its place says.
    if ((a.flags & ts.TypeFlags.Any) !== 0)
      found.push(...closedParts(view, b).map((to) => ({ from: null, to, needsWrite: false })));
    if (a === b || depth > DEEPEST || isPrimitive(a) || isPrimitive(b) || isSeen(a, b)) return;
    if (a.isUnion() || b.isUnion()) {
      for (const part of a.isUnion() ? a.types : [a])
        for (const target of b.isUnion() ? b.types : [b])
          if (!areApart(part, target)) visit(part, target, depth);
      return;
    }
    const held = containerOf(view, a);
    const container = containerOf(view, b);
    if (held !== null && container !== null) {
      container.elements.forEach((element, i) => {
        const own = held.elements[i];
        if (own === undefined) return;
        if (container.isMutable) note(own, element, true);
        visit(own, element, depth + 1);
      });
    } else if (isOpenObject(view, b)) properties(a, b, depth);
  };
  /** Told apart by a property of one value: `kind`. */
  const areApart = (a: TS.Type, b: TS.Type): boolean =>
    (b.flags & ts.TypeFlags.Object) !== 0 &&
    isOpenObject(view, b) &&
    b.getProperties().some((place) => {
      const type = checker.getTypeOfSymbol(place);
      if (!type.isLiteral()) return false;
      const own = a.getProperty(place.name);
      const ownType = own === undefined ? type : checker.getTypeOfSymbol(own);
      return ownType.isLiteral() && ownType !== type && !checker.isTypeAssignableTo(ownType, type);
    });
  const isSeen = (a: TS.Type, b: TS.Type): boolean => {
    const targets = seen.get(a);
    if (targets === undefined) seen.set(a, new Set([b]));
    else if (targets.has(b)) return true;
    else targets.add(b);
    return false;
  };
  const properties = (a: TS.Type, b: TS.Type, depth: number): void => {
    for (const place of b.getProperties()) {
      const own = a.getProperty(place.name);
      if (own === undefined || own === place) continue;
      property(checker.getTypeOfSymbol(own), checker.getTypeOfSymbol(place), isReadonly(place), depth);
    }
    for (const { type, isReadonly } of checker.getIndexInfosOfType(b)) {
      const own = [
        ...checker.getIndexInfosOfType(a).map((info) => info.type),
        ...a.getProperties().map((each) => checker.getTypeOfSymbol(each)),
      ];
      for (const each of own) property(each, type, isReadonly, depth);
    }
    functions(a, b, depth);
  };
  const property = (a: TS.Type, b: TS.Type, isReadonly: boolean, depth: number): void => {
    if (a === b) return;
    if (!isReadonly) note(a, b, true);
    visit(a, b, depth + 1);
    functions(checker.getNonNullableType(a), checker.getNonNullableType(b), depth + 1);
  };
  const functions = (a: TS.Type, b: TS.Type, depth: number): void => {
    if (a === b || isPrimitive(a) || isPrimitive(b)) return;
    const [own, ...overloads] = a.getCallSignatures();
    const [place, ...others] = b.getCallSignatures();
    if (own === undefined || place === undefined || overloads.length + others.length > 0) return;
    place.parameters.forEach((_, i) => {
      const given = parameterType(checker, place, i);
      const taken = parameterType(checker, own, i);
      if (given === null || taken === null) return;
      note(taken, given, false);
      visit(given, taken, depth + 1);
    });
    visit(own.getReturnType(), place.getReturnType(), depth + 1);
  };
  visit(has, seenAs, 0);
  functions(has, seenAs, 0);
  return found;
}

/** What the parameter at `index` takes; of a rest parameter, each argument. */
function parameterType(checker: TS.TypeChecker, signature: TS.Signature, index: number): TS.Type | null {
  const parameter = signature.parameters[index] ?? signature.parameters.at(-1);
  if (parameter === undefined) return null;
  const type = checker.getTypeOfSymbol(parameter);
  const declaration = parameter.valueDeclaration;
  const isRest =
    declaration !== undefined && ts.isParameter(declaration) && declaration.dotDotDotToken !== undefined;
  if (isRest) return type.getNumberIndexType() ?? null;
  return index < signature.parameters.length ? type : null;
}

function isReadonly(property: TS.Symbol): boolean {
  return (property.declarations ?? []).some((declaration) => {
    if (ts.isGetAccessorDeclaration(declaration))
      return !property.declarations?.some(ts.isSetAccessorDeclaration);
    return (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Readonly) !== 0;
  });
}
