/*
 * Declarations that hold values: at module level, in fields, as parameters, and `this`.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { qualifiedName } from "../compiler/qualified-name.js";
import { outerParent, unwrap } from "../compiler/symbols.js";
import { isModuleLevel } from "./units.js";

/** The variable, part of a pattern, class or function at module level that `declaration` is, where it is the project's. */
export function moduleDeclaration(view: ProgramView, declaration: TS.Node): TS.Declaration | null {
  if (ts.isBindingElement(declaration)) {
    const whole = ts.walkUpBindingElementsAndPatterns(declaration);
    return moduleDeclaration(view, whole) === null ? null : declaration;
  }
  if (
    !ts.isVariableDeclaration(declaration) &&
    !ts.isClassDeclaration(declaration) &&
    !ts.isEnumDeclaration(declaration) &&
    !ts.isFunctionDeclaration(declaration) &&
    !ts.isExportAssignment(declaration)
  )
    return null;
  return isModuleLevel(declaration) && view.originOf(declaration).kind === "project" ? declaration : null;
}

/** A global of the platform, or a prototype. */
export function isBuiltIn(view: ProgramView, declaration: TS.Node): boolean {
  if (view.originOf(declaration).kind !== "platform") return false;
  const { name, container } = qualifiedName(declaration);
  return container === null ? ts.isVariableDeclaration(declaration) : name === "Object.constructor";
}

/** In a static member `this` is the class; elsewhere it is whatever the function is called on. `new.target` is the class. */
export function ownerOfThis(
  node: TS.Node,
):
  | { readonly kind: "module"; readonly declaration: TS.Node }
  | { readonly kind: "function"; readonly owner: TS.Node }
  | null {
  const owner = ts.findAncestor(
    node,
    (at) => ts.isClassElement(at) || (ts.isFunctionLike(at) && !ts.isArrowFunction(at)),
  );
  if (owner === undefined) return null;
  if (ts.isMetaProperty(node)) {
    const made = node.keywordToken === ts.SyntaxKind.NewKeyword ? owner.parent : owner;
    return ts.isClassDeclaration(made) && isModuleLevel(made) ? { kind: "module", declaration: made } : null;
  }
  const isStatic =
    ts.isClassStaticBlockDeclaration(owner) ||
    (ts.canHaveModifiers(owner) &&
      (ts.getModifiers(owner)?.some((at) => at.kind === ts.SyntaxKind.StaticKeyword) ?? false));
  if (!isStatic) return { kind: "function", owner: fieldFunction(owner) ?? owner };
  return ts.isClassDeclaration(owner.parent) && isModuleLevel(owner.parent)
    ? { kind: "module", declaration: owner.parent }
    : null;
}

/** The function of a field, `next = () => ++this.count`: its `this` is that of the instance, whoever calls it. */
function fieldFunction(owner: TS.Node): TS.ArrowFunction | null {
  if (!ts.isPropertyDeclaration(owner) || owner.initializer === undefined) return null;
  const value = unwrap(owner.initializer);
  return ts.isArrowFunction(value) ? value : null;
}

/** The class in whose instances a function finds its `this`. */
export function classOf(owner: TS.Node): TS.ClassLikeDeclaration | null {
  const { parent } = ts.isArrowFunction(owner) ? outerParent(owner).parent : owner;
  return ts.isClassLike(parent) ? parent : null;
}

/** The parameter that the argument at `index` gets its value to; a rest parameter is none. */
export function parameterOf(fn: TS.FunctionLikeDeclaration, index: number): TS.ParameterDeclaration | null {
  const parameter = fn.parameters[index];
  return parameter === undefined || parameter.dotDotDotToken !== undefined ? null : parameter;
}

