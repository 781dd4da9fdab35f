/*
 * What an expression changes: assignments, deletions, and the library's functions that change what they are called on.
 */
import { plainType } from "./by-form.js";
import { ts } from "./ts.js";
import type { TS } from "./ts.js";
import type { ProgramView } from "./program-view.js";
import { libraryCall, libraryFunction } from "./library-calls.js";
import { qualifiedName } from "./qualified-name.js";
import { unwrap } from "./symbols.js";
import { isOfKind } from "./walk-values.js";

/** Methods of built-in objects that change the object: an iterator moves on, a moving pattern keeps its `lastIndex`. */
const CHANGING = new Set(
  `Array.push Array.pop Array.shift Array.unshift Array.splice Array.sort Array.reverse Array.fill Array.copyWithin
   Map.set Map.delete Map.clear Map.getOrInsert Map.getOrInsertComputed Set.add Set.delete Set.clear
   ArrayBuffer.resize ArrayBuffer.transfer ArrayBuffer.transferToFixedLength
   RegExp.exec RegExp.test Iterator.next Iterator.return Iterator.throw Generator.next Generator.return Generator.throw
   URLSearchParams.append URLSearchParams.delete URLSearchParams.set URLSearchParams.sort AbortController.abort
   EventTarget.addEventListener EventTarget.removeEventListener EventTarget.dispatchEvent
   DisposableStack.use DisposableStack.adopt DisposableStack.defer DisposableStack.move DisposableStack.dispose`.split(
    /\s+/,
  ),
);
const CHANGING_BY_PATTERN =
  /^(\w+Array\.(set\w*|fill|sort|reverse|copyWithin)|(Headers|FormData)\.(append|set|delete)|(node:crypto\.)?(Hash|Hmac|Cipher\w*|Decipher\w*|Sign|Verify)\.(update|digest|final)|(node:string_decoder\.)?StringDecoder\.(write|end)|IteratorObject\.\w+|Date\.set\w+|DataView\.set\w+|Buffer\.(write\w*|fill|swap\d+)|node:events\.(\w+\.)*EventEmitter\.\w+|NodeJS\.EventEmitter\.\w+)$/;
/** Functions that change their first argument. */
const CHANGING_FIRST = new Set(
  `ObjectConstructor.assign ObjectConstructor.defineProperty ObjectConstructor.defineProperties ObjectConstructor.setPrototypeOf
   Reflect.set Reflect.defineProperty Reflect.deleteProperty Reflect.setPrototypeOf`.split(/\s+/),
);

/**
 * Nobody can look through a weak map: without the key an entry is not there, so it is a field of the key, and what changes is that,
 * where it is told what the key is.
 */
const CHANGING_KEY = new Set(
  "WeakMap.set WeakMap.delete WeakMap.getOrInsert WeakMap.getOrInsertComputed WeakSet.add WeakSet.delete".split(
    " ",
  ),
);

/** Functions that use up the iterator that they are given first. */
const CONSUMING =
  /^((Array|\w+Array)(Constructor)?\.from|(Object|Map)Constructor\.(groupBy|fromEntries)|PromiseConstructor\.(all|race|any|allSettled))$/;
const CONSUMING_CONSTRUCTORS = /^((Weak)?(Map|Set)|\w+Array|URLSearchParams)$/;
/** Methods of lists that call what they are given, on what they are given beside it. */
const CALLING = "forEach map flatMap filter find findIndex findLast findLastIndex some every";
const REDUCING = "reduce reduceRight";

/** Last parts of the names above, and of those that the patterns allow: to ask what else is called takes long. */
const CHANGING_NAMES: ReadonlySet<string> = new Set([
  ...[...CHANGING, ...CHANGING_FIRST, ...CHANGING_KEY].map((name) => name.slice(name.lastIndexOf(".") + 1)),
  ..."copyWithin fill reverse set sort swap16 swap32 swap64 append update digest final end".split(" "),
  ...`on once off emit addListener removeListener removeAllListeners prependListener prependOnceListener setMaxListeners
        getMaxListeners listeners rawListeners listenerCount eventNames`.split(/\s+/),
]);
const CHANGING_NAME = /^(set[A-Z]|write)/;
const CALL_NAMES: ReadonlySet<string> = new Set(
  `${CALLING} ${REDUCING} decode encodeInto from groupBy fromEntries all race any allSettled take drop toArray match replace structuredClone`.split(
    " ",
  ),
);

function mayChange(name: string): boolean {
  return CHANGING_NAMES.has(name) || CHANGING_NAME.test(name);
}

function mayMatter(name: string): boolean {
  return mayChange(name) || CALL_NAMES.has(name);
}

