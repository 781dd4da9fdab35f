import { ts } from "../../compiler/ts.js";
import type { Rule } from "../rule.js";

/** A module-level value that was awaited while the module loaded was made outside of every run. */
export const topLevelAwait: Rule = {
  code: "CTM3106",
  looksAt: ["AwaitExpression"],
  check(node, { report }) {
    if (!ts.isAwaitExpression(node) || ts.findAncestor(node.parent, ts.isFunctionLike) !== undefined) return;
    report(
      node,
      "Workflow code reads a value that its module awaits while it loads: it comes from outside the run.",
      "Get the value with activity(…) inside the workflow, or pass it in with the input.",
    );
  },
};
