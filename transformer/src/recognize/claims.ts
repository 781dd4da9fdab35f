/*
 * Where a value gets a type that it need not have: assertions, type predicates, overloads, `Symbol.hasInstance`, prototypes that
 * are set, and flows of `any`.
 */
import { isAny } from "../compiler/by-form.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { qualifiedName } from "../compiler/qualified-name.js";

/** A type that nobody vouches for; `"any"` where it can't be told which. */
export type ClaimedType = TS.Type | "any";

/** What values of another type are claimed to be at `node`. */
export function claimedType(view: ProgramView, node: TS.Node): ClaimedType | null {
  if (isReadOnlyThere(node)) return null;
  const { checker } = view;
  if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) {
    if (ts.isConstTypeReference(node.type)) return null;
    const target = checker.getTypeFromTypeNode(node.type);
    if (isWide(target)) return null;
    const source = checker.getTypeAtLocation(node.expression);
    const isBelieved = (source.flags & ts.TypeFlags.Any) === 0 && checker.isTypeAssignableTo(source, target);
    return isBelieved ? null : claimed(target);
  }
  if (ts.isFunctionLike(node) && node.type !== undefined && ts.isTypePredicateNode(node.type)) {
    const { type } = node.type;
    return type === undefined ? null : claimed(checker.getTypeFromTypeNode(type));
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword)
    return testedByHook(view, node.right);
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) {
    const promised = promisedByOverload(view, node);
    if (promised !== null) return promised;
  }
  if (ts.isCallExpression(node) && givesPrototype(view, node)) return "any";
  // A class that says itself what is an instance of it can say so of anything.
  if (ts.isMethodDeclaration(node) && node.name.getText() === "[Symbol.hasInstance]") return "any";
  const flow = flowing(node);
  if (flow === undefined || !isAny(view, flow)) return null;
  const target = ts.isVariableDeclaration(node)
    ? checker.getTypeAtLocation(node.name)
    : checker.getContextualType(flow);
  return target === undefined || isWide(target) ? null : claimed(target);
}

/** A result that an overload says more of than the implementation. */
function promisedByOverload(
  view: ProgramView,
  node: TS.FunctionDeclaration | TS.MethodDeclaration,
): ClaimedType | null {
  const { checker } = view;
  const all = node.name === undefined ? [] : (checker.getSymbolAtLocation(node.name)?.declarations ?? []);
  const own = all.length < 2 ? undefined : checker.getSignatureFromDeclaration(node);
  if (own === undefined) return null;
  const found = all.flatMap((other): readonly TS.Type[] => {
    if (other === node || !(ts.isFunctionDeclaration(other) || ts.isMethodDeclaration(other))) return [];
    const type = checker.getSignatureFromDeclaration(other)?.getReturnType();
    return type === undefined || checker.isTypeAssignableTo(own.getReturnType(), type) ? [] : [type];
  });
  const [first, ...others] = found;
  if (first === undefined) return null;
  return others.length === 0 ? claimed(first) : "any";
}

/** The instances of a class that decides by `Symbol.hasInstance` what is one. */
function testedByHook(view: ProgramView, type: TS.Expression): ClaimedType | null {
  const declaration = view.symbolOf(type)?.valueDeclaration;
  if (declaration === undefined || view.originOf(declaration).kind !== "project") return null;
  const made = view.checker.getTypeAtLocation(type).getConstructSignatures()[0]?.getReturnType();
  return isHooked(view, declaration) && made !== undefined ? claimed(made) : null;
}

/** Says the class itself, or what it extends, what is an instance of it? */
function isHooked(view: ProgramView, type: TS.Node): boolean {
  const seen = new Set<TS.Node>();
  for (let at: TS.Node | undefined = type; !seen.has(at);) {
    seen.add(at);
    if (!ts.isClassLike(at)) return view.originOf(at).kind !== "platform";
    if (at.members.some(({ name }) => name !== undefined && ts.isComputedPropertyName(name))) return true;
    const base: TS.ExpressionWithTypeArguments | undefined = at.heritageClauses?.find(
      ({ token }) => token === ts.SyntaxKind.ExtendsKeyword,
    )?.types[0];
    if (base === undefined) return false;
    at = view.symbolOf(base.expression)?.valueDeclaration;
    if (at === undefined) return true;
  }
  return false;
}

/** `Object.setPrototypeOf(x, Clock.prototype)`; in its own constructors a class only repeats what it is. */
function givesPrototype(view: ProgramView, call: TS.CallExpression): boolean {
  const [value, prototype] = call.arguments;
  if (value === undefined || prototype === undefined) return false;
  const setter = view.symbolOf(call.expression)?.declarations?.[0];
  if (setter === undefined || !/(^|\.)setPrototypeOf$/.test(qualifiedName(setter).name)) return false;
  if (view.originOf(setter).kind !== "platform") return false;
  return !(
    value.kind === ts.SyntaxKind.ThisKeyword &&
    view.checker.isTypeAssignableTo(
      view.checker.getTypeAtLocation(value),
      view.checker.getTypeAtLocation(prototype),
    )
  );
}

/** A name or an access, as half of all nodes are, whose value is not handed on as an argument or in a list. */
export function isReadOnlyThere(node: TS.Node): boolean {
  const { kind, parent } = node;
  return (
    (kind === ts.SyntaxKind.Identifier || kind === ts.SyntaxKind.PropertyAccessExpression) &&
    parent.kind !== ts.SyntaxKind.CallExpression &&
    parent.kind !== ts.SyntaxKind.NewExpression &&
    parent.kind !== ts.SyntaxKind.ArrayLiteralExpression
  );
}

/** The expression whose value gets a type of its place at `node`. */
export function flowing(node: TS.Node): TS.Expression | undefined {
  if (ts.isVariableDeclaration(node)) return node.type === undefined ? undefined : node.initializer;
  if (ts.isParameter(node) || ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node))
    return node.initializer;
  if (ts.isShorthandPropertyAssignment(node)) return node.name;
  if (ts.isReturnStatement(node) || ts.isYieldExpression(node)) return node.expression;
  if (ts.isArrowFunction(node)) return ts.isBlock(node.body) ? undefined : node.body;
  if (ts.isBinaryExpression(node))
    return node.operatorToken.kind === ts.SyntaxKind.EqualsToken ? node.right : undefined;
  const { parent } = node;
  if (!ts.isExpression(node) || parent === undefined) return undefined;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent))
    return parent.arguments?.includes(node) === true ? node : undefined;
  return ts.isArrayLiteralExpression(parent) ? node : undefined;
}

function claimed(type: TS.Type): ClaimedType {
  return (type.flags & (ts.TypeFlags.TypeParameter | ts.TypeFlags.Any)) !== 0 ? "any" : type;
}

function isWide(type: TS.Type): boolean {
  return (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0;
}
