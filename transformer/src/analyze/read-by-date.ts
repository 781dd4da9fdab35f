import { unwrap } from "../compiler/symbols.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { isLocalText, localTime } from "./local-text.js";
import type { RuleContext } from "./rule.js";

/** Reports a text of the program that a Date reads in the machine's time zone, far from where it is written. */
export function reportLocalText(node: TS.Node, { view, texts, report }: RuleContext): void {
  const read = readByDate(view, node);
  // What is written there is judged with the name of `Date`.
  if (read === null || isLocalText(view, read.text)) return;
  const origin = texts(read.text).find((each) => isLocalText(view, each.node));
  if (origin === undefined) return;
  report(
    read.by,
    `\`${read.by.getText().replace(/\s+/g, " ")}\` can read a text without a time zone here: another worker would read another time.`,
    localTime.hint,
    { text: "a text comes from here that names no zone", node: origin.node },
  );
}

/** `new Date(text)`, `Date.parse(text)` */
function readByDate(
  view: ProgramView,
  node: TS.Node,
): { readonly by: TS.Expression; readonly text: TS.Expression } | null {
  if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return null;
  const [text] = node.arguments ?? [];
  if (text === undefined || node.arguments?.length !== 1 || ts.isSpreadElement(text)) return null;
  const callee = unwrap(node.expression);
  if (ts.isNewExpression(node))
    return ts.isIdentifier(callee) && view.isGlobal(view.symbolOf(callee), "Date")
      ? { by: node, text }
      : null;
  const isParse = ts.isPropertyAccessExpression(callee) && callee.name.text === "parse";
  return isParse && view.isGlobal(view.symbolOf(callee.expression), "Date") ? { by: callee, text } : null;
}
