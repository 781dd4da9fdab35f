/*
 * Purpose: what a value of a wide type (`unknown`, `any`, `object`, a type parameter) was before it lost its type.
 * Owns: the way back from an expression: through parameters, properties, and what records, lists and maps of wide types hold.
 * Does not own: what is given to these anywhere (given-values.ts).
 *
 * Invariant: asked along a path of property names; `*` is any element of a container. What is caught is not followed: a caught Date is
 * nobody's way of programming.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { results } from "../compiler/functions.js";
import { libraryCall, libraryFunction } from "../compiler/library-calls.js";
import type { ProgramView } from "../compiler/program-view.js";
import { literalKey, outerParent, unwrap } from "../compiler/symbols.js";
import type { ReachedUnit } from "../ir/facts.js";
import type { FactsInForce } from "./facts-in-force.js";
import { functionAt, givenTo, isProperty } from "./given-values.js";
import type { Given } from "./given-values.js";
import { heldTypes } from "./types-held.js";

/** A type that a value may have had, and where it had it. */
export interface Origin {
  readonly type: TS.Type;
  readonly node: TS.Expression;
}

export type Flows = (value: TS.Expression, path?: Path) => readonly Origin[];

type Path = readonly string[];

/** Longer ways than this nobody goes. */
const LONGEST_PATH = 4;
const SAME =
  /^((Readonly)?Array\.(slice|filter|concat|toSorted|toReversed|sort|reverse|flat|values)|(Readonly)?(Map|Set)\.values)$/;
const SAME_FIRST =
  /^(ObjectConstructor\.(values|freeze|assign)|ArrayConstructor\.from|structuredClone|PromiseConstructor\.resolve)$/;
const ELEMENT = /^((Readonly)?Map\.get|WeakMap\.get|(Readonly)?Array\.(at|find|findLast|pop|shift))$/;
const ENTRIES = /^(ObjectConstructor|(Readonly)?(Map|Set|Array))\.entries$/;
const CALLING = /^(Readonly)?(Array|Map|Set)\.(forEach|map|flatMap|filter|find\w*|some|every)$/;

/** Where values come from; looks at all calls when the first question comes. */
export function flowsOf(
  view: ProgramView,
  reached: readonly ReachedUnit[],
  factsOf: FactsInForce,
): { readonly flows: Flows; readonly texts: Flows } {
  const given = givenTo(view, reached, factsOf);
  return {
    flows: (value, path = []) => search(view, given, (type) => !isWide(view, type), value, path),
    texts: (value, path = []) => search(view, given, isWritten, value, path),
  };
}

/** Is it told what the text is, as far as the program says? */
function isWritten(type: TS.Type, node: TS.Expression): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.every((part) => part.isStringLiteral()) || isTemplate(node);
}

