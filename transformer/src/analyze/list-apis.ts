/*
 * The table of known APIs as people and tools read it: each name with its verdict, the code that a use is refused under, and
 * the hint.
 */
import type { Condition, Family } from "./known-apis.js";
import { knownApis } from "./known-apis.js";
import type { FamilyRule, Rule } from "./rule.js";
import { determinismRules } from "./rules/index.js";

/** What Continuum knows of a function, class or value of the platform. */
export interface KnownApi {
  /** `Math.random`, `DateConstructor.now`, `node:fs`: a container's verdict holds for its members that are not listed. */
  readonly name: string;
  readonly verdict: "pure" | "impure" | "conditional";
  /** When it is pure; null unless the verdict is conditional. */
  readonly condition: Condition | null;
  /** What a use is refused as; null where it is pure. */
  readonly family: Family | null;
  readonly code: string | null;
  readonly hint: string | null;
}

/**
 * The table of known APIs, by name.
 *
 * @example listKnownApis().find(({ name }) => name === "Math.random")?.code // "CTM2002"
 */
export function listKnownApis(): readonly KnownApi[] {
  const rules = new Map(determinismRules.filter(isFamilyRule).map((rule) => [rule.family, rule]));
  return Array.from(knownApis, ([name, verdict]): KnownApi => {
    if (verdict.kind === "pure")
      return { name, verdict: "pure", condition: null, family: null, code: null, hint: null };
    const rule = rules.get(verdict.family);
    return {
      name,
      verdict: verdict.kind,
      condition: verdict.kind === "conditional" ? verdict.condition : null,
      family: verdict.family,
      code: rule?.code ?? null,
      hint: verdict.hint ?? rule?.hint ?? null,
    };
  }).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function isFamilyRule(rule: Rule): rule is FamilyRule {
  return "family" in rule;
}
