/*
 * Purpose: which changes of a variable at module level only make a constant at its first use: `rates ??= new Map([["de", 19]])`.
 * Owns: where such a variable may be looked at, what its value may be made of, and what it may be.
 * Does not own: changes of what it holds: those are changes like any other (mutations.ts), and whether what it is made by is
 * deterministic, which is asked of all that workflow code reaches.
 *
 * Invariants
 *  1. Who looks at the variable has made it, or has seen that it is made: nobody finds out whether somebody was there before.
 *  2. The value is made of nothing that belongs to a call or a run: no parameter, no local, no `this`, no effect.
 *  3. It is data: a function, an iterator or an instance could keep a state of its own.
 */
import { isPrimitive } from "../compiler/by-form.js";
import { outerParent, unwrap } from "../compiler/symbols.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { isInert, isOfKind, isValueReference } from "../compiler/walk-values.js";
import { moduleDeclaration } from "./declared-values.js";
import { usesOf } from "./exported-uses.js";
import { isModuleLevel } from "./units.js";

const DEEPEST = 6;

/** Is `node` the one change of the variable, and does it only make it when it is first asked for? */
export function isMadeOnce(view: ProgramView, node: TS.Node, declaration: TS.Node): boolean {
  if (!ts.isBinaryExpression(node) || !ts.isVariableDeclaration(declaration)) return false;
  const { name } = declaration;
  if (!ts.isIdentifier(name) || !isUnmade(declaration) || isExported(declaration)) return false;
  const target = unwrap(node.left);
  if (!ts.isIdentifier(target) || view.symbolOf(target)?.valueDeclaration !== declaration) return false;
  const place = placeOf(node, target.text);
  if (place === null) return false;
  const isSeen = (use: TS.Identifier): boolean =>
    use === target || isWithin(use, place.test) || isAfter(use, place.statement);
  return (
    usesOf(view, name, declaration.getSourceFile(), (use) => (isSeen(use) ? "harmless" : null)) !== null &&
    isData(view, view.checker.getTypeAtLocation(node.right), node, 0) &&
    isClosed(view, node.right, new Set())
  );
}

/** `let rates;`, `let rates: Rates | undefined = undefined;` */
function isUnmade({ initializer, parent }: TS.VariableDeclaration): boolean {
  if ((parent.flags & ts.NodeFlags.Let) === 0) return false;
  if (initializer === undefined) return true;
  const value = unwrap(initializer);
  return value.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(value) && value.text === "undefined");
}

/** Other modules would see whether it is made. In a script, other files do. */
function isExported(declaration: TS.VariableDeclaration): boolean {
  return (
    (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export) !== 0 ||
    !ts.isExternalModule(declaration.getSourceFile()) ||
    !isModuleLevel(declaration)
  );
}

/** What is looked at before it is made, and the statement behind which it is made; null where it is made in another way. */
function placeOf(
  node: TS.BinaryExpression,
  name: string,
): { readonly test: TS.Node | null; readonly statement: TS.Statement | null } | null {
  const { parent } = outerParent(node);
  const own = ts.isExpressionStatement(parent) ? parent : null;
  if (node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionEqualsToken)
    return { test: null, statement: ofBody(own) };
  if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken || own === null) return null;
  const block = own.parent;
  const choice = ts.isBlock(block) && block.statements.length === 1 ? block.parent : block;
  const isChoice = ts.isIfStatement(choice) && choice.elseStatement === undefined;
  return isChoice && isTestOf(choice.expression, name)
    ? { test: choice.expression, statement: ofBody(choice) }
    : null;
}

/** `rates === undefined`, `rates == null`, `!rates` */
function isTestOf(test: TS.Expression, name: string): boolean {
  const at = unwrap(test);
  const isName = (node: TS.Expression): boolean => {
    const value = unwrap(node);
    return ts.isIdentifier(value) && value.text === name;
  };
  if (ts.isPrefixUnaryExpression(at))
    return at.operator === ts.SyntaxKind.ExclamationToken && isName(at.operand);
  if (!ts.isBinaryExpression(at) || !isName(at.left)) return false;
  const nothing = unwrap(at.right);
  const isNothing =
    nothing.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(nothing) && nothing.text === "undefined");
  return isNothing && /^={2,3}$/.test(ts.tokenToString(at.operatorToken.kind) ?? "");
}