/** The nodes that can change something. */
export const CHANGING_KINDS = [
  "BinaryExpression",
  "PrefixUnaryExpression",
  "PostfixUnaryExpression",
  "DeleteExpression",
  "ForOfStatement",
  "ForInStatement",
  "SpreadElement",
  "YieldExpression",
  "VariableDeclaration",
  "NewExpression",
  "CallExpression",
] as const satisfies readonly (keyof typeof TS.SyntaxKind)[];
const isChangingKind = isOfKind(CHANGING_KINDS);

/**
 * The expressions whose value, or what hangs on it, `node` itself changes; not what functions of the project change. To assign
 * to a local variable changes nothing: what it held is as it was.
 */
export function changedBy(
  view: ProgramView,
  node: TS.Node,
  locals: "locals too" | "no locals" = "no locals",
): readonly TS.Expression[] {
  if (!isChangingKind(node)) return [];
  const assigned = (left: TS.Expression): readonly TS.Expression[] =>
    assignmentTargets(left).filter((target) => locals === "locals too" || !isLocal(view, target));
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment
      ? [...assigned(node.left), ...usedUp(view, node)]
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
    return [...targets, ...usedUp(view, node)];
  }
  if (ts.isCallExpression(node)) return [...changedByCall(view, node), ...usedUp(view, node)];
  return usedUp(view, node);
}

function changedByCall(view: ProgramView, node: TS.CallExpression): readonly TS.Expression[] {
  const call = libraryCall(view, node, mayMatter);
  if (call === null) return movedBySymbol(view, node);
  const { name, receiver, args } = call;
  const found: TS.Expression[] = [];
  const note = (value: TS.Expression | null | undefined): void => {
    if (value !== null && value !== undefined) found.push(value);
  };
  if (isChanging(name)) note(receiver);
  else if (CHANGING_FIRST.has(name)) note(args[0]);
  else if (CHANGING_KEY.has(name))
    note(args[0] !== undefined && isOwnKey(view, args[0]) ? args[0] : receiver);
  // A decoder keeps what is left of a stream.
  else if (/TextDecoder\.decode$/.test(name) && args.length > 1) note(receiver);
  else if (/TextEncoder\.encodeInto$/.test(name)) note(args[1]);
  else if (/^String\.(match|replace)$/.test(name)) note(movedBy(view, args[0]));
  else if (name === "structuredClone") found.push(...transferred(args[1]));
  const last = name.slice(name.lastIndexOf(".") + 1);
  const isReduced = REDUCING.split(" ").includes(last);
  const [given, beside] = args;
  if (given === undefined || !(isReduced || CALLING.split(" ").includes(last))) return found;
  const fn = libraryFunction(view, given, mayChange);
  if (fn === null) return found;
  // `ids.forEach(seen.add, seen)`, `rows.reduce(Object.assign, target)`
  if (isChanging(fn.name) || CHANGING_KEY.has(fn.name))
    note(fn.receiver === null || isMethod(given) ? (beside ?? null) : fn.receiver);
  else if (CHANGING_FIRST.has(fn.name)) note(fn.bound[0] ?? (isReduced ? (beside ?? receiver) : receiver));
  return found;
}

/** `structuredClone(bytes, { transfer: [bytes.buffer] })` takes the bytes away. */
function transferred(options: TS.Expression | undefined): readonly TS.Expression[] {
  const written = options === undefined ? undefined : unwrap(options);
  if (written === undefined || !ts.isObjectLiteralExpression(written)) return [];
  return written.properties.flatMap((property) => {
    const list = ts.isPropertyAssignment(property) ? unwrap(property.initializer) : undefined;
    return list !== undefined && ts.isArrayLiteralExpression(list) ? list.elements : [];
  });
}

/** Does a call of the library's function that `value` names change what it is given first? */
export function changesFirst(view: ProgramView, value: TS.Expression): boolean {
  const fn = libraryFunction(view, value, mayChange);
  return fn !== null && fn.bound.length === 0 && CHANGING_FIRST.has(fn.name);
}

/** `seen.add.bind(seen)` */
export function isBinding(node: TS.Node): boolean {
  if (!ts.isCallExpression(node)) return false;
  const callee = unwrap(node.expression);
  return ts.isPropertyAccessExpression(callee) && callee.name.text === "bind";
}

