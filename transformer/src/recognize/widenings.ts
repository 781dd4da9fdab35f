/*
 * Purpose: where TypeScript lets a value of one type come to stand where another is expected, without anybody claiming it.
 * Owns: what is compared at which node.
 * Does not own: how types are compared (compared-types.ts), what is put into a place that is seen as wider (writes.ts), who can be
 *   meant then (receivers.ts).
 *
 *   const things: object[] = orders;                    lists, maps, sets and properties can be written as what they are seen as
 *   class OrderHolder extends Holder { held: Order }    a base class writes its own fields
 *   const sink: Sink = new OrderSink();                 methods may take less than they are called with
 *   Object.assign(holder, { order: clock })             the type of a target says nothing of what it is given
 *
 * Invariant: holds nodes and plain data only, as all facts do.
 */
import { declaredType, isDeclaredPrimitive, isLiteral, isObject, isPrimitive } from "../compiler/by-form.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { qualifiedName } from "../compiler/qualified-name.js";
import type { Widening } from "../ir/facts.js";
import { claimedWithin } from "./claimed-within.js";
import { flowing, isReadOnlyThere } from "./claims.js";
import type { ClaimedType } from "./claims.js";
import { widenings } from "./compared-types.js";
import { containerOf, partsOf } from "./held-types.js";
import { closedParts, isOpenObject } from "./receiver-types.js";

/** What is wider seen than it is, by `node` itself; `claim` is what is claimed there (claims.ts). */
export function wideningsAt(
  view: ProgramView,
  node: TS.Node,
  claim: ClaimedType | null,
): readonly Widening[] {
  if (isReadOnlyThere(node)) return [];
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
  const takesLess = isProperty(node) || !isStrict(view);
  if (isFunction ? !takesLess || !says(flow) : isLiteral(flow) || isDeclaredPrimitive(view, flow)) return [];
  const placeOf = (): TS.Type | undefined =>
    ts.isVariableDeclaration(node) ? checker.getTypeAtLocation(node.name) : checker.getContextualType(flow);
  const declared = declaredType(view, flow);
  // What is declared as just that got there by a flow of its own, whatever it has been found to be since.
  if (declared !== null && isObject(declared) && declared === placeOf()) return [];
  const type = checker.getTypeAtLocation(flow);
  if (!mayHold(view, type, takesLess)) return [];
  const place = placeOf();
  return place === undefined ? [] : widenings(view, type, place);
}

/** A function that says itself what it takes: otherwise it takes what its place says. */
function says(fn: TS.SignatureDeclaration): boolean {
  return fn.parameters.some(({ type }) => type !== undefined);
}

function isStrict(view: ProgramView): boolean {
  const { strictFunctionTypes, strict } = view.program.getCompilerOptions();
  return strictFunctionTypes ?? strict ?? false;
}

/** Only properties of methods' types can take a function that takes less, where the project is strict. */
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
