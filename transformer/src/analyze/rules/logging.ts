import { familyRule } from "../rule.js";

export const logging = familyRule(
  "CTM2006",
  "logging",
  "would write its line again at each replay.",
  "Move the log line into an activity(…), where it is written once per attempt.",
);
