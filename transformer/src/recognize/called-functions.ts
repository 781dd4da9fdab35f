/*
 * The functions of the project that a call can run, as far as the change of state asks: whatever the callee can be, by symbol, and
 * behind an interface or an abstract class by name and type.
 */
import { saysNothing } from "../compiler/by-form.js";
import { gather } from "../compiler/gather.js";
import type { Said } from "../compiler/gather.js";
import { qualifiedName } from "../compiler/qualified-name.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { membersOf, partsOfFile } from "../compiler/parts-of-file.js";
import type { ProgramView } from "../compiler/program-view.js";
import { literalKey, unwrap } from "../compiler/symbols.js";
import { results } from "../compiler/functions.js";
import { memberName } from "./hook-names.js";

export type CalledFunctions = (callee: TS.Expression) => readonly TS.FunctionLikeDeclaration[];

/** The functions of the project that stand under a name in a type; `@@iterator` is `[Symbol.iterator]`. */
export type FunctionsOfType = (type: TS.Type, name: string) => readonly TS.FunctionLikeDeclaration[];

type Named = (name: string) => readonly Implementation[];

/** Whose methods a class of the project may have without saying so. */
const OPEN_TO_ALL = /^(Async)?(Iterable|Iterator|IterableIterator|Disposable)\.|^PromiseLike\./;

export function calledFunctions(view: ProgramView): {
  readonly called: CalledFunctions;
  readonly ofType: FunctionsOfType;
} {
  const { memory, projectFiles } = view;
  const implementationsIn = memory.keep("implementations", implementations);
  const named = gather(memory, "implementations by name", projectFiles, implementationsIn);
  return {
    called: (callee) => unique(functionsBehind(view, named, callee, new Set())),
    ofType: (type, name) => unique(functionsIn(view, named, type, name)),
  };
}

function unique<T>(items: readonly T[]): readonly T[] {
  return items.length < 2 ? items : Array.from(new Set(items));
}

/** `seen`: variables name one another in circles. */
function functionsBehind(
  view: ProgramView,
  named: Named,
  expression: TS.Expression,
  seen: Set<TS.Node>,
): readonly TS.FunctionLikeDeclaration[] {
  const behind = (each: TS.Expression): readonly TS.FunctionLikeDeclaration[] =>
    functionsBehind(view, named, each, seen);
  const callee = unwrap(expression);
  if (ts.isArrowFunction(callee) || ts.isFunctionExpression(callee)) return [callee];
  if (ts.isConditionalExpression(callee)) return [callee.whenTrue, callee.whenFalse].flatMap(behind);
  if (ts.isBinaryExpression(callee)) return valuesOf(callee).flatMap(behind);
  if (ts.isCallExpression(callee)) {
    const makers = behind(callee.expression).filter((fn) => !seen.has(fn));
    for (const fn of makers) seen.add(fn);
    return makers.flatMap(results).flatMap(behind);
  }
  if (ts.isAwaitExpression(callee)) return behind(callee.expression);
  const isMember = ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee);
  if (!isMember && !ts.isIdentifier(callee)) return [];
  const declaration = view.symbolOf(callee)?.valueDeclaration;
  if (declaration === undefined || view.originOf(declaration).kind !== "project") {
    if (!ts.isElementAccessExpression(callee)) return [];
    return [...elementsOf(view, callee).flatMap(behind), ...byKeys(view, named, callee)];
  }
  if (ts.isBindingElement(declaration)) {
    const name = declaration.propertyName ?? declaration.name;
    const isNamed = ts.isObjectBindingPattern(declaration.parent) && ts.isIdentifier(name);
    const holder = declaration.parent;
    return isNamed ? functionsIn(view, named, view.checker.getTypeAtLocation(holder), name.text) : [];
  }
  const own = functionOf(declaration);
  if (own !== null) return [own];
  const value = valueOf(declaration);
  if (value !== null) {
    if (seen.has(declaration)) return [];
    seen.add(declaration);
    const found = behind(value);
    if (found.length > 0) return found;
  }
  if (ts.isShorthandPropertyAssignment(declaration)) {
    const meant = view.symbolOf(declaration.name)?.valueDeclaration;
    const fn = meant === undefined ? null : functionOf(meant);
    return fn === null ? [] : [fn];
  }
  if (!ts.isPropertyAccessExpression(callee) || !isOpen(declaration)) return [];
  const receiver = view.checker.getTypeAtLocation(callee.expression);
  return standIns(view, named, callee.name.text, receiver);
}

