import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { ProgramView } from "../../compiler/program-view.js";
import type { Rule } from "../rule.js";

/** A Date that becomes text by itself becomes text in the machine's time zone. */
export const dateText: Rule = {
  code: "CTM2015",
  check(node, { view, report }) {
    const date = coerced(view, node);
    if (date === null) return;
    report(
      date,
      `\`${date.getText()}\` becomes text in the time zone of the machine: another worker would write another text.`,
      `Write ${date.getText()}.toISOString(), or ${date.getText()}.getTime() for a number.`,
    );
  },
};

function coerced(view: ProgramView, node: TS.Node): TS.Expression | null {
  if (ts.isTemplateSpan(node)) {
    const isTagged = ts.isTaggedTemplateExpression(node.parent.parent);
    return !isTagged && isDate(view, node.expression) ? node.expression : null;
  }
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    if (kind !== ts.SyntaxKind.PlusToken && kind !== ts.SyntaxKind.PlusEqualsToken) return null;
    return isDate(view, node.left) ? node.left : isDate(view, node.right) ? node.right : null;
  }
  if (ts.isCallExpression(node) && view.isGlobal(view.symbolOf(node.expression), "String")) {
    const value = node.arguments[0];
    return value !== undefined && isDate(view, value) ? value : null;
  }
  return null;
}

function isDate(view: ProgramView, node: TS.Expression): boolean {
  const type = view.checker.getTypeAtLocation(node);
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => view.isGlobal(part.symbol, "Date"));
}
