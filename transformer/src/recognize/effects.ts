/*
 * An effect call, taken apart: its kind, its target, its activity and compensation, whether it is a contender (R24).
 * What can't be taken apart is a problem with its node.
 */
import type { EffectKind } from "@continuum/contract";
import { isAsync } from "../compiler/functions.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { outerParent, unwrap } from "../compiler/symbols.js";
import type { ActivityReference, CompensateOption, EffectCall } from "../ir/model.js";
import type { Problem } from "../ir/problem.js";
import { nameActivity } from "./activities.js";
import { readChildRun, readWorkflowArgument } from "./children.js";
import { checkContinuation } from "./continuations.js";
import { effectNamed } from "./effect-names.js";
import { readPatchName } from "./patches.js";
import { readSideEffect } from "./side-effects.js";
import { signalName } from "./signals.js";

/** Effects that give a promise which can stand in a race. */
const WAITS: ReadonlySet<EffectKind> = new Set<EffectKind>([
  "activity",
  "awaitChild",
  "child",
  "compensate",
  "compensateAll",
  "sendSignal",
  "signal",
  "timer",
]);

export interface ReadEffect {
  readonly effect: EffectCall;
  /** What stands in the call and is not workflow code: callees of activities, the function of a side effect. */
  readonly omitted: readonly TS.Node[];
  readonly activities: readonly ActivityReference[];
}

/** Reads a call of the effect `name`; null where it is too broken to compile, with the problems reported. */
export function readEffect(
  view: ProgramView,
  name: string,
  node: TS.CallExpression,
  report: (problem: Problem) => void,
): ReadEffect | null {
  const kind = effectNamed(name);
  if (kind === null) throw new Error(`CTM9005: "${name}" is no effect`);
  const spread = node.arguments.find(ts.isSpreadElement);
  if (spread !== undefined) {
    report({
      code: "CTM3016",
      node: spread,
      message: `The arguments of ${name}(…) are spread, so the compiler cannot see which is which.`,
      hint: `Write the arguments of ${name}(…) one by one.`,
    });
    return null;
  }
  const effect: EffectCall = {
    kind,
    node,
    file: node.getSourceFile(),
    enclosing: ts.findAncestor(node.parent, ts.isFunctionLike) ?? node.getSourceFile(),
    target: null,
    activity: null,
    compensate: null,
    child: null,
    contender: WAITS.has(kind) && isContender(view, node),
  };
  const aimedAt = (target: string | null): ReadEffect => only({ ...effect, target });
  const [first, second] = node.arguments;
  switch (kind) {
    case "activity":
      return readActivity(view, effect, report);
    case "signal":
      return aimedAt(first === undefined ? null : signalName(view, first));
    case "sendSignal":
      return aimedAt(second === undefined ? null : signalName(view, second));
    case "log":
      return aimedAt(name.slice("log.".length));
    case "child": {
      const child = readChildRun(view, node, report);
      return child === null ? null : only({ ...effect, target: child.workflow, child });
    }
    case "startChild": {
      const target = readWorkflowArgument(view, node, report);
      return target === null ? null : aimedAt(target);
    }
    case "patched": {
      const target = readPatchName(view, node, report);
      return target === null ? null : aimedAt(target);
    }
    case "sideEffect": {
      const body = readSideEffect(view, node, report);
      return { effect, omitted: body === null ? [] : [body], activities: [] };
    }
    case "continueAsNew":
      checkContinuation(node, report);
      return only(effect);
    default:
      return only(effect);
  }
}

function only(effect: EffectCall): ReadEffect {
  return { effect, omitted: [], activities: [] };
}

function readActivity(
  view: ProgramView,
  effect: EffectCall,
  report: (problem: Problem) => void,
): ReadEffect | null {
  const [call, options] = effect.node.arguments;
  const activity = call === undefined ? null : readActivityCall(view, call, report);
  const compensate = readCompensate(view, options, report);
  if (activity === null) return null;
  const activities = [activity, ...(compensate === null ? [] : activitiesOf(compensate))];
  return {
    effect: { ...effect, target: activity.name, activity, compensate },
    omitted: activities.map((reference) => reference.callee),
    activities,
  };
}

function activitiesOf(option: CompensateOption): readonly ActivityReference[] {
  if (option.kind === "call") return [option.activity];
  return option.kind === "function" ? [...option.calls.values()] : [];
}

/** The `charge(id)` in `activity(charge(id))`. */
function readActivityCall(
  view: ProgramView,
  argument: TS.Expression,
  report: (problem: Problem) => void,
): ActivityReference | null {
  const call = unwrap(argument);
  if (!ts.isCallExpression(call) || call.questionDotToken !== undefined) {
    report({
      code: "CTM3010",
      node: argument,
      message: "activity(…) takes a call, such as activity(charge(orderId)): there is no call here.",
      hint: "Write the call of the activity's function inside activity(…), with its arguments.",
    });
    return null;
  }
  const callee = unwrap(call.expression);
  const named = nameActivity(view, callee);
  if ("failure" in named) {
    report(unnamed(callee, named.failure, named.names ?? []));
    return null;
  }
  return { name: named.name, callee, args: call.arguments, declaration: named.declaration };
}

