import type { Check } from "../check.js";
import { findViolations } from "./find-violations.js";

export const boundaries: Check = {
  name: "boundaries",
  findProblems: async ({ root }) => {
    const found = await findViolations(root);
    if (found.length === 0) return [];
    return [...found, "The arrows stand in packages/workspace/src/check/boundaries/arrows.ts."];
  },
};
