import { familyRule } from "../rule.js";

export const logging = familyRule(
  "CTM2006",
  "logging",
  "would write its line again at each replay.",
  'Use log.info(…) from "@continuum/runtime/workflow": it writes its line once, however often the code is replayed.',
);
