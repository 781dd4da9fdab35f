/*
 * Purpose: what a function assigns to its variables, and puts into what they hold, in whatever order.
 * Owns: the same of its parameters and `this`, which is what a call of it does to what it is given.
 * Does not own: where the values come from (value-roots.ts).
 */
import { qualifiedName } from "../compiler/qualified-name.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { literalKey, unwrap } from "../compiler/symbols.js";
import type { CalledFunctions } from "./called-functions.js";
import { receiverOf } from "./calls.js";
import { ownerOfThis } from "./declared-values.js";
import { storedArguments } from "./library-values.js";

/** `value` stands where `path` leads from the variable; the empty path is the variable itself. */
export interface Store {
  readonly path: readonly string[];
  readonly value: TS.Expression;
  /** The way from `value` to what is stored: of `[a, b] = value`, and where the members of `value` are copied. */
  readonly within: readonly string[];
}

/** Of a variable, a parameter, or the `this` of a function. */
export type LocalStores = (head: TS.Node) => readonly Store[];

/** By variable or parameter; by function for its `this`. */
type StoresOfScope = ReadonlyMap<TS.Node, readonly Store[]>;

/** Longer ways than this come from recursions. */
const LONGEST_WAY = 6;

export function localStores(view: ProgramView, called: CalledFunctions): LocalStores {
  const storesOfScope = view.memory.keep(
    "what functions store",
    (scope: TS.Node): StoresOfScope => storesIn(view, called, storesOfScope, scope),
    // What a recursion stores only grows.
    { cycle: { start: new Map(), isSame: (a, b) => count(a) === count(b) } },
  );
  return (head) => {
    const scope = ts.isFunctionLike(head) ? head : ts.findAncestor(head.parent, ts.isFunctionLike);
    return scope === undefined ? [] : (storesOfScope(scope).get(head) ?? []);
  };
}

function count(stores: StoresOfScope): number {
  return [...stores.values()].reduce((sum, each) => sum + each.length, 0);
}

