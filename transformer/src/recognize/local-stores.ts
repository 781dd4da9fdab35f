/*
 * What a function assigns to its variables, and puts into what they hold, in whatever order.
 */
import { qualifiedName } from "../compiler/qualified-name.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { literalKey, unwrap } from "../compiler/symbols.js";
import { storedArguments } from "./library-values.js";

/** `value` stands where `path` leads from the variable; the empty path is the variable itself. */
export interface Store {
  readonly path: readonly string[];
  readonly value: TS.Expression;
  /** The way from `value` to what is stored: of `[a, b] = value`, and where the members of `value` are copied. */
  readonly within: readonly string[];
}

export type LocalStores = (variable: TS.Node) => readonly Store[];

export function localStores(view: ProgramView): LocalStores {
  const known = new Map<TS.Node, ReadonlyMap<TS.Node, readonly Store[]>>();
  return (variable) => {
    const scope = ts.findAncestor(variable.parent, ts.isFunctionLike);
    if (scope === undefined) return [];
    let stores = known.get(scope);
    if (stores === undefined) known.set(scope, (stores = storesIn(view, scope)));
    return stores.get(variable) ?? [];
  };
}

function storesIn(view: ProgramView, scope: TS.Node): ReadonlyMap<TS.Node, readonly Store[]> {
  const found = new Map<TS.Node, Store[]>();
  const add = (
    target: TS.Expression,
    value: TS.Expression,
    within: readonly string[],
    inside?: string,
  ): void => {
    const place = placeOf(view, target);
    if (place === null) return;
    const store = { path: inside === undefined ? place.path : [...place.path, inside], value, within };
    const stores = found.get(place.variable);
    if (stores === undefined) found.set(place.variable, [store]);
    else stores.push(store);
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
    } else add(left, value, within);
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
    if (!ts.isPropertyAccessExpression(callee)) return;
    const method = view.symbolOf(callee)?.declarations?.[0];
    if (method === undefined || view.originOf(method).kind !== "platform") return;
    const { name } = qualifiedName(method);
    const which = storedArguments(name);
    const last = call.arguments.at(-1);
    if (which === "all") {
      for (const argument of call.arguments) {
        if (ts.isSpreadElement(argument)) add(callee.expression, argument.expression, ["*"], "*");
        else add(callee.expression, argument, [], "*");
      }
    } else if (which === "last" && last !== undefined) add(callee.expression, last, [], "*");
    else if (name === "ObjectConstructor.assign") {
      const [target, ...sources] = call.arguments;
      for (const source of sources) if (target !== undefined) add(target, source, ["*"], "*");
    }
  };
  ts.forEachChild(scope, visit);
  return found;
}

/** The local variable at the head of `head.a[b]`, and the way from there. */
function placeOf(
  view: ProgramView,
  target: TS.Expression,
): { readonly variable: TS.Node; readonly path: readonly string[] } | null {
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
  const variable = ts.isIdentifier(at) ? view.symbolOf(at)?.valueDeclaration : undefined;
  return variable === undefined ? null : { variable, path };
}
