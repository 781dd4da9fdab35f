/*
 * `object[key]`: which members may be meant, and whether that matters.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { outerParent } from "../../compiler/symbols.js";
import { isSymbol } from "./constant-tests.js";
import { eachLoadCall, isAtLoad, loadParameter } from "./load-calls.js";
import { loadedValue } from "./loaded.js";
import { bare, isReassigned } from "./shipped-module.js";
import type { ShippedModule } from "./shipped-module.js";
import { stepTo } from "./world.js";
import type { Step, World } from "./world.js";

/** `object[key]`: by an index nothing runs; otherwise whatever is stored there may. */
export function visitComputed(
  world: World,
  module: ShippedModule,
  node: TS.ElementAccessExpression,
  step: Step,
): void {
  if (isIndex(node.argumentExpression) || isCopied(node) || !isTaken(node)) return;
  // What is stored under a symbol is never stored by name: it is reached with what it hangs on.
  if (isSymbol(module, node.argumentExpression)) return;
  if (openGiven(world, module, node, step)) return;
  const tables = tablesBehind(world, module, node.expression);
  if (tables !== null) {
    for (const table of tables) world.open(table, step);
    return;
  }
  if (isComposed(node.argumentExpression) && isCallee(node)) {
    world.find(
      module,
      node,
      { kind: "unknown", what: node.getText().replace(/\s+/g, " ").slice(0, 60) },
      step,
    );
  }
  world.openAll(stepTo(step, node.getText().replace(/\s+/g, " ").slice(0, 40), module, node));
}

/** The literal that `table`, or `tables.inner`, is declared with, and the variables that it hangs on; null where it may be another. */
function tablesBehind(
  world: World,
  module: ShippedModule,
  node: TS.Expression,
  depth = 0,
): readonly unknown[] | null {
  const at = bare(node);
  if (ts.isObjectLiteralExpression(at) || ts.isArrayLiteralExpression(at)) return [at];
  if (depth > 4) return null;
  if (ts.isPropertyAccessExpression(at)) {
    const owners = tablesBehind(world, module, at.expression, depth + 1);
    const literal = owners?.find((owner): owner is TS.ObjectLiteralExpression => isLiteral(owner));
    const property = literal?.properties.find((each) => each.name?.getText() === at.name.text);
    const value =
      property === undefined
        ? null
        : ts.isShorthandPropertyAssignment(property)
          ? property.name
          : ts.isPropertyAssignment(property)
            ? property.initializer
            : null;
    const inner = value === null ? null : tablesBehind(world, module, value, depth + 1);
    return owners === null || inner === null ? null : [...inner, ...owners];
  }
  const binding = ts.isIdentifier(at) ? module.lexical.resolve(at) : null;
  const [declaration, second] = binding?.declarations ?? [];
  if (binding === null || declaration === undefined || second !== undefined) return null;
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return null;
  if (!isAtLoad(world, module, declaration) || isReassigned(module, binding)) return null;
  const value = bare(declaration.initializer);
  const isTable = ts.isObjectLiteralExpression(value) || ts.isArrayLiteralExpression(value);
  return isTable ? [value, binding] : null;
}

function isLiteral(owner: unknown): owner is TS.ObjectLiteralExpression {
  return (
    typeof owner === "object" &&
    owner !== null &&
    "kind" in owner &&
    ts.isObjectLiteralExpression(owner as TS.Node)
  );
}

