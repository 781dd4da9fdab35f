import { familyRule } from "../rule.js";

export const sharedMemory = familyRule(
  "CTM2009",
  "sharedMemory",
  "shows what the garbage collector, other threads or other code did: a replay would see something else.",
  "Keep the value in an ordinary variable, Map or Set of the workflow.",
);
