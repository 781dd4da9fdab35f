/*
 * Members of built-in objects that are reached without their names being in sight: through a structural type, to which a Date
 * fits as well, through `any`, through a key that is computed, and through `constructor`, which every object has.
 */
import { declaredType, isLiteral, isObject, isWrittenObject } from "../compiler/by-form.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { qualifiedName } from "../compiler/qualified-name.js";
import { literalKey, outerParent, unwrap } from "../compiler/symbols.js";
import { isPrimitiveBeneath, typeBeneath } from "./coercions.js";
import { knownApis } from "./known-apis.js";
import type { Verdict } from "./known-apis.js";
import { writesStack } from "./stack-in-json.js";

/** Built-in types some of whose instance members are impure. */
const PARTLY_PURE = ["Date", "String", "Number", "BigInt", "Error"] as const;

/** The impure member that `node` may mean, with the type that has it. */
export function hiddenMember(
  view: ProgramView,
  node: TS.Node,
): { readonly name: string; readonly verdict: Verdict } | null {
  if (ts.isPropertyAccessExpression(node)) return throughName(view, node, node.expression, node.name.text);
  if (ts.isElementAccessExpression(node)) {
    const key = literalKey(view.checker, node.argumentExpression);
    return key === null ? throughKey(view, node) : throughName(view, node, node.expression, key);
  }
  if (
    !ts.isBindingElement(node) ||
    !ts.isObjectBindingPattern(node.parent) ||
    node.dotDotDotToken !== undefined
  )
    return null;
  const name = node.propertyName ?? node.name;
  if ((!ts.isIdentifier(name) && !ts.isStringLiteral(name)) || !mayBeImpure(name.text)) return null;
  const type = view.checker.getTypeAtLocation(node.parent);
  if (name.text === "constructor") return isOwnInstance(view, type) ? null : constructorOfAnything;
  if ((type.flags & ts.TypeFlags.Any) !== 0) return throughAny(name.text);
  const source = ts.isVariableDeclaration(node.parent.parent) ? node.parent.parent.initializer : undefined;
  return source === undefined ? null : throughCast(view, source, name.text, type);
}

/** `Reflect.get(error, "stack")`, and `pluck(error, "stack")` of a function that takes any key. */
export function hiddenByCall(
  view: ProgramView,
  call: TS.CallExpression,
): { readonly name: string; readonly verdict: Verdict } | null {
  if (writesStack(view, call, (type) => ownerOf(view, type) === "Error"))
    return impureOf("Error", (member) => member === "stack");
  const callee = view.symbolOf(call.expression)?.declarations?.[0];
  const isReflection =
    callee !== undefined &&
    view.originOf(callee).kind === "platform" &&
    /^(Reflect\.get|(Reflect|ObjectConstructor)\.getOwnPropertyDescriptors?)$/.test(
      qualifiedName(callee).name,
    );
  // What is no object has no members that matter, and most arguments are none.
  const holders = call.arguments.filter(
    (argument) => !ts.isSpreadElement(argument) && (isReflection || mayBeObject(view, argument)),
  );
  if (holders.length === 0) return null;
  const keys = call.arguments.flatMap((argument) =>
    isWrittenObject(argument) || isDeclaredObject(view, argument)
      ? []
      : (literalKey(view.checker, argument) ?? []),
  );
  if (!isReflection && keys.length === 0) return null;
  if (isReflection && keys.includes("constructor")) return constructorOfAnything;
  for (const argument of holders) {
    const beneath = typeBeneath(view, argument);
    if (isReflection && keys.length === 0 && isFunction(beneath) && !isTrap(view, call))
      return constructorOfFunction;
    const owner = ownerOf(view, beneath);
    if (owner === null) continue;
    if (isReflection && keys.length === 0) return impureOf(owner, () => true);
    const found = impureOf(owner, (member) => keys.includes(member));
    if (found !== null) return found;
  }
  return null;
}

