/*
 * The forms of async functions. An async function keeps its name, its kind and its `length`, and its body moves, as it is,
 * into a generator function that the runtime starts as a fiber:
 *
 *     async function settle(order, rate = base(), ...rest) { BODY }
 *     function settle(order) { return __continuum.fiber(function* (order, rate = base(), ...rest) { BODY }, this, arguments); }
 *
 *     async (id) => BODY
 *     (id) => __continuum.fiber(function* (id) { BODY }, this, [id])
 *
 * Invariants
 *  1. Parameters are evaluated inside the fiber: one that throws rejects the promise, as it does in an async function.
 *  2. The generator has the parameters and the whole body, so that hoisting, shadowing, `arguments` and directives of the
 *     body mean what they meant. It has no name: a name would shadow the function's own.
 *  3. An arrow's `this` is handed over only where the arrow names it: reading it can throw before `super()`.
 *  4. An arrow's `arguments` and `new.target` are those around it. They never change, so the arrow reads them when it is
 *     called, before its parameters are evaluated.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { FunctionNode } from "../ir/model.js";
import { lexicalUses } from "./lexical.js";
import type { Scope, Walk } from "./walk.js";

/** `workflow(options, async (input) => …)` → `function* (input) {…}`, for `compiled(manifest, …)`. */
export function workflowBody(walk: Walk, node: FunctionNode): TS.FunctionExpression {
  const name = ts.isFunctionExpression(node) ? node.name : undefined;
  const generator = generatorOf(walk, node, { yields: true, args: null, newTarget: null }, name);
  return ts.setOriginalNode(ts.setTextRange(generator, node), node);
}

/** The function that starts a fiber, in place of `node` and of the same syntactic kind. */
export function fiberFunction(walk: Walk, node: FunctionNode): FunctionNode {
  const { factory } = walk;
  if (ts.isArrowFunction(node)) return fiberArrow(walk, node);
  const modifiers = walk.modifiers(node.modifiers);
  const parameters = leadingParameters(walk, node);
  const generator = generatorOf(walk, node, { yields: true, args: null, newTarget: null });
  const started = walk.entry.call(
    "fiber",
    [generator, factory.createThis(), factory.createIdentifier("arguments")],
    node.name ?? node,
  );
  const body = outerBlock(walk, node.body, [...useStrict(node.body), returned(walk, started, node)]);
  const { typeParameters, type } = node;
  if (ts.isFunctionDeclaration(node)) {
    return factory.updateFunctionDeclaration(
      node,
      modifiers,
      undefined,
      node.name,
      typeParameters,
      parameters,
      type,
      body,
    );
  }
  if (ts.isFunctionExpression(node)) {
    const plain = modifiers.filter(ts.isModifier);
    return factory.updateFunctionExpression(
      node,
      plain,
      undefined,
      node.name,
      typeParameters,
      parameters,
      type,
      body,
    );
  }
  const name = walk.propertyName(node.name);
  return factory.updateMethodDeclaration(
    node,
    modifiers,
    undefined,
    name,
    node.questionToken,
    typeParameters,
    parameters,
    type,
    body,
  );
}

function fiberArrow(walk: Walk, node: TS.ArrowFunction): TS.ArrowFunction {
  const { factory, scope } = walk;
  const uses = lexicalUses(node);
  const args = uses.args ? (scope.args ?? factory.createUniqueName("arguments")) : scope.args;
  const newTarget = uses.newTarget
    ? (scope.newTarget ?? factory.createUniqueName("newTarget"))
    : scope.newTarget;
  const outer = leadingParameters(walk, node);
  const handed: TS.Expression[] = outer.map((parameter) => parameter.name as TS.Identifier);
  if (outer.length < node.parameters.length) {
    const rest = factory.createUniqueName("rest", ts.GeneratedIdentifierFlags.ReservedInNestedScopes);
    outer.push(
      factory.createParameterDeclaration(undefined, factory.createToken(ts.SyntaxKind.DotDotDotToken), rest),
    );
    handed.push(factory.createSpreadElement(rest));
  }
  const generator = generatorOf(walk, node, { yields: true, args, newTarget });
  const self = uses.self ? factory.createThis() : factory.createVoidZero();
  const started = walk.entry.call(
    "fiber",
    [generator, self, factory.createArrayLiteralExpression(handed)],
    node,
  );
  const captures = [
    ...(args !== scope.args && args !== null
      ? [captured(factory, args, factory.createIdentifier("arguments"))]
      : []),
    ...(newTarget !== scope.newTarget && newTarget !== null
      ? [
          captured(
            factory,
            newTarget,
            factory.createMetaProperty(ts.SyntaxKind.NewKeyword, factory.createIdentifier("target")),
          ),
        ]
      : []),
  ];
  const directives = ts.isBlock(node.body) ? useStrict(node.body) : [];
  const body =
    captures.length + directives.length > 0
      ? outerBlock(walk, node.body, [...directives, ...captures, returned(walk, started, node)])
      : started;
  const modifiers = walk.modifiers(node.modifiers).filter(ts.isModifier);
  return factory.updateArrowFunction(
    node,
    modifiers,
    node.typeParameters,
    outer,
    node.type,
    node.equalsGreaterThanToken,
    body,
  );
}

