import { ts } from "../../compiler/ts.js";
import { outerParent } from "../../compiler/symbols.js";
import type { Rule } from "../rule.js";
import { returnsForeignPromise } from "./foreign-promise.js";

/** Unknown is not pure. */
export const unknownApi: Rule = {
  code: "CTM2010",
  check(_node, { view, judgement, report }) {
    if (judgement?.kind !== "unknown") return;
    const { parent, child } = outerParent(judgement.node);
    if (ts.isCallExpression(parent) && parent.expression === child && returnsForeignPromise(view, parent))
      return;
    const from = judgement.package === null ? "" : ` of the package "${judgement.package}"`;
    const trust = judgement.package ?? "globalThis";
    report(
      judgement.node,
      `Nothing is known of \`${judgement.what}\`${from}: its code is not part of the program, so it may not be deterministic.`,
      `Call it in an activity(…), or vouch for it: trustedModules: [{ module: "${trust}", names: ["${judgement.what.split(".").pop() ?? ""}"] }].`,
    );
  },
};
