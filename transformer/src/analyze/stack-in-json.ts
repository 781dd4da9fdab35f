/*
 * An error that becomes JSON with its stack: nothing there is read by the name, and by itself JSON leaves it out.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { qualifiedName } from "../compiler/qualified-name.js";
import { literalKey, unwrap } from "../compiler/symbols.js";
import { typeBeneath } from "./coercions.js";

/** `JSON.stringify(error, ["message", "stack"])`, `JSON.stringify(error, Object.getOwnPropertyNames(error))` */
export function writesStack(
  view: ProgramView,
  call: TS.CallExpression,
  isError: (type: TS.Type) => boolean,
): boolean {
  const [value, names] = call.arguments;
  if (value === undefined || names === undefined || !calls(view, call, /^JSON\.stringify$/)) return false;
  const mayBeError = (each: TS.Expression): boolean => {
    const type = typeBeneath(view, each);
    return (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0 || isError(type);
  };
  const list = heldBy(view, names);
  if (ts.isArrayLiteralExpression(list))
    return list.elements.some((each) => literalKey(view.checker, each) === "stack") && mayBeError(value);
  return (
    ts.isCallExpression(list) &&
    list.arguments[0] !== undefined &&
    calls(view, list, /^(ObjectConstructor\.getOwnPropertyNames|Reflect\.ownKeys)$/) &&
    mayBeError(list.arguments[0])
  );
}

/** What a constant begins with; the expression itself where it is none. */
function heldBy(view: ProgramView, expression: TS.Expression): TS.Expression {
  const node = unwrap(expression);
  const declaration = ts.isIdentifier(node) ? view.symbolOf(node)?.valueDeclaration : undefined;
  const value =
    declaration !== undefined && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return value === undefined ? node : unwrap(value);
}

/** Is what is called the platform's, and of such a name? Asked by its last name first. */
function calls(view: ProgramView, call: TS.CallExpression, name: RegExp): boolean {
  const callee = unwrap(call.expression);
  if (!ts.isPropertyAccessExpression(callee) || !name.source.includes(callee.name.text)) return false;
  const declaration = view.symbolOf(callee)?.declarations?.[0];
  return (
    declaration !== undefined &&
    view.originOf(declaration).kind === "platform" &&
    name.test(qualifiedName(declaration).name)
  );
}
