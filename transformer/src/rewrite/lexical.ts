/*
 * Which bindings of the function around it an arrow uses: `this`, `arguments`, `new.target`. An arrow has none of its own, a
 * generator function has all three, so an arrow that becomes a generator must be handed those that it names.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";

export interface LexicalUses {
  readonly self: boolean;
  readonly args: boolean;
  readonly newTarget: boolean;
}

/** What `arrow` uses of the function around it, nested arrows included. */
export function lexicalUses(arrow: TS.ArrowFunction): LexicalUses {
  const uses = { self: false, args: false, newTarget: false };
  const visit = (node: TS.Node): void => {
    if (isErased(node)) return;
    if (node.kind === ts.SyntaxKind.ThisKeyword) uses.self = true;
    else if (isArguments(node)) uses.args = true;
    else if (isNewTarget(node)) uses.newTarget = true;
    if (!bindsLexicals(node)) ts.forEachChild(node, visit);
    else for (const part of outerParts(node)) visit(part);
  };
  for (const parameter of arrow.parameters) visit(parameter);
  visit(arrow.body);
  return uses;
}

/** Whether `node` gives its inside a `this`, `arguments` and `new.target` of its own. */
export function bindsLexicals(node: TS.Node): boolean {
  return (
    (ts.isFunctionLike(node) && !ts.isArrowFunction(node)) ||
    ts.isClassStaticBlockDeclaration(node) ||
    ts.isPropertyDeclaration(node)
  );
}

/** The parts of a function or class member that are evaluated outside it: a computed name and decorators. */
export function outerParts(node: TS.Node): readonly TS.Node[] {
  if (!ts.isClassElement(node) && !ts.isObjectLiteralElement(node)) return [];
  const decorators = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
  return node.name !== undefined && ts.isComputedPropertyName(node.name)
    ? [...decorators, node.name]
    : decorators;
}

/** A type: nothing of it is left in the output. `extends Base<T>` looks like one and isn't. */
export function isErased(node: TS.Node): boolean {
  return ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node);
}

/** An identifier that reads the `arguments` of the innermost function that has one. Modules are strict: it is never a local. */
export function isArguments(node: TS.Node): node is TS.Identifier {
  return ts.isIdentifier(node) && node.text === "arguments" && isRead(node);
}

export function isNewTarget(node: TS.Node): node is TS.MetaProperty {
  return ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.NewKeyword;
}

function isRead(node: TS.Identifier): boolean {
  const parent = node.parent;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) return parent.name !== node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isClassElement(parent)) return parent.name !== node;
  return (
    !ts.isMetaProperty(parent) &&
    !ts.isJsxAttribute(parent) &&
    !ts.isLabeledStatement(parent) &&
    !ts.isBreakOrContinueStatement(parent)
  );
}
