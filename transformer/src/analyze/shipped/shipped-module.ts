/*
 * Purpose: one file of a package, read once: its scopes, its imports and exports, what runs while it loads, and where its
 * bindings are changed.
 * Does not own: what of it is reached (world.ts).
 */
import { ofCompiler, ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { isValueReference } from "../../compiler/walk-values.js";
import { lexicalOf } from "./lexical.js";
import type { Binding, Lexical } from "./lexical.js";
import type { Format } from "./resolve.js";

export interface ShippedModule {
  readonly path: string;
  /** For messages: `nanoid/index.js`. */
  readonly label: string;
  readonly package: string;
  /** Of the package, as its package.json says; empty where it says none. */
  readonly version: string;
  readonly format: Format;
  readonly file: TS.SourceFile;
  readonly lexical: Lexical;
  readonly exports: ReadonlyMap<string, ShippedExport>;
  /** Specifiers of `export * from`. */
  readonly stars: readonly string[];
  /** Functions whose calls load the module: immediately called ones, and those that top-level code calls by name. */
  readonly loadRun: ReadonlySet<TS.Node>;
  /** Calls of functions that are written where they are called, or named, by code that loads the module: for parameters. */
  readonly loadCalls: ReadonlyMap<TS.Node, readonly TS.CallExpression[]>;
  /** The expressions that change a binding or what hangs on it. */
  changesOf(binding: Binding): readonly TS.Node[];
}

export type ShippedExport =
  | { readonly kind: "local"; readonly name: TS.Identifier }
  | { readonly kind: "value"; readonly node: TS.Node }
  /** Name `*`: the whole module. */
  | { readonly kind: "from"; readonly specifier: string; readonly name: string };

/** Comments of types are the larger part of many files. */
const reading = ofCompiler((): TS.CreateSourceFileOptions => ({
  languageVersion: ts.ScriptTarget.ESNext,
  jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
}));

export function readModule(
  path: string,
  text: string,
  format: Format,
  home: Pick<ShippedModule, "label" | "package" | "version">,
): ShippedModule {
  const source = format === "json" ? "" : text;
  const file = ts.createSourceFile(path, source, reading(), true, ts.ScriptKind.JS);
  const { exports, stars } = exportsOf(file);
  // Of many files only the exports are asked for.
  const lexical = once(() => lexicalOf(file, format === "cjs"));
  const loaded = once(() => loadedBy(file, lexical()));
  const changes = once(() => changesIn(file, lexical()));
  return {
    path,
    ...home,
    format,
    file,
    exports,
    stars,
    get lexical() {
      return lexical();
    },
    get loadRun() {
      return loaded().loadRun;
    },
    get loadCalls() {
      return loaded().loadCalls;
    },
    changesOf: (binding) => changes()(binding),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

function exportsOf(file: TS.SourceFile): {
  readonly exports: Map<string, ShippedExport>;
  readonly stars: readonly string[];
} {
  const exports = new Map<string, ShippedExport>();
  const stars: string[] = [];
  for (const statement of file.statements) {
    if (ts.isExportDeclaration(statement)) {
      const from = statement.moduleSpecifier;
      const specifier = from !== undefined && ts.isStringLiteral(from) ? from.text : null;
      const clause = statement.exportClause;
      if (clause === undefined) {
        if (specifier !== null) stars.push(specifier);
      } else if (ts.isNamespaceExport(clause)) {
        if (specifier !== null) exports.set(clause.name.text, { kind: "from", specifier, name: "*" });
      } else {
        for (const element of clause.elements) {
          const local = element.propertyName ?? element.name;
          if (specifier !== null)
            exports.set(element.name.text, { kind: "from", specifier, name: local.text });
          else if (ts.isIdentifier(local)) exports.set(element.name.text, { kind: "local", name: local });
        }
      }
    } else if (ts.isExportAssignment(statement)) {
      exports.set("default", { kind: "value", node: statement.expression });
    } else if (hasModifier(statement, ts.SyntaxKind.ExportKeyword)) {
      if (ts.isVariableStatement(statement)) {
        for (const declaration of statement.declarationList.declarations) {
          for (const name of namesIn(declaration.name)) exports.set(name.text, { kind: "local", name });
        }
      } else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
        const isDefault = hasModifier(statement, ts.SyntaxKind.DefaultKeyword);
        if (isDefault) exports.set("default", { kind: "value", node: statement });
        else if (statement.name !== undefined)
          exports.set(statement.name.text, { kind: "local", name: statement.name });
      }
    }
  }
  return { exports, stars };
}

function hasModifier(node: TS.Node, kind: TS.SyntaxKind): boolean {
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false)
  );
}

export function namesIn(name: TS.BindingName): readonly TS.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesIn(element.name) : []));
}

/** Parentheses, and `(0, f)`, taken away. */
export function bare(node: TS.Expression): TS.Expression {
  let at = node;
  for (;;) {
    if (ts.isParenthesizedExpression(at)) at = at.expression;
    else if (
      ts.isBinaryExpression(at) &&
      at.operatorToken.kind === ts.SyntaxKind.CommaToken &&
      ts.isNumericLiteral(at.left)
    )
      at = at.right;
    else return at;
  }
}

