import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";
import { constInitializer } from "./units.js";

/** The signal name that an expression always has: a literal, or a `defineSignal("…")` const; null where it is computed. */
export function signalName(view: ProgramView, node: TS.Expression): string | null {
  const value = unwrap(node);
  if (ts.isStringLiteralLike(value)) return value.text;
  const declaration = view.symbolOf(value)?.valueDeclaration;
  const initializer = constInitializer(declaration);
  if (initializer !== undefined && ts.isStringLiteralLike(initializer)) return initializer.text;
  const call = definedSignal(view, declaration) ?? (isDefineSignal(view, value) ? value : undefined);
  const name = call?.arguments[0];
  if (name === undefined) return null;
  const type = view.checker.getTypeAtLocation(name);
  return type.isStringLiteral() ? type.value : null;
}

/** The `defineSignal(…)` call that a module-level const holds. */
export function definedSignal(
  view: ProgramView,
  declaration: TS.Node | undefined,
): TS.CallExpression | undefined {
  const initializer = constInitializer(declaration);
  return initializer !== undefined && isDefineSignal(view, initializer) ? initializer : undefined;
}

function isDefineSignal(view: ProgramView, node: TS.Expression): node is TS.CallExpression {
  return ts.isCallExpression(node) && view.authoringName(node.expression) === "defineSignal";
}
