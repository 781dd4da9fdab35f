/*
 * What an expression changes: assignments, deletions, and the library's functions that change what they are called on.
 */
import { ts } from "./ts.js";
import type { TS } from "./ts.js";
import type { ProgramView } from "./program-view.js";
import { qualifiedName } from "./qualified-name.js";
import { unwrap } from "./symbols.js";

/** Methods of built-in objects that change the object: an iterator moves on, a global pattern keeps its `lastIndex`. */
const CHANGING = new Set(
  `Array.push Array.pop Array.shift Array.unshift Array.splice Array.sort Array.reverse Array.fill Array.copyWithin
   Map.set Map.delete Map.clear Set.add Set.delete Set.clear
   RegExp.exec RegExp.test Iterator.next Iterator.return Iterator.throw Generator.next Generator.return Generator.throw
   URLSearchParams.append URLSearchParams.delete URLSearchParams.set URLSearchParams.sort AbortController.abort
   EventTarget.addEventListener EventTarget.removeEventListener EventTarget.dispatchEvent
   DisposableStack.use DisposableStack.adopt DisposableStack.defer DisposableStack.move DisposableStack.dispose`.split(
    /\s+/,
  ),
);
const CHANGING_BY_PATTERN =
  /^(\w+Array\.(set|fill|sort|reverse|copyWithin)|Date\.set\w+|DataView\.set\w+|Buffer\.(write\w*|fill|swap\d+)|node:events\.(\w+\.)*EventEmitter\.\w+|NodeJS\.EventEmitter\.\w+)$/;
/** Functions that change their first argument. */
const CHANGING_FIRST = new Set(
  `ObjectConstructor.assign ObjectConstructor.defineProperty ObjectConstructor.defineProperties ObjectConstructor.setPrototypeOf
   Reflect.set Reflect.defineProperty Reflect.deleteProperty Reflect.setPrototypeOf`.split(/\s+/),
);

/**
 * Nobody can look through a weak map: without the key an entry is not there, so it is a field of the key, and what changes is that,
 * where it is told what the key is.
 */
const CHANGING_KEY = new Set("WeakMap.set WeakMap.delete WeakSet.add WeakSet.delete".split(" "));

/** Last parts of the names above, and of those that the patterns allow: to ask what else is called takes long. */
const CHANGING_NAMES: ReadonlySet<string> = new Set([
  ...[...CHANGING, ...CHANGING_FIRST, ...CHANGING_KEY].map((name) => name.slice(name.lastIndexOf(".") + 1)),
  ..."call apply bind copyWithin fill reverse set sort swap16 swap32 swap64".split(" "),
  ...`on once off emit addListener removeListener removeAllListeners prependListener prependOnceListener setMaxListeners
        getMaxListeners listeners rawListeners listenerCount eventNames`.split(/\s+/),
]);
const CHANGING_NAME = /^(set[A-Z]|write)/;

function mayChange(callee: TS.PropertyAccessExpression | TS.ElementAccessExpression): boolean {
  if (ts.isElementAccessExpression(callee)) return true;
  const { text } = callee.name;
  return CHANGING_NAMES.has(text) || CHANGING_NAME.test(text);
}

/**
 * The expressions whose value, or what hangs on it, `node` itself changes; not what functions of the project change. To assign
 * to a local variable changes nothing: what it held is as it was.
 */
export function changedBy(
  view: ProgramView,
  node: TS.Node,
  locals: "locals too" | "no locals" = "no locals",
): readonly TS.Expression[] {
  const assigned = (left: TS.Expression): readonly TS.Expression[] =>
    assignmentTargets(left).filter((target) => locals === "locals too" || !isLocal(view, target));
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment
      ? assigned(node.left)
      : [];
  }
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    return node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken
      ? assigned(node.operand)
      : [];
  }
  if (ts.isDeleteExpression(node)) return [node.expression];
  if (ts.isForOfStatement(node) || ts.isForInStatement(node)) {
    const targets = ts.isVariableDeclarationList(node.initializer) ? [] : assigned(node.initializer);
    return ts.isForOfStatement(node) ? [...targets, ...consumed(view, node.expression)] : targets;
  }
  if (ts.isSpreadElement(node)) return consumed(view, node.expression);
  if (!ts.isCallExpression(node)) return [];
  const callee = unwrap(node.expression);
  if (!ts.isPropertyAccessExpression(callee) && !ts.isElementAccessExpression(callee)) return [];
  const name = mayChange(callee) ? platformName(view, callee) : null;
  if (name === null) return [];
  if (isChanging(name)) return [callee.expression];
  const first = node.arguments[0];
  if (first === undefined) return [];
  if (CHANGING_KEY.has(name)) return [isOwnKey(view, first) ? first : callee.expression];
  // `Array.prototype.push.call(list, …)`, `list.push.bind(list)`
  if (/^(Callable)?Function\.(call|apply|bind)$/.test(name)) {
    const method = platformName(view, unwrap(callee.expression));
    return method !== null && (isChanging(method) || CHANGING_KEY.has(method)) ? [first] : [];
  }
  return CHANGING_FIRST.has(name) ? [first] : [];
}

