/*
 * Purpose: what the platform's names do in JavaScript without types: the table of known APIs, asked by spelling.
 * Owns: conditions such as "with a locale"; members that only some built-in objects have (`getHours`).
 * Does not own: the table (known-apis.ts).
 *
 * What a package may do that workflow code may not: read NODE_ENV, ask `typeof` anything, warn on the console under a
 * condition, and make promises. None of them changes what a call gives (docs/decisions/0014).
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { outerParent } from "../../compiler/symbols.js";
import { knownApis, unlistedNodeModule } from "../known-apis.js";
import type { Family, Verdict } from "../known-apis.js";
import { GLOBAL_OBJECTS } from "./links.js";
import { bare } from "./shipped-module.js";

/** The families of the platform, and state of the package's own. */
export type DeedFamily = Family | "state";

export type Deed =
  | { readonly kind: "impure"; readonly family: DeedFamily; readonly what: string }
  | { readonly kind: "unknown"; readonly what: string };

/** Names that the language has, without a word on them in the table. */
const LANGUAGE = new Set([
  "undefined",
  "NaN",
  "Infinity",
  "arguments",
  "escape",
  "unescape",
  // In CommonJS they are bindings of the file; elsewhere nothing has these names, whoever asks.
  "module",
  "exports",
  "define",
  // What every object has, and the global scope therefore, too: always the same text.
  "toString",
]);
const FUNCTION_MEMBERS = /^(call|apply|bind|prototype|name|length)$/;

/** What naming a platform's API at `node` does; null where that is pure. */
export function deedOf(path: readonly string[], node: TS.Node): Deed | null {
  const [head = "", ...rest] = path;
  if (LANGUAGE.has(head) || isAsked(node)) return null;
  if (head === "process" && rest[0] === "env" && (isSetting(rest[1]) || isTested(node))) return null;
  if (GLOBAL_OBJECTS.has(head)) {
    if (rest.length > 0) return deedOf(rest, node);
    return { kind: "impure", family: "environment", what: head };
  }
  const what = path
    .slice(0, 2)
    .join(".")
    .replace(/^node:(\w+)\.default$/, "node:$1");
  if (head === "console")
    return isWarning(rest[0], node) ? null : { kind: "impure", family: "logging", what };
  if (head === "Function" && rest.join(".") === "prototype.toString.call") return null;
  if (head === "Function" && rest[0] === "toString") return null;
  if (head === "process" && rest[0] === "binding" && (isTested(node) || isUtil(argumentsOf(node)?.[0])))
    return null;
  const verdict = head.startsWith("node:") ? moduleVerdict(path) : globalVerdict(head, rest);
  if (
    isTested(node) &&
    (rest.length === 0 || (verdict?.kind === "impure" && verdict.family !== "environment"))
  )
    return null;
  if (verdict === null) return { kind: "unknown", what };
  if (verdict.kind === "pure") return null;
  const impure = (family: Family, text = what): Deed => ({ kind: "impure", family, what: text });
  if (verdict.kind === "impure") return impure(verdict.family);
  const args = argumentsOf(node);
  switch (verdict.condition) {
    case "date-constructor": {
      if (rest.length > 0 || isRightOfInstanceof(node)) return null;
      const { parent, child } = outerParent(node);
      const isConstructed = ts.isNewExpression(parent) && parent.expression === child;
      if (isConstructed && args !== null && args.length === 1 && !ts.isSpreadElement(args[0]!)) return null;
      if (isConstructed && args !== null && args.length > 1)
        return impure("environment", "new Date(year, month, …)");
      if (isConstructed) return impure("clock", "new Date()");
      if (isHandedOn(node)) return impure("clock", "Date");
      return ts.isCallExpression(parent) && parent.expression === child ? impure("clock", "Date()") : null;
    }
    case "zoned-text":
      return null;
    case "members-only":
      return rest.length === 0 && isHandedOn(node) ? impure(verdict.family) : null;
    case "instanceof-only":
      if (rest.length > 0 || isRightOfInstanceof(node)) return null;
      return args === null ? null : impure(verdict.family);
    case "locale-first":
      return isText(args?.[0]) || rest[1] === "supportedLocalesOf" ? null : impure(verdict.family);
    case "locale-second":
      return isText(args?.[1]) ? null : impure(verdict.family);
    case "locale-and-zone":
      return isText(args?.[0]) && namesZone(args?.[1]) ? null : impure(verdict.family);
    case "posix-import":
      return /^node:path\/(posix|win32)$/.test(head) || /^(posix|win32)$/.test(rest[0] ?? "")
        ? null
        : impure(verdict.family);
    default:
      return impure(verdict.family);
  }
}