/** `first || second`, `(one, other)`, `fn = other` */
function valuesOf(node: TS.BinaryExpression): readonly TS.Expression[] {
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionToken:
      return [node.left, node.right];
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.CommaToken:
    case ts.SyntaxKind.EqualsToken:
      return [node.right];
    default:
      return [];
  }
}

/** The methods that a key can mean by its type, `"put" | "count"`. */
function byKeys(
  view: ProgramView,
  named: Named,
  node: TS.ElementAccessExpression,
): readonly TS.FunctionLikeDeclaration[] {
  const asked = view.checker.getTypeAtLocation(node.argumentExpression);
  const key = view.checker.getBaseConstraintOfType(asked) ?? asked;
  const keys = (key.isUnion() ? key.types : [key]).filter((type) => type.isStringLiteral());
  if (keys.length === 0) return [];
  const holder = view.checker.getTypeAtLocation(node.expression);
  return keys.flatMap(({ value }) => functionsIn(view, named, holder, value));
}

/** The elements of a literal, `[one, other][i]` and `{ a: one }[key]`, there or in the variable that is looked into. */
function elementsOf(view: ProgramView, node: TS.ElementAccessExpression): readonly TS.Expression[] {
  const holder = unwrap(node.expression);
  const declaration = ts.isIdentifier(holder) ? view.symbolOf(holder)?.valueDeclaration : undefined;
  const held =
    declaration !== undefined && view.originOf(declaration).kind === "project" ? valueOf(declaration) : null;
  const list = held === null ? holder : unwrap(held);
  if (ts.isArrayLiteralExpression(list)) {
    const at = list.elements.some(ts.isSpreadElement)
      ? null
      : literalKey(view.checker, node.argumentExpression);
    return list.elements.filter((element, i) => at === null || at === String(i));
  }
  if (!ts.isObjectLiteralExpression(list)) return [];
  return list.properties.flatMap((property) => {
    if (ts.isPropertyAssignment(property)) return [property.initializer];
    return ts.isShorthandPropertyAssignment(property) ? [property.name] : [];
  });
}

function valueOf(declaration: TS.Node): TS.Expression | null {
  return (ts.isVariableDeclaration(declaration) ||
    ts.isPropertyAssignment(declaration) ||
    ts.isPropertyDeclaration(declaration)) &&
    declaration.initializer !== undefined
    ? declaration.initializer
    : null;
}

function functionsIn(
  view: ProgramView,
  named: Named,
  type: TS.Type,
  name: string,
): readonly TS.FunctionLikeDeclaration[] {
  if (type.isUnion()) return type.types.flatMap((part) => functionsIn(view, named, part, name));
  const seen = view.checker.getBaseConstraintOfType(type) ?? type;
  // Of a value that can be anything, the language calls whatever method it has.
  if (saysNothing(seen)) return named(name).map(({ fn }) => fn);
  if ((seen.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) === 0) return [];
  const declarations = memberOf(view, seen, name)?.declarations ?? [];
  const own = declarations
    .filter((declaration) => view.originOf(declaration).kind === "project")
    .map((declaration) => accessorOf(declaration, name) ?? functionOf(declaration))
    .filter((fn) => fn !== null);
  if (own.length > 0) return own;
  const isOfAll = declarations.every((declaration) =>
    view.originOf(declaration).kind === "project"
      ? isOpen(declaration)
      : OPEN_TO_ALL.test(qualifiedName(declaration).name),
  );
  return declarations.length > 0 && isOfAll ? standIns(view, named, name, seen) : [];
}

