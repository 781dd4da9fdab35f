/*
 * `object[key]`: which members may be meant, and whether that matters.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { outerParent } from "../../compiler/symbols.js";
import { isAtLoad } from "./load-calls.js";
import { bare, headOf } from "./shipped-module.js";
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
  if (isIndex(node.argumentExpression) || !isTaken(node)) return;
  const head = headOf(node.expression);
  const binding = ts.isIdentifier(head) ? module.lexical.resolve(head) : null;
  const [declaration] = binding?.declarations ?? [];
  if (binding !== null && declaration !== undefined && isAtLoad(world, module, declaration)) {
    const value = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
    if (value !== undefined && (ts.isObjectLiteralExpression(value) || ts.isArrayLiteralExpression(value))) {
      world.open(value, step);
      world.open(binding, step);
      return;
    }
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
