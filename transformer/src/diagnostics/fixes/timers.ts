/*
 * Waiting: the ways in which people write a sleep, as a durable timer.
 */
import type { ProgramView } from "../../compiler/program-view.js";
import { outerParent, unwrap } from "../../compiler/symbols.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { draftFix } from "./draft.js";
import type { Fixer } from "./fixer.js";
import { callOf, isInFunction, platformName, shortText } from "./places.js";

/** `new Promise((resolve) => setTimeout(resolve, ms))` and `setTimeout(ms)` of node:timers/promises → `timer(ms)`. */
export const durableTimer: Fixer = ({ view, problem }) => {
  const call = callOf(problem.node);
  if (call === null || !isInFunction(call)) return [];
  const sleep = sleepOfNode(view, call) ?? sleepByPromise(view, call);
  if (sleep === null) return [];
  const { whole, ms } = sleep;
  return [
    draftFix(view, `Replace ${shortText(whole)} with timer(${ms})`, (draft) =>
      draft.replace(whole, `${draft.name("timer", whole)}(${ms})`),
    ),
  ];
};

interface Sleep {
  readonly whole: TS.Expression;
  readonly ms: string;
}

function sleepOfNode(view: ProgramView, call: TS.CallExpression): Sleep | null {
  const name = platformName(view, unwrap(call.expression));
  if (name !== "node:timers/promises.setTimeout" || call.arguments.length > 1) return null;
  return { whole: call, ms: textOf(call.arguments[0]) };
}

function sleepByPromise(view: ProgramView, call: TS.CallExpression): Sleep | null {
  const name = platformName(view, unwrap(call.expression));
  const [callback, ms, ...rest] = call.arguments;
  if (
    (name !== "setTimeout" && name !== "node:timers.setTimeout") ||
    callback === undefined ||
    rest.length > 0
  )
    return null;
  const executor = functionThatOnly(call);
  const resolve = executor?.parameters[0];
  if (executor === null || resolve === undefined || !callsOnly(view, callback, resolve)) return null;
  const { parent, child } = outerParent(executor);
  const isPromise =
    ts.isNewExpression(parent) &&
    parent.arguments?.[0] === child &&
    parent.arguments.length === 1 &&
    view.isGlobal(view.symbolOf(unwrap(parent.expression)), "Promise");
  return isPromise ? { whole: parent, ms: textOf(ms) } : null;
}

/** The arrow or function expression in which `call` is all that happens. */
function functionThatOnly(call: TS.CallExpression): TS.ArrowFunction | TS.FunctionExpression | null {
  let { parent } = outerParent(call);
  if (ts.isVoidExpression(parent)) parent = parent.parent;
  if (ts.isArrowFunction(parent)) return parent;
  if (
    !ts.isExpressionStatement(parent) ||
    !ts.isBlock(parent.parent) ||
    parent.parent.statements.length !== 1
  )
    return null;
  const fn = parent.parent.parent;
  return ts.isArrowFunction(fn) || ts.isFunctionExpression(fn) ? fn : null;
}

/** `resolve`, `() => resolve()`, `() => { resolve(); }` */
function callsOnly(view: ProgramView, callback: TS.Expression, resolve: TS.ParameterDeclaration): boolean {
  const isResolve = (node: TS.Expression): boolean =>
    ts.isIdentifier(node) && view.symbolOf(node)?.declarations?.[0] === resolve;
  const given = unwrap(callback);
  if (isResolve(given)) return true;
  if ((!ts.isArrowFunction(given) && !ts.isFunctionExpression(given)) || given.parameters.length > 0)
    return false;
  const { body } = given;
  const statement = ts.isBlock(body) ? body.statements[0] : undefined;
  const only = ts.isBlock(body)
    ? statement !== undefined && ts.isExpressionStatement(statement) && body.statements.length === 1
      ? statement.expression
      : null
    : body;
  return (
    only !== null && ts.isCallExpression(only) && only.arguments.length === 0 && isResolve(only.expression)
  );
}

function textOf(ms: TS.Expression | undefined): string {
  return ms === undefined ? "0" : ms.getText();
}
