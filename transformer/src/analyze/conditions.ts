/*
 * The conditions of the table of known APIs: each looks at how a reference is used.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { outerParent, unwrap } from "../compiler/symbols.js";
import type { Condition, Family } from "./known-apis.js";
import { isLocalText, localTime } from "./local-text.js";
import { showsNoError } from "./shown-text.js";

/** True where the use is pure; false where it is not; a family and a hint where it is impure in a way of its own. */
export function conditionHolds(
  view: ProgramView,
  condition: Condition,
  node: TS.Node,
): boolean | { readonly family: Family; readonly hint: string } {
  if (isHarmless(node) || isOwnReceiver(view, node)) return true;
  const args = argumentsOf(node);
  switch (condition) {
    case "date-constructor": {
      if (isConstAlias(node)) return true;
      const { parent, child } = outerParent(node);
      if (!ts.isNewExpression(parent) || parent.expression !== child) return false;
      if (args === null || args.length === 0) return false;
      const isSpread = ts.isSpreadElement(args[0]!);
      if (isSpread && leastLength(view, args[0]!) === 0) return false;
      if (args.length === 1 && !isSpread) return isLocalText(view, args[0]!) ? localTime : true;
      return {
        family: "environment",
        hint: "Use new Date(Date.UTC(…)): with several arguments, Date reads the machine's time zone.",
      };
    }
    case "zoned-text":
      return args?.[0] === undefined || !isLocalText(view, args[0]) ? true : localTime;
    case "members-only":
      return isConstAlias(node);
    case "instanceof-only":
      return false;
    case "locale-first":
      return args !== null && isGiven(view, args[0]);
    case "locale-second":
      return args !== null && isGiven(view, args[1]);
    case "locale-and-zone":
      return args !== null && isGiven(view, args[0]) && hasZone(view, args[1]);
    case "posix-import":
      return isPosix(view, node);
    case "no-errors":
      return args !== null && args.every((argument) => showsNoError(view, argument));
  }
}

/** How many values a spread gives at least. */
function leastLength(view: ProgramView, spread: TS.Expression): number {
  const type = view.checker.getTypeAtLocation((spread as TS.SpreadElement).expression);
  return view.checker.isTupleType(type) ? ((type as TS.TypeReference).target as TS.TupleType).minLength : 0;
}

/** `x instanceof Date`, `typeof Date`, `x.constructor === Date`: asks what something is, runs nothing. */
function isHarmless(node: TS.Node): boolean {
  const { parent, child } = outerParent(node);
  if (ts.isTypeOfExpression(parent)) return true;
  if (!ts.isBinaryExpression(parent)) return false;
  const operator = parent.operatorToken.kind;
  if (operator === ts.SyntaxKind.InstanceOfKeyword) return parent.right === child;
  return (
    operator === ts.SyntaxKind.EqualsEqualsEqualsToken ||
    operator === ts.SyntaxKind.ExclamationEqualsEqualsToken
  );
}

/** `Math` in `Math.max.apply(Math, list)`: a function of a built-in object is given its own object. */
function isOwnReceiver(view: ProgramView, node: TS.Node): boolean {
  const { parent, child } = outerParent(node);
  if (!ts.isCallExpression(parent) || parent.arguments[0] !== child) return false;
  const callee = unwrap(parent.expression);
  if (!ts.isPropertyAccessExpression(callee) || !/^(call|apply|bind)$/.test(callee.name.text)) return false;
  const fn = unwrap(callee.expression);
  return (
    (ts.isPropertyAccessExpression(fn) || ts.isElementAccessExpression(fn)) &&
    view.symbolOf(fn.expression) === view.symbolOf(node)
  );
}

/** `const D = Date` without a type of its own: the alias has the same type, so its uses are judged like the original's. */
function isConstAlias(node: TS.Node): boolean {
  const declaration = node.parent;
  return (
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer === node &&
    declaration.type === undefined &&
    ts.isIdentifier(declaration.name) &&
    (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0
  );
}

/** The arguments of the call or construction whose callee `node` is; null where it is not called here. */
function argumentsOf(node: TS.Node): readonly TS.Expression[] | null {
  const { parent, child } = outerParent(node);
  if ((ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression === child)
    return parent.arguments ?? [];
  return null;
}

function isGiven(view: ProgramView, argument: TS.Expression | undefined): boolean {
  if (argument === undefined || ts.isSpreadElement(argument)) return false;
  const type = view.checker.getTypeAtLocation(argument);
  if (
    ts.isArrayLiteralExpression(unwrap(argument)) &&
    (unwrap(argument) as TS.ArrayLiteralExpression).elements.length === 0
  )
    return false;
  const parts = type.isUnion() ? type.types : [type];
  return parts.every(
    (part) =>
      (part.flags &
        (ts.TypeFlags.Undefined | ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Void)) ===
      0,
  );
}

function hasZone(view: ProgramView, options: TS.Expression | undefined): boolean {
  if (options === undefined || ts.isSpreadElement(options)) return false;
  const zone = view.checker.getPropertyOfType(view.checker.getTypeAtLocation(options), "timeZone");
  if (zone === undefined) return false;
  const type = view.checker.getTypeOfSymbolAtLocation(zone, options);
  const parts = type.isUnion() ? type.types : [type];
  return (
    (zone.flags & ts.SymbolFlags.Optional) === 0 &&
    parts.every((part) => (part.flags & ts.TypeFlags.Undefined) === 0)
  );
}

function isPosix(view: ProgramView, node: TS.Node): boolean {
  const path = (at: TS.Node): boolean => {
    if (ts.isPropertyAccessExpression(at)) return /^(posix|win32)$/.test(at.name.text) || path(at.expression);
    if (!ts.isIdentifier(at)) return false;
    if (at.text === "posix" || at.text === "win32") return importOf(view, at) !== null;
    return /^(node:)?path\/(posix|win32)$/.test(importOf(view, at) ?? "");
  };
  const { parent, child } = outerParent(node);
  // `path` in `path.posix.join`.
  if (ts.isPropertyAccessExpression(parent) && parent.expression === child && path(parent)) return true;
  return path(node);
}

/** The specifier of the module that an identifier is imported from. */
function importOf(view: ProgramView, node: TS.Identifier): string | null {
  const local = view.checker.getSymbolAtLocation(node)?.declarations?.[0];
  const declaration = local === undefined ? undefined : ts.findAncestor(local, ts.isImportDeclaration);
  return declaration !== undefined && ts.isStringLiteral(declaration.moduleSpecifier)
    ? declaration.moduleSpecifier.text
    : null;
}