function isDeclaredObject(view: ProgramView, value: TS.Expression): boolean {
  const declared = declaredType(view, value);
  return declared !== null && isObject(declared);
}

/** False where the form or the declaration says what it is. */
function mayBeObject(view: ProgramView, value: TS.Expression): boolean {
  return !isLiteral(value) && !isPrimitiveBeneath(view, value);
}

/** The built-in type, some of whose members are impure, that a value is of. */
function ownerOf(view: ProgramView, type: TS.Type): (typeof PARTLY_PURE)[number] | null {
  const parts = type.isUnionOrIntersection() ? type.types : [type];
  for (const part of parts) {
    const found = PARTLY_PURE.find((name) => {
      if (name === "Error") return isErrorClass(view, part);
      return view.isGlobal(part.symbol, name);
    });
    if (found !== undefined) return found;
  }
  return null;
}

/** `Error`, and classes and interfaces that extend it. */
function isErrorClass(view: ProgramView, type: TS.Type): boolean {
  if (view.isGlobal(type.symbol, "Error")) return true;
  const stack =
    (type.flags & ts.TypeFlags.Object) === 0 ? undefined : view.checker.getPropertyOfType(type, "stack");
  const declaration = stack?.declarations?.[0];
  return declaration !== undefined && view.originOf(declaration).kind === "platform";
}

function impureOf(
  owner: string,
  isMeant: (member: string) => boolean,
): { readonly name: string; readonly verdict: Verdict } | null {
  for (const [name, verdict] of knownApis) {
    if (!name.startsWith(`${owner}.`) || verdict.kind === "pure") continue;
    if (isMeant(name.slice(owner.length + 1))) return { name, verdict };
  }
  return null;
}

