import type { TS } from "../../compiler/ts.js";
import type { ProgramView } from "../../compiler/program-view.js";
import { unwrap } from "../../compiler/symbols.js";
import { COERCING_KINDS, coercionsAt, textParts, typeBeneath } from "../coercions.js";
import { isWide } from "../flows.js";
import type { Origin } from "../flows.js";
import type { Rule } from "../rule.js";
import { isTestedAway } from "../tested-types.js";

const DATE = { className: "Date", typeOf: "object" } as const;

/** A Date that becomes text by itself becomes text in the machine's time zone. */
export const dateText: Rule = {
  code: "CTM2015",
  looksAt: COERCING_KINDS,
  check(node, { view, flows, report }) {
    for (const { value, of } of coercionsAt(view, node)) {
      const own = typeBeneath(view, value);
      const parts = textParts(view, own, of);
      if (parts.some((part) => isDate(view, part))) {
        const text = textOf(value);
        report(
          value,
          `\`${text}\` becomes text in the time zone of the machine: another worker would write another text.`,
          isDate(view, own)
            ? `Write ${text}.toISOString(), or ${text}.getTime() for a number.`
            : "Map each Date to its toISOString() first, or sort by its getTime().",
        );
        continue;
      }
      if (!parts.some((part) => isWide(view, part))) continue;
      const isOfDates = ({ type }: Origin): boolean =>
        textParts(view, type).some((part) => isDate(view, part));
      // The text of a list is made of those of its elements.
      const isList = of === "elements" || parts.length > 1 || parts[0] !== own;
      const origin =
        flows(value).find(isOfDates) ?? (isList ? flows(value, ["*"]).find(isOfDates) : undefined);
      if (origin === undefined || isTestedAway(view, node, value, DATE)) continue;
      report(
        value,
        `\`${textOf(value)}\` can be a Date here, which becomes text in the time zone of the machine: another worker would write another text.`,
        "Give it text, such as date.toISOString(), where the Date is known.",
        { text: "a Date comes from here", node: origin.node },
      );
    }
  },
};

function isDate(view: ProgramView, type: TS.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => view.isGlobal(part.symbol, "Date"));
}

function textOf(value: TS.Expression): string {
  return unwrap(value).getText().replace(/\s+/g, " ");
}
