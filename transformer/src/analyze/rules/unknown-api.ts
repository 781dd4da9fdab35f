import { ts } from "../../compiler/ts.js";
import { outerParent } from "../../compiler/symbols.js";
import type { Judgement } from "../judge.js";
import type { Rule } from "../rule.js";
import { returnsForeignPromise } from "./foreign-promise.js";

/** Unknown is not pure. */
export const unknownApi: Rule = {
  code: "CTM2010",
  looksAt: "what is judged",
  check(_node, { view, judgement, report }) {
    if (judgement?.kind !== "unknown") return;
    const { parent, child } = outerParent(judgement.node);
    if (ts.isCallExpression(parent) && parent.expression === child && returnsForeignPromise(view, parent))
      return;
    const { message, hint, hintOnValue } = nothingKnown(judgement);
    const isFunction = view.checker.getTypeAtLocation(judgement.node).getCallSignatures().length > 0;
    report(judgement.node, message, isFunction || ts.isCallOrNewExpression(parent) ? hint : hintOnValue);
  },
};

/** What is said of a thing without code, which may have another name where it comes from. */
export function nothingKnown(
  unknown: Extract<Judgement, { readonly kind: "unknown" }>,
  name = unknown.what.split(".").pop() ?? "",
): {
  readonly message: string;
  readonly hint: string;
  /** Where it is no function. */
  readonly hintOnValue: string;
} {
  const from = unknown.package === null ? "" : ` of the package "${unknown.package}"`;
  const trust = unknown.package ?? "globalThis";
  const vouch = `vouch for it: trustedModules: [{ module: "${trust}", names: ["${name}"] }].`;
  return {
    message: `Nothing is known of \`${unknown.what}\`${from}: its code is not part of the program, so it may not be deterministic.`,
    hint: `Call it in an activity(…), or ${vouch}`,
    hintOnValue: `Pass the value in with the workflow's input, or ${vouch}`,
  };
}
