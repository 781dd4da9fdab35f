/*
 * Purpose: which declaration an identifier of a shipped file means, by JavaScript's scopes alone. No checker: the files of a
 * package have no types, and most of them are never asked for.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";

export interface Binding {
  readonly name: string;
  /** The scope's node: a function, a block, a file. */
  readonly scope: TS.Node;
  /** Variables, functions, classes, parameters, imports; none for what CommonJS puts into a file's scope. */
  readonly declarations: TS.Node[];
}

export interface Lexical {
  /** Null for a global. */
  resolve(node: TS.Identifier): Binding | null;
  /** The bindings of a file's top level. */
  readonly top: ReadonlyMap<string, Binding>;
}

const COMMON_JS = ["module", "exports", "require", "__filename", "__dirname"] as const;

export function lexicalOf(file: TS.SourceFile, isCommonJs: boolean): Lexical {
  const scopes = new Map<TS.Node, Map<string, Binding>>();
  const declare = (scope: TS.Node, name: string, declaration: TS.Node | null): void => {
    let names = scopes.get(scope);
    if (names === undefined) scopes.set(scope, (names = new Map<string, Binding>()));
    let binding = names.get(name);
    if (binding === undefined) names.set(name, (binding = { name, scope, declarations: [] }));
    if (declaration !== null) binding.declarations.push(declaration);
  };
  const declareNames = (scope: TS.Node, name: TS.BindingName, declaration: TS.Node): void => {
    if (ts.isIdentifier(name)) return declare(scope, name.text, declaration);
    for (const element of name.elements) {
      if (ts.isBindingElement(element)) declareNames(scope, element.name, element);
    }
  };
  if (isCommonJs) for (const name of COMMON_JS) declare(file, name, null);

  const visit = (node: TS.Node, block: TS.Node, body: TS.Node): void => {
    let innerBlock = block;
    let innerBody = body;
    if (ts.isFunctionDeclaration(node)) {
      if (node.name !== undefined) declare(block, node.name.text, node);
    } else if (ts.isClassDeclaration(node)) {
      if (node.name !== undefined) declare(block, node.name.text, node);
    } else if (ts.isVariableDeclaration(node) && ts.isVariableDeclarationList(node.parent)) {
      const isBlockScoped = (node.parent.flags & ts.NodeFlags.BlockScoped) !== 0;
      declareNames(isBlockScoped ? block : body, node.name, node);
    } else if (ts.isImportClause(node)) {
      if (node.name !== undefined) declare(file, node.name.text, node);
    } else if (ts.isImportSpecifier(node) || ts.isNamespaceImport(node)) {
      declare(file, node.name.text, node);
    }
    if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) {
      innerBlock = innerBody = node;
      if (ts.isFunctionExpression(node) && node.name !== undefined) declare(node, node.name.text, node);
      if (ts.isFunctionLike(node))
        for (const parameter of node.parameters) declareNames(node, parameter.name, parameter);
    } else if (ts.isClassExpression(node)) {
      innerBlock = node;
      if (node.name !== undefined) declare(node, node.name.text, node);
    } else if (ts.isCatchClause(node)) {
      innerBlock = node;
      if (node.variableDeclaration !== undefined)
        declareNames(node, node.variableDeclaration.name, node.variableDeclaration);
    } else if (opensBlock(node)) {
      innerBlock = node;
    }
    ts.forEachChild(node, (child) => visit(child, innerBlock, innerBody));
  };
  ts.forEachChild(file, (child) => visit(child, file, file));

  return {
    top: scopes.get(file) ?? new Map(),
    resolve(node) {
      for (let at: TS.Node | undefined = node; at !== undefined; at = at.parent) {
        const found = scopes.get(at)?.get(node.text);
        if (found !== undefined) return found;
      }
      return null;
    },
  };
}

function opensBlock(node: TS.Node): boolean {
  return (
    (ts.isBlock(node) && !ts.isFunctionLike(node.parent)) ||
    ts.isForStatement(node) ||
    ts.isForInStatement(node) ||
    ts.isForOfStatement(node) ||
    ts.isCaseBlock(node)
  );
}

/** The function whose call makes the binding; null for what a file has once. */
export function functionOf(node: TS.Node): TS.FunctionLikeDeclaration | null {
  for (let at: TS.Node | undefined = node; at !== undefined; at = at.parent) {
    if (ts.isFunctionLike(at)) return at as TS.FunctionLikeDeclaration;
  }
  return null;
}
