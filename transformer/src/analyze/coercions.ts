/*
 * Where a value becomes text without anybody asking how: templates, `+`, String(…), and the lists that join their elements.
 */
import { isDeclaredPrimitive } from "../compiler/by-form.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { qualifiedName } from "../compiler/qualified-name.js";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";
import { isOfKind } from "../compiler/walk-values.js";

export interface Coercion {
  readonly value: TS.Expression;
  /** `elements`: only what a list holds becomes text. */
  readonly of: "value" | "elements";
}

/** The nodes by which something can become text. */
export const COERCING_KINDS = [
  "TemplateSpan",
  "BinaryExpression",
  "ElementAccessExpression",
  "CallExpression",
  "NewExpression",
] as const satisfies readonly (keyof typeof TS.SyntaxKind)[];
const isCoercing = isOfKind(COERCING_KINDS);

/** What becomes text by `node` itself, but what is known to be text or a number already; `node` is one of {@link COERCING_KINDS}. */
export function coercionsAt(view: ProgramView, node: TS.Node): readonly Coercion[] {
  if (!isCoercing(node)) return [];
  const whole = (value: TS.Expression | undefined): readonly Coercion[] =>
    value === undefined || ts.isSpreadElement(value) || isPrimitiveBeneath(view, value)
      ? []
      : [{ value, of: "value" }];
  if (ts.isTemplateSpan(node)) {
    const tagged = node.parent.parent;
    return ts.isTaggedTemplateExpression(tagged) && platformName(view, tagged.tag) !== "StringConstructor.raw"
      ? []
      : whole(node.expression);
  }
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    if (kind !== ts.SyntaxKind.PlusToken && kind !== ts.SyntaxKind.PlusEqualsToken) return [];
    // A sum of numbers makes no text of either.
    const isText = !isNumber(view.checker.getTypeAtLocation(node));
    return isText ? [...whole(node.left), ...whole(node.right)] : [];
  }
  if (ts.isElementAccessExpression(node)) {
    // Only a cast gets anything but text, numbers and symbols there.
    return unwrap(node.argumentExpression) === node.argumentExpression ? [] : whole(node.argumentExpression);
  }
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return [];
  const callee = unwrap(node.expression);
  if (view.isGlobal(view.symbolOf(callee), "String")) return whole(node.arguments?.[0]);
  if (!ts.isPropertyAccessExpression(callee) || !ts.isCallExpression(node)) return [];
  const receiver = callee.expression;
  const name = platformName(view, callee);
  if (name === null) return [];
  // `x.toString()` of what can be anything; a Date's and a function's own are known by name.
  if (name === "Object.toString") return whole(receiver);
  const isOfElements =
    /Array\.(join|toString)$/.test(name) ||
    (/Array\.(sort|toSorted)$/.test(name) && node.arguments.length === 0) ||
    (/Array\.map$/.test(name) && isString(view, node.arguments[0]));
  return isOfElements ? [{ value: receiver, of: "elements" }] : [];
}

function isString(view: ProgramView, node: TS.Expression | undefined): boolean {
  return node !== undefined && view.isGlobal(view.symbolOf(unwrap(node)), "String");
}

function isNumber(type: TS.Type): boolean {
  return (type.flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.BigIntLike)) !== 0;
}

function platformName(view: ProgramView, callee: TS.Expression): string | null {
  const declaration = view.symbolOf(unwrap(callee))?.declarations?.[0];
  return declaration === undefined || view.originOf(declaration).kind !== "platform"
    ? null
    : qualifiedName(declaration).name;
}

/** The type of a value before it was called another: `day as unknown as string`, there or in the const that it is. */
export function typeBeneath(view: ProgramView, value: TS.Expression): TS.Type {
  return view.checker.getTypeAtLocation(castBehind(view, value) ?? unwrap(value));
}

/** What the const that a value is got its type from by a cast; null where there is none. */
function castBehind(view: ProgramView, value: TS.Expression): TS.Expression | null {
  const node = unwrap(value);
  const declaration = ts.isIdentifier(node) ? view.symbolOf(node)?.valueDeclaration : undefined;
  const isConst =
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  const initializer = isConst ? declaration.initializer : undefined;
  const inner = initializer === undefined ? undefined : unwrap(initializer);
  return inner === undefined || inner === initializer ? null : inner;
}

/** Text, a number or the like, by its declaration, and by no cast. */
export function isPrimitiveBeneath(view: ProgramView, value: TS.Expression): boolean {
  return isDeclaredPrimitive(view, value) && castBehind(view, value) === null;
}

/** What of a type becomes text: itself, or the elements of a list, however deep. */
export function textParts(
  view: ProgramView,
  type: TS.Type,
  of: Coercion["of"] = "value",
): readonly TS.Type[] {
  if (type.isUnion()) return type.types.flatMap((part) => textParts(view, part, of));
  if (view.checker.isArrayType(type) || view.checker.isTupleType(type))
    return view.checker
      .getTypeArguments(type as TS.TypeReference)
      .flatMap((element) => textParts(view, element));
  return of === "value" ? [type] : [];
}
