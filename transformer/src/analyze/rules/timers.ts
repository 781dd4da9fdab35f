import { familyRule } from "../rule.js";

export const timers = familyRule(
  "CTM2003",
  "timers",
  "waits in the process: a restart forgets it, and a replay resumes at another moment.",
  'Use await timer(seconds(n)) from "@continuum/runtime/workflow".',
);
