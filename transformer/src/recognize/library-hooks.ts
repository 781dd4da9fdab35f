/*
 * Functions of the project that functions of the library call on what they are given: `JSON.stringify` its `toJSON`, `String` its
 * `toString`, `Array.from` its iterator, `Object.assign` setters; by whatever name and in whatever way these are called.
 */
import { saysNothing } from "../compiler/by-form.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { libraryCall, libraryFunction } from "../compiler/library-calls.js";
import { literalKey, unwrap } from "../compiler/symbols.js";
import * as hooks from "./hook-calls.js";
import type { Asked, ImplicitCall, RootsAt } from "./hook-calls.js";
import { mayHold } from "./members.js";

/** Deeper than this, no getter and no `toJSON` of what is made into text is looked for. */
const DEEPEST_DATA = 3;
/** Functions of the library that go through what they are given. */
const CONSUMING =
  /^(ArrayConstructor\.from|(Object|Map)Constructor\.(fromEntries|groupBy)|IteratorConstructor\.from|PromiseConstructor\.(all|race|any|allSettled))$/;
/** Functions of the library that read all properties of what they are given. */
const READING = /^ObjectConstructor\.(assign|values|entries)$|structuredClone$/;
/** The last parts of these names: to ask what else is called takes long. */
const CALLING_NAMES: ReadonlySet<string> = new Set(
  `join sort toSorted toString map String Number BigInt stringify set use from fromEntries groupBy all race any allSettled assign values entries
   structuredClone`.split(/\s+/),
);

/** What a call of a function of the library calls. */
export function ofLibrary(asked: Asked, node: TS.CallExpression | TS.NewExpression): readonly ImplicitCall[] {
  if (ts.isNewExpression(node)) {
    const [first] = node.arguments ?? [];
    const callee = unwrap(node.expression);
    const isConsumer = ts.isIdentifier(callee) && hooks.CONSUMING_CONSTRUCTORS.test(callee.text);
    return first !== undefined && isConsumer ? hooks.iterated(asked, first) : [];
  }
  const call = libraryCall(asked.view, node, (name) => CALLING_NAMES.has(name));
  if (call === null) return [];
  const { name, receiver, args } = call;
  const [first] = args;
  if (/Array\.(join|toString)$/.test(name) || (first === undefined && /Array\.(sort|toSorted)$/.test(name)))
    return receiver === null ? [] : hooks.textOfElements(asked, receiver);
  if (first === undefined || ts.isSpreadElement(first)) return [];
  if (/Array\.map$/.test(name)) return receiver === null ? [] : mapped(asked, receiver, first);
  if (/^(String|Number|BigInt)$/.test(name)) return hooks.methods(asked, first, hooks.TEXT);
  if (name === "JSON.stringify") return asData(asked, first);
  if (name === "Reflect.set") return setByReflection(asked, args);
  if (/^(Async)?DisposableStack\.use$/.test(name)) return hooks.methods(asked, first, hooks.DISPOSERS);
  if (CONSUMING.test(name)) return hooks.iterated(asked, first);
  if (!READING.test(name)) return [];
  const sources = name === "ObjectConstructor.assign" ? args.slice(1) : [first];
  const read = sources.flatMap((source) => hooks.gettersOf(asked, source));
  return name === "ObjectConstructor.assign"
    ? [...read, ...sources.flatMap((source) => assigned(asked, first, source))]
    : read;
}

/** `labels.map(String)`: what is called on each element. */
function mapped(asked: Asked, list: TS.Expression, callback: TS.Expression): readonly ImplicitCall[] {
  const fn = libraryFunction(asked.view, callback, (name) => CALLING_NAMES.has(name));
  if (fn === null) return [];
  if (/^(String|Number|BigInt)$/.test(fn.name)) return hooks.textOfElements(asked, list);
  return CONSUMING.test(fn.name)
    ? hooks.ofElements(asked, list, (type, on) => hooks.iteratedOfType(asked, type, on))
    : [];
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
    const on: RootsAt = (rest) => values.of(value, [...path, ...rest]);
    if (saysNothing(type)) found.push(...hooks.methodsOfType(asked, () => type, ["toJSON"], on));
    if ((type.flags & ts.TypeFlags.Object) === 0 || seen.has(type) || path.length > DEEPEST_DATA) return;
    seen.add(type);
    if (checker.isArrayType(type) || checker.isTupleType(type)) {
      for (const element of checker.getTypeArguments(type as TS.TypeReference))
        visit(element, [...path, "*"]);
      return;
    }
    found.push(...hooks.methodsOfType(asked, () => type, ["toJSON"], on));
    for (const property of checker.getPropertiesOfType(type)) {
      const declaration = property.declarations?.[0];
      if (declaration === undefined || view.originOf(declaration).kind !== "project") continue;
      if (ts.isMethodDeclaration(declaration) || ts.isMethodSignature(declaration)) continue;
      for (const fn of hooks.gettersBehind(property))
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
    const fns = hooks.settersBehind(view.checker.getPropertyOfType(type, name));
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
    .flatMap((name) => hooks.settersBehind(view.checker.getPropertyOfType(type, name)))
    .map((fn) => ({ fn, on, given, by: null }));
}
