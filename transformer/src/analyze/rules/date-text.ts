import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { ProgramView } from "../../compiler/program-view.js";
import { unwrap } from "../../compiler/symbols.js";
import type { Rule } from "../rule.js";

/** A Date that becomes text by itself becomes text in the machine's time zone. */
export const dateText: Rule = {
  code: "CTM2015",
  check(node, { view, report }) {
    const date = coerced(view, node);
    if (date === null) return;
    const text = date.getText();
    report(
      date,
      `\`${text}\` becomes text in the time zone of the machine: another worker would write another text.`,
      isDate(view, date)
        ? `Write ${text}.toISOString(), or ${text}.getTime() for a number.`
        : "Map each Date to its toISOString() first, or sort by its getTime().",
    );
  },
};

function coerced(view: ProgramView, node: TS.Node): TS.Expression | null {
  const asText = (value: TS.Expression | undefined): TS.Expression | null =>
    value !== undefined && (isDate(view, value) || isListOfDates(view, value)) ? value : null;
  if (ts.isTemplateSpan(node))
    return ts.isTaggedTemplateExpression(node.parent.parent) ? null : asText(node.expression);
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    if (kind !== ts.SyntaxKind.PlusToken && kind !== ts.SyntaxKind.PlusEqualsToken) return null;
    return asText(node.left) ?? asText(node.right);
  }
  if (!ts.isCallExpression(node)) return null;
  const callee = unwrap(node.expression);
  if (view.isGlobal(view.symbolOf(callee), "String")) return asText(node.arguments[0]);
  if (!ts.isPropertyAccessExpression(callee) || !isListOfDates(view, callee.expression)) return null;
  const isByText =
    /^(join|toString)$/.test(callee.name.text) ||
    (/^(sort|toSorted)$/.test(callee.name.text) && node.arguments.length === 0) ||
    (callee.name.text === "map" && node.arguments[0] !== undefined && isString(view, node.arguments[0]));
  return isByText ? callee.expression : null;
}

function isString(view: ProgramView, node: TS.Expression): boolean {
  return view.isGlobal(view.symbolOf(unwrap(node)), "String");
}

/** An array becomes text by the text of its elements; `sort()` without a function compares by it. */
function isListOfDates(view: ProgramView, node: TS.Expression): boolean {
  const type = view.checker.getTypeAtLocation(node);
  if (!view.checker.isArrayType(type) && !view.checker.isTupleType(type)) return false;
  return view.checker.getTypeArguments(type as TS.TypeReference).some((element) => isDateType(view, element));
}

function isDate(view: ProgramView, node: TS.Expression): boolean {
  return isDateType(view, view.checker.getTypeAtLocation(node));
}

function isDateType(view: ProgramView, type: TS.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => view.isGlobal(part.symbol, "Date"));
}
