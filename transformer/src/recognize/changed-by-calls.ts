/*
 * What code changes by calling functions of the project: `cart.add(item)` where `add` changes `this`, `register(table)` where `register`
 * changes its parameter, `rows.forEach(mark)` where `mark` does; and what the language calls by itself (implicit-calls.ts).
 */
import { isDeclaredPrimitive, saysNothing } from "../compiler/by-form.js";
import { changesFirst, isUsedUp } from "../compiler/changes.js";
import { qualifiedName } from "../compiler/qualified-name.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { outerParent, unwrap } from "../compiler/symbols.js";
import type { CalledFunctions, FunctionsOfType } from "./called-functions.js";
import { receiverOf } from "./calls.js";
import type { Call } from "./calls.js";
import { classOf } from "./declared-values.js";
import type { HookNames } from "./hook-names.js";
import { implicitCalls } from "./implicit-calls.js";
import type { ValueRoot } from "./value-root.js";
import type { ValueRoots } from "./value-roots.js";

/** What holds more kinds of things than this may hold anything. */
const MOST_TYPES = 60;

export interface Change {
  readonly root: ValueRoot;
  /** Of a RegExp only its `lastIndex` changes, and only where its flags say so; of what is gone through only iterators are. */
  readonly only: "patterns" | "iterators" | null;
  /** The method that the language calls: what has none of that name, or another, is not changed. */
  readonly by: { readonly fn: TS.FunctionLikeDeclaration; readonly name: string } | null;
}

/** What a call of a function changes of what it is given: `this` and parameters, by the way from there. */
export type FunctionChanges = readonly (Change & {
  readonly root: Extract<ValueRoot, { readonly path: unknown }>;
})[];

/** What the questions of this file are asked with. */
export interface World {
  readonly view: ProgramView;
  readonly called: CalledFunctions;
  readonly ofType: FunctionsOfType;
  readonly names: HookNames;
  readonly values: ValueRoots;
  readonly changesOf: (fn: TS.FunctionLikeDeclaration) => FunctionChanges;
}

/** A function that is called, and what with. */
interface Called {
  readonly fn: TS.FunctionLikeDeclaration;
  readonly receiver: TS.Expression | null;
  /** Null for something new. */
  readonly args: readonly (TS.Expression | null)[];
}

/** What `node` changes by the functions that it calls itself. */
export function changedByCall(world: World, node: TS.Node): readonly Change[] {
  const { view, values, changesOf } = world;
  const found: Change[] = [];
  const note = (roots: readonly ValueRoot[], { only }: Pick<Change, "only">, by: Change["by"]): void =>
    void found.push(...roots.filter((root) => mayBeOf(world, root, by)).map((root) => ({ root, only, by })));
  for (const { fn, on, given, by } of implicitCalls(world, node)) {
    for (const change of changesOf(fn)) {
      const { root } = change;
      // What is found inside of what it is called on is changed by nothing else.
      const named = by === null || root.path.length > 0 ? null : { fn, name: by };
      if (root.kind === "this") note(on(root.path), change, named ?? change.by);
      else if (given !== null) note(given(root.path), change, change.by);
    }
  }
  const isCall = ts.isCallExpression(node) || ts.isNewExpression(node);
  if (ts.isPropertyAccessExpression(node)) found.push(...changedByFieldFunction(world, node));
  if (!isCall && !ts.isTaggedTemplateExpression(node)) return found;
  for (const { fn, receiver, args } of calledBy(world, node)) {
    for (const change of changesOf(fn)) {
      const { root, by } = change;
      if (root.kind === "this") {
        const on = receiver ?? takenOut(world, node, fn);
        if (on !== null) note(values.of(on, root.path), change, by);
        continue;
      }
      for (const { value, path } of argumentsFor(fn, root.declaration, args, root.path)) {
        if (by !== null && !(path.length === 0 ? mayHave : mayHold)(world, value, by)) continue;
        if (path.length > 0 || change.only !== "iterators") {
          note(values.of(value, path), change, by);
          continue;
        }
        const used = isUsedUp(view, value);
        if (used !== "never") note(values.of(value), used === "always" ? { only: null } : change, by);
      }
    }
  }
  if (isCall) found.push(...changedByCallbacks(world, node));
  return found;
}

/** Can `value` be what has this method? A type that says what is called there says so of no other. */
function mayHave({ view, ofType }: World, value: TS.Expression, by: NonNullable<Change["by"]>): boolean {
  const type = view.checker.getTypeAtLocation(value);
  return saysNothing(type) || ofType(type, by.name).includes(by.fn);
}

/** Can `value`, or what it holds, be what has this method? */
function mayHold(world: World, value: TS.Node, by: NonNullable<Change["by"]>): boolean {
  return holds(world, world.view.checker.getTypeAtLocation(value), by, new Set());
}