function unnamed(callee: TS.Expression, failure: string, names: readonly string[]): Problem {
  const text = callee.getText();
  if (failure === "two-names") {
    return {
      code: "CTM3013",
      node: callee,
      message: `\`${text}\` is exported under several names (${names.join(", ")}), so the activity has no single durable name.`,
      hint: 'Give it one: export const x = defineActivity({ name: "…" }, fn).',
    };
  }
  if (failure === "of-the-run") {
    return {
      code: "CTM3011",
      node: callee,
      message: `\`${text}\` belongs to the run itself, and is not an activity that another process could run.`,
      hint: "Await it without activity(…); inside Promise.all([…]) write activity(…) around each call.",
    };
  }
  if (failure === "computed-name") {
    return {
      code: "CTM3011",
      node: callee,
      message: `The name of the activity \`${text}\` is computed: stored tasks keep it, so the compiler must be able to read it.`,
      hint: 'Write it out: defineActivity({ name: "ship" }, fn).',
    };
  }
  return {
    code: "CTM3011",
    node: callee,
    message:
      failure === "private-member"
        ? `\`${text}\` is not a static method of a class or a method of a const object at module level, so another process could not find it by name.`
        : `\`${text}\` is not an import or a function at module level, so another process could not find it by name.`,
    hint: "Move the activity to a function at module level, and give it what it needs as arguments.",
  };
}

function readCompensate(
  view: ProgramView,
  options: TS.Expression | undefined,
  report: (problem: Problem) => void,
): CompensateOption | null {
  if (options === undefined) return null;
  const refuse = (node: TS.Node, what: string): null => {
    report({
      code: "CTM3014",
      node,
      message: `The compiler cannot see which activity compensates: ${what}.`,
      hint: 'Write compensate: refund(id), compensate: (result) => refund(result.id), or compensate: "none" in the options\' object literal.',
    });
    return null;
  };
  const literal = unwrap(options);
  const written = ts.isObjectLiteralExpression(literal)
    ? literal.properties.find(
        (property) =>
          property.name !== undefined && property.name.getText().replace(/["']/g, "") === "compensate",
      )
    : undefined;
  if (written === undefined) {
    const type = view.checker.getTypeAtLocation(literal);
    const hidden = view.checker.getPropertyOfType(view.checker.getNonNullableType(type), "compensate");
    return hidden === undefined ? null : refuse(options, "it is not written at the call");
  }
  if (!ts.isPropertyAssignment(written)) {
    return refuse(written, "it is not written as `compensate: …`");
  }
  const value = unwrap(written.initializer);
  if (ts.isStringLiteralLike(value) && value.text === "none") return { kind: "none" };
  if (ts.isCallExpression(value)) {
    const activity = readActivityCall(view, value, report);
    return activity === null ? null : { kind: "call", node: value, activity };
  }
  if (ts.isArrowFunction(value) || ts.isFunctionExpression(value))
    return readFunction(view, value, report, refuse);
  return refuse(value, 'it is neither a call, nor a function written here, nor "none"');
}

function readFunction(
  view: ProgramView,
  fn: TS.ArrowFunction | TS.FunctionExpression,
  report: (problem: Problem) => void,
  refuse: (node: TS.Node, what: string) => null,
): CompensateOption | null {
  if (fn.asteriskToken !== undefined || isAsync(fn))
    return refuse(fn, "the function must be an ordinary, synchronous one");
  const calls = new Map<TS.CallExpression, ActivityReference>();
  for (const result of returnedExpressions(fn)) {
    if (!ts.isCallExpression(result)) return refuse(result, "what the function returns is not a call");
    const activity = readActivityCall(view, result, report);
    if (activity === null) return null;
    calls.set(result, activity);
  }
  return calls.size === 0
    ? refuse(fn, "the function returns no call")
    : { kind: "function", node: fn, calls };
}

function returnedExpressions(fn: TS.ArrowFunction | TS.FunctionExpression): readonly TS.Expression[] {
  const found: TS.Expression[] = [];
  const branches = (node: TS.Expression): void => {
    const value = unwrap(node);
    if (ts.isConditionalExpression(value)) {
      branches(value.whenTrue);
      branches(value.whenFalse);
    } else found.push(value);
  };
  const statements = (node: TS.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression !== undefined) branches(node.expression);
    else ts.forEachChild(node, statements);
  };
  if (ts.isBlock(fn.body)) ts.forEachChild(fn.body, statements);
  else branches(fn.body);
  return found;
}

function isContender(view: ProgramView, node: TS.CallExpression): boolean {
  const { parent: array, child } = outerParent(node);
  if (!ts.isArrayLiteralExpression(array) || !array.elements.includes(child as TS.Expression)) return false;
  const { parent: call, child: argument } = outerParent(array);
  if (!ts.isCallExpression(call) || call.arguments[0] !== argument) return false;
  const symbol = view.symbolOf(unwrap(call.expression));
  if (symbol === undefined || (symbol.name !== "race" && symbol.name !== "any")) return false;
  return (
    symbol.declarations?.some(
      (at) =>
        view.originOf(at).kind === "platform" &&
        ts.isInterfaceDeclaration(at.parent) &&
        at.parent.name.text === "PromiseConstructor",
    ) ?? false
  );
}
