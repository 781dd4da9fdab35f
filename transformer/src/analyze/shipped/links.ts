/*
 * What a name stands for beyond its own scope: a name of the platform, through aliases; a module, through import and require; the
 * global object, through the tests that libraries make for it.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { Binding } from "./lexical.js";
import { bare, calledLiteral, isReassigned, returnsOf } from "./shipped-module.js";
import type { ShippedModule } from "./shipped-module.js";
import type { World } from "./world.js";

/** What scripts call the global object, wherever they run. */
export const GLOBAL_OBJECTS = new Set(["globalThis", "global", "self", "window"]);

/** What is asked of other files. */
export interface Links {
  /** The module of Node that a specifier means. */
  builtin(specifier: string): string | null;
  /** The expression behind an export of another ES module. */
  imported(
    specifier: string,
    name: string,
  ): { readonly module: ShippedModule; readonly node: TS.Expression; readonly links: Links } | null;
}

/** The path of a platform's name behind an expression: `["Math", "random"]`, `["node:crypto", "randomBytes"]`. */
export function platformPath(
  module: ShippedModule,
  node: TS.Expression,
  links: Links,
  depth = 0,
): readonly string[] | null {
  const at = bare(node);
  if (isGlobalObject(module, at, links, depth)) return ["globalThis"];
  const deeper = (inner: TS.Expression): readonly string[] | null =>
    depth > 8 ? null : platformPath(module, inner, links, depth + 1);
  if (ts.isPropertyAccessExpression(at)) {
    const object = deeper(at.expression);
    if (object === null) return null;
    // What interop helpers wrap a module of Node in.
    if (at.name.text === "default" && object.length === 1 && object[0]?.startsWith("node:") === true)
      return object;
    return [...object, at.name.text];
  }
  if (ts.isElementAccessExpression(at)) {
    if (!ts.isStringLiteralLike(at.argumentExpression)) return null;
    const object = deeper(at.expression);
    return object === null ? null : [...object, at.argumentExpression.text];
  }
  if (ts.isCallExpression(at)) {
    const specifier = requiredBy(module, at);
    const name = specifier === null ? null : links.builtin(specifier);
    if (name !== null) return [name];
    const inner = at.arguments[0];
    return inner !== undefined && isInterop(at) ? deeper(inner) : null;
  }
  // `isNode && process`: that, or nothing.
  if (ts.isBinaryExpression(at) && at.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken)
    return deeper(at.right);
  if (!ts.isIdentifier(at)) return null;
  const binding = module.lexical.resolve(at);
  if (binding === null) return [at.text];
  const [declaration, second] = binding.declarations;
  if (declaration === undefined || second !== undefined) return null;
  if (
    ts.isImportSpecifier(declaration) ||
    ts.isImportClause(declaration) ||
    ts.isNamespaceImport(declaration)
  ) {
    const specifier = specifierOf(declaration);
    const name = links.builtin(specifier);
    if (name === null) {
      if (ts.isNamespaceImport(declaration) || depth > 8) return null;
      const imported = ts.isImportClause(declaration)
        ? "default"
        : (declaration.propertyName ?? declaration.name).text;
      const target = links.imported(specifier, imported);
      return target === null ? null : platformPath(target.module, target.node, target.links, depth + 1);
    }
    return ts.isImportSpecifier(declaration)
      ? [name, (declaration.propertyName ?? declaration.name).text]
      : [name];
  }
  if (isReassigned(module, binding)) return null;
  if (ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined)
    return deeper(declaration.initializer);
  if (!ts.isBindingElement(declaration) || !ts.isObjectBindingPattern(declaration.parent)) return null;
  const owner = declaration.parent.parent;
  const key = declaration.propertyName ?? declaration.name;
  if (!ts.isVariableDeclaration(owner) || owner.initializer === undefined || !ts.isIdentifier(key))
    return null;
  const object = deeper(owner.initializer);
  return object === null ? null : [...object, key.text];
}

