/*
 * Property accesses by which code of a class can run that no symbol names: through interfaces, base classes, structural types
 * and computed keys. Methods are found by name: whatever class of the workflow's code has a member of that name may be meant.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { qualifiedName } from "../compiler/qualified-name.js";
import { literalKey, outerParent, unwrap } from "../compiler/symbols.js";
import type { ReceiverType } from "../ir/facts.js";
import { hookNames } from "./hook-names.js";
import { isMemberName } from "./member-names.js";
import { receiversAt } from "./receiver-types.js";

export interface MemberAccess {
  readonly names: readonly string[];
  /** The types of what the names are accessed on, as far as a class has a member of such a name; null where nothing is known of it. */
  readonly receivers: readonly ReceiverType[] | null;
  /** Any member of any class. */
  readonly any: boolean;
}

/** What JavaScript itself calls or reads: coercion, iteration, awaiting, serialising, errors, lists. */
export const HOOKS: ReadonlySet<string> = new Set(
  "toString valueOf toJSON toLocaleString then next return throw constructor length name message cause stack".split(
    " ",
  ),
);

/** What the library reads of an argument: of a set-like object, and of a descriptor that is not written there. */
const READ_OF_ARGUMENTS: readonly {
  readonly callee: RegExp;
  readonly argument: number;
  readonly names: readonly string[];
}[] = [
  {
    callee:
      /^(Readonly)?Set\.(union|intersection|difference|symmetricDifference|isSubsetOf|isSupersetOf|isDisjointFrom)$/,
    argument: 0,
    names: ["has", "keys", "size"],
  },
  {
    callee: /^(ObjectConstructor|Reflect)\.defineProperty$/,
    argument: 2,
    names: ["get", "set", "value", "enumerable", "configurable", "writable"],
  },
];

const REFLECTION: ReadonlySet<string> = new Set([
  "Reflect.get",
  "Reflect.set",
  "Reflect.getOwnPropertyDescriptor",
  "Reflect.getPrototypeOf",
  "ObjectConstructor.getOwnPropertyDescriptor",
  "ObjectConstructor.getOwnPropertyDescriptors",
  "ObjectConstructor.getPrototypeOf",
  "ProxyConstructor.new",
  "ProxyConstructor.revocable",
]);

const nothing: MemberAccess = { names: [], receivers: null, any: false };

/** What `node` accesses by name, if it is a property access of any form. */
export function memberAccess(view: ProgramView, node: TS.Node): MemberAccess | null {
  if (ts.isPropertyAccessExpression(node)) {
    const symbol = view.symbolOf(node);
    if (isPrototype(symbol)) return { ...nothing, any: !isQualifier(node) && !becomesPrototype(view, node) };
    if (isBuiltIn(view, symbol)) return { ...nothing, any: isReflection(symbol) };
    return {
      names: [node.name.text],
      any: false,
      receivers: holdersOf(view, [node.name.text], node.expression),
    };
  }
  if (ts.isElementAccessExpression(node)) return computedAccess(view, node);
  if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
    const name = node.propertyName ?? node.name;
    if (ts.isIdentifier(name) || ts.isStringLiteral(name))
      return { names: [name.text], any: false, receivers: holdersOf(view, [name.text], node.parent) };
    return { ...nothing, any: ts.isComputedPropertyName(name) };
  }
  if (ts.isCallExpression(node)) return readOfArgument(view, node);
  if (ts.isNewExpression(node)) {
    // The traps of a handler that is not written there.
    const handler = node.arguments?.[1];
    const isHidden = handler !== undefined && !ts.isObjectLiteralExpression(handler);
    return isHidden && view.isGlobal(view.symbolOf(node.expression), "Proxy")
      ? { ...nothing, any: true }
      : null;
  }
  if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) {
    // `({ total } = cart)` reads; where it is an ordinary literal the name costs nothing but precision.
    const key = ts.isComputedPropertyName(node.name) ? null : node.name.text;
    return isAssignmentPattern(node.parent) && key !== null
      ? { names: [key], any: false, receivers: null }
      : null;
  }
  return null;
}

/** What these names are accessed on; nobody, where no class has a member of such a name. */
function holdersOf(view: ProgramView, names: readonly string[], node: TS.Node): MemberAccess["receivers"] {
  return names.some((name) => isMemberName(view, name)) ? receiversAt(view, node) : [];
}

function readOfArgument(view: ProgramView, call: TS.CallExpression): MemberAccess | null {
  const callee = view.symbolOf(call.expression)?.declarations?.[0];
  if (callee === undefined || view.originOf(callee).kind !== "platform") return null;
  const { name } = qualifiedName(callee);
  if (name === "ObjectConstructor.assign") return assignedNames(view, call);
  const read = READ_OF_ARGUMENTS.find((each) => each.callee.test(name));
  const argument = read === undefined ? undefined : call.arguments[read.argument];
  if (read === undefined || argument === undefined || ts.isObjectLiteralExpression(argument)) return null;
  return { names: read.names, any: false, receivers: holdersOf(view, read.names, argument) };
}

/** `Object.assign(order, { total })` calls the setters of `order` that are named in what is copied; all, where that isn't known. */
function assignedNames(view: ProgramView, call: TS.CallExpression): MemberAccess | null {
  const [target, ...sources] = call.arguments;
  const { setters } = hookNames(view);
  if (target === undefined || isEmptyLiteral(target) || setters().length === 0) return null;
  const names = setters().filter((name) => sources.some((source) => mayHold(view, source, name)));
  return names.length === 0 ? null : { names, any: false, receivers: holdersOf(view, names, target) };
}