function mayBeOf(world: World, root: ValueRoot, by: Change["by"]): boolean {
  return by === null || root.kind !== "module" || mayHold(world, root.declaration, by);
}

function holds(world: World, type: TS.Type, by: NonNullable<Change["by"]>, seen: Set<TS.Type>): boolean {
  const { view, ofType } = world;
  const { checker } = view;
  if (saysNothing(type)) return true;
  if (seen.size > MOST_TYPES) return true;
  if (seen.has(type)) return false;
  seen.add(type);
  if (type.isUnionOrIntersection() && type.types.some((part) => holds(world, part, by, seen))) return true;
  if ((type.flags & ts.TypeFlags.Object) === 0) return false;
  if (ofType(type, by.name).includes(by.fn)) return true;
  const isHolding = (held: TS.Type): boolean => holds(world, held, by, seen);
  if (checker.getTypeArguments(type as TS.TypeReference).some(isHolding)) return true;
  if (checker.getIndexInfosOfType(type).some((index) => isHolding(index.type))) return true;
  const declared = (type.symbol as TS.Symbol | undefined)?.declarations?.[0];
  if (declared === undefined || view.originOf(declared).kind !== "project") return false;
  return checker.getPropertiesOfType(type).some((property) => isHolding(checker.getTypeOfSymbol(property)));
}

/** `next` of `const { next } = new Ids()`, whose `this` is that of the instance. */
function takenOut({ view }: World, node: TS.Node, fn: TS.FunctionLikeDeclaration): TS.Expression | null {
  if (!ts.isCallExpression(node) || classOf(fn) === null || !ts.isArrowFunction(fn)) return null;
  const callee = unwrap(node.expression);
  const declaration = ts.isIdentifier(callee) ? view.symbolOf(callee)?.valueDeclaration : undefined;
  return declaration !== undefined && ts.isBindingElement(declaration) ? callee : null;
}

/** The functions of the project that are called here by what is written. */
function calledBy(world: World, node: TS.Node): readonly Called[] {
  const { view, called } = world;
  if (ts.isTaggedTemplateExpression(node)) {
    const spans = ts.isTemplateExpression(node.template) ? node.template.templateSpans : [];
    const tag = unwrap(node.tag);
    const receiver =
      ts.isPropertyAccessExpression(tag) || ts.isElementAccessExpression(tag) ? tag.expression : null;
    const args = [null, ...spans.map(({ expression }) => expression)];
    return called(tag).map((fn) => ({ fn, receiver, args }));
  }
  if (ts.isNewExpression(node)) {
    const args = node.arguments ?? [];
    return constructorsOf(view, node).map((fn) => ({ fn, receiver: null, args }));
  }
  if (!ts.isCallExpression(node)) return [];
  const callee = unwrap(node.expression);
  const direct = called(callee).map((fn) => ({ fn, receiver: receiverOf(node), args: node.arguments }));
  return direct.length > 0 ? direct : calledByMethod(world, node, callee);
}

/** `fill.call(this, table)`, `fill.apply(null, [table])`, `Reflect.apply(fill, null, [table])`, `fill.bind(null, table)()` */
function calledByMethod(world: World, node: TS.CallExpression, callee: TS.Expression): readonly Called[] {
  const bound = boundBy(world, callee);
  if (bound !== null) return handed(world, bound.fn, bound.receiver, [...bound.args, ...node.arguments]);
  const name = methodOfFunctions(world, callee);
  if (name === null || !ts.isPropertyAccessExpression(callee)) return [];
  const [first = null, second, third] = node.arguments;
  if (name === "Reflect.apply")
    return first === null ? [] : handed(world, first, second ?? null, listed(third));
  if (name === "call") return handed(world, callee.expression, first, node.arguments.slice(1));
  if (name === "apply") return handed(world, callee.expression, first, listed(second));
  // What is bound is handed on to be called.
  return handed(world, callee.expression, first, node.arguments.slice(1));
}

function handed(
  { called }: World,
  callee: TS.Expression,
  receiver: TS.Expression | null,
  args: readonly TS.Expression[],
): readonly Called[] {
  return called(callee).map((fn) => ({ fn, receiver, args }));
}

function listed(list: TS.Expression | undefined): readonly TS.Expression[] {
  const inner = list === undefined ? undefined : unwrap(list);
  return inner !== undefined && ts.isArrayLiteralExpression(inner) ? inner.elements : [];
}

