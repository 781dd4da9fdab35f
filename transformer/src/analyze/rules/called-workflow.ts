import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { outerParent } from "../../compiler/symbols.js";
import type { ProgramView } from "../../compiler/program-view.js";
import type { Rule } from "../rule.js";

/** A workflow is a definition: workflow code may name it, nobody calls it. */
export const calledWorkflow: Rule = {
  code: "CTM3020",
  check(node, { view, report }) {
    if (
      !ts.isCallExpression(node) ||
      !ts.isPropertyAccessExpression(node.expression) ||
      node.expression.name.text !== "run"
    )
      return;
    if (!isWorkflow(view, node.expression.expression) || isChildInput(view, node)) return;
    report(
      node.expression,
      `\`${node.expression.getText()}\` runs nothing by itself: a workflow is started by the client, or as a child.`,
      "Move what both need into an async function and await that.",
    );
  },
};

function isWorkflow(view: ProgramView, node: TS.Expression): boolean {
  const declaration = view.symbolOf(node)?.valueDeclaration;
  return (
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined &&
    ts.isCallExpression(declaration.initializer) &&
    view.authoringName(declaration.initializer.expression) === "workflow"
  );
}

function isChildInput(view: ProgramView, node: TS.Node): boolean {
  const { parent, child } = outerParent(node);
  return (
    ts.isCallExpression(parent) &&
    parent.arguments.includes(child as TS.Expression) &&
    view.authoringName(parent.expression) === "child"
  );
}
