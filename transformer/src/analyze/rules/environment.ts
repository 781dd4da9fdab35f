import { reportLocalText } from "../read-by-date.js";
import { familyRule } from "../rule.js";
import type { FamilyRule } from "../rule.js";

const named = familyRule(
  "CTM2005",
  "environment",
  "depends on the machine that the code runs on: another worker would see another value.",
  'Pass the value in with the workflow\'s input, or read it in an activity(…) from "@continuum/runtime/workflow".',
);

export const environment: FamilyRule = {
  ...named,
  looksAlsoAt: ["NewExpression", "CallExpression"],
  check(node, context) {
    named.check(node, context);
    reportLocalText(node, context);
  },
};