/** `fill.bind(null, table)`, there or in the variable that is called. */
function boundBy(
  world: World,
  callee: TS.Expression,
): {
  readonly fn: TS.Expression;
  readonly receiver: TS.Expression | null;
  readonly args: readonly TS.Expression[];
} | null {
  const declaration = ts.isIdentifier(callee) ? world.view.symbolOf(callee)?.valueDeclaration : undefined;
  const held =
    declaration !== undefined && ts.isVariableDeclaration(declaration) ? declaration.initializer : callee;
  const made = held === undefined ? undefined : unwrap(held);
  if (made === undefined || !ts.isCallExpression(made)) return null;
  const method = unwrap(made.expression);
  if (methodOfFunctions(world, method) !== "bind" || !ts.isPropertyAccessExpression(method)) return null;
  const [receiver = null, ...args] = made.arguments;
  return { fn: method.expression, receiver, args };
}

function methodOfFunctions(
  { view }: World,
  callee: TS.Expression,
): "call" | "apply" | "bind" | "Reflect.apply" | null {
  if (!ts.isPropertyAccessExpression(callee) || !/^(call|apply|bind)$/.test(callee.name.text)) return null;
  const declaration = view.symbolOf(callee)?.declarations?.[0];
  if (declaration === undefined || view.originOf(declaration).kind !== "platform") return null;
  const { name } = qualifiedName(declaration);
  if (name === "Reflect.apply") return name;
  const method = /^(?:Callable)?Function\.(call|apply|bind)$/.exec(name)?.[1];
  return method === "call" || method === "apply" || method === "bind" ? method : null;
}

function constructorsOf(view: ProgramView, node: TS.NewExpression): readonly TS.FunctionLikeDeclaration[] {
  const declaration = view.symbolOf(node.expression)?.valueDeclaration;
  if (declaration === undefined || !ts.isClassLike(declaration)) return [];
  return declaration.members.filter(ts.isConstructorDeclaration).filter(({ body }) => body !== undefined);
}

/** The arguments that stand at `path` of a parameter: those that a rest parameter gathers, by their place in it. */
function argumentsFor(
  fn: TS.FunctionLikeDeclaration,
  parameter: TS.ParameterDeclaration,
  args: readonly (TS.Expression | null)[],
  path: readonly string[],
): readonly { readonly value: TS.Expression; readonly path: readonly string[] }[] {
  const index = fn.parameters.indexOf(parameter);
  if (index < 0) return [];
  const found: { value: TS.Expression; path: readonly string[] }[] = [];
  // What is spread can stand anywhere from there on.
  args.slice(0, index + 1).forEach((value) => {
    if (value !== null && ts.isSpreadElement(value))
      found.push({ value: value.expression, path: ["*", ...path] });
  });
  if (parameter.dotDotDotToken === undefined) {
    const value = args[index] ?? null;
    if (value !== null && !ts.isSpreadElement(value)) found.push({ value, path });
    return found;
  }
  const [place, ...rest] = path;
  if (place === undefined) return found;
  args.slice(index).forEach((value, i) => {
    if (value === null || (place !== "*" && place !== String(i) && !ts.isSpreadElement(value))) return;
    if (!ts.isSpreadElement(value)) found.push({ value, path: rest });
    else if (i > 0) found.push({ value: value.expression, path: ["*", ...rest] });
  });
  return found;
}

/** `all.map(ids.next)`, where `next` is an arrow function that changes the `this` that it was made with. */
function changedByFieldFunction(
  { called, names, values, changesOf }: World,
  node: TS.PropertyAccessExpression,
): readonly Change[] {
  if (!names.mayBeFieldFunction(node.name.text)) return [];
  const { parent, child } = outerParent(node);
  if (ts.isCallExpression(parent) && parent.expression === child) return [];
  return called(node).flatMap((fn) =>
    changesOf(fn).flatMap(({ root, only, by }) =>
      root.kind === "this"
        ? values.of(node.expression, root.path).map((each) => ({ root: each, only, by }))
        : [],
    ),
  );
}

function changedByCallbacks({ view, called, values, changesOf }: World, node: Call): readonly Change[] {
  return (node.arguments ?? []).flatMap((argument, i) => {
    // What an inline function changes of its parameters is found where it changes it.
    const inner = unwrap(argument);
    if (!ts.isIdentifier(inner) && !ts.isPropertyAccessExpression(inner)) return [];
    if (isDeclaredPrimitive(view, inner)) return [];
    // `use(Object.assign)`, where `use` calls it with what it knows.
    if (changesFirst(view, inner))
      return values.handedOn(node, i, 0, []).map((root) => ({ root, only: null, by: null }));
    return called(inner).flatMap((fn) =>
      changesOf(fn).flatMap(({ root, only, by }) => {
        if (root.kind !== "parameter") return [];
        const index = fn.parameters.indexOf(root.declaration);
        return values.handedOn(node, i, index, root.path).map((each) => ({ root: each, only, by }));
      }),
    );
  });
}
