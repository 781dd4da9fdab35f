import { familyRule } from "../rule.js";

export const randomness = familyRule(
  "CTM2002",
  "randomness",
  "gives another value on each machine and at each replay.",
  'Use random() or uuid4() from "@continuum/runtime/workflow".',
);
