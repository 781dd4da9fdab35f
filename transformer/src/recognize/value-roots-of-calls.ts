/*
 * Purpose: what the value of a call or of `new` may be, and what functions are handed: by functions of the project, which are looked
 * into, and of the library, which a table knows (library-values.ts).
 * Owns: what is a parameter or `this` inside of a function, for whoever calls it.
 * Does not own: all other ways of values (value-roots.ts).
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { qualifiedName } from "../compiler/qualified-name.js";
import { libraryCall } from "../compiler/library-calls.js";
import type { LibraryCall } from "../compiler/library-calls.js";
import { unwrap } from "../compiler/symbols.js";
import type { CalledFunctions } from "./called-functions.js";
import { callsWith, isAnotherView, receiverOf } from "./calls.js";
import type { Call } from "./calls.js";
import { fieldSources, parameterOf } from "./declared-values.js";
import { callThatMade, givesKept } from "./kept-by-closures.js";
import { givesCallbackResult, handedToCallback, heldArguments, sourceOfResult } from "./library-values.js";
import type { Source } from "./library-values.js";
import type { LocalStores } from "./local-stores.js";
import type { Path, ValueRoot } from "./value-root.js";
import type { ValueRoots } from "./value-roots.js";

/** The step of a path from a function to what it gives. */
export const CALLED = "()";

/** What can be asked apart from the question under way. */
interface World extends Pick<ValueRoots, "of" | "handedOn"> {
  readonly view: ProgramView;
  readonly called: CalledFunctions;
  readonly storesOf: LocalStores;
  readonly returnedBy: (fn: TS.FunctionLikeDeclaration, path: Path) => readonly ValueRoot[];
}

/** The question under way: what was found, and how to go on. */
interface Search {
  readonly found: ValueRoot[];
  visit(value: TS.Expression | undefined, path: Path): void;
  /** Was this not looked at before? */
  isNew(node: TS.Node, path: Path): boolean;
}

export interface RootsOfCalls {
  result(call: TS.CallExpression, path: Path): void;
  instance(node: TS.NewExpression, path: Path): void;
  field(
    node: TS.ClassLikeDeclaration,
    path: Path,
    call: TS.NewExpression | null,
    within?: TS.Node | null,
  ): void;
  handed(call: Call, argument: number, index: number, path: Path): void;
  substitute(
    root: ValueRoot,
    fn: TS.FunctionLikeDeclaration,
    call: Call | null,
    receiver: TS.Expression | null,
  ): void;
}

