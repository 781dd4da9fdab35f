/*
 * Where values cross the journal: inputs and results of workflows, arguments and results of activities, payloads, inputs of
 * children and successors, values of side effects, fields of log lines.
 */
import { isThenable } from "../../compiler/functions.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { ProgramView } from "../../compiler/program-view.js";
import { unwrap } from "../../compiler/symbols.js";
import type { ActivityReference, EffectCall, WorkflowDefinition } from "../../ir/model.js";

export interface Crossing {
  readonly node: TS.Node;
  /** Each of them crosses. */
  readonly types: readonly TS.Type[];
  /** What the value is, for messages: "The input of the workflow `orderFlow`". */
  readonly what: string;
  /** The name that paths start with: `input`. */
  readonly root: string;
}

/** A workflow's input and each of its results. */
export function crossingsOfWorkflow(view: ProgramView, workflow: WorkflowDefinition): readonly Crossing[] {
  const { checker } = view;
  const [input] = workflow.body.parameters;
  const given: readonly Crossing[] =
    input === undefined
      ? []
      : [
          {
            node: input.type ?? input,
            types: [checker.getTypeAtLocation(input)],
            what: `The input of the workflow \`${workflow.name}\``,
            root: "input",
          },
        ];
  const results = returned(workflow.body).map((node): Crossing => ({
    node,
    types: [awaited(view, node)],
    what: `What the workflow \`${workflow.name}\` returns`,
    root: "result",
  }));
  return [...given, ...results];
}

/** What an effect sends into the journal and gets out of it. */
export function crossingsOfEffect(view: ProgramView, effect: EffectCall): readonly Crossing[] {
  const args = effect.node.arguments;
  switch (effect.kind) {
    case "activity":
      return ofActivity(view, effect);
    case "signal":
      return args[0] === undefined
        ? []
        : [
            {
              node: args[0],
              types: withoutTimeout(view, awaited(view, effect.node)),
              what: `The payload of the signal${effect.target === null ? "" : ` "${effect.target}"`}`,
              root: "payload",
            },
          ];
    case "sendSignal":
      return given(view, args[2], "The payload that is sent", "payload");
    case "child":
      return given(view, effect.child?.args[0], `The input of the child \`${effect.target ?? ""}\``, "input");
    case "startChild":
      return given(view, args[1], `The input of the child \`${effect.target ?? ""}\``, "input");
    case "continueAsNew":
      return given(view, args[0], "The input of the run that continues this one", "input");
    case "sideEffect":
      // That it must give its value at once has been said.
      if (isThenable(view.checker, view.checker.getTypeAtLocation(effect.node))) return [];
      return [
        {
          node: effect.node,
          types: [view.checker.getTypeAtLocation(effect.node)],
          what: "The value of this side effect",
          root: "value",
        },
      ];
    case "log":
      return given(view, args[1], "The fields of this log line", "fields");
    default:
      return [];
  }
}

function ofActivity(view: ProgramView, effect: EffectCall): readonly Crossing[] {
  const { activity, compensate } = effect;
  const call = effect.node.arguments[0];
  if (activity === null || call === undefined) return [];
  const result: Crossing = {
    node: call,
    types: [awaited(view, unwrap(call))],
    what: `What the activity \`${activity.name}\` returns`,
    root: "result",
  };
  const undo =
    compensate?.kind === "call"
      ? [compensate.activity]
      : compensate?.kind === "function"
        ? [...compensate.calls.values()]
        : [];
  return [activity, ...undo].flatMap((reference) => argumentsOf(view, reference)).concat(result);
}

function argumentsOf(view: ProgramView, reference: ActivityReference): readonly Crossing[] {
  const call = ts.findAncestor(reference.callee, ts.isCallExpression);
  const parameters =
    call === undefined ? [] : (view.checker.getResolvedSignature(call)?.getParameters() ?? []);
  return reference.args.map((node, i): Crossing => {
    const value = ts.isSpreadElement(node) ? node.expression : node;
    const root = parameters[i]?.name ?? "argument";
    return {
      node,
      types: [view.checker.getTypeAtLocation(value)],
      what: `An argument of the activity \`${reference.name}\``,
      root: /^[\p{ID_Start}$_]/u.test(root) && !root.startsWith("__") ? root : "argument",
    };
  });
}

function given(
  view: ProgramView,
  node: TS.Expression | undefined,
  what: string,
  root: string,
): readonly Crossing[] {
  return node === undefined ? [] : [{ node, types: [view.checker.getTypeAtLocation(node)], what, root }];
}

function awaited(view: ProgramView, node: TS.Expression): TS.Type {
  const type = view.checker.getTypeAtLocation(node);
  return view.checker.getAwaitedType(type) ?? type;
}

/** A wait gives its payload or `TIMEOUT`, which is no payload. */
function withoutTimeout(view: ProgramView, type: TS.Type): readonly TS.Type[] {
  if (!type.isUnion()) return [type];
  return type.types.filter((part) => {
    const declaration = (part.symbol as TS.Symbol | undefined)?.declarations?.[0];
    const isSymbol = (part.flags & ts.TypeFlags.UniqueESSymbol) !== 0;
    return !isSymbol || declaration === undefined || view.originOf(declaration).kind !== "continuum";
  });
}

/** What the statements of `fn` return, and those of no function within. */
function returned(fn: TS.FunctionLikeDeclaration): readonly TS.Expression[] {
  if (fn.body === undefined) return [];
  if (!ts.isBlock(fn.body)) return [fn.body];
  const found: TS.Expression[] = [];
  const visit = (node: TS.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression !== undefined) found.push(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(fn.body);
  return found;
}