/** An instance, or a record by its type: functions, namespaces and the texts of a template are there once for all runs. */
function isOwnKey(view: ProgramView, key: TS.Expression): boolean {
  const node = unwrap(key);
  if (!ts.isIdentifier(node) && node.kind !== ts.SyntaxKind.ThisKeyword) return false;
  const type = view.checker.getTypeAtLocation(node);
  const parts = type.isUnionOrIntersection() ? type.types : [type];
  return parts.every((part) => {
    const symbol = part.symbol as TS.Symbol | undefined;
    const isRecord = ((symbol?.flags ?? 0) & (Class | Interface | TypeLiteral | ObjectLiteral)) !== 0;
    const isShared = part.getCallSignatures().length > 0 || part.getConstructSignatures().length > 0;
    return isRecord && !isShared && symbol?.name !== "TemplateStringsArray" && isToldApart(view, part);
  });
}

const { Class, Interface, TypeLiteral, ObjectLiteral } = ts.SymbolFlags;

/** What has members of its own project can be no function or template that somebody takes for an object. */
function isToldApart(view: ProgramView, type: TS.Type): boolean {
  return type.getProperties().some(({ declarations }) => {
    const [declaration] = declarations ?? [];
    return declaration !== undefined && view.originOf(declaration).kind === "project";
  });
}

function isChanging(qualified: string): boolean {
  // Node declares some globals in its modules.
  const name = qualified.replace(/^node:(?!events)\w+\./, "");
  return CHANGING.has(name) || CHANGING_BY_PATTERN.test(name);
}

/** The name of what an expression means, where that is the platform's. */
function platformName(view: ProgramView, node: TS.Expression): string | null {
  const declaration = view.symbolOf(node)?.declarations?.[0];
  return declaration === undefined || view.originOf(declaration).kind !== "platform"
    ? null
    : qualifiedName(declaration).name;
}

/** An iterator that is looped over or spread is used up; an array is not. */
function consumed(view: ProgramView, node: TS.Expression): readonly TS.Expression[] {
  const next = view.checker.getPropertyOfType(view.checker.getTypeAtLocation(node), "next");
  const declaration = next?.declarations?.[0];
  return declaration !== undefined && /^(Iterator|Generator)\.next$/.test(qualifiedName(declaration).name)
    ? [node]
    : [];
}

/** A variable or parameter of a function, named alone. */
function isLocal(view: ProgramView, target: TS.Expression): boolean {
  if (!ts.isIdentifier(target)) return false;
  const declaration = view.symbolOf(target)?.valueDeclaration;
  return declaration !== undefined && ts.findAncestor(declaration.parent, ts.isFunctionLike) !== undefined;
}

function assignmentTargets(node: TS.Expression): readonly TS.Expression[] {
  const target = unwrap(node);
  if (ts.isArrayLiteralExpression(target)) return target.elements.flatMap(assignmentTargets);
  if (ts.isSpreadElement(target)) return assignmentTargets(target.expression);
  if (ts.isBinaryExpression(target)) return assignmentTargets(target.left);
  if (!ts.isObjectLiteralExpression(target)) return [target];
  return target.properties.flatMap((property) => {
    if (ts.isShorthandPropertyAssignment(property)) return [property.name];
    if (ts.isPropertyAssignment(property)) return assignmentTargets(property.initializer);
    return ts.isSpreadAssignment(property) ? assignmentTargets(property.expression) : [];
  });
}
