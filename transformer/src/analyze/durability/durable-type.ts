/*
 * Purpose: can values of a type be stored and come back as what they were?
 * Owns: the walk over a type, and which built-in classes the journal keeps (R43).
 * Does not own: where values cross the journal (crossings.ts). The runtime's codec judges the values themselves.
 *
 * Invariants
 *  1. What is refused here, the runtime would refuse as well, or give back without its class: never the other way round.
 *  2. `unknown`, type parameters without a constraint and `{}` say nothing: the runtime judges the value.
 *  3. The walk ends on every type, recursive or ever growing.
 */
import { isThenable } from "../../compiler/functions.js";
import type { ProgramView } from "../../compiler/program-view.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";

export interface TypeFinding {
  /** Steps from the value: `.items[].onDone`. */
  readonly path: string;
  readonly kind: "function" | "class" | "promise" | "symbol" | "key" | "any";
  /** With its article: "a function", "an instance of the class Cart". */
  readonly what: string;
}

/** What the journal keeps of the platform, each with what its type arguments are called. */
const BUILT_IN: ReadonlyMap<string, readonly string[]> = new Map([
  ["Map", [".keys()", ".values()"]],
  ["ReadonlyMap", [".keys()", ".values()"]],
  ["Set", [".values()"]],
  ["ReadonlySet", [".values()"]],
  ..."Date RegExp URL URLSearchParams ArrayBuffer DataView Buffer Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array"
    .split(" ")
    .map((name): [string, readonly string[]] => [name, []]),
]);

/** Deeper types than this grow at each step: `Nested<Nested<…>>`. */
const DEEPEST = 24;

/** The first thing in values of `type` that can't be stored; else the first `any`; null when all of it can be. */
export function whyNotDurable(view: ProgramView, type: TS.Type): TypeFinding | null {
  const { checker } = view;
  const seen = new Set<TS.Type>();
  let any: TypeFinding | null = null;

  const walk = (at: TS.Type, path: string, depth: number): TypeFinding | null => {
    if ((at.flags & ts.TypeFlags.Any) !== 0) {
      any ??= { path, kind: "any", what: "any" };
      return null;
    }
    if ((at.flags & ts.TypeFlags.ESSymbolLike) !== 0) return { path, kind: "symbol", what: "a symbol" };
    if (at.isUnion()) return first(at.types, (part) => walk(part, path, depth));
    if (isPrimitive(at) || depth > DEEPEST || seen.has(at)) return null;
    seen.add(at);
    if ((at.flags & ts.TypeFlags.Instantiable) !== 0) {
      const constraint = checker.getBaseConstraintOfType(at);
      return constraint === undefined || constraint === at ? null : walk(constraint, path, depth + 1);
    }
    // A branded primitive: `string & { readonly [brand]: true }`.
    if (at.isIntersection() && at.types.some(isPrimitive)) return null;
    if (at.getCallSignatures().length > 0 || platformName(view, at) === "Function")
      return { path, kind: "function", what: "a function" };
    if (at.getConstructSignatures().length > 0) return { path, kind: "function", what: "a class" };
    if (checker.isTupleType(at)) {
      return first(checker.getTypeArguments(at as TS.TypeReference), (part, i) =>
        walk(part, `${path}[${String(i)}]`, depth + 1),
      );
    }
    if (checker.isArrayType(at)) {
      return first(checker.getTypeArguments(at as TS.TypeReference), (part) =>
        walk(part, `${path}[]`, depth + 1),
      );
    }
    const platform = platformName(view, at);
    const parts = platform === null ? undefined : BUILT_IN.get(platform);
    if (parts !== undefined) {
      return first(checker.getTypeArguments(at as TS.TypeReference).slice(0, parts.length), (part, i) =>
        walk(part, path + (parts[i] ?? ""), depth + 1),
      );
    }
    if (isThenable(checker, at)) return { path, kind: "promise", what: "a promise" };
    const isError = isErrorType(view, at);
    const name = isError
      ? null
      : (className(at) ?? (platform !== null && hasMethods(checker, at) ? platform : null));
    if (name !== null) return { path, kind: "class", what: `an instance of the class ${name}` };
    return (
      first(checker.getPropertiesOfType(at), (property) => {
        // What every error has comes back with it; a phantom key of a brand is no property of the value.
        if (isError && isOfPlatform(view, property)) return null;
        const inner = checker.getTypeOfSymbol(property);
        if (isSymbolKey(property) && inner.getCallSignatures().length === 0)
          return isWritten(property) ? { path, kind: "key", what: "an object with a symbol as key" } : null;
        return walk(inner, path + step(property), depth + 1);
      }) ??
      first(checker.getIndexInfosOfType(at), (index) =>
        walk(index.type, `${path}[${checker.typeToString(index.keyType)}]`, depth + 1),
      )
    );
  };
  return walk(type, "", 0) ?? any;
}