/** A statement that runs whenever what comes after it does. */
function ofBody(statement: TS.Statement | null): TS.Statement | null {
  const block = statement?.parent;
  const isBody = block !== undefined && ts.isBlock(block) && ts.isFunctionLike(block.parent);
  return isBody ? statement : null;
}

function isWithin(node: TS.Node, outer: TS.Node | null): boolean {
  return outer !== null && outer.pos <= node.pos && node.end <= outer.end;
}

/** In the same block, further down; also in a function that is made there. */
function isAfter(use: TS.Node, statement: TS.Statement | null): boolean {
  if (statement === null || use.pos < statement.end || !isWithin(use, statement.parent)) return false;
  // A function that is declared can be called further up.
  return (
    ts.findAncestor(use, (at) => at === statement.parent || ts.isFunctionDeclaration(at)) === statement.parent
  );
}

/** Is the value made of nothing but what is written there and at module level, with nothing that asks the run? */
function isClosed(view: ProgramView, root: TS.Node, seen: Set<TS.Node>): boolean {
  if (seen.has(root)) return true;
  seen.add(root);
  const visit = (node: TS.Node): boolean => {
    // A pattern that moves is no data, whatever holds it.
    if (ts.isRegularExpressionLiteral(node)) return !/[gy][a-z]*$/.test(node.text);
    if (ts.isIdentifier(node)) return !isValueReference(node) || isClosedName(view, node, root, seen);
    if (isOpen(node)) return false;
    if (isInert(node)) return true;
    return ts.forEachChild(node, (child) => (visit(child) ? undefined : true)) !== true;
  };
  return visit(root);
}

const isOpen = isOfKind([
  "AwaitExpression",
  "YieldExpression",
  "MetaProperty",
  "ImportKeyword",
  "ThisKeyword",
  "SuperKeyword",
]);

function isClosedName(view: ProgramView, name: TS.Identifier, root: TS.Node, seen: Set<TS.Node>): boolean {
  if (/^(undefined|NaN|Infinity)$/.test(name.text)) return true;
  const symbol = ts.isShorthandPropertyAssignment(name.parent)
    ? view.checker.getShorthandAssignmentValueSymbol(name.parent)
    : view.symbolOf(name);
  const declaration = symbol?.valueDeclaration;
  if (declaration === undefined || name.text === "arguments" || name.text === "RegExp") return false;
  const isLocal = declaration.getSourceFile() === root.getSourceFile() && isWithin(declaration, root);
  if (isLocal) return true;
  const { kind } = view.originOf(declaration);
  if (kind === "platform") return true;
  if (kind !== "project" || moduleDeclaration(view, declaration) === null) return false;
  if (ts.isEnumDeclaration(declaration)) return true;
  if (ts.isFunctionDeclaration(declaration))
    return declaration.body !== undefined && isClosed(view, declaration, seen);
  const isConst =
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined &&
    (declaration.parent.flags & ts.NodeFlags.Const) !== 0;
  return isConst && isClosed(view, declaration, seen);
}

const CONTAINERS = /^(Readonly)?(Array|Map|Set)$/;

/** Texts, numbers, and lists, maps, sets and records of such. */
function isData(view: ProgramView, type: TS.Type, at: TS.Node, depth: number): boolean {
  const { checker } = view;
  if (isPrimitive(type)) return true;
  if (depth === DEEPEST) return false;
  const isPart = (part: TS.Type): boolean => isData(view, part, at, depth + 1);
  if (type.isUnion()) return type.types.every(isPart);
  if ((type.flags & ts.TypeFlags.Object) === 0) return false;
  const declaration = (type.symbol as TS.Symbol | undefined)?.declarations?.[0];
  const isPlatforms = declaration !== undefined && view.originOf(declaration).kind === "platform";
  if (checker.isTupleType(type) || (isPlatforms && CONTAINERS.test(type.symbol.name)))
    return checker.getTypeArguments(type as TS.TypeReference).every(isPart);
  if (isPlatforms && !ts.isTypeLiteralNode(declaration) && !ts.isMappedTypeNode(declaration)) return false;
  if (declaration !== undefined && ts.isClassLike(declaration)) return false;
  return (
    type.getCallSignatures().length === 0 &&
    type.getConstructSignatures().length === 0 &&
    checker.getIndexInfosOfType(type).every((index) => isPart(index.type)) &&
    type.getProperties().every((member) => isPart(checker.getTypeOfSymbolAtLocation(member, at)))
  );
}