/** `get rate` and `set rate` are names, too. */
function accessorOf(declaration: TS.Node, name: string): TS.AccessorDeclaration | null {
  const isGetter = name.startsWith("get ") && ts.isGetAccessorDeclaration(declaration);
  const isSetter = name.startsWith("set ") && ts.isSetAccessorDeclaration(declaration);
  return (isGetter || isSetter) && declaration.body !== undefined ? declaration : null;
}

function memberOf(view: ProgramView, type: TS.Type, name: string): TS.Symbol | undefined {
  const accessed = /^[gs]et (.*)$/.exec(name)?.[1];
  if (accessed !== undefined) return view.checker.getPropertyOfType(type, accessed);
  if (!name.startsWith("@@")) return view.checker.getPropertyOfType(type, name);
  const start = `__@${name.slice(2)}@`;
  return view.checker.getPropertiesOfType(type).find((member) => member.name.startsWith(start));
}

function standIns(
  view: ProgramView,
  named: Named,
  name: string,
  receiver: TS.Type,
): readonly TS.FunctionLikeDeclaration[] {
  return named(name)
    .filter(({ holder }) => mayStandFor(view, holder, receiver))
    .map(({ fn }) => fn);
}

interface Implementation {
  readonly fn: TS.FunctionLikeDeclaration;
  readonly holder: TS.ClassLikeDeclaration | TS.ObjectLiteralExpression;
}

/** The function that a declaration holds, with a body. */
export function functionOf(declaration: TS.Node): TS.FunctionLikeDeclaration | null {
  if (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration))
    return declaration.body === undefined ? null : declaration;
  const initializer = valueOf(declaration);
  const value = initializer === null ? null : unwrap(initializer);
  return value !== null && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : null;
}

/** Says what can be called, not what runs. */
function isOpen(declaration: TS.Node): boolean {
  return (
    ts.isTypeElement(declaration) ||
    ts.isMethodDeclaration(declaration) ||
    ts.isPropertyDeclaration(declaration)
  );
}

function implementations(file: TS.SourceFile): Said<string, Implementation> {
  const found: [string, Implementation][] = [];
  for (const holder of partsOfFile(file).holders) {
    for (const member of membersOf(holder)) {
      const fn = functionOf(member) ?? accessorThatActs(member);
      const name =
        fn === null || member.name === undefined || ts.isPrivateIdentifier(member.name)
          ? null
          : memberName(member.name);
      const kind = fn !== null && ts.isAccessor(fn) ? (ts.isGetAccessor(fn) ? "get " : "set ") : "";
      if (fn !== null && name !== null) found.push([kind + name, { fn, holder }]);
    }
  }
  return found;
}

/** Most getters give what is there: those can change nothing. */
function accessorThatActs(member: TS.Node): TS.AccessorDeclaration | null {
  if (!ts.isAccessor(member) || member.body === undefined) return null;
  const acts = (node: TS.Node): boolean =>
    ts.isBinaryExpression(node) ||
    ts.isCallExpression(node) ||
    ts.isPrefixUnaryExpression(node) ||
    ts.isPostfixUnaryExpression(node) ||
    ts.isDeleteExpression(node) ||
    ts.isNewExpression(node) ||
    ts.isTaggedTemplateExpression(node) ||
    ts.isIterationStatement(node, false) ||
    ts.isSpreadElement(node) ||
    (ts.forEachChild(node, (child) => (acts(child) ? true : undefined)) ?? false);
  return acts(member.body) ? member : null;
}

function mayStandFor(view: ProgramView, holder: Implementation["holder"], receiver: TS.Type): boolean {
  if (ts.isObjectLiteralExpression(holder))
    return view.checker.isTypeAssignableTo(view.checker.getTypeAtLocation(holder), receiver);
  if (holder.name === undefined || (holder.typeParameters?.length ?? 0) > 0) return true;
  const symbol = view.checker.getSymbolAtLocation(holder.name);
  return (
    symbol === undefined ||
    view.checker.isTypeAssignableTo(view.checker.getDeclaredTypeOfSymbol(symbol), receiver)
  );
}
