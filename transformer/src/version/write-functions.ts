import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { FunctionNode } from "../ir/model.js";
import { givenName } from "./given-names.js";
import type { Writing } from "./writing.js";

/** Writes a function of any form: its kind, parameters and body, without its name and its types. */
export function writeFunction(
  w: Writing,
  node: FunctionNode | TS.AccessorDeclaration | TS.ConstructorDeclaration,
): void {
  w.form(functionKind(node), () => {
    w.modifiers(node);
    if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) w.propertyName(node.name);
    else if (!ts.isConstructorDeclaration(node)) noteOwnName(w, node);
    w.inFunction(() => {
      // The name of a function expression is a name of its own, visible inside of it only.
      if (ts.isFunctionExpression(node) && node.name !== undefined) w.form("self", () => w.local(node));
      w.form("parameters", () => node.parameters.forEach((parameter) => writeParameter(w, parameter)));
      writeFunctionBody(w, node.body);
    });
  });
}

function noteOwnName(
  w: Writing,
  node: TS.FunctionDeclaration | TS.FunctionExpression | TS.ArrowFunction,
): void {
  const name = node.name?.text ?? (ts.isFunctionDeclaration(node) ? "default" : givenName(node));
  w.functionName(name ?? "");
}

function writeParameter(w: Writing, node: TS.ParameterDeclaration): void {
  if (ts.isIdentifier(node.name) && node.name.text === "this") return;
  w.form(node.dotDotDotToken === undefined ? "parameter" : "rest", () => {
    w.modifiers(node);
    // `constructor(private total: number)` is a field too, and a field's name is a key.
    if (ts.isParameterPropertyDeclaration(node, node.parent) && ts.isIdentifier(node.name)) {
      const { text } = node.name;
      w.form("field", () => w.text(text));
    }
    w.bindingName(node.name);
    w.optional(node.initializer, w.expression);
  });
}

/** `=> x` and `=> { return x; }` are one. */
function writeFunctionBody(w: Writing, body: TS.ConciseBody | undefined): void {
  w.form("block", () => {
    if (body === undefined) return;
    if (ts.isBlock(body)) w.statements(body.statements);
    else w.form("return", () => w.expression(body));
  });
}

function functionKind(node: FunctionNode | TS.AccessorDeclaration | TS.ConstructorDeclaration): string {
  if (ts.isArrowFunction(node)) return "arrow";
  if (ts.isConstructorDeclaration(node)) return "constructor";
  if (ts.isGetAccessor(node)) return "getter";
  if (ts.isSetAccessor(node)) return "setter";
  return ts.isMethodDeclaration(node) ? "method" : "function";
}

/** Writes what counts at run time of a declaration's modifiers: decorators, `async`, `*`, `static`, `accessor`. */
export function writeModifiers(w: Writing, node: TS.Node): void {
  if (ts.canHaveDecorators(node)) {
    const { experimentalDecorators } = w.view.program.getCompilerOptions();
    for (const decorator of ts.getDecorators(node) ?? [])
      w.form(experimentalDecorators === true ? "legacy-decorator" : "decorator", () =>
        w.expression(decorator.expression),
      );
  }
  if (ts.canHaveModifiers(node)) {
    for (const { kind } of ts.getModifiers(node) ?? []) {
      if (kind === ts.SyntaxKind.AsyncKeyword) w.word("async");
      if (kind === ts.SyntaxKind.StaticKeyword) w.word("static");
      if (kind === ts.SyntaxKind.AccessorKeyword) w.word("accessor");
    }
  }
  if ("asteriskToken" in node && node.asteriskToken !== undefined) w.word("*");
}

/** Writes a key; a private name is local to its class. */
export function writePropertyName(w: Writing, name: TS.PropertyName): void {
  if (ts.isPrivateIdentifier(name)) return w.declared(name);
  if (ts.isComputedPropertyName(name)) return w.form("computed", () => w.expression(name.expression));
  w.form("key", () => w.text(name.text));
}
