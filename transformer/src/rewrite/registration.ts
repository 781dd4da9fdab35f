/*
 * The first statement of a module that other programs may be linked with: it notes what was loaded, for the check of workflows
 * that are made of it. It has no import, since a package of plain helpers need not depend on the runtime.
 *
 *   ((globalThis[Symbol.for("continuum.modules")] ??= {})["shop/src/pricing"] ??= []).push("3f0a…");
 */
import { MODULE_REGISTRY } from "@continuum/contract";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";

export function registration(factory: TS.NodeFactory, module: string, digest: string): TS.Statement {
  const madeOnce = (object: TS.Expression, key: TS.Expression, empty: TS.Expression): TS.Expression =>
    factory.createParenthesizedExpression(
      factory.createBinaryExpression(
        factory.createElementAccessExpression(object, key),
        ts.SyntaxKind.QuestionQuestionEqualsToken,
        empty,
      ),
    );
  const symbol = factory.createCallExpression(
    factory.createPropertyAccessExpression(factory.createIdentifier("Symbol"), "for"),
    undefined,
    [factory.createStringLiteral(MODULE_REGISTRY)],
  );
  const registry = madeOnce(
    factory.createIdentifier("globalThis"),
    symbol,
    factory.createObjectLiteralExpression(),
  );
  const digests = madeOnce(
    registry,
    factory.createStringLiteral(module),
    factory.createArrayLiteralExpression(),
  );
  return factory.createExpressionStatement(
    factory.createCallExpression(factory.createPropertyAccessExpression(digests, "push"), undefined, [
      factory.createStringLiteral(digest),
    ]),
  );
}

/** `file` with its registration before everything but directives. */
export function registered(
  factory: TS.NodeFactory,
  file: TS.SourceFile,
  module: string,
  digest: string,
): TS.SourceFile {
  const first = file.statements.findIndex(
    (statement) => !(ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression)),
  );
  const start = first === -1 ? file.statements.length : first;
  const statements = [
    ...file.statements.slice(0, start),
    registration(factory, module, digest),
    ...file.statements.slice(start),
  ];
  return factory.updateSourceFile(
    file,
    ts.setTextRange(factory.createNodeArray(statements), file.statements),
  );
}
