import { familyRule } from "../rule.js";

export const dynamicCode = familyRule(
  "CTM2007",
  "dynamicCode",
  "runs code that the compiler cannot see.",
  "Write the code out, or import it at the top of the file.",
);