/** Of one deployment, and for what is printed: not for what is computed. */
function isSetting(name: string | undefined): boolean {
  return name === "NODE_ENV" || name === "NODE_DEBUG";
}

function moduleVerdict(path: readonly string[]): Verdict | null {
  const [head = "", member, inner] = path;
  const candidates = [`${head}.${member ?? ""}.${inner ?? ""}`, `${head}.${member ?? ""}`, head];
  for (const candidate of candidates) {
    const verdict = knownApis.get(candidate);
    if (verdict !== undefined) return verdict;
  }
  return unlistedNodeModule;
}

function globalVerdict(head: string, rest: readonly string[]): Verdict | null {
  const [member, inner] = rest;
  if (member === "prototype" && inner !== undefined) {
    return knownApis.get(`${head}.${inner}`) ?? knownApis.get(head) ?? null;
  }
  if (member !== undefined && !FUNCTION_MEMBERS.test(member)) {
    const own =
      knownApis.get(`${head}Constructor.${member}`) ??
      knownApis.get(`${head}.${member}`) ??
      (head === "process" ? knownApis.get(`NodeJS.Process.${member}`) : undefined);
    if (own !== undefined) return own;
    const container = knownApis.get(`${head}Constructor`);
    if (container !== undefined && container.kind !== "conditional") return container;
    if (head === "Math" || head === "Date" || head === "Function") return { kind: "pure" };
  }
  return knownApis.get(head) ?? null;
}

/** Members with a clock, a place or a language in them, by the names that only built-in objects have. */
const MEMBERS: ReadonlyMap<string, Verdict> = new Map(
  [...knownApis].flatMap(([name, verdict]) => {
    const member = /^(?:Date|String|Number|Error)\.(\w+)$/.exec(name)?.[1];
    return member === undefined || member === "toString" || verdict.kind === "pure"
      ? []
      : [[member, verdict] as const];
  }),
);

/** What reading the member `name` of an object that nothing is known of may do. */
export function memberDeed(name: string, node: TS.Node): Deed | null {
  if (name === "require" && isCalled(node) && !isUtil(argumentsOf(node)?.[0])) {
    return { kind: "unknown", what: ".require()" };
  }
  if (isOfConstructor(node)) {
    if (name === "now") return { kind: "impure", family: "clock", what: ".constructor.now()" };
    if (name === "constructor")
      return { kind: "impure", family: "dynamicCode", what: ".constructor.constructor" };
  }
  const verdict = MEMBERS.get(name);
  if (verdict === undefined || verdict.kind === "pure" || isAsked(node)) return null;
  const args = argumentsOf(node);
  const { parent } = outerParent(node);
  // A copy of the stack that another error gets: nothing that a result could hold.
  if (name === "stack" && ts.isBinaryExpression(parent) && /\.stack$/.test(parent.left.getText()))
    return null;
  if (verdict.kind === "conditional") {
    if (args === null && isTested(node)) return null;
    if (args !== null && isText(args[verdict.condition === "locale-second" ? 1 : 0])) {
      if (verdict.condition !== "locale-and-zone" || namesZone(args[1])) return null;
    }
  }
  return { kind: "impure", family: verdict.family, what: `.${name}${args === null ? "" : "()"}` };
}