/** Named by a member, and bound to nothing. */
function isMethod(given: TS.Expression): boolean {
  const node = unwrap(given);
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

/** `pattern[Symbol.match](text)` */
function movedBySymbol(view: ProgramView, node: TS.CallExpression): readonly TS.Expression[] {
  const callee = unwrap(node.expression);
  if (!ts.isElementAccessExpression(callee)) return [];
  const key = unwrap(callee.argumentExpression);
  const isOwn = ts.isPropertyAccessExpression(key) && /^(match|replace)$/.test(key.name.text);
  const moved =
    isOwn && view.isGlobal(view.symbolOf(key.expression), "Symbol") ? movedBy(view, callee.expression) : null;
  return moved === null ? [] : [moved];
}

/** A pattern that is sticky keeps its `lastIndex`, unless it is global: then it is set back. */
function movedBy(view: ProgramView, pattern: TS.Expression | undefined): TS.Expression | null {
  const node = pattern === undefined ? undefined : unwrap(pattern);
  if (node === undefined || !(ts.isIdentifier(node) || ts.isPropertyAccessExpression(node))) return null;
  const declaration = view.symbolOf(node)?.valueDeclaration;
  const isValue =
    declaration !== undefined &&
    (ts.isVariableDeclaration(declaration) || ts.isPropertyDeclaration(declaration));
  const value = isValue ? declaration.initializer : undefined;
  return value !== undefined && ts.isRegularExpressionLiteral(value) && /\/(?!\w*g)\w*y\w*$/.test(value.text)
    ? node
    : null;
}

/** An instance, or a record by its type: functions, namespaces and the texts of a template are there once for all runs. */
function isOwnKey(view: ProgramView, key: TS.Expression): boolean {
  const node = unwrap(key);
  if (!ts.isIdentifier(node) && node.kind !== ts.SyntaxKind.ThisKeyword) return false;
  const type = view.checker.getTypeAtLocation(node);
  const parts = type.isUnionOrIntersection() ? type.types : [type];
  return parts.every((part) => {
    const symbol = part.symbol as TS.Symbol | undefined;
    const { Class, Interface, TypeLiteral, ObjectLiteral } = ts.SymbolFlags;
    const isRecord = ((symbol?.flags ?? 0) & (Class | Interface | TypeLiteral | ObjectLiteral)) !== 0;
    const isShared = part.getCallSignatures().length > 0 || part.getConstructSignatures().length > 0;
    return isRecord && !isShared && symbol?.name !== "TemplateStringsArray" && isToldApart(view, part);
  });
}

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

/** Iterators that `node` uses up by going through them. */
function usedUp(view: ProgramView, node: TS.Node): readonly TS.Expression[] {
  const value = goneThrough(view, node);
  return value !== null && isUsedUp(view, value) === "always" ? [value] : [];
}

/** What `node` goes through, and uses up where that is an iterator, though its type says only that one can go through it. */
export function maybeUsedUp(view: ProgramView, node: TS.Node): TS.Expression | null {
  const value = goneThrough(view, node);
  return value !== null && isUsedUp(view, value) === "if it is an iterator" ? value : null;
}

/** What a loop, a spread, a pattern, `yield*` or a function of the library goes through. */
function goneThrough(view: ProgramView, node: TS.Node): TS.Expression | null {
  if (ts.isForOfStatement(node) || ts.isSpreadElement(node)) return node.expression;
  if (ts.isYieldExpression(node) && node.asteriskToken !== undefined) return node.expression ?? null;
  if (ts.isVariableDeclaration(node))
    return ts.isArrayBindingPattern(node.name) ? (node.initializer ?? null) : null;
  if (ts.isBinaryExpression(node)) {
    const isPattern = ts.isArrayLiteralExpression(unwrap(node.left));
    return isPattern && node.operatorToken.kind === ts.SyntaxKind.EqualsToken ? node.right : null;
  }
  if (ts.isNewExpression(node)) {
    const made = unwrap(node.expression);
    return ts.isIdentifier(made) && CONSUMING_CONSTRUCTORS.test(made.text)
      ? (node.arguments?.[0] ?? null)
      : null;
  }
  if (!ts.isCallExpression(node)) return null;
  const call = libraryCall(view, node, (name) => CALL_NAMES.has(name));
  return call !== null && CONSUMING.test(call.name) ? (call.args[0] ?? null) : null;
}

/** An iterator that is gone through is used up; an array is not. */
export function isUsedUp(
  view: ProgramView,
  node: TS.Expression,
): "always" | "if it is an iterator" | "never" {
  if (ts.isArrayLiteralExpression(node)) return "never";
  const type = plainType(view, node);
  const parts = type.isUnion() ? type.types : [type];
  const isIterator = parts.some((part) => {
    const declaration = view.checker.getPropertyOfType(part, "next")?.declarations?.[0];
    return declaration !== undefined && /^(Iterator|Generator)\.next$/.test(qualifiedName(declaration).name);
  });
  if (isIterator) return "always";
  return parts.some(({ symbol }) => view.isGlobal(symbol, "Iterable")) ? "if it is an iterator" : "never";
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
