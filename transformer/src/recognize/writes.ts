/*
 * What is put into places that others can see: properties, lists, sets and maps. With the type of the place as it is seen there,
 * which need not be the one by which it is read (widenings.ts).
 */
import { isLiteral, isPrimitive, isDeclaredPrimitive } from "../compiler/by-form.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { qualifiedName } from "../compiler/qualified-name.js";
import { outerParent, unwrap } from "../compiler/symbols.js";
import type { Write } from "../ir/facts.js";
import { containerOf, partsOf } from "./held-types.js";
import { storedArguments } from "./library-values.js";

/** What `node` puts somewhere, where that can be an instance of a class. */
export function writesAt(view: ProgramView, node: TS.Node): readonly Write[] {
  const { checker } = view;
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    if (kind < ts.SyntaxKind.FirstAssignment || kind > ts.SyntaxKind.LastAssignment) return [];
    const left = unwrap(node.left);
    if (ts.isArrayLiteralExpression(left) || ts.isObjectLiteralExpression(left)) return ofPattern(view, left);
    if (!ts.isPropertyAccessExpression(left) && !ts.isElementAccessExpression(left)) return [];
    return writesOf(view, node.right, () => checker.getTypeAtLocation(left));
  }
  if (ts.isPropertyDeclaration(node))
    return node.initializer === undefined
      ? []
      : writesOf(view, node.initializer, () => checker.getTypeAtLocation(node.name));
  if (ts.isPropertyAccessExpression(node)) return ofMethod(view, node);
  if (!ts.isCallExpression(node)) return [];
  const callee = unwrap(node.expression);
  if (!ts.isPropertyAccessExpression(callee) || !WRITERS.has(callee.name.text)) return [];
  const method = view.symbolOf(callee)?.declarations?.[0];
  if (method === undefined || view.originOf(method).kind !== "platform") return [];
  const { name } = qualifiedName(method);
  if (storedArguments(name) !== null)
    return node.arguments.flatMap((each) => writesOf(view, each, () => checker.getContextualType(each)));
  // By a name that need not be written there: into a place of any type.
  return BY_NAME.test(name)
    ? node.arguments.slice(2).flatMap((each) => writesOf(view, each, () => undefined))
    : [];
}

/** `list.push.call(…)`: who calls it puts whatever wherever. */
function ofMethod(view: ProgramView, node: TS.PropertyAccessExpression): readonly Write[] {
  if (!WRITERS.has(node.name.text)) return [];
  const { parent, child } = outerParent(node);
  if (ts.isCallExpression(parent) && parent.expression === child) return [];
  const method = view.symbolOf(node)?.declarations?.[0];
  const isStoring =
    method !== undefined &&
    view.originOf(method).kind === "platform" &&
    storedArguments(qualifiedName(method).name) !== null;
  return isStoring ? [{ value: null, place: null }] : [];
}

/** `[a.b, c.d] = values`: something is put there, of whatever type. */
function ofPattern(view: ProgramView, pattern: TS.Node): readonly Write[] {
  const found: Write[] = [];
  const visit = (node: TS.Node): void => {
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node))
      found.push({ value: null, place: partsOf(view, view.checker.getTypeAtLocation(node)) });
    else ts.forEachChild(node, visit);
  };
  visit(pattern);
  return found;
}

const WRITERS: ReadonlySet<string> = new Set(
  "push unshift splice fill add set defineProperty defineProperties".split(" "),
);
const BY_NAME = /^(Reflect\.set|(ObjectConstructor|Reflect)\.definePropert(y|ies))$/;

function writesOf(
  view: ProgramView,
  value: TS.Expression,
  placeType: () => TS.Type | undefined,
): readonly Write[] {
  const { checker } = view;
  const node = ts.isSpreadElement(value) ? unwrap(value.expression) : unwrap(value);
  if (ts.isObjectLiteralExpression(node)) {
    return node.properties.flatMap((property): readonly Write[] => {
      if (ts.isPropertyAssignment(property))
        return writesOf(view, property.initializer, () => checker.getContextualType(property.initializer));
      if (ts.isShorthandPropertyAssignment(property))
        return writesOf(view, property.name, () => checker.getContextualType(property.name));
      return [];
    });
  }
  if (ts.isArrayLiteralExpression(node))
    return node.elements.flatMap((each) => writesOf(view, each, () => checker.getContextualType(each)));
  if (ts.isConditionalExpression(node))
    return [...writesOf(view, node.whenTrue, placeType), ...writesOf(view, node.whenFalse, placeType)];
  if (isLiteral(node) || isSum(node) || isDeclaredPrimitive(view, node)) return [];
  const type = checker.getTypeAtLocation(node);
  if (isPrimitive(type)) return [];
  const found: Write[] = [];
  note(view, found, type, placeType() ?? null, 0);
  return found;
}

function isSum(node: TS.Expression): boolean {
  if (!ts.isBinaryExpression(node)) return false;
  const { kind } = node.operatorToken;
  return kind >= ts.SyntaxKind.LessThanToken && kind <= ts.SyntaxKind.CaretToken;
}

function note(view: ProgramView, found: Write[], type: TS.Type, place: TS.Type | null, depth: number): void {
  const places = place === null ? [] : place.isUnion() ? place.types : [place];
  const values: TS.Type[] = [];
  for (const part of type.isUnion() ? type.types : [type]) {
    const held = containerOf(view, part);
    if (held === null) {
      if (!isPrimitive(part) && !isOfPlatform(view, part)) values.push(part);
      continue;
    }
    // What a list holds is put wherever the list is.
    if (depth > 2) continue;
    held.elements.forEach((element, i) => {
      const seenAs = places.flatMap((each) => containerOf(view, each)?.elements[i] ?? []);
      if (!isPrimitive(element)) note(view, found, element, seenAs[0] ?? null, depth + 1);
    });
  }
  for (const value of values)
    found.push({ value: partsOf(view, value), place: place === null ? null : partsOf(view, place) });
}

/** Functions, and what the platform makes: no instance of a class of the project, but for errors. */
function isOfPlatform(view: ProgramView, type: TS.Type): boolean {
  if ((type.flags & ts.TypeFlags.Object) === 0) return false;
  if (type.getCallSignatures().length > 0 && type.getConstructSignatures().length === 0) return true;
  const declaration = (type.symbol as TS.Symbol | undefined)?.declarations?.[0];
  if (declaration === undefined || view.originOf(declaration).kind !== "platform") return false;
  return (
    view.checker.getIndexInfosOfType(type).length === 0 &&
    !/Error$|^(Object|Iterable|Iterator)/.test(type.symbol.name)
  );
}