function isTemplate(node: TS.Expression): boolean {
  return (
    ts.isTemplateExpression(node) ||
    (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
  );
}

/** Goes back to where what is asked for is known. */
function search(
  view: ProgramView,
  given: Given,
  isKnown: (type: TS.Type, node: TS.Expression) => boolean,
  value: TS.Expression,
  asked: Path,
): readonly Origin[] {
  const found: Origin[] = [];
  const seen = new Set<TS.Node | string>();
  const ids = new Map<TS.Node, number>();
  const isNew = (node: TS.Node, path: Path): boolean => {
    let id = ids.get(node);
    if (id === undefined) ids.set(node, (id = ids.size));
    const key = `${String(id)}.${path.join(".")}`;
    return seen.size < seen.add(key).size;
  };

  const visit = (expression: TS.Expression, path: Path): void => {
    const node = unwrap(expression);
    if (path.length > LONGEST_PATH || !isNew(node, path)) return;
    const types = heldTypes(view, view.checker.getTypeAtLocation(node), path);
    const known = types.filter((type) => isKnown(type, node));
    found.push(...known.map((type) => ({ type, node })));
    if (types.length > 0 && known.length === types.length) return;
    if (ts.isIdentifier(node)) declared(node, view.symbolOf(node)?.valueDeclaration, path);
    else if (ts.isPropertyAccessExpression(node)) member(node, node.name.text, path);
    else if (ts.isElementAccessExpression(node))
      visit(node.expression, [literalKey(view.checker, node.argumentExpression) ?? "*", ...path]);
    else if (ts.isConditionalExpression(node)) {
      visit(node.whenTrue, path);
      visit(node.whenFalse, path);
    } else if (ts.isBinaryExpression(node)) {
      visit(node.left, path);
      visit(node.right, path);
    } else if (ts.isAwaitExpression(node)) visit(node.expression, path);
    else if (ts.isCallExpression(node)) result(node, path);
    else if (ts.isNewExpression(node)) made(node, path);
    else if (ts.isObjectLiteralExpression(node)) property(node, path);
    else if (ts.isArrayLiteralExpression(node)) element(node, path);
  };

  const member = (node: TS.PropertyAccessExpression, name: string, path: Path): void => {
    const declarations = view.symbolOf(node)?.declarations ?? [];
    const parameter = parameterBehind(view, node);
    if (parameter !== null) declared(node, parameter, path);
    if (parameter !== null || declarations.length === 0) {
      if (declarations.length === 0) visit(node.expression, [name, ...path]);
      return;
    }
    for (const declaration of declarations) {
      if (isProperty(declaration)) for (const put of given.values(declaration)) visit(put, path);
      declared(node, declaration, path);
    }
  };

  const declared = (node: TS.Node, declaration: TS.Node | undefined, path: Path): void => {
    if (declaration === undefined) return;
    if (ts.isBindingElement(declaration)) {
      bound(declaration, path);
      return;
    }
    if (ts.isParameter(declaration)) {
      parameterOf(declaration, path);
      return;
    }
    const isValue = ts.isVariableDeclaration(declaration) || ts.isPropertyDeclaration(declaration);
    if (!isValue) return;
    if (declaration.initializer !== undefined) visit(declaration.initializer, path);
    const loop = declaration.parent.parent;
    if (ts.isForOfStatement(loop) && declaration.initializer === undefined) through(loop.expression, path);
    put(declaration, path);
  };

  /** What a loop or a spread gets of `list`: of a map its entries. */
  const through = (list: TS.Expression, path: Path): void => {
    const { symbol } = view.checker.getTypeAtLocation(list);
    const isMap = view.isGlobal(symbol, "Map") || view.isGlobal(symbol, "ReadonlyMap");
    if (isMap && path[0] !== undefined && isSame("1", path[0])) visit(list, ["*", ...path.slice(1)]);
    else visit(list, ["*", ...path]);
  };

  const put = (holder: TS.Node, [name, ...rest]: Path): void => {
    if (name === undefined) return;
    for (const { key, value } of given.puts(holder)) if (isSame(key, name)) visit(value, rest);
  };

  const parameterOf = (parameter: TS.ParameterDeclaration, path: Path): void => {
    if (!isNew(parameter, path)) return;
    if (parameter.initializer !== undefined) visit(parameter.initializer, path);
    const inner = parameter.dotDotDotToken === undefined ? path : path.slice(1);
    for (const argument of given.values(parameter)) visit(argument, inner);
    put(parameter, path);
    for (const { node, index } of given.handedOn(parameter)) {
      const type = givenType(view, node, index);
      const types = type === null ? [] : heldTypes(view, type, path);
      found.push(...types.filter((each) => isKnown(each, node)).map((each) => ({ type: each, node })));
      const list = index === 0 ? listGoneThrough(view, node) : null;
      if (list !== null) visit(list, ["*", ...path]);
    }
  };

  /** `const { at } = row`, `([key, value]) => …` */
  const bound = (element: TS.BindingElement, path: Path): void => {
    if (element.initializer !== undefined) visit(element.initializer, path);
    if (element.dotDotDotToken !== undefined) return;
    const pattern = element.parent;
    const name = element.propertyName ?? element.name;
    const step = ts.isArrayBindingPattern(pattern)
      ? String(pattern.elements.indexOf(element))
      : ts.isIdentifier(name) || ts.isStringLiteral(name)
        ? name.text
        : "*";
    const holder = pattern.parent;
    if (ts.isBindingElement(holder)) bound(holder, [step, ...path]);
    else declared(element, holder, [step, ...path]);
  };

  const property = (node: TS.ObjectLiteralExpression, path: Path): void => {
    const [name, ...rest] = path;
    if (name === undefined) return;
    for (const each of node.properties) {
      if (ts.isSpreadAssignment(each)) visit(each.expression, path);
      else if (each.name !== undefined) {
        const key = ts.isComputedPropertyName(each.name) ? "*" : each.name.text;
        if (!isSame(key, name)) continue;
        if (ts.isPropertyAssignment(each)) visit(each.initializer, rest);
        else if (ts.isShorthandPropertyAssignment(each)) visit(each.name, rest);
      }
    }
  };

  const element = (node: TS.ArrayLiteralExpression, path: Path): void => {
    const [name, ...rest] = path;
    if (name === undefined) return;
    node.elements.forEach((each, i) => {
      if (ts.isSpreadElement(each)) through(each.expression, rest);
      else if (isSame(name, String(i))) visit(each, rest);
    });
  };

  const result = (call: TS.CallExpression, path: Path): void => {
    const library = libraryCall(view, call, () => true);
    if (library === null) {
      const fn = functionAt(view, unwrap(call.expression));
      if (fn !== null && "body" in fn)
        for (const each of results(fn as TS.FunctionLikeDeclaration)) visit(each, path);
      return;
    }
    const { name, receiver, args } = library;
    const [first] = args;
    const [step, ...rest] = path;
    if (SAME.test(name) && receiver !== null) visit(receiver, path);
    if (SAME_FIRST.test(name)) for (const argument of args) visit(argument, path);
    if (ELEMENT.test(name) && receiver !== null) visit(receiver, ["*", ...path]);
    if (name === "ObjectConstructor.fromEntries" && first !== undefined && step !== undefined)
      visit(first, ["*", "1", ...rest]);
    if (ENTRIES.test(name) && isSame("1", rest[0] ?? "0")) {
      const holder = /^Object/.test(name) ? first : receiver;
      if (holder !== undefined && holder !== null) visit(holder, ["*", ...rest.slice(1)]);
    }
    const fn =
      /Array\.(map|flatMap)$/.test(name) && first !== undefined ? functionAt(view, unwrap(first)) : null;
    if (fn !== null && step !== undefined && "body" in fn)
      for (const each of results(fn as TS.FunctionLikeDeclaration)) visit(each, rest);
  };

  /** `new Map(entries)`, `new Set(list)` */
  const made = (node: TS.NewExpression, path: Path): void => {
    const [list] = node.arguments ?? [];
    const callee = unwrap(node.expression);
    if (list === undefined || path.length === 0 || !ts.isIdentifier(callee)) return;
    if (/^(Weak)?Map$/.test(callee.text)) visit(list, ["*", "1", ...path.slice(1)]);
    else if (/^(Weak)?Set$/.test(callee.text)) visit(list, path);
  };

  visit(value, asked);
  return found;
}

/** `*` is any name. */
function isSame(a: string, b: string): boolean {
  return a === b || a === "*" || b === "*";
}

function givenType(view: ProgramView, node: TS.Expression, index: number): TS.Type | null {
  const signature = view.checker.getContextualType(node)?.getCallSignatures()[0];
  const symbol = signature?.parameters[index];
  return symbol === undefined ? null : view.checker.getTypeOfSymbolAtLocation(symbol, node);
}

/** The list, map or set whose method calls `fn` with each element. */
function listGoneThrough(view: ProgramView, fn: TS.Expression): TS.Expression | null {
  const { parent, child } = outerParent(fn);
  if (!ts.isCallExpression(parent) || parent.arguments[0] !== child) return null;
  const method = libraryFunction(view, parent.expression, () => true);
  return method !== null && CALLING.test(method.name) ? method.receiver : null;
}

/** Says the type nothing of whether the value is a Date or a function? */
export function isWide(view: ProgramView, type: TS.Type): boolean {
  if (type.isUnion()) return type.types.some((part) => isWide(view, part));
  if (view.checker.isArrayType(type) || view.checker.isTupleType(type))
    return view.checker.getTypeArguments(type as TS.TypeReference).some((element) => isWide(view, element));
  const { flags } = type;
  if ((flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) !== 0) return true;
  if ((flags & ts.TypeFlags.TypeParameter) !== 0) {
    const constraint = view.checker.getBaseConstraintOfType(type);
    return constraint === undefined || isWide(view, constraint);
  }
  if ((flags & ts.TypeFlags.Object) === 0) return false;
  const declaration = (type.symbol as TS.Symbol | undefined)?.declarations?.[0];
  // `{}`, `Object`, `{ toString(): string }`: what every object is.
  return (
    type.getCallSignatures().length === 0 &&
    type.getConstructSignatures().length === 0 &&
    (declaration === undefined ||
      !(ts.isClassLike(declaration) || ts.isObjectLiteralExpression(declaration))) &&
    type.getProperties().every(({ name }) => EVERY_OBJECT_HAS.has(name)) &&
    view.checker.getIndexInfosOfType(type).length === 0
  );
}

const EVERY_OBJECT_HAS: ReadonlySet<string> = new Set(
  "constructor toString toLocaleString valueOf hasOwnProperty isPrototypeOf propertyIsEnumerable".split(" "),
);

/** The parameter whose value an expression is: named, or kept in a field that only a constructor's parameter gives. */
function parameterBehind(view: ProgramView, node: TS.Expression): TS.ParameterDeclaration | null {
  const declaration = view.symbolOf(node)?.valueDeclaration;
  if (declaration === undefined) return null;
  if (ts.isParameter(declaration)) return declaration;
  if (!ts.isPropertyDeclaration(declaration) || !ts.isClassLike(declaration.parent)) return null;
  for (const member of declaration.parent.members) {
    if (!ts.isConstructorDeclaration(member) || member.body === undefined) continue;
    for (const statement of member.body.statements) {
      if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) continue;
      const { left, right } = statement.expression;
      if (view.symbolOf(left)?.valueDeclaration !== declaration) continue;
      const source = view.symbolOf(unwrap(right))?.valueDeclaration;
      if (source !== undefined && ts.isParameter(source)) return source;
    }
  }
  return null;
}
