/*
 * Purpose: the functions of the project that the language calls by itself, where code merely uses an object: loops and spreads call
 * iterators, templates and operators ask for text and numbers, `JSON.stringify` for data, `using` disposes, and reading or
 * assigning a property calls its getter or setter.
 * Owns: what such a function is called on, and what it is given.
 * Does not own: calls that are written down (changed-by-calls.ts), what the functions change.
 *
 * Invariants
 *  1. By syntax and name first: the checker is asked only where the project has a member that could be called there.
 *  2. By type then: only what has the member is called, so lists, maps and texts call nothing.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { literalKey, outerParent, unwrap } from "../compiler/symbols.js";
import type { FunctionsOfType } from "./called-functions.js";
import { results } from "./calls.js";
import type { HookNames } from "./hook-names.js";
import { mayHold } from "./members.js";
import type { ValueRoot } from "./value-root.js";
import type { ValueRoots } from "./value-roots.js";

type RootsAt = (path: readonly string[]) => readonly ValueRoot[];

export interface ImplicitCall {
  readonly fn: TS.FunctionLikeDeclaration;
  /** The roots of what stands at a path from what it is called on. */
  readonly on: RootsAt;
  /** The same of its first argument; null where that is nothing that code knows. */
  readonly given: RootsAt | null;
  /** The name by which it was found in a type, which a value of another type has not. */
  readonly by: string | null;
}

interface Asked {
  readonly view: ProgramView;
  readonly names: HookNames;
  readonly ofType: FunctionsOfType;
  readonly values: ValueRoots;
}

const TEXT = ["@@toPrimitive", "toString", "valueOf"];
/** Deeper than this, no getter and no `toJSON` of what is made into text is looked for. */
const DEEPEST_DATA = 3;
const COERCING_OPERATORS: ReadonlySet<string> = new Set(
  "+ - * / % ** < > <= >= == != & | ^ << >> >>> += -= *= /= %= **= &= |= ^= <<= >>= >>>=".split(" "),
);
/** Functions of the library that go through what they are given. */
const CONSUMING =
  /^(Array\.(from|fromAsync)|Object\.(fromEntries|groupBy)|Map\.groupBy|Iterator\.from|Promise\.\w+)$/;
const CONSUMING_CONSTRUCTORS = /^((Weak)?(Map|Set)|\w+Array|URLSearchParams)$/;
/** Functions of the library that read all properties of what they are given. */
const READING = /^Object\.(assign|values|entries)$|^structuredClone$/;

/** What `node` itself calls. */
export function implicitCalls(asked: Asked, node: TS.Node): readonly ImplicitCall[] {
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node))
    return [...readAt(asked, node), ...writtenAt(asked, node)];
  if (ts.isForOfStatement(node)) return iterated(asked, node.expression);
  if (ts.isSpreadElement(node)) return iterated(asked, node.expression);
  if (ts.isYieldExpression(node) && node.asteriskToken !== undefined && node.expression !== undefined)
    return iterated(asked, node.expression);
  if (ts.isTemplateSpan(node))
    return ts.isTaggedTemplateExpression(node.parent.parent) ? [] : methods(asked, node.expression, TEXT);
  if (ts.isBinaryExpression(node)) return ofOperator(asked, node);
  if (ts.isPrefixUnaryExpression(node))
    return node.operator === ts.SyntaxKind.ExclamationToken ? [] : methods(asked, node.operand, TEXT);
  if (ts.isAwaitExpression(node)) return methods(asked, node.expression, ["then"]);
  if (ts.isSpreadAssignment(node)) return gettersOf(asked, node.expression);
  if (ts.isVariableDeclaration(node)) return disposed(asked, node);
  if (ts.isObjectBindingPattern(node) || ts.isArrayBindingPattern(node)) return destructured(asked, node);
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return ofLibrary(asked, node);
  return [];
}

/** `cart.next`, where that is a getter. */
function readAt(
  { view, names, values, ofType }: Asked,
  node: TS.PropertyAccessExpression | TS.ElementAccessExpression,
): readonly ImplicitCall[] {
  const name = nameOf(view, node);
  if (name === null || !names.mayBeGetter(name)) return [];
  const on: RootsAt = (path) => values.of(node.expression, path);
  const symbol = view.symbolOf(node);
  const own = gettersBehind(symbol);
  if (own.length > 0 || !isOfInterface(view, symbol))
    return own.map((fn) => ({ fn, on, given: null, by: null }));
  const by = `get ${name}`;
  return ofType(view.checker.getTypeAtLocation(node.expression), by).map((fn) => ({
    fn,
    on,
    given: null,
    by,
  }));
}

