/*
 * One file: a walk over its nodes that replaces what its plan names and leaves the rest alone. Every replaced node carries
 * the position of the user's code, so that source maps point each `yield` at its `await`.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { unwrap } from "../compiler/symbols.js";
import type { FunctionNode, WorkflowDefinition } from "../ir/model.js";
import { activityRegistration, effectCall, unscheduledCall } from "./effect-calls.js";
import { entryModule } from "./entry-module.js";
import { fiberFunction, workflowBody } from "./fiber-functions.js";
import type { FilePlan } from "./file-plan.js";
import { jsonLiteral } from "./json-literal.js";
import { bindsLexicals, isArguments, isErased, isNewTarget, outerParts } from "./lexical.js";
import { PLAIN } from "./walk.js";
import type { Scope, Walk } from "./walk.js";

export function rewriteFile(
  plan: FilePlan,
  file: TS.SourceFile,
  context: TS.TransformationContext,
): TS.SourceFile {
  const { factory } = context;
  const entry = entryModule(factory);
  let scope: Scope = PLAIN;
  const rewritten = new Set<TS.Node>();

  const walk: Walk = {
    factory,
    entry,
    get scope() {
      return scope;
    },
    within(inner, make) {
      const outer = scope;
      scope = inner;
      try {
        return make();
      } finally {
        scope = outer;
      }
    },
    expression: (node) => ts.visitNode(node, visit, ts.isExpression),
    expressions: (nodes) => nodes.map((node) => ts.visitNode(node, visit, ts.isExpression)),
    statements: (nodes) => ts.visitNodes(nodes, visit, ts.isStatement),
    parameters: (nodes) => nodes.map((node) => ts.visitNode(node, visit, ts.isParameter)),
    modifiers: (nodes) =>
      (nodes ?? [])
        .filter(({ kind }) => kind !== ts.SyntaxKind.AsyncKeyword)
        .map((node) => ts.visitNode(node, visit, ts.isModifierLike)),
    propertyName: (node) => ts.visitNode(node, visit, ts.isPropertyName),
  };

  function visit(node: TS.Node): TS.Node {
    if (isErased(node)) return node;
    if (isFunctionNode(node)) {
      const coloured = plan.coloured.get(node);
      if (coloured !== undefined) {
        rewritten.add(node);
        return coloured.workflow === null
          ? fiberFunction(walk, node)
          : compiledWorkflow(node, coloured.workflow);
      }
    }
    const effect = plan.effects.get(node);
    if (effect !== undefined) {
      rewritten.add(node);
      return effectCall(walk, effect);
    }
    const call = plan.calls.get(node);
    if (call !== undefined) {
      rewritten.add(node);
      return unscheduledCall(walk, node, call);
    }
    if (ts.isAwaitExpression(node) && scope.yields) return yielded(node);
    if (ts.isShorthandPropertyAssignment(node)) return shorthand(node);
    const replaced = reference(node);
    if (replaced !== null) return replaced;
    if (ts.isArrowFunction(node))
      return walk.within({ ...scope, yields: false }, () => ts.visitEachChild(node, visit, context));
    if (bindsLexicals(node)) return withOwnLexicals(node);
    return ts.visitEachChild(node, visit, context);
  }

  function compiledWorkflow(node: FunctionNode, workflow: WorkflowDefinition): TS.Expression {
    const manifest = jsonLiteral(factory, plan.manifests.get(workflow));
    return entry.call("compiled", [manifest, workflowBody(walk, node)], node);
  }

  function yielded(node: TS.AwaitExpression): TS.Expression {
    const awaited = plan.effects.get(unwrap(node.expression));
    // It is a yield already, and nothing comes back from it.
    if (awaited?.effect.kind === "continueAsNew") return walk.expression(node.expression);
    const expression = factory.createYieldExpression(undefined, walk.expression(node.expression));
    return ts.setOriginalNode(ts.setTextRange(expression, node), node);
  }

  /** What stands in the place of an identifier (or `new.target`) that no longer means what it says; null where it does. */
  function reference(node: TS.Node): TS.Expression | null {
    if (plan.promises.has(node)) {
      rewritten.add(node);
      return ts.setTextRange(entry.call("promise", [], node), node);
    }
    if (scope.args !== null && isArguments(node)) return scope.args;
    if (scope.newTarget !== null && isNewTarget(node)) return scope.newTarget;
    return null;
  }

  function shorthand(node: TS.ShorthandPropertyAssignment): TS.Node {
    const value = reference(node.name);
    if (value === null) return ts.visitEachChild(node, visit, context);
    const name = factory.createIdentifier(node.name.text);
    return ts.setTextRange(factory.createPropertyAssignment(name, value), node);
  }

  function withOwnLexicals(node: TS.Node): TS.Node {
    const outer = scope;
    const outside = new Set<TS.Node>(outerParts(node));
    const visitPart = (part: TS.Node): TS.Node =>
      outside.has(part) ? walk.within(outer, () => visit(part)) : visit(part);
    return walk.within(PLAIN, () => ts.visitEachChild(node, visitPart, context));
  }

  const visited = ts.visitEachChild(file, visit, context);
  requireAll(plan, rewritten);
  const first = visited.statements.findIndex((statement) => !isDirective(statement));
  const start = first === -1 ? visited.statements.length : first;
  const afterImports = visited.statements.reduce(
    (end, statement, i) => (ts.isImportDeclaration(statement) ? i + 1 : end),
    start,
  );
  const statements = [
    ...visited.statements.slice(0, start),
    entry.importDeclaration(),
    ...visited.statements.slice(start, afterImports),
    ...(plan.activities.size > 0 ? [activityRegistration(walk, plan)] : []),
    ...visited.statements.slice(afterImports),
  ];
  return factory.updateSourceFile(
    visited,
    ts.setTextRange(factory.createNodeArray(statements), visited.statements),
  );
}

function isFunctionNode(node: TS.Node): node is FunctionNode {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node)
  );
}

function isDirective(statement: TS.Statement): boolean {
  return ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression);
}

/**
 * A node that was planned and not met was replaced by another transformer. Emitting the file would leave a native async
 * function in workflow code, which breaks on replay only: so it is refused here.
 */
function requireAll(plan: FilePlan, rewritten: ReadonlySet<TS.Node>): void {
  for (const nodes of [plan.coloured.keys(), plan.effects.keys(), plan.calls.keys(), plan.promises]) {
    for (const node of nodes) {
      if (rewritten.has(node)) continue;
      const { line } = plan.file.getLineAndCharacterOfPosition(node.getStart(plan.file));
      throw new Error(
        `CTM1301: ${plan.file.fileName}:${String(line + 1)} was changed by another transformer before Continuum's.\n` +
          `  hint: put Continuum's plugin first in "plugins" of tsconfig.json`,
      );
    }
  }
}
