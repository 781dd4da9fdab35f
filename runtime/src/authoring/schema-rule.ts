import type { Rule } from "../core/option-rules.js";

/** Whether a value implements Standard Schema version 1; some libraries' schemas are functions. */
export const schemaRule: Rule = (value) => {
  const expected = "a Standard Schema (zod, valibot, arktype, …)";
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return expected;
  const standard: unknown = (value as { readonly "~standard"?: unknown })["~standard"];
  const usable = typeof standard === "object" && standard !== null && "validate" in standard;
  return usable && typeof standard.validate === "function" ? null : expected;
};