function isEmptyLiteral(node: TS.Expression): boolean {
  const literal = unwrap(node);
  return ts.isObjectLiteralExpression(literal) && !literal.properties.some(ts.isSetAccessorDeclaration);
}

/** Can `source` have a property of this name? Only a literal has no more than its type says. */
export function mayHold(view: ProgramView, source: TS.Expression, name: string): boolean {
  if (ts.isSpreadElement(source)) return true;
  const type = view.checker.getTypeAtLocation(source);
  if (view.checker.getPropertyOfType(type, name) !== undefined) return true;
  if (ts.isObjectLiteralExpression(unwrap(source))) return view.checker.getIndexInfosOfType(type).length > 0;
  const parts = type.isUnionOrIntersection() ? type.types : [type];
  return parts.some((part) => {
    if (view.checker.getPropertyOfType(part, name) !== undefined) return true;
    const { Any, Unknown, TypeParameter, NonPrimitive } = ts.TypeFlags;
    const isUnknown = (part.flags & (Any | Unknown | TypeParameter | NonPrimitive)) !== 0;
    return isUnknown || view.checker.getIndexInfosOfType(part).length > 0;
  });
}

function computedAccess(view: ProgramView, node: TS.ElementAccessExpression): MemberAccess {
  const key = literalKey(view.checker, node.argumentExpression);
  if (key !== null) {
    const names = isBuiltIn(view, view.symbolOf(node)) ? [] : [key];
    return { names, any: false, receivers: holdersOf(view, names, node.expression) };
  }
  const asked = view.checker.getTypeAtLocation(node.argumentExpression);
  // `K extends "read" | "shift"` is one of the two.
  const keyType = view.checker.getBaseConstraintOfType(asked) ?? asked;
  const keys = keyType.isUnion() ? keyType.types : [keyType];
  if (keys.every((type) => type.isStringLiteral())) {
    const names = keys.map(({ value }) => value);
    return { names, any: false, receivers: holdersOf(view, names, node.expression) };
  }
  if ((keyType.flags & ts.TypeFlags.NumberLike) !== 0) return nothing;
  return { ...nothing, any: mayBeInstance(view, view.checker.getTypeAtLocation(node.expression)) };
}

function mayBeInstance(view: ProgramView, type: TS.Type): boolean {
  if (type.isUnionOrIntersection()) return type.types.some((part) => mayBeInstance(view, part));
  const { Any, Unknown, Never, TypeParameter } = ts.TypeFlags;
  if ((type.flags & (Any | Unknown | Never | TypeParameter)) !== 0) return true;
  const symbol = type.symbol as TS.Symbol | undefined;
  if (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Class) !== 0) return true;
  // An instance fits `Record<string, any>`, and a mapped type whose keys the caller knows, `Record<K, () => number>`.
  const index = view.checker.getIndexInfosOfType(type);
  return index.length === 0
    ? (type.flags & ts.TypeFlags.Object) !== 0 &&
        ((type as TS.ObjectType).objectFlags & ts.ObjectFlags.Mapped) !== 0
    : index.some((info) => (info.type.flags & ts.TypeFlags.Any) !== 0 && !isPlatform(view, symbol));
}

function isPlatform(view: ProgramView, symbol: TS.Symbol | undefined): boolean {
  const declaration = symbol?.declarations?.[0];
  return (
    declaration !== undefined &&
    ts.isInterfaceDeclaration(declaration) &&
    view.originOf(declaration).kind === "platform"
  );
}

/** A member of a built-in type that has a constructor or is a namespace: its code is the engine's, and not of the project. */
function isBuiltIn(view: ProgramView, symbol: TS.Symbol | undefined): boolean {
  const declarations = symbol?.declarations ?? [];
  return (
    declarations.length > 0 &&
    declarations.every((declaration) => {
      if (view.originOf(declaration).kind !== "platform") return false;
      const container = qualifiedName(declaration).container;
      return (
        container === null || !/(Like|Iterable|Iterator|IteratorObject|Object|Function)$/.test(container)
      );
    })
  );
}

/** `Order.prototype`, which gives out every method of the class, where none is named after it. */
function isPrototype(symbol: TS.Symbol | undefined): boolean {
  return symbol !== undefined && (symbol.flags & ts.SymbolFlags.Prototype) !== 0;
}

/** `Object.setPrototypeOf(this, OrderError.prototype)`: what has it then is of the class, and its methods are found by name. */
function becomesPrototype(view: ProgramView, node: TS.Node): boolean {
  const { parent } = outerParent(node);
  const callee = ts.isCallExpression(parent)
    ? view.symbolOf(parent.expression)?.declarations?.[0]
    : undefined;
  return (
    callee !== undefined &&
    /^(ObjectConstructor\.create|\w+\.setPrototypeOf)$/.test(qualifiedName(callee).name)
  );
}

function isQualifier(node: TS.Node): boolean {
  const { parent, child } = outerParent(node);
  return ts.isPropertyAccessExpression(parent) && parent.expression === child;
}

function isReflection(symbol: TS.Symbol | undefined): boolean {
  const declaration = symbol?.declarations?.[0];
  return declaration !== undefined && REFLECTION.has(qualifiedName(declaration).name);
}

function isAssignmentPattern(node: TS.Node): boolean {
  let outer = node;
  while (
    ts.isPropertyAssignment(outer.parent) ||
    ts.isObjectLiteralExpression(outer.parent) ||
    ts.isArrayLiteralExpression(outer.parent)
  ) {
    outer = outer.parent;
  }
  const parent = outer.parent;
  if (ts.isForOfStatement(parent)) return parent.initializer === outer;
  return (
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    parent.left === outer
  );
}
