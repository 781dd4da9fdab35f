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

/** A variable or property that is declared as text, number, truth and the like, and a call that gives one: it stays one. */
export function isDeclaredPrimitive(view: ProgramView, node: TS.Expression): boolean {
  const type = declaredType(view, node);
  return type !== null && isPrimitive(type);
}

/**
 * The type that a variable, a property, a method or what a call gives is declared to have, whatever has been found out about it by the
 * way to here; null for anything else.
 */
export function declaredType(view: ProgramView, node: TS.Expression): TS.Type | null {
  if (ts.isCallExpression(node)) return givenByCall(view, node);
  if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node)) return null;
  const symbol = view.symbolOf(node);
  const { Variable, Property, Accessor, Function, Method } = ts.SymbolFlags;
  return symbol !== undefined && (symbol.flags & (Variable | Property | Accessor | Function | Method)) !== 0
    ? view.checker.getTypeOfSymbol(symbol)
    : null;
}

/**
 * The type of a value; of one that is declared as an object of one type, that: it got there by a flow of its own, and what the code on
 * the way has found out about it makes no difference to what it holds.
 */
export function plainType(view: ProgramView, node: TS.Expression): TS.Type {
  const declared = declaredType(view, node);
  return declared !== null && isObject(declared) ? declared : view.checker.getTypeAtLocation(node);
}

/** One object type, no union of them, and not `{}`, which a text is of, too. */
export function isObject(type: TS.Type): boolean {
  return (type.flags & ts.TypeFlags.Object) !== 0 && !saysNothing(type);
}

/** Can a value of the type be anything? `{}` says no more than `unknown`. */
export function saysNothing(type: TS.Type): boolean {
  const { Any, Unknown, TypeParameter, NonPrimitive, Object: Objects } = ts.TypeFlags;
  if ((type.flags & (Any | Unknown | TypeParameter | NonPrimitive)) !== 0) return true;
  return (
    (type.flags & Objects) !== 0 &&
    ((type as TS.ObjectType).objectFlags & ts.ObjectFlags.Anonymous) !== 0 &&
    type.getProperties().length === 0 &&
    type.getCallSignatures().length === 0 &&
    type.getConstructSignatures().length === 0 &&
    type.getStringIndexType() === undefined &&
    type.getNumberIndexType() === undefined
  );
}

/** What a call gives, but for the `undefined` of one that is not made. */
function givenByCall({ checker }: ProgramView, call: TS.CallExpression): TS.Type | null {
  const { kind } = call.expression;
  if (kind === ts.SyntaxKind.SuperKeyword || kind === ts.SyntaxKind.ImportKeyword) return null;
  return checker.getResolvedSignature(call)?.getReturnType() ?? null;
}

/** Can the type of a value be `any`? */
export function isAny(view: ProgramView, node: TS.Expression): boolean {
  if (isLiteral(node)) return false;
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) return isAny(view, node.expression);
  if (ts.isConditionalExpression(node)) return isAny(view, node.whenTrue) || isAny(view, node.whenFalse);
  if (ts.isBinaryExpression(node) && isChoice(node.operatorToken.kind))
    return isAny(view, node.left) || isAny(view, node.right);
  const declared = declaredType(view, node);
  const { Any, Unknown, TypeParameter } = ts.TypeFlags;
  // A predicate can make something of what may be anything.
  if (declared !== null && (declared.flags & (Any | Unknown | TypeParameter)) === 0) return false;
  return (view.checker.getTypeAtLocation(node).flags & Any) !== 0;
}

function isChoice(operator: TS.SyntaxKind): boolean {
  return (
    operator === ts.SyntaxKind.BarBarToken ||
    operator === ts.SyntaxKind.QuestionQuestionToken ||
    operator === ts.SyntaxKind.AmpersandAmpersandToken
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
