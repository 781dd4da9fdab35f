/*
 * Purpose: which classes a member access can mean, by the type of what it is accessed on.
 * Owns: when a type can be believed.
 *
 * Invariants
 *  1. A type is believed only if it is closed: a class, interface or literal type without type parameters. Whatever is
 *     structurally assignable to it may stand there, its methods may be those of a base class.
 *  2. An assertion, a type predicate, a `Symbol.hasInstance` and a flow of `any` make a value look like what it need not be: a type that such a value
 *     could have got into is not believed.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { qualifiedName } from "../compiler/qualified-name.js";

/** A type that nobody vouches for; `"any"` where it can't be told which. */
export type ClaimedType = TS.Type | "any";

/** What values of another type are claimed to be at `node`. */
export function claimedType(view: ProgramView, node: TS.Node): ClaimedType | null {
  const { checker } = view;
  if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) {
    if (ts.isConstTypeReference(node.type)) return null;
    const target = checker.getTypeFromTypeNode(node.type);
    if (isWide(target)) return null;
    const source = checker.getTypeAtLocation(node.expression);
    return isAny(source) || !checker.isTypeAssignableTo(source, target) ? claimed(target) : null;
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
  if (flow === undefined || isNeverAny(flow) || !isAny(checker.getTypeAtLocation(flow))) return null;
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
  const isHooked =
    !ts.isClassLike(declaration) ||
    declaration.heritageClauses?.some(({ token }) => token === ts.SyntaxKind.ExtendsKeyword) === true ||
    declaration.members.some(({ name }) => name !== undefined && ts.isComputedPropertyName(name));
  return isHooked && made !== undefined ? claimed(made) : null;
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

/** The expression whose value gets a type of its place at `node`. */
function flowing(node: TS.Node): TS.Expression | undefined {
  if (ts.isVariableDeclaration(node)) return node.type === undefined ? undefined : node.initializer;
  if (ts.isParameter(node) || ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node))
    return node.initializer;
  if (ts.isReturnStatement(node)) return node.expression;
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

/** By its form alone: asking the checker of every argument of every call takes long. */
function isNeverAny({ kind }: TS.Expression): boolean {
  return (
    (kind >= ts.SyntaxKind.FirstLiteralToken && kind <= ts.SyntaxKind.LastTemplateToken) ||
    kind === ts.SyntaxKind.TemplateExpression ||
    kind === ts.SyntaxKind.ObjectLiteralExpression ||
    kind === ts.SyntaxKind.ArrayLiteralExpression ||
    kind === ts.SyntaxKind.ArrowFunction ||
    kind === ts.SyntaxKind.FunctionExpression ||
    kind === ts.SyntaxKind.ClassExpression ||
    kind === ts.SyntaxKind.TypeOfExpression ||
    kind === ts.SyntaxKind.TrueKeyword ||
    kind === ts.SyntaxKind.FalseKeyword ||
    kind === ts.SyntaxKind.NullKeyword
  );
}

function isAny(type: TS.Type): boolean {
  return (type.flags & ts.TypeFlags.Any) !== 0;
}

function isWide(type: TS.Type): boolean {
  return (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0;
}

/** Which members of the classes seen so far an access through a type can mean. */
export interface Receivers {
  addClass(node: TS.ClassDeclaration): void;
  /** Gives true where some type is believed no longer. */
  addClaim(type: ClaimedType): boolean;
  /** Can `member`, of a class that was added, be meant by an access on a value of `type`? Null is any value. */
  mayMean(type: TS.Type | null, member: TS.ClassElement): boolean;
}

export function receivers(view: ProgramView): Receivers {
  const { checker } = view;
  const classes: { readonly node: TS.ClassDeclaration; readonly bases: ReadonlySet<TS.Node> | null }[] = [];
  const claims = new Set<TS.Type>();
  let isAnything = false;

  const isBelieved = (type: TS.Type): boolean => {
    if (isAnything || !isClosed(view, type)) return false;
    for (const claim of claims) if (checker.isTypeAssignableTo(claim, type)) return false;
    return true;
  };

  const fits = (node: TS.ClassDeclaration, type: TS.Type, isStatic: boolean): boolean => {
    const symbol = node.name === undefined ? undefined : checker.getSymbolAtLocation(node.name);
    if (symbol === undefined) return true;
    if (isStatic) return checker.isTypeAssignableTo(checker.getTypeOfSymbol(symbol), type);
    // Without type arguments, a generic class is assignable to less than its instances are.
    return (
      (node.typeParameters?.length ?? 0) > 0 ||
      checker.isTypeAssignableTo(checker.getDeclaredTypeOfSymbol(symbol), type)
    );
  };

  const mayMean = (type: TS.Type | null, member: TS.ClassElement): boolean => {
    if (type === null) return true;
    if (type.isUnion()) return type.types.some((part) => mayMean(part, member));
    if ((type.flags & ts.TypeFlags.TypeParameter) !== 0)
      return mayMean(checker.getBaseConstraintOfType(type) ?? null, member);
    if (!isBelieved(type)) return true;
    const isStatic = (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) !== 0;
    return classes.some(
      ({ node, bases }) => bases?.has(member.parent) !== false && fits(node, type, isStatic),
    );
  };

  return {
    addClass: (node) => void classes.push({ node, bases: withBases(view, node) }),
    addClaim(type) {
      if (type === "any") {
        if (isAnything) return false;
        return (isAnything = true);
      }
      return claims.size < claims.add(type).size;
    },
    mayMean,
  };
}

/** The class and all that it extends; null where a base is computed, and may be any class. */
function withBases(view: ProgramView, node: TS.ClassDeclaration): ReadonlySet<TS.Node> | null {
  const bases = new Set<TS.Node>();
  for (let at: TS.Node | undefined = node; at !== undefined && !bases.has(at);) {
    if (!ts.isClassLike(at)) return view.originOf(at).kind === "project" ? null : bases;
    bases.add(at);
    const base: TS.ExpressionWithTypeArguments | undefined = at.heritageClauses?.find(
      (clause) => clause.token === ts.SyntaxKind.ExtendsKeyword,
    )?.types[0];
    if (base === undefined) return bases;
    at = view.symbolOf(base.expression)?.valueDeclaration;
    if (at === undefined) return null;
  }
  return bases;
}

/** A type that says of a value all that there is: no type parameter stands for something that only callers know. */
function isClosed(view: ProgramView, type: TS.Type): boolean {
  if ((type.flags & ts.TypeFlags.Object) === 0) return false;
  const declaration = (type.symbol as TS.Symbol | undefined)?.declarations?.[0];
  if (declaration === undefined || view.originOf(declaration).kind !== "project") return false;
  if (view.checker.getTypeArguments(type as TS.TypeReference).some((part) => !isThisType(part))) return false;
  return (
    ts.findAncestor(declaration, (at) => "typeParameters" in at && at.typeParameters !== undefined) ===
    undefined
  );
}

/** A class has itself for a last type argument. */
function isThisType(type: TS.Type): boolean {
  return (type as { readonly isThisType?: boolean }).isThisType === true;
}