function first<T>(
  all: readonly T[],
  find: (each: T, index: number) => TypeFinding | null,
): TypeFinding | null {
  for (const [i, each] of all.entries()) {
    const found = find(each, i);
    if (found !== null) return found;
  }
  return null;
}

function isPrimitive(type: TS.Type): boolean {
  const plain =
    ts.TypeFlags.StringLike |
    ts.TypeFlags.NumberLike |
    ts.TypeFlags.BigIntLike |
    ts.TypeFlags.BooleanLike |
    ts.TypeFlags.VoidLike |
    ts.TypeFlags.Null |
    ts.TypeFlags.Never |
    ts.TypeFlags.Unknown |
    ts.TypeFlags.NonPrimitive;
  return (type.flags & plain) !== 0;
}

/** The name by which the platform declares a type; null for types of anybody else. */
function platformName(view: ProgramView, type: TS.Type): string | null {
  const symbol = type.symbol as TS.Symbol | undefined;
  return symbol !== undefined && isNamed(symbol) && isOfPlatform(view, symbol) ? symbol.name : null;
}

function isOfPlatform(view: ProgramView, symbol: TS.Symbol): boolean {
  const declaration = symbol.declarations?.[0];
  return declaration !== undefined && view.originOf(declaration).kind === "platform";
}

function isNamed(symbol: TS.Symbol): boolean {
  return (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)) !== 0;
}

/** Errors come back with name, message, own fields and cause. */
function isErrorType(view: ProgramView, type: TS.Type): boolean {
  if (platformName(view, type) === "Error") return true;
  return type.isClassOrInterface() && (type.getBaseTypes() ?? []).some((base) => isErrorType(view, base));
}

function className(type: TS.Type): string | null {
  const symbol = type.symbol as TS.Symbol | undefined;
  if (symbol === undefined || (symbol.flags & ts.SymbolFlags.Class) === 0) return null;
  return symbol.name === "__class" ? "without a name" : symbol.name;
}

/** What the platform makes and is more than data: a Response, a WeakMap, the array that a RegExp gives. */
function hasMethods(checker: TS.TypeChecker, type: TS.Type): boolean {
  return checker
    .getPropertiesOfType(type)
    .some((property) => checker.getTypeOfSymbol(property).getCallSignatures().length > 0);
}

function isSymbolKey(property: TS.Symbol): boolean {
  return property.escapedName.toString().startsWith("__@");
}

/** In an object that is written somewhere: no brand that only the type has. */
function isWritten(property: TS.Symbol): boolean {
  return (property.declarations ?? []).some(
    (at) => ts.isObjectLiteralElementLike(at) && !ts.isMethodDeclaration(at),
  );
}

function step(property: TS.Symbol): string {
  if (isSymbolKey(property))
    return `[${property.escapedName.toString().replace(/^__@(\w+)@.*$/, "Symbol.$1")}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(property.name)
    ? `.${property.name}`
    : `[${JSON.stringify(property.name)}]`;
}