export function isFunctionLiteral(node: TS.Node): node is TS.FunctionExpression | TS.ArrowFunction {
  return ts.isFunctionExpression(node) || ts.isArrowFunction(node);
}

/** The function that is called where it is written: `(function () {…})()`, also by `.call(this)`. */
export function calledLiteral(call: TS.CallExpression): TS.FunctionExpression | TS.ArrowFunction | null {
  const callee = bare(call.expression);
  if (isFunctionLiteral(callee)) return callee;
  if (!ts.isPropertyAccessExpression(callee) || !/^(call|apply)$/.test(callee.name.text)) return null;
  const inner = bare(callee.expression);
  return isFunctionLiteral(inner) ? inner : null;
}

/** The function of this file that an identifier always means. */
export function namedFunction(lexical: Lexical, node: TS.Expression): TS.FunctionLikeDeclaration | null {
  if (!ts.isIdentifier(node)) return null;
  const [declaration, second] = lexical.resolve(node)?.declarations ?? [];
  if (declaration === undefined || second !== undefined) return null;
  if (ts.isFunctionDeclaration(declaration) || ts.isFunctionExpression(declaration)) return declaration;
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return null;
  const value = bare(declaration.initializer);
  return isFunctionLiteral(value) ? value : null;
}

const EACH = /^(forEach|map|filter|reduce|some|every)$/;

function loadedBy(
  file: TS.SourceFile,
  lexical: Lexical,
): {
  readonly loadRun: ReadonlySet<TS.Node>;
  readonly loadCalls: ReadonlyMap<TS.Node, readonly TS.CallExpression[]>;
} {
  const loadRun = new Set<TS.Node>();
  const loadCalls = new Map<TS.Node, TS.CallExpression[]>();
  const run = (fn: TS.Node, call: TS.CallExpression | null): void => {
    if (call !== null) {
      const calls = loadCalls.get(fn);
      if (calls === undefined) loadCalls.set(fn, [call]);
      else calls.push(call);
    }
    if (loadRun.has(fn)) return;
    loadRun.add(fn);
    ts.forEachChild(fn, visit);
  };
  const visit = (node: TS.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isCallExpression(node)) {
      const literal = calledLiteral(node);
      const callee = bare(node.expression);
      const fn = literal ?? namedFunction(lexical, callee) ?? argumentBehind(lexical, callee, loadCalls);
      if (fn !== null) run(fn, ts.isPropertyAccessExpression(callee) ? null : node);
      // The factory of a UMD wrapper, and the callbacks of loops.
      if (literal !== null || (ts.isPropertyAccessExpression(callee) && EACH.test(callee.name.text))) {
        for (const argument of node.arguments) {
          const value = bare(argument);
          if (isFunctionLiteral(value)) run(value, null);
        }
      }
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return { loadRun, loadCalls };
}

/** `factory` in `(function (factory) { factory(exports) })(function (exports) {…})` */
export function argumentBehind(
  lexical: Lexical,
  node: TS.Expression,
  loadCalls: ReadonlyMap<TS.Node, readonly TS.CallExpression[]>,
): TS.FunctionExpression | TS.ArrowFunction | null {
  if (!ts.isIdentifier(node)) return null;
  const parameter = lexical.resolve(node)?.declarations[0];
  if (parameter === undefined || !ts.isParameter(parameter)) return null;
  const calls = loadCalls.get(parameter.parent) ?? [];
  const index = parameter.parent.parameters.indexOf(parameter);
  const argument = calls[0]?.arguments[index];
  if (calls.length !== 1 || argument === undefined) return null;
  const value = bare(argument);
  return isFunctionLiteral(value) ? value : null;
}

/** The identifier (or `this`) at the head of `head.a[b].c`. */
export function headOf(node: TS.Expression): TS.Expression {
  let at = bare(node);
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) at = bare(at.expression);
  return at;
}

function changesIn(file: TS.SourceFile, lexical: Lexical): ShippedModule["changesOf"] {
  const byName = new Map<string, { readonly head: TS.Identifier; readonly node: TS.Node }[]>();
  const note = (head: TS.Expression, node: TS.Node): void => {
    if (!ts.isIdentifier(head)) return;
    const known = byName.get(head.text);
    if (known === undefined) byName.set(head.text, [{ head, node }]);
    else if (known.at(-1)?.node !== node) known.push({ head, node });
  };
  const visit = (node: TS.Node): void => {
    for (const target of assignedBy(node)) note(headOf(target), node);
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined)
      for (const head of aliased(node.initializer)) note(head, node);
    if (ts.isCallExpression(node) && isForEffect(node)) {
      const callee = bare(node.expression);
      if (ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee))
        note(headOf(callee), node);
      for (const argument of node.arguments) for (const head of mentioned(argument)) note(head, node);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  const resolved = new Map<Binding, readonly TS.Node[]>();
  return (binding) => {
    let found = resolved.get(binding);
    if (found === undefined) {
      const named = byName.get(binding.name) ?? [];
      found = named.filter(({ head }) => lexical.resolve(head) === binding).map(({ node }) => node);
      resolved.set(binding, found);
    }
    return found;
  };
}