/** `cart.total = rows`, where that is a setter. */
function writtenAt(
  { view, names, values, ofType }: Asked,
  node: TS.PropertyAccessExpression | TS.ElementAccessExpression,
): readonly ImplicitCall[] {
  const name = nameOf(view, node);
  if (name === null || !names.mayBeSetter(name)) return [];
  const { parent, child } = outerParent(node);
  const value =
    ts.isBinaryExpression(parent) &&
    parent.left === child &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
      ? parent.right
      : null;
  if (value === null && !isWritten(parent, child)) return [];
  const on: RootsAt = (path) => values.of(node.expression, path);
  const given: RootsAt | null = value === null ? null : (path) => values.of(value, path);
  const symbol = view.symbolOf(node);
  const own = settersBehind(symbol);
  if (own.length > 0 || !isOfInterface(view, symbol)) return own.map((fn) => ({ fn, on, given, by: null }));
  const by = `set ${name}`;
  return ofType(view.checker.getTypeAtLocation(node.expression), by).map((fn) => ({ fn, on, given, by }));
}

/** Says what can be read there, not what runs. */
function isOfInterface(view: ProgramView, symbol: TS.Symbol | undefined): boolean {
  const declaration = symbol?.valueDeclaration;
  return (
    declaration !== undefined &&
    ts.isPropertySignature(declaration) &&
    view.originOf(declaration).kind === "project"
  );
}

function isWritten(parent: TS.Node, child: TS.Node): boolean {
  if (ts.isBinaryExpression(parent)) {
    const { kind } = parent.operatorToken;
    return (
      parent.left === child && kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment
    );
  }
  // In a pattern, or a literal that is none: there, too, nothing but precision is lost.
  return (
    ts.isPostfixUnaryExpression(parent) ||
    (ts.isPrefixUnaryExpression(parent) &&
      (parent.operator === ts.SyntaxKind.PlusPlusToken ||
        parent.operator === ts.SyntaxKind.MinusMinusToken)) ||
    (ts.isForOfStatement(parent) && parent.initializer === child)
  );
}

function nameOf(
  view: ProgramView,
  node: TS.PropertyAccessExpression | TS.ElementAccessExpression,
): string | null {
  return ts.isPropertyAccessExpression(node)
    ? node.name.text
    : literalKey(view.checker, node.argumentExpression);
}

function gettersBehind(symbol: TS.Symbol | undefined): readonly TS.GetAccessorDeclaration[] {
  return (
    symbol?.declarations?.filter(ts.isGetAccessorDeclaration).filter(({ body }) => body !== undefined) ?? []
  );
}

function settersBehind(symbol: TS.Symbol | undefined): readonly TS.SetAccessorDeclaration[] {
  return (
    symbol?.declarations?.filter(ts.isSetAccessorDeclaration).filter(({ body }) => body !== undefined) ?? []
  );
}

/** The methods of `value` by these names. */
function methods(asked: Asked, value: TS.Expression, names: readonly string[]): readonly ImplicitCall[] {
  const inner = unwrap(value);
  if (ts.isLiteralExpression(inner)) return [];
  return methodsOfType(
    asked,
    () => asked.view.checker.getTypeAtLocation(inner),
    names,
    (path) => asked.values.of(inner, path),
  );
}

function methodsOfType(
  { names: known, ofType }: Asked,
  type: () => TS.Type,
  names: readonly string[],
  on: RootsAt,
): readonly ImplicitCall[] {
  const present = names.filter((name) => known.hasMethod(name));
  return present.flatMap((name) => ofType(type(), name).map((fn) => ({ fn, on, given: null, by: name })));
}

function iterated(asked: Asked, value: TS.Expression): readonly ImplicitCall[] {
  return iteratedOfType(
    asked,
    () => asked.view.checker.getTypeAtLocation(value),
    (path) => asked.values.of(value, path),
  );
}

/** The method that gives the iterator, and those of the iterator. */
function iteratedOfType(asked: Asked, type: () => TS.Type, on: RootsAt): readonly ImplicitCall[] {
  const begun = methodsOfType(asked, type, ["@@iterator", "@@asyncIterator"], on);
  const moved = begun.flatMap(({ fn }) =>
    fn.asteriskToken !== undefined
      ? []
      : results(fn).flatMap((result) =>
          methodsOfType(
            asked,
            () => asked.view.checker.getTypeAtLocation(result),
            ["next", "return"],
            (path) =>
              asked.values
                .of(result, path)
                .flatMap((root) => (root.kind === "this" && root.owner === fn ? on(root.path) : [root])),
          ),
        ),
  );
  return [...begun, ...moved];
}

