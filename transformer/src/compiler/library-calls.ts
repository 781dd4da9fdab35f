/*
 * Calls of the platform's functions, however they are written: `list.push(x)`, `Array.prototype.push.call(list, x)`,
 * `Reflect.apply(push, list, [x])`, `const { assign } = Object; assign(target, x)`, `const put = seen.set.bind(seen); put(key, x)`.
 */
import { ts } from "./ts.js";
import type { TS } from "./ts.js";
import type { ProgramView } from "./program-view.js";
import { qualifiedName } from "./qualified-name.js";
import { literalKey, unwrap } from "./symbols.js";

export interface LibraryCall {
  /** As `qualifiedName` spells it: `Array.push`. */
  readonly name: string;
  readonly receiver: TS.Expression | null;
  readonly args: readonly TS.Expression[];
}

/** A function of the platform, and what is bound to it already. */
interface LibraryFunction {
  readonly name: string;
  readonly receiver: TS.Expression | null;
  readonly bound: readonly TS.Expression[];
}

const OF_FUNCTIONS = /^(?:Callable|Newable)?Function\.(call|apply|bind)$/;
const HANDING_ON: ReadonlySet<string> = new Set(["call", "apply", "bind"]);
/** `call.call.call` of more is nobody's. */
const MOST_STEPS = 4;

/** What `call` calls of the platform; null for anything else. `mayBe` tells by a last name whether the answer matters. */
export function libraryCall(
  view: ProgramView,
  call: TS.CallExpression,
  mayBe: (name: string) => boolean,
): LibraryCall | null {
  let fn: TS.Expression | null = call.expression;
  let receiver: TS.Expression | null = null;
  let args: readonly TS.Expression[] = call.arguments;
  for (let step = 0; step < MOST_STEPS && fn !== null; step++) {
    const known = libraryFunction(view, fn, (name) => mayBe(name) || HANDING_ON.has(name));
    if (known === null) return null;
    receiver ??= known.receiver;
    args = known.bound.length === 0 ? args : [...known.bound, ...args];
    const method = OF_FUNCTIONS.exec(known.name)?.[1] ?? (known.name === "Reflect.apply" ? "reflect" : null);
    if (method === null) return mayBe(lastName(known.name)) ? { name: known.name, receiver, args } : null;
    // What is bound is taken for called: it will be, or nobody needs it.
    if (method === "reflect") [fn, receiver, args] = [args[0] ?? null, args[1] ?? null, listed(args[2])];
    else
      [fn, receiver, args] = [
        receiver,
        args[0] ?? null,
        method === "apply" ? listed(args[1]) : args.slice(1),
      ];
  }
  return null;
}

/** The function of the platform that an expression means, through constants and what is bound. */
export function libraryFunction(
  view: ProgramView,
  expression: TS.Expression,
  mayBe: (name: string) => boolean,
): LibraryFunction | null {
  const node = unwrap(expression);
  if (ts.isPropertyAccessExpression(node)) {
    if (mayBe(node.name.text)) {
      const found = named(view.symbolOf(node), view, node.expression);
      if (found !== null) return found;
    }
    return valueOf(view, view.symbolOf(node)?.valueDeclaration, mayBe);
  }
  if (ts.isElementAccessExpression(node)) {
    const key = literalKey(view.checker, node.argumentExpression);
    return key !== null && mayBe(key) ? named(view.symbolOf(node), view, node.expression) : null;
  }
  if (ts.isCallExpression(node)) return boundFunction(view, node, mayBe);
  if (!ts.isIdentifier(node)) return null;
  const symbol = view.symbolOf(node);
  const declaration = symbol?.valueDeclaration;
  if (declaration === undefined) return null;
  if (ts.isBindingElement(declaration)) return takenOut(view, declaration, mayBe);
  if (ts.isVariableDeclaration(declaration) && view.originOf(declaration).kind === "project")
    return valueOf(view, declaration, mayBe);
  return mayBe(node.text) ? named(symbol, view, null) : null;
}

/** What a variable or a property of the project begins with, where that is named or bound. */
function valueOf(
  view: ProgramView,
  declaration: TS.Node | undefined,
  mayBe: (name: string) => boolean,
): LibraryFunction | null {
  const isHolder =
    declaration !== undefined &&
    (ts.isVariableDeclaration(declaration) ||
      ts.isPropertyAssignment(declaration) ||
      ts.isPropertyDeclaration(declaration));
  const value = isHolder && declaration.initializer !== undefined ? unwrap(declaration.initializer) : null;
  const isNamed =
    value !== null && (ts.isPropertyAccessExpression(value) || ts.isElementAccessExpression(value));
  return value !== null && (isNamed || ts.isCallExpression(value))
    ? libraryFunction(view, value, mayBe)
    : null;
}

function named(
  symbol: TS.Symbol | undefined,
  view: ProgramView,
  receiver: TS.Expression | null,
): LibraryFunction | null {
  const declaration = symbol?.declarations?.[0];
  return declaration === undefined || view.originOf(declaration).kind !== "platform"
    ? null
    : { name: qualifiedName(declaration).name, receiver, bound: [] };
}

/** `const { assign: put } = Object` */
function takenOut(
  view: ProgramView,
  element: TS.BindingElement,
  mayBe: (name: string) => boolean,
): LibraryFunction | null {
  const name = element.propertyName ?? element.name;
  if (!ts.isObjectBindingPattern(element.parent) || !ts.isIdentifier(name) || !mayBe(name.text)) return null;
  const holder = view.checker.getTypeAtLocation(element.parent);
  return named(view.checker.getPropertyOfType(holder, name.text), view, null);
}

/** `seen.add.bind(seen)` */
function boundFunction(
  view: ProgramView,
  call: TS.CallExpression,
  mayBe: (name: string) => boolean,
): LibraryFunction | null {
  const method = unwrap(call.expression);
  if (!ts.isPropertyAccessExpression(method) || method.name.text !== "bind") return null;
  const fn = libraryFunction(view, method.expression, mayBe);
  if (fn === null) return null;
  const [receiver = null, ...bound] = call.arguments;
  return {
    name: fn.name,
    receiver: fn.bound.length > 0 ? fn.receiver : receiver,
    bound: [...fn.bound, ...bound],
  };
}

function lastName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

function listed(list: TS.Expression | undefined): readonly TS.Expression[] {
  const inner = list === undefined ? undefined : unwrap(list);
  return inner !== undefined && ts.isArrayLiteralExpression(inner) ? inner.elements : [];
}