/** What `var proto = Foo.prototype` gives a second name to, so that its changes are changes of `Foo`. */
function aliased(node: TS.Expression): readonly TS.Expression[] {
  const at = bare(node);
  if (ts.isIdentifier(at)) return [at];
  if (ts.isPropertyAccessExpression(at))
    return /^(prototype|exports|fn)$/.test(at.name.text) ? [headOf(at)] : [];
  if (!ts.isBinaryExpression(at)) return [];
  // `typeof module === "object" && module`
  if (at.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) return aliased(at.right);
  return at.operatorToken.kind === ts.SyntaxKind.EqualsToken
    ? [...aliased(at.left), headOf(at.left), ...aliased(at.right)]
    : [];
}

/** Is a variable itself assigned after it was declared, rather than what hangs on it? */
export function isReassigned(module: ShippedModule, binding: Binding): boolean {
  return module
    .changesOf(binding)
    .some((change) =>
      assignedBy(change).some((target) => ts.isIdentifier(target) && target.text === binding.name),
    );
}

const NOTHING: readonly TS.Expression[] = [];

/** What assignments, `++`, `delete` and loops write to. */
export function assignedBy(node: TS.Node): readonly TS.Expression[] {
  // Most nodes are none of these, and this is asked of every node.
  if (node.kind < ts.SyntaxKind.DeleteExpression || node.kind > ts.SyntaxKind.ForOfStatement) return NOTHING;
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment
      ? targetsOf(node.left)
      : [];
  }
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    return node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken
      ? [bare(node.operand)]
      : [];
  }
  if (ts.isDeleteExpression(node)) return [bare(node.expression)];
  if (
    (ts.isForOfStatement(node) || ts.isForInStatement(node)) &&
    !ts.isVariableDeclarationList(node.initializer)
  )
    return targetsOf(node.initializer);
  return [];
}

function targetsOf(node: TS.Expression): readonly TS.Expression[] {
  const target = bare(node);
  if (ts.isArrayLiteralExpression(target)) return target.elements.flatMap(targetsOf);
  if (ts.isSpreadElement(target)) return targetsOf(target.expression);
  if (ts.isBinaryExpression(target)) return targetsOf(target.left);
  if (!ts.isObjectLiteralExpression(target)) return ts.isOmittedExpression(target) ? [] : [target];
  return target.properties.flatMap((property) => {
    if (ts.isShorthandPropertyAssignment(property)) return [property.name];
    if (ts.isPropertyAssignment(property)) return targetsOf(property.initializer);
    return ts.isSpreadAssignment(property) ? targetsOf(property.expression) : [];
  });
}

/** Is the call made for what it does, rather than for what it gives? */
function isForEffect(call: TS.CallExpression): boolean {
  let child: TS.Node = call;
  for (let at = call.parent; ; child = at, at = at.parent) {
    if (ts.isExpressionStatement(at)) return true;
    if (ts.isReturnStatement(at)) return true;
    const isPassedOver =
      ts.isParenthesizedExpression(at) ||
      ts.isVoidExpression(at) ||
      ts.isPrefixUnaryExpression(at) ||
      ts.isConditionalExpression(at) ||
      (ts.isBinaryExpression(at) &&
        (isLogical(at.operatorToken.kind) || at.operatorToken.kind === ts.SyntaxKind.CommaToken)) ||
      // `Object.defineProperty(…).value = …`, `register(A).register(B)`
      ((ts.isPropertyAccessExpression(at) || ts.isCallExpression(at)) && at.expression === child);
    if (!isPassedOver) return false;
  }
}

function isLogical(kind: TS.SyntaxKind): boolean {
  return (
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken
  );
}

/** The heads of what is handed over: `Foo`, `Foo.prototype`, `Foo || (Foo = {})`. */
function mentioned(node: TS.Expression): readonly TS.Expression[] {
  const at = bare(node);
  if (ts.isIdentifier(at)) return isValueReference(at) ? [at] : [];
  if (ts.isPropertyAccessExpression(at)) return [headOf(at)];
  if (ts.isBinaryExpression(at)) return [...mentioned(at.left), ...mentioned(at.right)];
  return [];
}

/** The expressions that a function may return. */
export function returnsOf(fn: TS.FunctionLikeDeclaration): readonly TS.Expression[] {
  if (fn.body === undefined) return [];
  if (!ts.isBlock(fn.body)) return [fn.body];
  const found: TS.Expression[] = [];
  const look = (node: TS.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression !== undefined) found.push(node.expression);
    ts.forEachChild(node, look);
  };
  ts.forEachChild(fn.body, look);
  return found;
}

/** Visits what a function's own call runs, without the functions in it. */
export function ownNodes(fn: TS.FunctionLikeDeclaration, visit: (node: TS.Node) => void): void {
  const walk = (node: TS.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) return;
    visit(node);
    ts.forEachChild(node, walk);
  };
  for (const parameter of fn.parameters) walk(parameter);
  if (fn.body !== undefined) walk(fn.body);
}