/** `to[key] = from[key].bind(to)`: a member goes on under its name, and by that it is found. */
function isCopied(node: TS.ElementAccessExpression): boolean {
  const call = node.parent.parent;
  const isBound =
    ts.isPropertyAccessExpression(node.parent) &&
    node.parent.name.text === "bind" &&
    ts.isCallExpression(call) &&
    call.expression === node.parent;
  const { parent, child } = outerParent(isBound ? call : node);
  if (!ts.isBinaryExpression(parent) || parent.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
  const target = bare(parent.left);
  return (
    parent.right === child &&
    ts.isElementAccessExpression(target) &&
    target.argumentExpression.getText() === node.argumentExpression.getText()
  );
}

/** `table[key]`, where loading gave the table: any member of what it gave. */
function openGiven(
  world: World,
  module: ShippedModule,
  node: TS.ElementAccessExpression,
  step: Step,
): boolean {
  const parameter = loadParameter(world, module, node.expression);
  // What the function adds to the table is none of what it was given.
  if (parameter === null || parameter.isChanged) return false;
  eachLoadCall(world, module, parameter.fn, (into, caller, call) => {
    const given = call.arguments[parameter.index];
    const value = given === undefined ? null : bare(given);
    if (value === null) return;
    if (ts.isObjectLiteralExpression(value) || ts.isArrayLiteralExpression(value)) {
      into.open(value, step);
      loadedValue(into, caller, value, step);
    } else into.openAll(stepTo(step, node.getText().replace(/\s+/g, " ").slice(0, 40), module, node));
  });
  return true;
}

/**
 * `object[key]` in a function that only loading calls, and whose key each of these calls spells out: `find` is told of them, and
 * of where the object comes from. False where some call's key can't be told.
 */
export function eachNamed(
  world: World,
  access: TS.ElementAccessExpression,
  at: { readonly module: ShippedModule; readonly object: TS.Expression; readonly key: TS.Expression },
  find: (world: World, module: ShippedModule, object: TS.Expression, name: string) => void,
  unknown: (world: World) => void,
  depth = 0,
): boolean {
  const byKey = loadParameter(world, at.module, at.key);
  const byObject = loadParameter(world, at.module, at.object);
  const key = bare(at.key);
  const fn = byKey?.fn ?? byObject?.fn;
  if (fn === undefined || depth > 6) {
    if (!ts.isStringLiteralLike(key) || depth === 0) return false;
    find(world, at.module, at.object, key.text);
    return true;
  }
  // The other one is of this function, too, or of none.
  if (byKey === null ? !ts.isStringLiteralLike(key) : byObject !== null && byObject.fn !== byKey.fn)
    return false;
  eachLoadCall(world, at.module, fn, (into, module, call) => {
    const given = (of: typeof byKey, own: TS.Expression): TS.Expression | undefined =>
      of === null ? own : call.arguments[of.index];
    const object = given(byObject, at.object);
    const name = given(byKey, at.key);
    const isHere = byObject !== null;
    if (object === undefined || name === undefined || (!isHere && module !== at.module)) return unknown(into);
    if (!eachNamed(into, access, { module, object, key: name }, find, unknown, depth + 1)) unknown(into);
  });
  return true;
}

/** A key that is put together of texts may name any member of a built-in object, too. */
function isComposed(key: TS.Expression): boolean {
  const at = bare(key);
  if (ts.isTemplateExpression(at)) return true;
  return (
    ts.isBinaryExpression(at) &&
    at.operatorToken.kind === ts.SyntaxKind.PlusToken &&
    /["'`]/.test(at.getText())
  );
}

function isIndex(key: TS.Expression): boolean {
  const at = bare(key);
  if (ts.isNumericLiteral(at) || ts.isPrefixUnaryExpression(at) || ts.isPostfixUnaryExpression(at))
    return true;
  if (ts.isBinaryExpression(at)) {
    return at.operatorToken.kind === ts.SyntaxKind.PlusToken
      ? isIndex(at.left) || isIndex(at.right)
      : at.operatorToken.kind >= ts.SyntaxKind.MinusToken && at.operatorToken.kind <= ts.SyntaxKind.BarToken;
  }
  // `list[i]`: the names that everybody gives to an index, where the function counts with it.
  return (
    ts.isIdentifier(at) &&
    /^(\w|\w\d|idx|index|len|pos|\w*[iI]ndex|\w*Idx|offset|start|end)$/.test(at.text) &&
    isCounted(at)
  );
}

function isCounted(node: TS.Identifier): boolean {
  const fn = ts.findAncestor(node, (at) => ts.isFunctionLike(at) || ts.isSourceFile(at));
  const text = fn?.getText() ?? "";
  const name = node.text.replaceAll("$", "\\$");
  return new RegExp(
    `(\\+\\+|--)\\s*${name}\\b|\\b${name}\\s*(\\+\\+|--|[-+]=|=\\s*[-\\d(]|<|>|=\\s*\\w+\\.length)`,
  ).test(text);
}

/** Is what the access gives called, or handed to somebody who could call it? */
function isTaken(node: TS.Expression): boolean {
  if (isCallee(node)) return true;
  const { parent, child } = outerParent(node);
  if (ts.isPropertyAccessExpression(parent)) return /^(call|apply|bind)$/.test(parent.name.text);
  if (!ts.isVariableDeclaration(parent) || parent.initializer !== child || !ts.isIdentifier(parent.name))
    return false;
  const name = parent.name.text.replaceAll("$", "\\$");
  const fn = ts.findAncestor(parent, (at) => ts.isFunctionLike(at) || ts.isSourceFile(at));
  return new RegExp(`(?<![.\\w$])${name}(\\.(call|apply|bind))?\\s*\\(`).test(fn?.getText() ?? "");
}

function isCallee(node: TS.Expression): boolean {
  const { parent, child } = outerParent(node);
  if (ts.isTaggedTemplateExpression(parent)) return parent.tag === child;
  return (ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression === child;
}
