/*
 * Purpose: conditions that come out the same on every machine, and the code that therefore never runs.
 * Owns: what of the language is always there; which tests no value of workflow code can pass.
 *
 * A value is tested by the name that it is written with: a variable counts where it is assigned once, where it is declared.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { knownApis } from "../known-apis.js";
import { GLOBAL_OBJECTS } from "./links.js";
import { bare, isReassigned } from "./shipped-module.js";
import type { ShippedModule } from "./shipped-module.js";

const FUNCTIONS = new Set(
  `Object Array Function Symbol Map Set WeakMap WeakSet Promise Proxy Number String Boolean RegExp Error TypeError RangeError Date
   ArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array
   BigInt parseInt parseFloat isNaN isFinite Object.create Object.keys Object.values Object.entries Object.assign Object.freeze
   Object.isFrozen Object.is Object.defineProperty Object.defineProperties Object.getOwnPropertyNames Object.getOwnPropertySymbols
   Object.getOwnPropertyDescriptor Object.getPrototypeOf Object.setPrototypeOf Object.fromEntries Array.isArray Array.from Array.of
   Number.isInteger Number.isSafeInteger Number.isFinite Number.isNaN Reflect.ownKeys Reflect.apply Reflect.construct Reflect.get
   Reflect.set Reflect.has Reflect.getPrototypeOf Reflect.defineProperty Math.floor Math.ceil Math.round Math.trunc Math.sign Math.max
   Math.min Math.abs Math.pow Math.log10 Math.imul Symbol.for JSON.parse JSON.stringify String.fromCharCode String.raw`.split(
    /\s+/,
  ),
);
const OBJECTS = new Set(["Math", "JSON", "Reflect"]);
const SYMBOLS = /^Symbol\.(iterator|asyncIterator|hasInstance|toStringTag|toPrimitive|species)$/;

/** Of the classes that workflow code must not make, those of which the platform has no instance of its own. */
const NEVER_MADE = new Set(
  `Blob File FormData Request Response ReadableStream WritableStream TransformStream Worker WebSocket EventSource MessagePort
   MessageChannel BroadcastChannel WeakRef FinalizationRegistry SharedArrayBuffer HTMLElement`.split(/\s+/),
);

/** What `typeof` says of a part of the language that ES2018 has; null for everything else. */
function typeAlways(name: string): "function" | "object" | "symbol" | null {
  if (FUNCTIONS.has(name)) return "function";
  if (OBJECTS.has(name)) return "object";
  return SYMBOLS.test(name) ? "symbol" : null;
}

/** Is it a symbol, whatever happens: one of the language's, or a constant that was made one? */
export function isSymbol(module: ShippedModule, node: TS.Expression): boolean {
  const name = languageName(module, node);
  if (name !== null && SYMBOLS.test(name)) return true;
  const at = bare(node);
  const binding = ts.isIdentifier(at) ? module.lexical.resolve(at) : null;
  const [declaration, second] = binding?.declarations ?? [];
  if (binding === null || declaration === undefined || second !== undefined) return false;
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return false;
  const value = bare(declaration.initializer);
  const made = ts.isCallExpression(value) ? languageName(module, value.expression) : null;
  return (made === "Symbol" || made === "Symbol.for") && !isReassigned(module, binding);
}

