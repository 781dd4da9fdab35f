/*
 * Which workflow a child is. It must be known when the program is compiled: its name is a durable identity, and the parent's
 * version hash holds it (the child's body has a hash of its own).
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";
import type { ChildRun } from "../ir/model.js";
import type { Problem } from "../ir/problem.js";
import { workflowName } from "./workflows.js";

type Report = (problem: Problem) => void;

/** The workflow and the input in `child(flow.run(input))`. */
export function readChildRun(
  view: ProgramView,
  node: TS.CallExpression,
  report: Report,
): (ChildRun & { readonly workflow: string }) | null {
  const argument = node.arguments[0];
  const call = argument === undefined ? undefined : unwrap(argument);
  const callee = call !== undefined && ts.isCallExpression(call) ? unwrap(call.expression) : undefined;
  if (
    call === undefined ||
    !ts.isCallExpression(call) ||
    callee === undefined ||
    !ts.isPropertyAccessExpression(callee) ||
    callee.name.text !== "run" ||
    callee.questionDotToken !== undefined ||
    call.questionDotToken !== undefined
  ) {
    report({
      code: "CTM3021",
      node: argument ?? node,
      message:
        "child(…) takes the run of a workflow, such as child(orderFlow.run(input)): there is none here.",
      hint: "Write child(flow.run(input)), or const ref = startChild(flow, input) where the child is awaited later.",
    });
    return null;
  }
  const spread = call.arguments.find(ts.isSpreadElement);
  if (spread !== undefined) {
    report({
      code: "CTM3016",
      node: spread,
      message: "The arguments of run(…) are spread, so the compiler cannot see the child's input.",
      hint: "Write the input: child(flow.run(input)).",
    });
    return null;
  }
  const workflow = knownWorkflow(view, callee.expression, report);
  return workflow === null ? null : { workflow, flow: callee.expression, args: call.arguments };
}

/** The name of the workflow in `startChild(flow, input)`. */
export function readWorkflowArgument(
  view: ProgramView,
  node: TS.CallExpression,
  report: Report,
): string | null {
  const flow = node.arguments[0];
  if (flow !== undefined) return knownWorkflow(view, flow, report);
  report({
    code: "CTM3021",
    node,
    message: "startChild(…) takes a workflow and its input: there is none here.",
    hint: "Write startChild(flow, input).",
  });
  return null;
}

function knownWorkflow(view: ProgramView, flow: TS.Expression, report: Report): string | null {
  const name = nameOfWorkflow(view, flow);
  if (name === null) {
    report({
      code: "CTM3022",
      node: flow,
      message: `The compiler cannot see which workflow \`${flow.getText().replace(/\s+/g, " ")}\` is, and a child's name is part of its parent's identity.`,
      hint: "Name an exported workflow of this program, imported or not; to choose between several, write a child(…) for each.",
    });
  }
  return name;
}

/** The durable name of the workflow that an expression always is: an exported const, whatever it is called here, locally too. */
function nameOfWorkflow(view: ProgramView, expression: TS.Expression): string | null {
  const seen = new Set<TS.Node>();
  let at = unwrap(expression);
  for (;;) {
    if (!isPath(at)) return null;
    const declaration = view.symbolOf(at)?.valueDeclaration;
    const value = declaration === undefined ? undefined : alwaysValue(declaration);
    if (declaration === undefined || value === undefined || seen.has(declaration)) return null;
    const name = workflowName(view, value);
    if (name !== null) return name;
    seen.add(declaration);
    at = value;
  }
}

/** What a const always holds, whether at module level or inside a function. */
function alwaysValue(declaration: TS.Node): TS.Expression | undefined {
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return undefined;
  const isConst = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  return isConst && ts.isIdentifier(declaration.name) ? unwrap(declaration.initializer) : undefined;
}

/** `flow`, `orders.flow`, `ns.orders.flow`: what can be a name of an import or of a module-level const. */
function isPath(node: TS.Expression): boolean {
  if (ts.isIdentifier(node)) return true;
  return (
    ts.isPropertyAccessExpression(node) &&
    node.questionDotToken === undefined &&
    isPath(unwrap(node.expression))
  );
}
