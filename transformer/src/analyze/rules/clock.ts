import { familyRule } from "../rule.js";

export const clock = familyRule(
  "CTM2001",
  "clock",
  "reads the machine's clock: a replay would see another time.",
  'Use now() or today() from "@continuum/runtime/workflow", or new Date(now()).',
);
