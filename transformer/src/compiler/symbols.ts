/*
 * From an expression to the symbol that it means, through imports, re-exports, namespaces and shorthand properties.
 * Everything in the transformer that asks "is this X?" asks it of the symbol found here, never of the spelling.
 */
import { ts } from "./ts.js";
import type { TS } from "./ts.js";

/** The symbol behind an alias; the symbol itself where it is none. */
export function resolveAlias(checker: TS.TypeChecker, symbol: TS.Symbol): TS.Symbol {
  return (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The resolved symbol that an identifier, property access or literal element access refers to as a value. */
export function symbolOf(checker: TS.TypeChecker, node: TS.Node): TS.Symbol | undefined {
  const symbol = rawSymbol(checker, node);
  return symbol === undefined ? undefined : resolveAlias(checker, symbol);
}

function rawSymbol(checker: TS.TypeChecker, node: TS.Node): TS.Symbol | undefined {
  if (ts.isIdentifier(node)) {
    const parent = node.parent;
    if (ts.isShorthandPropertyAssignment(parent) && parent.name === node)
      return checker.getShorthandAssignmentValueSymbol(parent);
    if (ts.isExportSpecifier(parent)) return checker.getExportSpecifierLocalTargetSymbol(parent);
    return checker.getSymbolAtLocation(node);
  }
  if (ts.isPropertyAccessExpression(node)) return checker.getSymbolAtLocation(node.name);
  if (ts.isElementAccessExpression(node)) {
    const name = literalKey(checker, node.argumentExpression);
    if (name === null) return undefined;
    return checker.getPropertyOfType(
      checker.getApparentType(checker.getTypeAtLocation(node.expression)),
      name,
    );
  }
  return checker.getSymbolAtLocation(node);
}

/**
 * The `export default Date.now` by which `node` means what it means: TypeScript takes it for an alias of what it names, but the
 * place where something foreign is named is there.
 */
export function defaultExportBehind(checker: TS.TypeChecker, node: TS.Node): TS.ExportAssignment | null {
  let symbol = rawSymbol(checker, node);
  while (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0) {
    const declaration = symbol.declarations?.[0];
    if (
      declaration !== undefined &&
      ts.isExportAssignment(declaration) &&
      !ts.isIdentifier(declaration.expression)
    )
      return declaration;
    symbol = checker.getImmediateAliasedSymbol(symbol);
  }
  return null;
}

/** The property name that a computed key always has, by its type: `"now"` for `["now"]` and for a const that holds it. */
export function literalKey(checker: TS.TypeChecker, key: TS.Expression): string | null {
  if (ts.isStringLiteralLike(key) || ts.isNumericLiteral(key)) return key.text;
  const type = checker.getTypeAtLocation(key);
  return type.isStringLiteral() ? type.value : type.isNumberLiteral() ? String(type.value) : null;
}

/** Parentheses, `as`, `satisfies` and `!` taken away: they mean nothing at run time. */
export function unwrap(node: TS.Expression): TS.Expression {
  let inner = node;
  while (isWrapper(inner)) inner = inner.expression;
  return inner;
}

type Wrapper =
  | TS.ParenthesizedExpression
  | TS.AsExpression
  | TS.SatisfiesExpression
  | TS.TypeAssertion
  | TS.NonNullExpression;

function isWrapper(node: TS.Node): node is Wrapper {
  return (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isNonNullExpression(node)
  );
}

/** The parent of `node`, over parentheses, `as`, `satisfies` and `!`. */
export function outerParent(node: TS.Node): { readonly parent: TS.Node; readonly child: TS.Node } {
  let child = node;
  while (isWrapper(child.parent)) child = child.parent;
  return { parent: child.parent, child };
}