function storesIn(
  view: ProgramView,
  called: CalledFunctions,
  storesOfScope: (scope: TS.Node) => StoresOfScope,
  scope: TS.Node,
): StoresOfScope {
  const found = new Map<TS.Node, Store[]>();
  const add = (
    target: TS.Expression,
    value: TS.Expression,
    within: readonly string[],
    inside: readonly string[] = [],
  ): void => {
    const place = placeOf(view, target);
    if (place === null) return;
    const store = { path: [...place.path, ...inside], value, within };
    if (store.path.length + within.length > LONGEST_WAY) return;
    const stores = found.get(place.head);
    if (stores === undefined) found.set(place.head, [store]);
    else if (!stores.some((other) => isSameStore(other, store))) stores.push(store);
  };
  const assign = (target: TS.Expression, value: TS.Expression, within: readonly string[]): void => {
    const left = unwrap(target);
    if (ts.isArrayLiteralExpression(left)) {
      left.elements.forEach((element, i) =>
        ts.isSpreadElement(element)
          ? assign(element.expression, value, within)
          : assign(element, value, [...within, String(i)]),
      );
    } else if (ts.isObjectLiteralExpression(left)) {
      for (const property of left.properties) {
        if (ts.isShorthandPropertyAssignment(property))
          assign(property.name, value, [...within, property.name.text]);
        else if (ts.isPropertyAssignment(property))
          assign(property.initializer, value, [...within, property.name.getText()]);
      }
    } else {
      add(left, value, within);
      if (!ts.isPropertyAccessExpression(left) || within.length > 0) return;
      const setter = setterOf(view, left);
      if (setter !== null) storedBy(setter, left.expression, [value]);
    }
  };
  const visit = (node: TS.Node): void => {
    if (ts.isBinaryExpression(node)) {
      const kind = node.operatorToken.kind;
      if (kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment)
        assign(node.left, node.right, []);
    } else if (ts.isForOfStatement(node) && !ts.isVariableDeclarationList(node.initializer)) {
      assign(node.initializer, node.expression, ["*"]);
    } else if (ts.isCallExpression(node)) stored(node);
    ts.forEachChild(node, visit);
  };
  const stored = (call: TS.CallExpression): void => {
    const callee = unwrap(call.expression);
    const method = view.symbolOf(callee)?.declarations?.[0];
    if (method === undefined || view.originOf(method).kind !== "platform") {
      if (call.arguments.length > 0)
        for (const fn of called(callee)) storedBy(fn, receiverOf(call), call.arguments);
      return;
    }
    if (!ts.isPropertyAccessExpression(callee)) return;
    const { name } = qualifiedName(method);
    const which = storedArguments(name);
    const last = call.arguments.at(-1);
    if (which === "all") {
      for (const argument of call.arguments) {
        if (ts.isSpreadElement(argument)) add(callee.expression, argument.expression, ["*"], ["*"]);
        else add(callee.expression, argument, [], ["*"]);
      }
    } else if (which === "last" && last !== undefined) add(callee.expression, last, [], ["*"]);
    else if (name === "ObjectConstructor.assign") {
      const [target, ...sources] = call.arguments;
      for (const source of sources) if (target !== undefined) add(target, source, ["*"], ["*"]);
    }
  };
  /** What a function of the project puts into what it is called on or given. */
  const storedBy = (
    fn: TS.FunctionLikeDeclaration,
    receiver: TS.Expression | null,
    args: readonly TS.Expression[],
  ): void => {
    const given = (head: TS.Node): TS.Expression | null =>
      head === fn ? receiver : argumentFor(fn, head, args);
    for (const [head, stores] of storesOfScope(fn)) {
      const target = given(head);
      if (target === null) continue;
      for (const { path, value, within } of stores) {
        const source = placeOf(view, value);
        const from = source === null ? null : given(source.head);
        // What the function makes or knows by itself is no less there.
        if (source === null || from === null) add(target, value, within, path);
        else add(target, from, [...source.path, ...within], path);
      }
    }
  };
  ts.forEachChild(scope, visit);
  return found;
}

/** What the parameter `head` of `fn` gets. */
function argumentFor(
  fn: TS.FunctionLikeDeclaration,
  head: TS.Node,
  args: readonly TS.Expression[],
): TS.Expression | null {
  const index = fn.parameters.findIndex((parameter) => parameter === head);
  return fn.parameters[index]?.dotDotDotToken === undefined ? (args[index] ?? null) : null;
}

function setterOf(view: ProgramView, place: TS.PropertyAccessExpression): TS.SetAccessorDeclaration | null {
  return view.symbolOf(place)?.declarations?.find(ts.isSetAccessorDeclaration) ?? null;
}

function isSameStore(a: Store, b: Store): boolean {
  return (
    a.value === b.value && a.path.join(".") === b.path.join(".") && a.within.join(".") === b.within.join(".")
  );
}

/** The variable at the head of `head.a[b]`, or the function whose `this` it is, and the way from there. */
function placeOf(
  view: ProgramView,
  target: TS.Expression,
): { readonly head: TS.Node; readonly path: readonly string[] } | null {
  const path: string[] = [];
  let at = unwrap(target);
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) {
    path.unshift(
      ts.isPropertyAccessExpression(at)
        ? at.name.text
        : (literalKey(view.checker, at.argumentExpression) ?? "*"),
    );
    at = unwrap(at.expression);
  }
  if (at.kind === ts.SyntaxKind.ThisKeyword) {
    const owner = ownerOfThis(at);
    return owner?.kind === "function" ? { head: owner.owner, path } : null;
  }
  const variable = ts.isIdentifier(at) ? view.symbolOf(at)?.valueDeclaration : undefined;
  return variable === undefined ? null : { head: variable, path };
}