/** Does a condition always hold, or never? Null where that depends. */
export function truthOf(module: ShippedModule, node: TS.Expression): boolean | null {
  const at = bare(node);
  if (at.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (at.kind === ts.SyntaxKind.FalseKeyword || at.kind === ts.SyntaxKind.NullKeyword) return false;
  if (ts.isNumericLiteral(at)) return Number(at.text) !== 0;
  if (ts.isPrefixUnaryExpression(at) && at.operator === ts.SyntaxKind.ExclamationToken) {
    const inner = truthOf(module, at.operand);
    return inner === null ? null : !inner;
  }
  if (ts.isBinaryExpression(at)) return truthOfBinary(module, at);
  const name = languageName(module, at);
  return name !== null && typeAlways(name) !== null ? true : null;
}

function truthOfBinary(module: ShippedModule, node: TS.BinaryExpression): boolean | null {
  const kind = node.operatorToken.kind;
  if (kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken) {
    const decisive = kind === ts.SyntaxKind.BarBarToken;
    const sides = [truthOf(module, node.left), truthOf(module, node.right)];
    if (sides.includes(decisive)) return decisive;
    return sides.includes(null) ? null : !decisive;
  }
  if (kind === ts.SyntaxKind.InstanceOfKeyword) return isNeverMade(module, node.right) ? false : null;
  const isEqual = kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.EqualsEqualsToken;
  const isUnequal =
    kind === ts.SyntaxKind.ExclamationEqualsEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsToken;
  if (!isEqual && !isUnequal) return null;
  const [test, text] = ts.isTypeOfExpression(bare(node.left))
    ? [node.left, node.right]
    : [node.right, node.left];
  const asked = bare(test);
  const answer = bare(text);
  if (!ts.isTypeOfExpression(asked) || !ts.isStringLiteralLike(answer)) return null;
  const name = languageName(module, asked.expression);
  const type = name === null ? null : typeAlways(name);
  return type === null ? null : (type === answer.text) === isEqual;
}

/**
 * A class of the platform whose instances workflow code cannot have: whoever makes one is refused for that, and no journal
 * stores one. So nothing is ever an instance of it, and what depends on that never runs.
 */
function isNeverMade(module: ShippedModule, node: TS.Expression): boolean {
  const name = languageName(module, bare(node));
  return name !== null && NEVER_MADE.has(name) && knownApis.get(name)?.kind === "impure";
}

/** `Object.create`, also as the value of a variable that is assigned once; null where it may mean anything else. */
function languageName(module: ShippedModule, node: TS.Expression, depth = 0): string | null {
  const at = bare(node);
  if (ts.isPropertyAccessExpression(at)) {
    const object = languageName(module, at.expression, depth);
    if (object === null || object.includes(".")) return null;
    return GLOBAL_OBJECTS.has(object) ? at.name.text : `${object}.${at.name.text}`;
  }
  if (!ts.isIdentifier(at)) return null;
  const binding = module.lexical.resolve(at);
  if (binding === null) return at.text;
  const [declaration, second] = binding.declarations;
  if (depth > 3 || declaration === undefined || second !== undefined) return null;
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return null;
  return isReassigned(module, binding) ? null : languageName(module, declaration.initializer, depth + 1);
}

/** Code that no call comes to; what a node is does not depend on who asks. */
const dead = new WeakSet<TS.Node>();

export function markDead(node: TS.Node | undefined): void {
  if (node !== undefined) dead.add(node);
}

export function isDead(node: TS.Node): boolean {
  for (let at = node; at.parent !== undefined && !ts.isFunctionLike(at); at = at.parent) {
    if (dead.has(at)) return true;
  }
  return false;
}

/** The statements of a list that run: those up to the first one that always leaves. */
export function liveStatements(
  module: ShippedModule,
  statements: readonly TS.Statement[],
): readonly TS.Statement[] {
  const end = statements.findIndex((statement) => alwaysLeaves(module, statement));
  if (end < 0) return statements;
  statements.slice(end + 1).forEach(markDead);
  return statements.slice(0, end + 1);
}

function alwaysLeaves(module: ShippedModule, statement: TS.Statement | undefined): boolean {
  if (statement === undefined) return false;
  if (ts.isReturnStatement(statement) || ts.isThrowStatement(statement)) return true;
  if (ts.isBlock(statement)) return statement.statements.some((each) => alwaysLeaves(module, each));
  if (!ts.isIfStatement(statement)) return false;
  const truth = truthOf(module, statement.expression);
  const then = truth === false || alwaysLeaves(module, statement.thenStatement);
  const other = truth === true || alwaysLeaves(module, statement.elseStatement);
  return then && other;
}

/** The parts of a choice that may run; the others are dead. */
export function liveParts(module: ShippedModule, node: TS.Node): readonly TS.Node[] | null {
  if (ts.isIfStatement(node))
    return chosen(truthOf(module, node.expression), node.expression, node.thenStatement, node.elseStatement);
  if (ts.isConditionalExpression(node))
    return chosen(truthOf(module, node.condition), node.condition, node.whenTrue, node.whenFalse);
  if (!ts.isBinaryExpression(node)) return null;
  const kind = node.operatorToken.kind;
  if (kind !== ts.SyntaxKind.AmpersandAmpersandToken && kind !== ts.SyntaxKind.BarBarToken) return null;
  const truth = truthOf(module, node.left);
  return kind === ts.SyntaxKind.AmpersandAmpersandToken
    ? chosen(truth, node.left, node.right, undefined)
    : chosen(truth, node.left, undefined, node.right);
}

function chosen(
  truth: boolean | null,
  test: TS.Node,
  then: TS.Node | undefined,
  other: TS.Node | undefined,
): readonly TS.Node[] {
  if (truth === true) markDead(other);
  if (truth === false) markDead(then);
  const parts = [test, truth === false ? undefined : then, truth === true ? undefined : other];
  return parts.filter((part): part is TS.Node => part !== undefined);
}