/** `typeof globalThis === "object" && globalThis || typeof self … || Function("return this")()` */
function isGlobalObject(module: ShippedModule, node: TS.Expression, links: Links, depth: number): boolean {
  const at = bare(node);
  if (ts.isCallExpression(at) && /^Function\(["']return this["']\)\(\)$/.test(at.getText())) return true;
  const literal = ts.isCallExpression(at) ? calledLiteral(at) : null;
  if (literal !== null) {
    const returned = returnsOf(literal);
    return returned.length > 0 && returned.every((each) => isIt(each));
  }
  if (!ts.isBinaryExpression(at) && !ts.isConditionalExpression(at)) return false;
  function isIt(operand: TS.Expression): boolean {
    const inner = bare(operand);
    if (ts.isConditionalExpression(inner)) return isIt(inner.whenTrue) && isIt(inner.whenFalse);
    if (ts.isBinaryExpression(inner)) {
      const kind = inner.operatorToken.kind;
      if (kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.QuestionQuestionToken)
        return isIt(inner.left) && isIt(inner.right);
      return kind === ts.SyntaxKind.AmpersandAmpersandToken && isIt(inner.right);
    }
    if (ts.isCallExpression(inner)) return isGlobalObject(module, inner, links, depth);
    if (inner.kind === ts.SyntaxKind.ThisKeyword || inner.kind === ts.SyntaxKind.NullKeyword) return true;
    if (ts.isObjectLiteralExpression(inner)) return inner.properties.length === 0;
    if (!ts.isIdentifier(inner)) return false;
    const binding = module.lexical.resolve(inner);
    if (binding === null) return GLOBAL_OBJECTS.has(inner.text) || inner.text === "undefined";
    return depth < 8 && platformPath(module, inner, links, depth + 1)?.join() === "globalThis";
  }
  return isIt(at);
}

/** The value of a variable that stands for what is named: its uses are judged, so naming it is not. */
export function isAlias(module: ShippedModule, node: TS.Node, links: Links): boolean {
  for (let at = node; at.parent !== undefined; at = at.parent) {
    const { parent } = at;
    if (ts.isVariableDeclaration(parent))
      return ts.isIdentifier(parent.name) && platformPath(module, parent.name, links) !== null;
    if (ts.isImportDeclaration(parent)) return true;
    const isPart =
      ts.isParenthesizedExpression(parent) ||
      ts.isBinaryExpression(parent) ||
      ts.isConditionalExpression(parent) ||
      ts.isCallExpression(parent);
    if (!isPart) return false;
  }
  return false;
}

export function specifierOf(declaration: TS.ImportSpecifier | TS.ImportClause | TS.NamespaceImport): string {
  const statement = ts.findAncestor(declaration, ts.isImportDeclaration);
  return statement !== undefined && ts.isStringLiteral(statement.moduleSpecifier)
    ? statement.moduleSpecifier.text
    : "";
}

/** The specifier of `require("…")`, in a CommonJS file. */
export function requiredBy(module: ShippedModule, call: TS.CallExpression): string | null {
  const callee = bare(call.expression);
  if (!ts.isIdentifier(callee) || callee.text !== "require") return null;
  const binding = module.lexical.resolve(callee);
  const isRequire = binding === null || binding.declarations.length === 0;
  const argument = call.arguments[0];
  return isRequire && argument !== undefined && ts.isStringLiteralLike(argument) ? argument.text : null;
}

const INTEROP =
  /^(__toESM|__toCommonJS|__importDefault|__importStar|__copyProps|_interopRequire\w*|_interopNamespace\w*|_interopDefault\w*)$/;

/** A call of a compiler's helper that gives back the module that it is given. */
export function isInterop(call: TS.CallExpression): boolean {
  const callee = bare(call.expression);
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  return ts.isIdentifier(name) && INTEROP.test(name.text);
}

/** What platformPath asks of other files. */
export function linksOf(world: World, module: ShippedModule): Links {
  return {
    builtin(specifier) {
      if (/^\.|^\//.test(specifier)) return null;
      const opened = world.library.open(specifier, module.path, "require");
      return opened.kind === "builtin" ? opened.name : null;
    },
    imported(specifier, name) {
      const opened = world.library.open(specifier, module.path, "import");
      if (opened.kind !== "module" || opened.module.format !== "esm") return null;
      const exported = world.library.exported(opened.module, name);
      if (exported?.kind !== "here") return null;
      const found = exported.module.exports.get(exported.name);
      const node = found?.kind === "local" ? found.name : found?.kind === "value" ? found.node : undefined;
      return node !== undefined && ts.isExpression(node)
        ? { module: exported.module, node, links: linksOf(world, exported.module) }
        : null;
    },
  };
}

/** The value of a binding that is never assigned again, also of one that another ES module exports. */
export function constantBehind(world: World, module: ShippedModule, binding: Binding): TS.Expression | null {
  const [declaration] = binding.declarations;
  if (declaration === undefined) return null;
  if (ts.isVariableDeclaration(declaration))
    return declaration.initializer === undefined ? null : bare(declaration.initializer);
  if (!ts.isImportSpecifier(declaration) && !ts.isImportClause(declaration)) return null;
  const name = ts.isImportClause(declaration)
    ? "default"
    : (declaration.propertyName ?? declaration.name).text;
  const found = linksOf(world, module).imported(specifierOf(declaration), name);
  if (found === null || !ts.isIdentifier(found.node)) return found === null ? null : bare(found.node);
  const behind = found.module.lexical.resolve(found.node);
  return behind === null || found.module === module ? null : constantBehind(world, found.module, behind);
}
