import { isThenable } from "../../compiler/functions.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { qualifiedName } from "../../compiler/qualified-name.js";
import type { ProgramView } from "../../compiler/program-view.js";
import { verdictOf } from "../judge.js";
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

/** A call of a function of a package, of a `declare`d one, or of the platform's own async ones, whose result is a promise. */
export function returnsForeignPromise(view: ProgramView, call: TS.CallExpression): boolean {
  const signature = view.checker.getResolvedSignature(call);
  const declaration = signature?.getDeclaration();
  if (signature === undefined || declaration === undefined) return false;
  const origin = view.originOf(declaration).kind;
  if (origin === "platform") return makesNativePromise(declaration);
  return (
    (origin === "package" || origin === "ambient") && isThenable(view.checker, signature.getReturnType())
  );
}

/**
 * `assert.rejects(…)`, `stack.disposeAsync()`: declared to return a promise. The methods of promises give durable ones in
 * workflow code, and what is judged impure has a message of its own.
 */
function makesNativePromise(declaration: TS.SignatureDeclaration | TS.JSDocSignature): boolean {
  const type = declaration.type;
  if (type === undefined || !ts.isTypeReferenceNode(type) || type.typeName.getText() !== "Promise")
    return false;
  if (/^Promise(Constructor|Like)?$/.test(qualifiedName(declaration).container ?? "")) return false;
  const verdict = verdictOf(declaration);
  return verdict === null || verdict.kind === "pure";
}
