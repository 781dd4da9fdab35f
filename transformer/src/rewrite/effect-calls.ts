/*
 * Effect calls: `activity(payments.charge(a(), b()), options)` → `__continuum.activity(site, "payments.charge", [a(), b()], options)`.
 * Arguments are evaluated where and in the order in which they were; the callee is not evaluated, it is registered by name.
 *
 *     child(flow.run(input), options)    →  __continuum.child(site, flow, input, options)
 *     log.info(message, fields)          →  __continuum.log(site, "info", message, fields)
 *     continueAsNew(input)               →  yield __continuum.continueAsNew(site, input)
 *     each other effect(…arguments)      →  __continuum.effect(site, …arguments)
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { unwrap } from "../compiler/symbols.js";
import type { ActivityReference, EffectCall } from "../ir/model.js";
import type { FilePlan, PlannedEffect } from "./file-plan.js";
import type { Walk } from "./walk.js";

export function effectCall(walk: Walk, { effect, site }: PlannedEffect): TS.Expression {
  const { factory, entry } = walk;
  const key = factory.createStringLiteral(site);
  const call = entry.call(effect.kind, [key, ...effectArguments(walk, effect)], effect.node);
  if (effect.kind !== "continueAsNew") return placed(call, effect.node, walk, effect.contender);
  if (!walk.scope.yields) throw new Error("CTM9005: continueAsNew stands where no generator can be left");
  // Its promise never settles, so the generator is never resumed: nothing behind it runs.
  const ended = factory.createYieldExpression(undefined, call);
  return ts.setOriginalNode(ts.setTextRange(ended, effect.node), effect.node);
}

function effectArguments(walk: Walk, effect: EffectCall): readonly TS.Expression[] {
  const { factory } = walk;
  const [, ...options] = effect.node.arguments;
  switch (effect.kind) {
    case "activity":
      if (effect.activity === null) throw new Error("CTM9005: an activity call names no activity");
      return [...nameAndArguments(walk, effect.activity), ...walk.expressions(options)];
    case "child": {
      if (effect.child === null) throw new Error("CTM9005: a child call names no workflow");
      const { flow, args } = effect.child;
      const input = args[0] === undefined ? factory.createVoidZero() : walk.expression(args[0]);
      return [walk.expression(flow), input, ...walk.expressions(options)];
    }
    case "log":
      return [
        factory.createStringLiteral(effect.target ?? "info"),
        ...walk.expressions(effect.node.arguments),
      ];
    default:
      return walk.expressions(effect.node.arguments);
  }
}

/** A call in `compensate:`: named and with its arguments, not scheduled. */
export function unscheduledCall(walk: Walk, node: TS.Node, activity: ActivityReference): TS.Expression {
  return placed(walk.entry.call("call", nameAndArguments(walk, activity), node), node, walk, false);
}

/** `__continuum.activities("shop/src/order", { "payments.charge": () => payments.charge })` */
export function activityRegistration(walk: Walk, plan: FilePlan): TS.Statement {
  const { factory, entry } = walk;
  const thunks = Array.from(plan.activities, ([name, activity]) => {
    const thunk = factory.createArrowFunction(
      undefined,
      undefined,
      [],
      undefined,
      undefined,
      registered(factory, activity),
    );
    return factory.createPropertyAssignment(factory.createStringLiteral(name), thunk);
  });
  const functions = factory.createObjectLiteralExpression(thunks, true);
  return factory.createExpressionStatement(
    entry.call("activities", [factory.createStringLiteral(plan.moduleKey), functions], null),
  );
}

/**
 * The callee is the user's own node: TypeScript follows it to the import, keeps that, and renames it where modules are
 * compiled to CommonJS. A method keeps its receiver.
 */
function registered(factory: TS.NodeFactory, activity: ActivityReference): TS.Expression {
  const { callee, declaration } = activity;
  if (!ts.isPropertyAccessExpression(callee) || !mayUseThis(declaration)) return callee;
  const args = factory.createUniqueName("args", ts.GeneratedIdentifierFlags.Optimistic);
  const rest = factory.createParameterDeclaration(
    undefined,
    factory.createToken(ts.SyntaxKind.DotDotDotToken),
    args,
  );
  const call = factory.createCallExpression(callee, undefined, [factory.createSpreadElement(args)]);
  return factory.createArrowFunction(undefined, undefined, [rest], undefined, undefined, call);
}

/** A member of an object or class that is not an arrow function, nor a definition with options of its own. */
function mayUseThis(declaration: TS.Node): boolean {
  if (ts.isMethodDeclaration(declaration) || ts.isMethodSignature(declaration)) return true;
  if (!ts.isPropertyAssignment(declaration) && !ts.isPropertyDeclaration(declaration)) return false;
  return declaration.initializer !== undefined && ts.isFunctionExpression(unwrap(declaration.initializer));
}

function nameAndArguments(walk: Walk, activity: ActivityReference): readonly TS.Expression[] {
  const { factory } = walk;
  return [
    factory.createStringLiteral(activity.name),
    factory.createArrayLiteralExpression(walk.expressions(activity.args)),
  ];
}

function placed(call: TS.CallExpression, at: TS.Node, walk: Walk, contender: boolean): TS.Expression {
  ts.setOriginalNode(ts.setTextRange(call, at), at);
  return contender ? walk.entry.call("contender", [call], at) : call;
}
