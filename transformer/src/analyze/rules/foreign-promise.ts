import { isThenable } from "../../compiler/functions.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { ProgramView } from "../../compiler/program-view.js";
import type { Rule } from "../rule.js";

/** A promise that a package makes settles when the world likes; no replay can repeat that. Trust does not change it. */
export const foreignPromise: Rule = {
  code: "CTM2012",
  check(node, { view, report }) {
    if (!ts.isCallExpression(node) || !returnsForeignPromise(view, node)) return;
    report(
      node.expression,
      `\`${node.expression.getText()}\` gives a promise that is not made by workflow code: when it settles is not in the history.`,
      `Write activity(${node.expression.getText()}(…)): its result is stored, and a replay reads it.`,
    );
  },
};

/** A call of a function of a package, or of a `declare`d one, whose result is a promise. */
export function returnsForeignPromise(view: ProgramView, call: TS.CallExpression): boolean {
  const signature = view.checker.getResolvedSignature(call);
  const declaration = signature?.getDeclaration();
  if (signature === undefined || declaration === undefined) return false;
  const origin = view.originOf(declaration).kind;
  return (
    (origin === "package" || origin === "ambient") && isThenable(view.checker, signature.getReturnType())
  );
}
