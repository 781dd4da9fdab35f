/*
 * Purpose: the functions of the project that the language calls by itself, where code merely uses an object: loops and spreads call
 * iterators, templates and operators ask for text and numbers, `JSON.stringify` for data, `using` disposes, and reading or
 * assigning a property calls its getter or setter.
 * Owns: what such a function is called on, and what it is given.
 * Does not own: calls that are written down (changed-by-calls.ts), those inside of functions of the library (library-hooks.ts), what the
 * functions change.
 *
 * Invariants
 *  1. By syntax and name first: the checker is asked only where the project has a member that could be called there.
 *  2. By type then: only what has the member is called, so lists, maps and texts call nothing.
 */
import { saysNothing } from "../compiler/by-form.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { literalKey, outerParent, unwrap } from "../compiler/symbols.js";
import { isOfKind } from "../compiler/walk-values.js";
import {
  DISPOSERS,
  TEXT,
  gettersBehind,
  gettersOf,
  iterated,
  iteratedOfType,
  methods,
  settersBehind,
} from "./hook-calls.js";
import type { Asked, ImplicitCall, RootsAt } from "./hook-calls.js";
import { ofLibrary } from "./library-hooks.js";

const COERCING_OPERATORS: ReadonlySet<string> = new Set(
  "+ - * / % ** < > <= >= == != & | ^ << >> >>> += -= *= /= %= **= &= |= ^= <<= >>= >>>=".split(" "),
);

/** The nodes at which the language calls something by itself. */
export const CALLING_KINDS = [
  "PropertyAccessExpression",
  "ElementAccessExpression",
  "ForOfStatement",
  "SpreadElement",
  "YieldExpression",
  "TemplateSpan",
  "BinaryExpression",
  "PrefixUnaryExpression",
  "AsExpression",
  "TypeAssertionExpression",
  "AwaitExpression",
  "SpreadAssignment",
  "VariableDeclaration",
  "ObjectBindingPattern",
  "ArrayBindingPattern",
  "CallExpression",
  "NewExpression",
] as const satisfies readonly (keyof typeof TS.SyntaxKind)[];
const isCallingKind = isOfKind(CALLING_KINDS);

/** What `node` itself calls. */
export function implicitCalls(asked: Asked, node: TS.Node): readonly ImplicitCall[] {
  if (!isCallingKind(node)) return [];
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return accessed(asked, node);
  if (ts.isForOfStatement(node)) return iterated(asked, node.expression);
  if (ts.isSpreadElement(node)) return iterated(asked, node.expression);
  if (ts.isYieldExpression(node) && node.asteriskToken !== undefined && node.expression !== undefined)
    return iterated(asked, node.expression);
  if (ts.isTemplateSpan(node))
    return ts.isTaggedTemplateExpression(node.parent.parent) ? [] : methods(asked, node.expression, TEXT);
  if (ts.isBinaryExpression(node)) return ofOperator(asked, node);
  if (ts.isPrefixUnaryExpression(node))
    return node.operator === ts.SyntaxKind.ExclamationToken ? [] : methods(asked, node.operand, TEXT);
  // What is called a text or a number is used as one somewhere.
  if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node))
    return isPrimitiveKeyword(node.type) ? methods(asked, node.expression, TEXT) : [];
  if (ts.isAwaitExpression(node)) return methods(asked, node.expression, ["then"]);
  if (ts.isSpreadAssignment(node)) return gettersOf(asked, node.expression);
  if (ts.isVariableDeclaration(node)) return disposed(asked, node);
  if (ts.isObjectBindingPattern(node) || ts.isArrayBindingPattern(node)) return destructured(asked, node);
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return ofLibrary(asked, node);
  return [];
}

function isPrimitiveKeyword({ kind }: TS.TypeNode): boolean {
  return (
    kind === ts.SyntaxKind.StringKeyword ||
    kind === ts.SyntaxKind.NumberKeyword ||
    kind === ts.SyntaxKind.BigIntKeyword ||
    kind === ts.SyntaxKind.LiteralType
  );
}

function accessed(
  asked: Asked,
  node: TS.PropertyAccessExpression | TS.ElementAccessExpression,
): readonly ImplicitCall[] {
  const name = nameOf(asked.view, node);
  if (name === null) return [];
  const read = asked.names.mayBeGetter(name) ? readAt(asked, node, name) : [];
  return asked.names.mayBeSetter(name) ? [...read, ...writtenAt(asked, node, name)] : read;
}

/** `cart.next`, where that is a getter. */
function readAt(
  { view, values, ofType }: Asked,
  node: TS.PropertyAccessExpression | TS.ElementAccessExpression,
  name: string,
): readonly ImplicitCall[] {
  const on: RootsAt = (path) => values.of(node.expression, path);
  const symbol = view.symbolOf(node);
  const own = gettersBehind(symbol);
  if (own.length > 0 || !isOpen(view, node, symbol))
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
  { view, values, ofType }: Asked,
  node: TS.PropertyAccessExpression | TS.ElementAccessExpression,
  name: string,
): readonly ImplicitCall[] {
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
  if (own.length > 0 || !isOpen(view, node, symbol)) return own.map((fn) => ({ fn, on, given, by: null }));
  const by = `set ${name}`;
  return ofType(view.checker.getTypeAtLocation(node.expression), by).map((fn) => ({ fn, on, given, by }));
}

/** Says the type what can be read there, if anything, and not what runs? */
function isOpen(
  view: ProgramView,
  node: TS.PropertyAccessExpression | TS.ElementAccessExpression,
  symbol: TS.Symbol | undefined,
): boolean {
  if (symbol === undefined) return saysNothing(view.checker.getTypeAtLocation(node.expression));
  const declaration = symbol.valueDeclaration;
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

/** `using lock = table` */
function disposed(asked: Asked, node: TS.VariableDeclaration): readonly ImplicitCall[] {
  const isUsed = (ts.getCombinedNodeFlags(node) & ts.NodeFlags.Using) !== 0;
  if (!isUsed || node.initializer === undefined) return [];
  return methods(asked, node.initializer, DISPOSERS);
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
