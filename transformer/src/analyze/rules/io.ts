import { familyRule } from "../rule.js";

export const io = familyRule(
  "CTM2004",
  "io",
  "reaches outside the run: each replay would do it again, and may get another answer.",
  'Move it into a function of its own and call that with activity(…) from "@continuum/runtime/workflow".',
);
