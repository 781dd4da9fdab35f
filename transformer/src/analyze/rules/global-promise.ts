import { ts } from "../../compiler/ts.js";
import type { Rule } from "../rule.js";

/** `globalThis.Promise` has no name of its own that could be replaced by the durable one. */
export const globalPromise: Rule = {
  code: "CTM3105",
  looksAt: ["PropertyAccessExpression", "ElementAccessExpression"],
  check(node, { view, report }) {
    if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return;
    if (!view.isGlobal(view.symbolOf(node), "Promise")) return;
    report(
      node,
      `\`${node.getText()}\` is always the native Promise, and awaiting a native promise is not replayed.`,
      "Write Promise alone: in workflow code that is the durable one.",
    );
  },
};