function ofOperator(asked: Asked, node: TS.BinaryExpression): readonly ImplicitCall[] {
  const operator = ts.tokenToString(node.operatorToken.kind) ?? "";
  if (COERCING_OPERATORS.has(operator))
    return [...methods(asked, node.left, TEXT), ...methods(asked, node.right, TEXT)];
  if (node.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword)
    return methods(asked, node.right, ["@@hasInstance"]);
  if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return [];
  const left = unwrap(node.left);
  const { view, names, values } = asked;
  if (ts.isArrayLiteralExpression(left)) return iterated(asked, node.right);
  if (!ts.isObjectLiteralExpression(left)) return [];
  return left.properties.flatMap((property) => {
    const name = property.name === undefined || !ts.isIdentifier(property.name) ? null : property.name.text;
    if (name === null || !names.mayBeGetter(name)) return [];
    const symbol = view.checker.getPropertyOfType(view.checker.getTypeAtLocation(node.right), name);
    const on: RootsAt = (path) => values.of(node.right, path);
    return gettersBehind(symbol).map((fn) => ({ fn, on, given: null, by: null }));
  });
}

/** The getters that a copy of all properties reads: of a literal, as those of a class stand in its prototype. */
function gettersOf({ view, names, values }: Asked, value: TS.Expression): readonly ImplicitCall[] {
  if (!names.mayHaveGetters()) return [];
  const on: RootsAt = (path) => values.of(value, path);
  return view.checker
    .getPropertiesOfType(view.checker.getTypeAtLocation(value))
    .flatMap(gettersBehind)
    .filter(({ parent }) => ts.isObjectLiteralExpression(parent))
    .map((fn) => ({ fn, on, given: null, by: null }));
}

/** `using lock = table` */
function disposed(asked: Asked, node: TS.VariableDeclaration): readonly ImplicitCall[] {
  const isUsed = (ts.getCombinedNodeFlags(node) & ts.NodeFlags.Using) !== 0;
  if (!isUsed || node.initializer === undefined) return [];
  return methods(asked, node.initializer, ["@@dispose", "@@asyncDispose"]);
}

/** `const { next } = table`, `([first]: Table) => …` */
function destructured(asked: Asked, pattern: TS.BindingPattern): readonly ImplicitCall[] {
  const { view, names, values } = asked;
  const on: RootsAt = (path) => values.held(pattern.parent, path);
  const type = (): TS.Type => view.checker.getTypeAtLocation(pattern.parent);
  if (ts.isArrayBindingPattern(pattern))
    return ts.isVariableDeclaration(pattern.parent) && pattern.parent.initializer !== undefined
      ? iterated(asked, pattern.parent.initializer)
      : iteratedOfType(asked, type, on);
  return pattern.elements.flatMap((element) => {
    const name = element.propertyName ?? element.name;
    if (element.dotDotDotToken !== undefined || !(ts.isIdentifier(name) || ts.isStringLiteral(name)))
      return [];
    if (!names.mayBeGetter(name.text)) return [];
    const value = ts.isVariableDeclaration(pattern.parent) ? pattern.parent.initializer : undefined;
    const holder = value === undefined ? type() : view.checker.getTypeAtLocation(value);
    return gettersBehind(view.checker.getPropertyOfType(holder, name.text)).map((fn) => {
      return { fn, on, given: null, by: null };
    });
  });
}

function ofLibrary(asked: Asked, node: TS.CallExpression | TS.NewExpression): readonly ImplicitCall[] {
  const [first] = node.arguments ?? [];
  const callee = unwrap(node.expression);
  if (ts.isNewExpression(node)) {
    const isConsumer = ts.isIdentifier(callee) && CONSUMING_CONSTRUCTORS.test(callee.text);
    return first !== undefined && isConsumer ? iterated(asked, first) : [];
  }
  const name = writtenName(callee);
  if (name === null) return [];
  if (/\.join$/.test(name) && ts.isPropertyAccessExpression(callee)) return joined(asked, callee.expression);
  if (first === undefined) return [];
  if (/^(String|Number|BigInt)$/.test(name)) return methods(asked, first, TEXT);
  if (name === "JSON.stringify") return asData(asked, first);
  if (name === "Reflect.set") return setByReflection(asked, node.arguments);
  if (CONSUMING.test(name)) return iterated(asked, first);
  if (!READING.test(name)) return [];
  const sources = name === "Object.assign" ? node.arguments.slice(1) : [first];
  const read = sources.flatMap((source) => gettersOf(asked, source));
  return name === "Object.assign"
    ? [...read, ...sources.flatMap((source) => assigned(asked, first, source))]
    : read;
}

