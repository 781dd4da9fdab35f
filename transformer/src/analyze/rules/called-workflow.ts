import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { outerParent, unwrap } from "../../compiler/symbols.js";
import type { ProgramView } from "../../compiler/program-view.js";
import type { Rule } from "../rule.js";

/** A workflow is a definition: workflow code may name it, nobody calls it. `run` is for child(…) and for the client. */
export const calledWorkflow: Rule = {
  code: "CTM3020",
  looksAt: ["PropertyAccessExpression", "ElementAccessExpression", "BindingElement"],
  check(node, { view, report }) {
    if (!takesRun(view, node) || isChildRun(view, node)) return;
    report(
      node,
      `\`${node.getText()}\` runs nothing by itself: a workflow is started by the client, or as a child.`,
      "Write await child(flow.run(input)) for a run of its own; or move what both need into an async function and await that.",
    );
  },
};

/** `flow.run`, `flow["run"]`, `const { run } = flow`. */
function takesRun(view: ProgramView, node: TS.Node): boolean {
  if (ts.isBindingElement(node)) {
    const name = node.propertyName ?? node.name;
    if (!ts.isObjectBindingPattern(node.parent) || !ts.isIdentifier(name) || name.text !== "run")
      return false;
    return isWorkflowMember(
      view,
      view.checker.getPropertyOfType(view.checker.getTypeAtLocation(node.parent), "run"),
    );
  }
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return false;
  return isWorkflowMember(view, view.symbolOf(node));
}

/** The member `run` of the runtime's type of workflows. */
function isWorkflowMember(view: ProgramView, symbol: TS.Symbol | undefined): boolean {
  if (symbol?.name !== "run") return false;
  return (symbol.declarations ?? []).some(
    (at) =>
      view.originOf(at).kind === "continuum" &&
      ts.isInterfaceDeclaration(at.parent) &&
      at.parent.name.text === "Workflow",
  );
}

/** The callee of the call in `child(flow.run(input))`. */
function isChildRun(view: ProgramView, node: TS.Node): boolean {
  const { parent: run, child: callee } = outerParent(node);
  if (!ts.isCallExpression(run) || run.expression !== callee) return false;
  const { parent, child } = outerParent(run);
  return (
    ts.isCallExpression(parent) &&
    parent.arguments[0] === child &&
    view.authoringName(unwrap(parent.expression)) === "child"
  );
}