function isCalled(node: TS.Node): boolean {
  return argumentsOf(node) !== null;
}

/** `x.constructor.member` */
function isOfConstructor(node: TS.Node): boolean {
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return false;
  const object = bare(node.expression);
  return ts.isPropertyAccessExpression(object) && object.name.text === "constructor";
}

/** `typeof x`, `x === …`, `x in …`, `… instanceof x`: asks whether it is there, takes nothing from it. */
function isAsked(node: TS.Node): boolean {
  const { parent, child } = outerParent(node);
  if (ts.isTypeOfExpression(parent)) return true;
  if (!ts.isBinaryExpression(parent)) return false;
  const kind = parent.operatorToken.kind;
  if (kind === ts.SyntaxKind.InKeyword || kind === ts.SyntaxKind.InstanceOfKeyword)
    return parent.right === child;
  return kind >= ts.SyntaxKind.EqualsEqualsToken && kind <= ts.SyntaxKind.ExclamationEqualsEqualsToken
    ? ts.isIdentifier(child)
    : false;
}

/** `crypto && …`, `if (performance)`, `!process`: whether there is such a thing. */
function isTested(node: TS.Node): boolean {
  const { parent, child } = outerParent(node);
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === ts.SyntaxKind.ExclamationToken;
  if (ts.isIfStatement(parent)) return parent.expression === child;
  if (ts.isConditionalExpression(parent)) return parent.condition === child;
  return (
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken &&
    (parent.left === child || isTested(parent))
  );
}

function isRightOfInstanceof(node: TS.Node): boolean {
  const { parent, child } = outerParent(node);
  return (
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword &&
    parent.right === child
  );
}

/** `console.warn(…)` and `console.error(…)` that not every call comes to. */
function isWarning(member: string | undefined, node: TS.Node): boolean {
  if (member !== "warn" && member !== "error" && member !== "assert") return false;
  for (let at = node; at.parent !== undefined && !ts.isFunctionDeclaration(at); at = at.parent) {
    if (ts.isMethodDeclaration(at)) return false;
    if (ts.isIfStatement(at.parent) || ts.isConditionalExpression(at.parent) || ts.isCatchClause(at.parent))
      return true;
    if (ts.isBinaryExpression(at.parent) && at.parent.right === at) return true;
  }
  return false;
}

function argumentsOf(node: TS.Node): readonly TS.Expression[] | null {
  const { parent, child } = outerParent(node);
  return (ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression === child
    ? (parent.arguments ?? [])
    : null;
}

/** A locale that is written out: one that a caller may leave away is the machine's. */
function isText(node: TS.Expression | undefined): boolean {
  return node !== undefined && ts.isStringLiteralLike(bare(node));
}

/** Given to others, or asked for a member whose name is computed: whoever gets it can take what is impure of it. */
function isHandedOn(node: TS.Node): boolean {
  const { parent, child } = outerParent(node);
  if (ts.isElementAccessExpression(parent)) return parent.expression === child;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression !== child;
  if (ts.isBinaryExpression(parent))
    return parent.operatorToken.kind === ts.SyntaxKind.EqualsToken && parent.right === child;
  return (
    ts.isArrayLiteralExpression(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isShorthandPropertyAssignment(parent) ||
    ts.isReturnStatement(parent) ||
    ts.isArrowFunction(parent) ||
    ts.isSpreadElement(parent)
  );
}

/** `process.binding("util")`: tests of types, as old libraries took them. */
function isUtil(node: TS.Expression | undefined): boolean {
  return node !== undefined && ts.isStringLiteralLike(node) && node.text === "util";
}

function namesZone(node: TS.Expression | undefined): boolean {
  return (
    node !== undefined && ts.isObjectLiteralExpression(node) && /\btimeZone\b\s*:\s*["']/.test(node.getText())
  );
}
