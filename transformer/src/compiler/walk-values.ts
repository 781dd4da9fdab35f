/*
 * Walks what exists at run time: types, interfaces, type arguments, overloads and `declare`d things are left out, since they
 * do nothing.
 */
import { ofCompiler, ts } from "./ts.js";
import type { TS } from "./ts.js";

/** Calls `visit` for each node below `root`, and `root`, in source order; `false` means: not into this one. */
export function walkValues(root: TS.Node, visit: (node: TS.Node) => boolean): void {
  const walk = (node: TS.Node): void => {
    if (!isTypeOnly(node) && visit(node) && node.kind > ts.SyntaxKind.LastToken) ts.forEachChild(node, walk);
  };
  walk(root);
}

/** Names, literals, keywords and types: there nothing is done, and nothing is below that does something. */
export function isInert({ kind }: TS.Node): boolean {
  const { SyntaxKind } = ts;
  return (
    kind <= SyntaxKind.LastToken ||
    (kind >= SyntaxKind.FirstTypeNode && kind <= SyntaxKind.LastTypeNode) ||
    kind === SyntaxKind.InterfaceDeclaration ||
    kind === SyntaxKind.TypeAliasDeclaration
  );
}

/** Is `node` the other one, or somewhere in it? */
export function isIn(node: TS.Node, outer: TS.Node): boolean {
  let at: TS.Node | undefined = node;
  while (at !== undefined && at !== outer) at = at.parent;
  return at === outer;
}

/** Is a node of one of these kinds? */
export function isOfKind(names: readonly (keyof typeof TS.SyntaxKind)[]): (node: TS.Node) => boolean {
  const kinds = ofCompiler(() => new Set<TS.SyntaxKind>(names.map((name) => ts.SyntaxKind[name])));
  return ({ kind }) => kinds().has(kind);
}

function isTypeOnly(node: TS.Node): boolean {
  const { kind } = node;
  const { SyntaxKind } = ts;
  // Most nodes are names, calls and accesses, and need none of the questions below.
  if (kind === SyntaxKind.Identifier) return false;
  if (kind >= SyntaxKind.ArrayLiteralExpression && kind <= SyntaxKind.OmittedExpression) return false;
  if (ts.isExpressionWithTypeArguments(node)) {
    return ts.isHeritageClause(node.parent) && isTypeHeritage(node.parent);
  }
  if (ts.isTypeNode(node)) return true;
  if (
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isTypeParameterDeclaration(node)
  )
    return true;
  if (ts.isFunctionLike(node) && isBodiless(node)) return true;
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node)?.some((m) => m.kind === ts.SyntaxKind.DeclareKeyword) ?? false)
  );
}

function isTypeHeritage(clause: TS.HeritageClause): boolean {
  return clause.token === ts.SyntaxKind.ImplementsKeyword || ts.isInterfaceDeclaration(clause.parent);
}

function isBodiless(node: TS.SignatureDeclaration): boolean {
  return !("body" in node) || node.body === undefined;
}

/** Does the identifier stand for a value, rather than name a declaration, a property, a label or a module's export? */
export function isValueReference(node: TS.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent) || ts.isMetaProperty(parent))
    return false;
  if (ts.isImportSpecifier(parent) || ts.isImportClause(parent) || ts.isNamespaceImport(parent)) return false;
  if (ts.isExportSpecifier(parent)) return false;
  if (ts.isJsxAttribute(parent)) return false;
  if (isNamedDeclaration(parent)) return parent.name !== node;
  return true;
}

function isNamedDeclaration(node: TS.Node): node is TS.NamedDeclaration {
  return (
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isFunctionLike(node) ||
    ts.isClassLike(node) ||
    ts.isClassElement(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isEnumMember(node) ||
    ts.isModuleDeclaration(node) ||
    ts.isImportEqualsDeclaration(node)
  );
}
