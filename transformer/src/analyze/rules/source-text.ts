import type { TS } from "../../compiler/ts.js";
import type { ProgramView } from "../../compiler/program-view.js";
import { unwrap } from "../../compiler/symbols.js";
import { COERCING_KINDS, coercionsAt, textParts, typeBeneath } from "../coercions.js";
import { isWide } from "../flows.js";
import type { Rule } from "../rule.js";
import { isTestedAway } from "../tested-types.js";

const FUNCTION = { className: "Function", typeOf: "function" } as const;

/** A function that becomes text becomes its compiled source, which is not what was written. */
export const sourceText: Rule = {
  code: "CTM2016",
  looksAt: COERCING_KINDS,
  check(node, { view, flows, report }) {
    for (const { value, of } of coercionsAt(view, node)) {
      const parts = textParts(view, typeBeneath(view, value), of);
      const isFunction = (type: TS.Type): boolean => isOfFunctions(view, type);
      const origin = parts.some(isFunction)
        ? null
        : parts.some((part) => isWide(view, part))
          ? flows(value).find(({ type }) => textParts(view, type).some(isFunction))
          : undefined;
      if (origin === undefined || (origin !== null && isTestedAway(view, node, value, FUNCTION))) continue;
      report(
        value,
        `\`${textOf(value)}\` ${origin === null ? "is" : "can be"} a function, and its text is its compiled source, which differs between builds.`,
        "Call it, or use a name of its own: its `name`, or a text beside it.",
        origin === null ? undefined : { text: "a function comes from here", node: origin.node },
      );
    }
  },
};

function isOfFunctions(view: ProgramView, type: TS.Type): boolean {
  const { symbol } = type as { readonly symbol?: TS.Symbol };
  return (
    type.getCallSignatures().length > 0 ||
    type.getConstructSignatures().length > 0 ||
    view.isGlobal(symbol, "Function")
  );
}

function textOf(value: TS.Expression): string {
  return unwrap(value).getText().replace(/\s+/g, " ");
}