/** `(error as unknown as Report).stack`: the type that a value has been given does not change what it is. */
function throughCast(
  view: ProgramView,
  receiver: TS.Expression,
  member: string,
  type: TS.Type,
): { readonly name: string; readonly verdict: Verdict } | null {
  const beneath = typeBeneath(view, receiver);
  if (beneath === type) return null;
  const owner = ownerOf(view, beneath);
  if (owner !== null && view.checker.getPropertyOfType(beneath, member) !== undefined) {
    const verdict = impureMember(owner, member);
    if (verdict !== null) return { name: `${owner}.${member}`, verdict };
  }
  const isOpen = (beneath.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0;
  return member === "stack" && isOpen && isErrorLike(type) ? throughAny(member) : null;
}

/** Has every error all that the type asks for? */
function isErrorLike(type: TS.Type): boolean {
  return type
    .getProperties()
    .every(
      ({ name, flags }) =>
        (flags & ts.SymbolFlags.Optional) !== 0 || /^(name|message|stack|cause|code|toString)$/.test(name),
    );
}

function throughName(
  view: ProgramView,
  node: TS.Expression,
  receiver: TS.Expression,
  member: string,
): { readonly name: string; readonly verdict: Verdict } | null {
  if (!mayBeImpure(member)) return null;
  const type = view.checker.getTypeAtLocation(receiver);
  if (member === "constructor") {
    return isOwnInstance(view, type) || isAskedAbout(node) ? null : constructorOfAnything;
  }
  // A call of `any` is refused as such.
  if ((type.flags & ts.TypeFlags.Any) !== 0 && !isCalled(node)) return throughAny(member);
  return (
    throughCast(view, receiver, member, type) ?? throughStructure(view, receiver, member, view.symbolOf(node))
  );
}

/** From a Date the clock, and from a function a compiler of text. */
const constructorOfAnything = {
  name: "Object.constructor",
  verdict: {
    kind: "impure",
    family: "dynamicCode",
    hint: "Name the class: new Order(…). To ask what something is, write x.constructor === Order or x.constructor.name.",
  },
} as const satisfies { name: string; verdict: Verdict };

/** `this.constructor` in a class of the project is one of its classes. */
function isOwnInstance(view: ProgramView, type: TS.Type): boolean {
  const own = view.checker.getBaseConstraintOfType(type) ?? type;
  const declaration = (own.symbol as TS.Symbol | undefined)?.declarations?.[0];
  return (
    declaration !== undefined && ts.isClassLike(declaration) && view.originOf(declaration).kind === "project"
  );
}

/** `x.constructor.name`, `x.constructor === Order`, `x.constructor instanceof Function` */
function isAskedAbout(node: TS.Expression): boolean {
  const { parent, child } = outerParent(node);
  if (ts.isPropertyAccessExpression(parent))
    return parent.expression === child && parent.name.text === "name";
  if (ts.isTypeOfExpression(parent)) return true;
  return (
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind >= ts.SyntaxKind.EqualsEqualsToken &&
    parent.operatorToken.kind <= ts.SyntaxKind.ExclamationEqualsEqualsToken
  );
}

function isCalled(node: TS.Expression): boolean {
  const { parent, child } = outerParent(node);
  return ts.isCallExpression(parent) && parent.expression === child;
}

/** `(error as any).stack` */
function throughAny(member: string): { readonly name: string; readonly verdict: Verdict } | null {
  for (const owner of PARTLY_PURE) {
    const verdict = impureMember(owner, member);
    if (verdict !== null) return { name: `${owner}.${member}`, verdict };
  }
  return null;
}

/** `(x: { getHours(): number }) => x.getHours()` takes a Date as well. */
function throughStructure(
  view: ProgramView,
  receiver: TS.Expression,
  member: string,
  symbol: TS.Symbol | undefined,
): { readonly name: string; readonly verdict: Verdict } | null {
  const declaration = symbol?.declarations?.[0];
  if (
    declaration === undefined ||
    !ts.isTypeElement(declaration) ||
    view.originOf(declaration).kind === "platform"
  )
    return null;
  for (const name of PARTLY_PURE) {
    const verdict = impureMember(name, member);
    if (verdict === null) continue;
    const asked = view.checker.getTypeAtLocation(receiver);
    // A stack is optional in the library's types, and there in fact.
    if (name === "Error" && (asked.flags & ts.TypeFlags.Object) !== 0 && isErrorLike(asked))
      if (mayBeText(view, symbol)) return { name: `${name}.${member}`, verdict };
    const type = builtInType(view, name, receiver);
    if (
      type !== null &&
      view.checker.isTypeAssignableTo(
        type,
        view.checker.getApparentType(view.checker.getTypeAtLocation(receiver)),
      )
    ) {
      return { name: `${name}.${member}`, verdict };
    }
  }
  return null;
}

/** `{ stack: number[] }` is no error. */
function mayBeText(view: ProgramView, member: TS.Symbol | undefined): boolean {
  const type = member === undefined ? undefined : view.checker.getTypeOfSymbol(member);
  const parts = type?.isUnion() === true ? type.types : [type];
  return parts.some((part) => part === undefined || (part.flags & ts.TypeFlags.Object) === 0);
}

/** `date[key]`, where the key is none or one of several; `anything[key]` but of parsed data. */
function throughKey(
  view: ProgramView,
  node: TS.ElementAccessExpression,
): { readonly name: string; readonly verdict: Verdict } | null {
  const keyType = view.checker.getTypeAtLocation(node.argumentExpression);
  if ((keyType.flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.ESSymbolLike)) !== 0) return null;
  const beneath = typeBeneath(view, node.expression);
  const named = keyType.isUnion() ? keyType.types : [keyType];
  const mayBeConstructor = named.some((key) => !key.isStringLiteral() || key.value === "constructor");
  if (mayBeConstructor && isFunction(beneath)) return constructorOfFunction;
  const isAny = (beneath.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0;
  const owner = isAny
    ? isParsed(view, node.expression, new Set())
      ? null
      : "Error"
    : ownerOf(view, view.checker.getApparentType(beneath));
  if (owner === null) return null;
  const isListed = named.every((key) => key.isStringLiteral());
  const found = impureOf(
    owner,
    (member) => !isListed || named.some((key) => key.isStringLiteral() && key.value === member),
  );
  return found !== null && isAny ? { ...found, verdict: ofAnyKey } : found;
}

/** `get: (target, key) => Reflect.get(target, key)`: the proxy is a function, too, and its keys are judged where it is used. */
function isTrap(view: ProgramView, call: TS.CallExpression): boolean {
  const key = call.arguments[1];
  const parameter = key === undefined ? undefined : view.symbolOf(key)?.valueDeclaration;
  if (parameter === undefined || !ts.isParameter(parameter)) return false;
  const fn = parameter.parent;
  const named = ts.isMethodDeclaration(fn) ? fn : fn.parent;
  const isNamed = ts.isMethodDeclaration(named) || ts.isPropertyAssignment(named);
  return isNamed && named.name.getText() === "get" && fn.parameters[1] === parameter;
}

function isFunction(type: TS.Type): boolean {
  return type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0;
}

const constructorOfFunction = {
  name: "Function.constructor",
  verdict: {
    kind: "impure",
    family: "dynamicCode",
    hint: "Give the key a type that lists its names: of a function, a key that can be any may be `constructor`, which makes code of text.",
  },
} as const satisfies { name: string; verdict: Verdict };

const ofAnyKey: Verdict = {
  kind: "impure",
  family: "environment",
  hint: "Give it a type, such as Record<string, string>: of a value that can be anything, a key that can be any may be `stack`.",
};

/** What `JSON.parse` and `Object.create(null)` give, and what hangs on it: data, without a stack. */
function isParsed(view: ProgramView, expression: TS.Expression, seen: Set<TS.Node>): boolean {
  const node = unwrap(expression);
  if (seen.has(node)) return true;
  seen.add(node);
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node))
    return isParsed(view, node.expression, seen);
  if (ts.isAwaitExpression(node)) return isParsed(view, node.expression, seen);
  if (ts.isCallExpression(node)) {
    const callee = view.symbolOf(node.expression)?.declarations?.[0];
    const name = callee === undefined ? null : qualifiedName(callee).name;
    const isEmpty =
      name === "ObjectConstructor.create" && node.arguments[0]?.kind === ts.SyntaxKind.NullKeyword;
    return name === "JSON.parse" || isEmpty;
  }
  const declaration = view.symbolOf(node)?.valueDeclaration;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return false;
  const isConst = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  if (!isConst) return false;
  if (declaration.initializer !== undefined) return isParsed(view, declaration.initializer, seen);
  const loop = declaration.parent.parent;
  return ts.isForOfStatement(loop) && isParsed(view, loop.expression, seen);
}

const impureMembers = new Map<string, boolean>();

/** Has a built-in type an impure member of this name? */
function mayBeImpure(member: string): boolean {
  let isOne = impureMembers.get(member);
  if (isOne === undefined) {
    isOne = member === "constructor" || PARTLY_PURE.some((owner) => impureMember(owner, member) !== null);
    impureMembers.set(member, isOne);
  }
  return isOne;
}

function impureMember(container: string, member: string): Verdict | null {
  // Every object has toString; to refuse it on whatever could be a Date would refuse it on everything.
  if (member === "toString") return null;
  const verdict = knownApis.get(`${container}.${member}`);
  return verdict === undefined || verdict.kind === "pure" ? null : verdict;
}

function builtInType(view: ProgramView, name: string, at: TS.Node): TS.Type | null {
  const symbol = view.checker.resolveName(name, at, ts.SymbolFlags.Interface, false);
  return symbol === undefined || !view.isGlobal(symbol, name)
    ? null
    : view.checker.getDeclaredTypeOfSymbol(symbol);
}
