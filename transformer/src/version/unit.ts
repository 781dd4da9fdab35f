/*
 * The units of a version hash: what stands at the top level of a module and is reached by name. A unit is written once,
 * whoever refers to it.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";

export type Unit =
  /** Declarations that make one thing together: a variable, a function, a class, an enum, a namespace. */
  | {
      readonly kind: "declaration";
      readonly root: TS.Node;
      readonly name: string;
      readonly file: TS.SourceFile;
    }
  /** A module as an object: `import * as table from "./table.js"` that is used other than by `table.member`. */
  | {
      readonly kind: "module";
      readonly root: TS.SourceFile;
      readonly name: string;
      readonly file: TS.SourceFile;
    };

/**
 * The node that stands for the unit which `declaration` belongs to: the variable declaration, or else the statement at the
 * module's top level.
 */
export function unitRoot(declaration: TS.Node): TS.Node {
  let variable: TS.VariableDeclaration | null = null;
  let at = declaration;
  while (at.parent !== undefined && !ts.isSourceFile(at.parent)) {
    if (ts.isVariableDeclaration(at)) variable = at;
    at = at.parent;
  }
  return variable !== null && ts.isVariableStatement(at) ? variable : at;
}

/** Is `declaration` what its unit is called by, rather than something inside of it? */
export function namesUnit(declaration: TS.Node, root: TS.Node): boolean {
  if (declaration === root) return true;
  if (!ts.isBindingElement(declaration)) return false;
  let at: TS.Node = declaration;
  while (ts.isBindingElement(at) || ts.isObjectBindingPattern(at) || ts.isArrayBindingPattern(at))
    at = at.parent;
  return at === root;
}

/** The names that a destructuring variable declares, in source order. */
export function boundNames(name: TS.BindingName): readonly TS.Node[] {
  if (ts.isIdentifier(name)) return [];
  return name.elements.flatMap((element) => {
    if (ts.isOmittedExpression(element)) return [];
    return ts.isIdentifier(element.name) ? [element] : boundNames(element.name);
  });
}

/** The number, among all that is declared inside of `root`, of what is called by another name than the unit's. */
export function declaredPlace(declaration: TS.Node, root: TS.Node): number {
  let place = 0;
  const find = (node: TS.Node): boolean => {
    if (node === declaration) return true;
    if (ts.isTypeNode(node)) return false;
    if (node !== root && ts.getNameOfDeclaration(node as TS.Declaration) !== undefined) place++;
    return ts.forEachChild(node, find) ?? false;
  };
  find(root);
  return place;
}

/** For messages: what a person calls the unit. */
export function unitName(root: TS.Node): string {
  if (ts.isSourceFile(root)) return root.fileName.replace(/^.*\//, "");
  if (ts.isExportAssignment(root)) return "default";
  if (ts.isExpressionStatement(root)) return setUpName(root);
  if (ts.isImportDeclaration(root)) return root.moduleSpecifier.getText().slice(1, -1);
  if (ts.isStatement(root) && !ts.isDeclarationStatement(root)) return variableWithin(root) ?? "default";
  const name = ts.getNameOfDeclaration(root as TS.Declaration);
  return name === undefined ? "default" : name.getText().replace(/\s+/g, " ");
}

/** A block or a loop at the top level is known by the first variable that it declares. */
function variableWithin(root: TS.Node): string | undefined {
  if (ts.isVariableDeclaration(root)) return root.name.getText().replace(/\s+/g, " ");
  return ts.isFunctionLike(root) ? undefined : ts.forEachChild(root, variableWithin);
}

/** `Decimal.set(…)` at the top level is known by what it calls. */
function setUpName({ expression }: TS.ExpressionStatement): string {
  const called = ts.isCallExpression(expression) ? expression.expression : expression;
  return called.getText().replace(/\s+/g, " ");
}