export function rootsOfCalls(
  { view, called, storesOf, returnedBy, of, handedOn }: World,
  { found, visit, isNew }: Search,
): RootsOfCalls {
  function result(call: TS.CallExpression, path: Path): void {
    const library = libraryCall(view, call, () => true);
    if (library !== null) {
      if (/(^|\.)getPrototypeOf$/.test(library.name)) found.push({ kind: "built in", node: call });
      fromLibrary(call, library, path);
      return;
    }
    const fns = called(call.expression);
    for (const fn of fns) {
      for (const root of returnedBy(fn, path)) captured(root, fn, call);
      if (givesKept(view, fn, call, path)) visit(call.expression, []);
    }
    if (fns.length === 0) visit(call.expression, [CALLED, ...path]);
  }

  /** What a root of `fn` is for `call`: a parameter of the function around it was given where the closure was made. */
  function captured(root: ValueRoot, fn: TS.FunctionLikeDeclaration, call: TS.CallExpression): void {
    const maker =
      root.kind === "parameter" && root.declaration.parent !== fn ? root.declaration.parent : null;
    const made =
      maker === null
        ? null
        : callThatMade(view, call.expression, (callee) => called(callee).some((each) => each === maker));
    if (made === null || maker === null) substitute(root, fn, call, receiverOf(call));
    else substitute(root, maker as TS.FunctionLikeDeclaration, made, receiverOf(made));
  }

  function fromLibrary(call: Call, { name, receiver, args }: LibraryCall, path: Path): void {
    const source = sourceOfResult(name);
    if (source !== null) from({ receiver, args }, source, path);
    if (path.length === 0 && isAnotherView(view, call, name)) visit(args[0], path);
    const [prototype] = args;
    if (name === "ObjectConstructor.create" && path.length > 0 && prototype !== undefined)
      if (!ts.isCallExpression(unwrap(prototype))) visit(prototype, path);
    if (path.length > 0) {
      const held = heldArguments(name);
      // `Object.assign(target, …sources)`: what the sources hold is held by the target then.
      if (held === "members") for (const argument of args) visit(argument, path);
      if (held === "members" || held === "values")
        for (const argument of args)
          if (!ts.isSpreadElement(argument)) visit(argument, path.slice(1));
          else visit(argument.expression, path);
    }
    const gives = givesCallbackResult(name);
    if (gives === null || (gives === "element" && path.length === 0)) return;
    for (const argument of call.arguments ?? []) {
      for (const fn of called(argument)) {
        for (const root of returnedBy(fn, gives === "same" ? path : path.slice(1))) {
          if (root.kind === "parameter" && root.declaration.parent === fn) {
            const index = fn.parameters.indexOf(root.declaration);
            handed(call, call.arguments?.indexOf(argument) ?? 0, index, root.path);
          } else found.push(root);
        }
      }
    }
  }

  function from(
    { receiver, args }: Pick<LibraryCall, "receiver" | "args">,
    source: Source,
    path: Path,
  ): void {
    const { from, as } = source;
    const value = from === "receiver" ? receiver : args[from === "first argument" ? 0 : 1];
    if (value === null || value === undefined) {
      // A reduction without a first value begins with an element.
      if (from === "second argument" && receiver !== null) visit(receiver, ["*", ...path]);
      return;
    }
    if (as === "same") visit(value, path);
    else if (as === "element") visit(value, ["*", ...path]);
    else if (path.length > 0) {
      const rest = path.slice(1);
      visit(value, ["*", ...rest]);
      // The value of an entry, `[key, value]`.
      if (as === "copy of entries" && rest.length > 0) visit(value, ["*", ...rest.slice(1)]);
      else if (as === "copy") visit(value, ["*", "1", ...rest]);
    }
  }

  function instance(node: TS.NewExpression, path: Path): void {
    const declaration = view.symbolOf(node.expression)?.valueDeclaration;
    if (declaration === undefined) return;
    if (path.length === 0) {
      if (isAnotherView(view, node, qualifiedName(declaration).name)) visit(node.arguments?.[0], path);
      return;
    }
    if (ts.isClassLike(declaration) && view.originOf(declaration).kind === "project")
      field(declaration, path, node);
    else if (/^(Map|Set|WeakMap|WeakSet|Array)$/.test(qualifiedName(declaration).name))
      from({ receiver: null, args: node.arguments ?? [] }, { from: "first argument", as: "copy" }, path);
    else if (qualifiedName(declaration).name === "Proxy") visit(node.arguments?.[0], path);
  }

  /** What a field of a class is ever given; by the parameters of its constructor, where the call is known. */
  function field(
    node: TS.ClassLikeDeclaration,
    path: Path,
    call: TS.NewExpression | null,
    within: TS.Node | null = null,
  ): void {
    if (!isNew(node, path)) return;
    for (const { value, parameter, fn, rest } of fieldSources(view, node, path, storesOf)) {
      if (parameter !== null) {
        if (call !== null) visit(call.arguments?.[fn?.parameters.indexOf(parameter) ?? 0], rest);
        continue;
      }
      for (const root of of(value, rest)) {
        const isOwn = root.kind === "parameter" && fn !== null && root.declaration.parent === fn;
        // Whoever called the method that asks gave it.
        if (!isOwn || fn === within) found.push(root);
        else if (call !== null && ts.isConstructorDeclaration(fn))
          visit(call.arguments?.[fn.parameters.indexOf(root.declaration)], root.path);
      }
    }
  }

  function handed(call: Call, argument: number, index: number, path: Path): void {
    const library = libraryName(call.expression);
    if (library !== null) {
      const asked = { receiver: receiverOf(call), args: call.arguments ?? [] };
      for (const source of handedToCallback(library, index)) from(asked, source, path);
      return;
    }
    for (const fn of called(call.expression)) {
      const parameter = parameterOf(fn, argument);
      // Of several functions in a list nobody knows which gets what: each may get all that is beside them.
      if (parameter === null && fn.parameters[argument] !== undefined)
        for (const beside of call.arguments?.slice(0, argument) ?? []) visit(beside, path);
      if (parameter === null || fn.body === undefined) continue;
      for (const inner of callsWith(view, fn.body, parameter)) {
        const roots =
          inner.argument === null
            ? inner.call.arguments?.[index] === undefined
              ? []
              : of(inner.call.arguments[index], path)
            : isNew(inner.call, [String(inner.argument), String(index), ...path])
              ? handedOn(inner.call, inner.argument, index, path)
              : [];
        for (const root of roots) substitute(root, fn, call, receiverOf(call));
      }
    }
  }

  /** What a root inside `fn` is for whoever calls it. */
  function substitute(
    root: ValueRoot,
    fn: TS.FunctionLikeDeclaration,
    call: Call | null,
    receiver: TS.Expression | null,
  ): void {
    if (root.kind === "this" && root.owner === fn) {
      if (receiver !== null) visit(receiver, root.path);
    } else if (root.kind === "parameter" && root.declaration.parent === fn) {
      const index = fn.parameters.indexOf(root.declaration);
      if (root.declaration.dotDotDotToken === undefined) visit(call?.arguments?.[index], root.path);
      else if (root.path.length > 0)
        for (const argument of call?.arguments?.slice(index) ?? []) visit(argument, root.path.slice(1));
    } else found.push(root);
  }

  return { result, instance, field, handed, substitute };

  function libraryName(callee: TS.Expression): string | null {
    const declaration = view.symbolOf(unwrap(callee))?.declarations?.[0];
    return declaration === undefined || view.originOf(declaration).kind !== "platform"
      ? null
      : qualifiedName(declaration).name;
  }
}
