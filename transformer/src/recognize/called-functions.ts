/*
 * The functions of the project that a call can run, as far as the change of state asks: by symbol, and behind an interface or an
 * abstract class by name and type.
 */
import { gather } from "../compiler/gather.js";
import type { Said } from "../compiler/gather.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";

export type CalledFunctions = (callee: TS.Expression) => readonly TS.FunctionLikeDeclaration[];

export function calledFunctions(view: ProgramView): CalledFunctions {
  const { memory, projectFiles } = view;
  const implementationsIn = memory.keep("implementations", implementations);
  const named = gather(memory, "implementations by name", projectFiles, implementationsIn);
  return (expression) => {
    const callee = unwrap(expression);
    if (ts.isArrowFunction(callee) || ts.isFunctionExpression(callee)) return [callee];
    const declaration = view.symbolOf(callee)?.valueDeclaration;
    if (declaration === undefined || view.originOf(declaration).kind !== "project") return [];
    const own = functionOf(declaration);
    if (own !== null) return [own];
    if (!ts.isPropertyAccessExpression(callee) || !isOpen(declaration)) return [];
    const receiver = view.checker.getTypeAtLocation(callee.expression);
    return named(callee.name.text)
      .filter(({ holder }) => mayStandFor(view, holder, receiver))
      .map(({ fn }) => fn);
  };
}

interface Implementation {
  readonly fn: TS.FunctionLikeDeclaration;
  readonly holder: TS.ClassLikeDeclaration | TS.ObjectLiteralExpression;
}

/** The function that a declaration holds, with a body. */
export function functionOf(declaration: TS.Node): TS.FunctionLikeDeclaration | null {
  if (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration))
    return declaration.body === undefined ? null : declaration;
  if (
    !ts.isVariableDeclaration(declaration) &&
    !ts.isPropertyAssignment(declaration) &&
    !ts.isPropertyDeclaration(declaration)
  )
    return null;
  const value = declaration.initializer === undefined ? undefined : unwrap(declaration.initializer);
  return value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : null;
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
  const visit = (node: TS.Node): void => {
    if (ts.isClassLike(node) || ts.isObjectLiteralExpression(node)) {
      for (const member of ts.isClassLike(node) ? node.members : node.properties) {
        const fn = functionOf(member);
        if (fn !== null && member.name !== undefined && ts.isIdentifier(member.name))
          found.push([member.name.text, { fn, holder: node }]);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
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