/** `JSON.stringify` of a callee that is written so: no name of the library is asked for where nobody calls it. */
function writtenName(callee: TS.Expression): string | null {
  if (ts.isIdentifier(callee)) return callee.text;
  if (!ts.isPropertyAccessExpression(callee)) return null;
  return ts.isIdentifier(callee.expression)
    ? `${callee.expression.text}.${callee.name.text}`
    : `.${callee.name.text}`;
}

/** `rows.join()` */
function joined(asked: Asked, list: TS.Expression): readonly ImplicitCall[] {
  if (!TEXT.some((name) => asked.names.hasMethod(name))) return [];
  const { checker } = asked.view;
  const type = checker.getTypeAtLocation(list);
  const elements =
    checker.isArrayType(type) || checker.isTupleType(type)
      ? checker.getTypeArguments(type as TS.TypeReference)
      : [];
  return elements.flatMap((element) =>
    methodsOfType(
      asked,
      () => element,
      TEXT,
      (path) => asked.values.of(list, ["*", ...path]),
    ),
  );
}

/** `toJSON` and the getters of literals, in whatever the value holds. */
function asData(asked: Asked, value: TS.Expression): readonly ImplicitCall[] {
  const { view, names, values } = asked;
  if (!names.hasMethod("toJSON") && !names.mayHaveGetters()) return [];
  const { checker } = view;
  const found: ImplicitCall[] = [];
  const seen = new Set<TS.Type>();
  const visit = (type: TS.Type, path: readonly string[]): void => {
    if (type.isUnion()) {
      for (const part of type.types) visit(part, path);
      return;
    }
    if ((type.flags & ts.TypeFlags.Object) === 0 || seen.has(type) || path.length > DEEPEST_DATA) return;
    seen.add(type);
    const on: RootsAt = (rest) => values.of(value, [...path, ...rest]);
    if (checker.isArrayType(type) || checker.isTupleType(type)) {
      for (const element of checker.getTypeArguments(type as TS.TypeReference))
        visit(element, [...path, "*"]);
      return;
    }
    found.push(...methodsOfType(asked, () => type, ["toJSON"], on));
    for (const property of checker.getPropertiesOfType(type)) {
      const declaration = property.declarations?.[0];
      if (declaration === undefined || view.originOf(declaration).kind !== "project") continue;
      if (ts.isMethodDeclaration(declaration) || ts.isMethodSignature(declaration)) continue;
      for (const fn of gettersBehind(property))
        if (ts.isObjectLiteralExpression(fn.parent)) found.push({ fn, on, given: null, by: null });
      visit(checker.getTypeOfSymbolAtLocation(property, value), [...path, property.name]);
    }
  };
  visit(checker.getTypeAtLocation(value), []);
  return found;
}

/** `Object.assign(target, source)` calls the setters of `target` that are named in `source`, or may be. */
function assigned(asked: Asked, target: TS.Expression, source: TS.Expression): readonly ImplicitCall[] {
  const { view, names, values } = asked;
  const setters = names.setters();
  if (setters.length === 0) return [];
  const type = view.checker.getTypeAtLocation(target);
  return setters.flatMap((name) => {
    const fns = settersBehind(view.checker.getPropertyOfType(type, name));
    if (fns.length === 0 || !mayHold(view, source, name)) return [];
    const on: RootsAt = (path) => values.of(target, path);
    const given: RootsAt = (path) => values.of(source, [name, ...path]);
    return fns.map((fn) => ({ fn, on, given, by: null }));
  });
}

function setByReflection(asked: Asked, args: readonly TS.Expression[]): readonly ImplicitCall[] {
  const [target, key, value] = args;
  if (target === undefined || key === undefined) return [];
  const { view, names, values } = asked;
  const known = literalKey(view.checker, key);
  const type = view.checker.getTypeAtLocation(target);
  const on: RootsAt = (path) => values.of(target, path);
  const given: RootsAt | null = value === undefined ? null : (path) => values.of(value, path);
  return names
    .setters()
    .filter((name) => known === null || name === known)
    .flatMap((name) => settersBehind(view.checker.getPropertyOfType(type, name)))
    .map((fn) => ({ fn, on, given, by: null }));
}