export interface FieldSource {
  readonly value: TS.Expression;
  /** A parameter property: its value is the argument. */
  readonly parameter: TS.ParameterDeclaration | null;
  /** The constructor or method that says so; null for an initialiser. */
  readonly fn: TS.FunctionLikeDeclaration | null;
  /** The way from `value` to what was asked for. */
  readonly rest: readonly string[];
}

/** What a function puts where `path` leads from its `this`, by assignments and calls. */
type StoresOfThis = (fn: TS.FunctionLikeDeclaration) => readonly {
  readonly path: readonly string[];
  readonly value: TS.Expression;
  readonly within: readonly string[];
}[];

/** What the class and its bases give to their field at `path`, anywhere in their code. */
export function fieldSources(
  view: ProgramView,
  node: TS.ClassLikeDeclaration,
  path: readonly string[],
  storesOf: StoresOfThis,
): readonly FieldSource[] {
  const [name, ...rest] = path;
  if (name === undefined) return [];
  const found: FieldSource[] = [];
  const seen = new Set<TS.Node>();
  for (let at: TS.Node | undefined = node; at !== undefined && ts.isClassLike(at) && !seen.has(at);) {
    seen.add(at);
    for (const member of at.members) {
      found.push(...sourcesIn(member, name).map((source) => ({ ...source, rest })));
      const fn = fieldFunction(member) ?? member;
      if (isFunctionWithBody(fn)) found.push(...deepSourcesIn(fn, path, storesOf));
    }
    const base: TS.ExpressionWithTypeArguments | undefined = at.heritageClauses?.find(
      (clause) => clause.token === ts.SyntaxKind.ExtendsKeyword,
    )?.types[0];
    at = base === undefined ? undefined : view.symbolOf(base.expression)?.valueDeclaration;
  }
  return found;
}

/** `this.meter.attach(totals)`: what a member puts into what a field holds. */
function deepSourcesIn(
  fn: TS.FunctionLikeDeclaration,
  path: readonly string[],
  storesOf: StoresOfThis,
): readonly FieldSource[] {
  return storesOf(fn)
    .filter((store) => store.path.length > 1 && store.path.length <= path.length)
    .filter((store) => store.path.every((name, i) => isSame(name, path[i])))
    .map(({ value, within, path: { length } }) => {
      return { value, parameter: null, fn, rest: [...within, ...path.slice(length)] };
    });
}

function isFunctionWithBody(node: TS.Node): node is TS.FunctionLikeDeclaration {
  return ts.isFunctionLike(node) && "body" in node && node.body !== undefined;
}

function sourcesIn(member: TS.ClassElement, name: string): readonly Omit<FieldSource, "rest">[] {
  const inner = fieldFunction(member);
  if (ts.isPropertyDeclaration(member)) {
    if (member.initializer !== undefined && isNamed(member.name, name))
      return [{ value: member.initializer, parameter: null, fn: null }];
    if (inner === null) return [];
  }
  const fn = inner ?? member;
  if (!isFunctionWithBody(fn)) return [];
  const found: Omit<FieldSource, "rest">[] = [];
  if (ts.isConstructorDeclaration(fn)) {
    for (const parameter of fn.parameters) {
      if (ts.isParameterPropertyDeclaration(parameter, fn) && isNamed(parameter.name, name))
        found.push({ value: parameter.name, parameter, fn });
    }
  }
  const visit = (node: TS.Node): void => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      const left = unwrap(node.left);
      if (
        ts.isPropertyAccessExpression(left) &&
        left.expression.kind === ts.SyntaxKind.ThisKeyword &&
        isNamed(left.name, name)
      )
        found.push({ value: node.right, parameter: null, fn });
    }
    ts.forEachChild(node, visit);
  };
  if (fn.body !== undefined) visit(fn.body);
  return found;
}

/** `*` is any name. */
export function isSame(a: string, b: string | undefined): boolean {
  return a === b || a === "*" || b === "*";
}

function isNamed(node: TS.Node, name: string): boolean {
  return name === "*" || ((ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) && node.text === name);
}
