import { familyRule } from "../rule.js";

export const environment = familyRule(
  "CTM2005",
  "environment",
  "depends on the machine that the code runs on: another worker would see another value.",
  'Pass the value in with the workflow\'s input, or read it in an activity(…) from "@continuum/runtime/workflow".',
);
