import { isThenable } from "../../compiler/functions.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { qualifiedName } from "../../compiler/qualified-name.js";
import type { ProgramView } from "../../compiler/program-view.js";
import type { Rule } from "../rule.js";

/** `forEach(async …)`: nobody waits for what the callbacks do. */
export const discardedCallbacks: Rule = {
  code: "CTM2013",
  check(node, { view, report }) {
    if (!ts.isCallExpression(node) || !isForEach(view, node.expression)) return;
    const callback = node.arguments[0];
    if (callback === undefined) return;
    const isAsync = view.checker
      .getTypeAtLocation(callback)
      .getCallSignatures()
      .some((signature) => isThenable(view.checker, signature.getReturnType()));
    if (!isAsync) return;
    report(
      node,
      "`forEach` throws away the promises of its callbacks: nobody waits for them, and their failures are lost.",
      "Write `for (const x of xs) await …` to go one by one, or `await Promise.all(xs.map(async (x) => …))` for all at once.",
    );
  },
};

function isForEach(view: ProgramView, callee: TS.Expression): boolean {
  if (!ts.isPropertyAccessExpression(callee) && !ts.isElementAccessExpression(callee)) return false;
  const declaration = view.symbolOf(callee)?.declarations?.[0];
  return (
    declaration !== undefined &&
    view.originOf(declaration).kind === "platform" &&
    qualifiedName(declaration).name.endsWith(".forEach")
  );
}
