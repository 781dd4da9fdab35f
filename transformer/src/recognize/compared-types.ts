/*
 * What of a value can be written, or taken, as something wider than it is, by the type that it has and the type that it is seen as.
 */
import { isPrimitive } from "../compiler/by-form.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import type { Widening } from "../ir/facts.js";
import { containerOf, partsOf } from "./held-types.js";
import { closedParts, isOpenObject } from "./receiver-types.js";

const DEEPEST = 4;

/** By the type that a value has and the type that it is seen as: types live as long as their checker. */
const known = new WeakMap<TS.Type, WeakMap<TS.Type, readonly Widening[]>>();

/** All of it, however deep. */
export function widenings(view: ProgramView, has: TS.Type, seenAs: TS.Type): readonly Widening[] {
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
