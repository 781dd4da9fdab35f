/*
 * Methods, iterators and accessors of the project that the language calls on a value, by the value's type.
 */
import { isDeclaredPrimitive, isLiteral, isWrittenObject, plainType } from "../compiler/by-form.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";
import type { FunctionsOfType } from "./called-functions.js";
import { results } from "../compiler/functions.js";
import type { HookNames } from "./hook-names.js";
import type { ValueRoot } from "./value-root.js";
import type { ValueRoots } from "./value-roots.js";

export type RootsAt = (path: readonly string[]) => readonly ValueRoot[];

export interface ImplicitCall {
  readonly fn: TS.FunctionLikeDeclaration;
  /** The roots of what stands at a path from what it is called on. */
  readonly on: RootsAt;
  /** The same of its first argument; null where that is nothing that code knows. */
  readonly given: RootsAt | null;
  /** The name by which it was found in a type, which a value of another type has not. */
  readonly by: string | null;
}

/** What the questions are asked with. */
export interface Asked {
  readonly view: ProgramView;
  readonly names: HookNames;
  readonly ofType: FunctionsOfType;
  readonly values: ValueRoots;
}

/** What makes text or a number of an object. */
export const TEXT = ["@@toPrimitive", "toString", "valueOf"];
/** What releases it. */
export const DISPOSERS = ["@@dispose", "@@asyncDispose"];
/** Classes of the library whose constructors go through what they are given. */
export const CONSUMING_CONSTRUCTORS = /^((Weak)?(Map|Set)|\w+Array|URLSearchParams)$/;

/** The methods of `value` by these names. */
export function methods(
  asked: Asked,
  value: TS.Expression,
  names: readonly string[],
): readonly ImplicitCall[] {
  const inner = unwrap(value);
  if (!names.some((name) => asked.names.hasMethod(name)) || isPrimitiveValue(asked.view, inner)) return [];
  const { checker } = asked.view;
  const type = checker.getTypeAtLocation(inner);
  // The text of a list is made of those of its elements.
  const isList = names === TEXT && (checker.isArrayType(type) || checker.isTupleType(type));
  const own = methodsOfType(
    asked,
    () => type,
    names,
    (path) => asked.values.of(inner, path),
  );
  return isList ? [...own, ...textOfElements(asked, inner)] : own;
}

/** Text, a number or a truth, by its form or its name: the language knows what to do with those. */
function isPrimitiveValue(view: ProgramView, value: TS.Expression): boolean {
  return (isLiteral(value) && !isWrittenObject(value)) || isDeclaredPrimitive(view, value);
}

/** What the text of a list calls on its elements. */
export function textOfElements(asked: Asked, list: TS.Expression): readonly ImplicitCall[] {
  if (!TEXT.some((name) => asked.names.hasMethod(name))) return [];
  return ofElements(asked, list, (type, on) => methodsOfType(asked, type, TEXT, on));
}

/** What `calls` says of each element of a list. */
export function ofElements(
  { view: { checker }, values }: Asked,
  list: TS.Expression,
  calls: (type: () => TS.Type, on: RootsAt) => readonly ImplicitCall[],
): readonly ImplicitCall[] {
  const type = checker.getTypeAtLocation(list);
  const elements =
    checker.isArrayType(type) || checker.isTupleType(type)
      ? checker.getTypeArguments(type as TS.TypeReference)
      : [];
  return elements.flatMap((element) =>
    calls(
      () => element,
      (path) => values.of(list, ["*", ...path]),
    ),
  );
}

export function methodsOfType(
  { names: known, ofType }: Asked,
  type: () => TS.Type,
  names: readonly string[],
  on: RootsAt,
): readonly ImplicitCall[] {
  const present = names.filter((name) => known.hasMethod(name));
  return present.flatMap((name) => ofType(type(), name).map((fn) => ({ fn, on, given: null, by: name })));
}

export function iterated(asked: Asked, value: TS.Expression): readonly ImplicitCall[] {
  return iteratedOfType(
    asked,
    () => asked.view.checker.getTypeAtLocation(value),
    (path) => asked.values.of(value, path),
  );
}

/** The method that gives the iterator, and those of the iterator. */
export function iteratedOfType(asked: Asked, type: () => TS.Type, on: RootsAt): readonly ImplicitCall[] {
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

/** The getters that a copy of all properties reads: of a literal, as those of a class stand in its prototype. */
export function gettersOf({ view, names, values }: Asked, value: TS.Expression): readonly ImplicitCall[] {
  if (!names.mayHaveGetters()) return [];
  const on: RootsAt = (path) => values.of(value, path);
  return view.checker
    .getPropertiesOfType(plainType(view, value))
    .flatMap(gettersBehind)
    .filter(({ parent }) => ts.isObjectLiteralExpression(parent))
    .map((fn) => ({ fn, on, given: null, by: null }));
}

export function gettersBehind(symbol: TS.Symbol | undefined): readonly TS.GetAccessorDeclaration[] {
  return (
    symbol?.declarations?.filter(ts.isGetAccessorDeclaration).filter(({ body }) => body !== undefined) ?? []
  );
}

export function settersBehind(symbol: TS.Symbol | undefined): readonly TS.SetAccessorDeclaration[] {
  return (
    symbol?.declarations?.filter(ts.isSetAccessorDeclaration).filter(({ body }) => body !== undefined) ?? []
  );
}
