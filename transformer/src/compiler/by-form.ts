/*
 * What can be told of a value by the form of the expression that gives it, or by what its name is declared as: whoever asks the
 * checker for the type of an expression has it check the whole of it once more.
 *
 * Invariant: says only what holds of the value at run time. "No" means that the checker has to be asked.
 */
import type { ProgramView } from "./program-view.js";
import { ofCompiler, ts } from "./ts.js";
import type { TS } from "./ts.js";

/** Written there: a literal, a function, a class, or a number or truth that is computed on the spot. Its type is never `any`. */
export function isLiteral(node: TS.Expression): boolean {
  const { kind } = node;
  return (
    (kind >= ts.SyntaxKind.FirstLiteralToken && kind <= ts.SyntaxKind.LastTemplateToken) ||
    kind === ts.SyntaxKind.TemplateExpression ||
    kind === ts.SyntaxKind.ObjectLiteralExpression ||
    kind === ts.SyntaxKind.ArrayLiteralExpression ||
    kind === ts.SyntaxKind.ArrowFunction ||
    kind === ts.SyntaxKind.FunctionExpression ||
    kind === ts.SyntaxKind.ClassExpression ||
    kind === ts.SyntaxKind.TypeOfExpression ||
    kind === ts.SyntaxKind.TrueKeyword ||
    kind === ts.SyntaxKind.FalseKeyword ||
    kind === ts.SyntaxKind.NullKeyword ||
    kind === ts.SyntaxKind.PrefixUnaryExpression ||
    kind === ts.SyntaxKind.PostfixUnaryExpression ||
    (ts.isBinaryExpression(node) && isComputed(node.operatorToken.kind))
  );
}

/** `<`, `==`, `-`, `*`, `&` and their like. What `+` gives is of the type `any` where one side is. */
function isComputed(operator: TS.SyntaxKind): boolean {
  return (
    operator >= ts.SyntaxKind.LessThanToken &&
    operator <= ts.SyntaxKind.CaretToken &&
    operator !== ts.SyntaxKind.PlusToken
  );
}

/** An object, a list, a function or a class that is written there: no text, and no number. */
export function isWrittenObject({ kind }: TS.Node): boolean {
  return (
    kind === ts.SyntaxKind.ObjectLiteralExpression ||
    kind === ts.SyntaxKind.ArrayLiteralExpression ||
    kind === ts.SyntaxKind.ArrowFunction ||
    kind === ts.SyntaxKind.FunctionExpression ||
    kind === ts.SyntaxKind.ClassExpression
  );
}

const PRIMITIVE = ofCompiler(() => {
  const { StringLike, NumberLike, BigIntLike, BooleanLike, ESSymbolLike, Undefined, Null, Void, Never } =
    ts.TypeFlags;
  return StringLike | NumberLike | BigIntLike | BooleanLike | ESSymbolLike | Undefined | Null | Void | Never;
});

export function isPrimitive(type: TS.Type): boolean {
  return type.isUnion() ? type.types.every(isPrimitive) : (type.flags & PRIMITIVE()) !== 0;
}

/** A variable or property that is declared as text, number, truth and the like: whatever is tested of it, it stays one. */
export function isPrimitiveByName(view: ProgramView, node: TS.Expression): boolean {
  if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node)) return false;
  const symbol = view.symbolOf(node);
  return (
    symbol !== undefined &&
    (symbol.flags & (ts.SymbolFlags.Variable | ts.SymbolFlags.Property)) !== 0 &&
    isPrimitive(view.checker.getTypeOfSymbol(symbol))
  );
}

/** A function or method that is declared as such, and not as something that holds one. */
export function isFunctionByName(view: ProgramView, node: TS.Expression): boolean {
  if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node)) return false;
  const declarations = view.symbolOf(node)?.declarations ?? [];
  return (
    declarations.length > 0 &&
    declarations.every(
      (declaration) =>
        ts.isFunctionDeclaration(declaration) ||
        ts.isMethodDeclaration(declaration) ||
        ts.isMethodSignature(declaration),
    )
  );
}