function generatorOf(
  walk: Walk,
  node: FunctionNode,
  scope: Scope,
  name?: TS.Identifier,
): TS.FunctionExpression {
  const { factory } = walk;
  return walk.within(scope, () => {
    const parameters = walk
      .parameters(node.parameters.filter((parameter) => !isThisParameter(parameter)))
      .map((p) =>
        factory.updateParameterDeclaration(
          p,
          undefined,
          p.dotDotDotToken,
          p.name,
          undefined,
          undefined,
          p.initializer,
        ),
      );
    return factory.createFunctionExpression(
      undefined,
      factory.createToken(ts.SyntaxKind.AsteriskToken),
      name,
      undefined,
      parameters,
      undefined,
      innerBlock(walk, node.body),
    );
  });
}

function innerBlock(walk: Walk, body: TS.ConciseBody | undefined): TS.Block {
  const { factory } = walk;
  if (body === undefined) throw new Error("CTM9004: a function without a body was coloured");
  if (ts.isBlock(body)) return factory.updateBlock(body, walk.statements(body.statements));
  const result = factory.createReturnStatement(walk.expression(body));
  const block = factory.createBlock([ts.setTextRange(result, body)]);
  return ts.setTextRange(block, body);
}

/** The parameters that count for `length`: those before the first default or rest. Patterns get a name. */
function leadingParameters(walk: Walk, node: FunctionNode): TS.ParameterDeclaration[] {
  const { factory } = walk;
  const end = node.parameters.findIndex((p) => p.initializer !== undefined || p.dotDotDotToken !== undefined);
  return node.parameters.slice(0, end === -1 ? undefined : end).map((parameter) => {
    const name =
      ts.isIdentifier(parameter.name) && parameter.name.text !== "arguments"
        ? parameter.name
        : factory.getGeneratedNameForNode(parameter.name, ts.GeneratedIdentifierFlags.ReservedInNestedScopes);
    const modifiers = walk.modifiers(parameter.modifiers);
    return factory.updateParameterDeclaration(
      parameter,
      modifiers,
      undefined,
      name,
      parameter.questionToken,
      parameter.type,
      undefined,
    );
  });
}

function isThisParameter(parameter: TS.ParameterDeclaration): boolean {
  return ts.isIdentifier(parameter.name) && parameter.name.text === "this";
}

/** A function that is strict by its own directive must stay so outside the generator too: it decides what `this` is. */
function useStrict(body: TS.Block | undefined): TS.Statement[] {
  const first = body?.statements[0];
  const strict =
    first !== undefined &&
    ts.isExpressionStatement(first) &&
    ts.isStringLiteral(first.expression) &&
    first.expression.text === "use strict";
  return strict ? [first] : [];
}

function returned(walk: Walk, expression: TS.Expression, at: TS.Node): TS.ReturnStatement {
  const statement = walk.factory.createReturnStatement(expression);
  return ts.setSourceMapRange(statement, "name" in at && at.name !== undefined ? (at.name as TS.Node) : at);
}

function captured(factory: TS.NodeFactory, name: TS.Identifier, value: TS.Expression): TS.Statement {
  const declaration = factory.createVariableDeclaration(name, undefined, undefined, value);
  return factory.createVariableStatement(
    undefined,
    factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const),
  );
}

function outerBlock(
  walk: Walk,
  at: TS.ConciseBody | undefined,
  statements: readonly TS.Statement[],
): TS.Block {
  const block = walk.factory.createBlock(statements, true);
  return at === undefined ? block : ts.setTextRange(block, at);
}
