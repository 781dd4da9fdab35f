/*
 * Purpose: says what is wrong with the workflow code that recognition found.
 * Owns: the walk over its nodes, once per unit; which rules run.
 * Does not own: what is workflow code (recognize/), what a rule says (rules/).
 */
import { unwrap } from "../compiler/symbols.js";
import { ts } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { walkValues } from "../compiler/walk-values.js";
import type { Recognition } from "../ir/facts.js";
import type { Problem } from "../ir/problem.js";
import { findUndurable } from "./durability/find-undurable.js";
import { flowsOf } from "./flows.js";
import { judge } from "./judge.js";
import { findPatchedGlobals } from "./patched-globals.js";
import type { RuleContext } from "./rule.js";
import { determinismRules, structureRules } from "./rules/index.js";
import { packageUses } from "./shipped/package-uses.js";
import { rememberedAnswer } from "./shipped/remember.js";
import { trustOf } from "./trust.js";
import type { TrustedModules } from "./trust.js";

export interface AnalysisOptions {
  readonly trustedModules?: TrustedModules;
  /** `"off"`: structure only. */
  readonly analysis?: "on" | "off";
}

/** All mistakes in the reached code of a program, each with the first path that leads to its unit. */
export function analyze(
  view: ProgramView,
  recognition: Recognition,
  options: AnalysisOptions = {},
): readonly Problem[] {
  const problems: Problem[] = [];
  const rules = options.analysis === "off" ? structureRules : [...structureRules, ...determinismRules];
  const flows = flowsOf(view, recognition.reached);
  const trust = trustOf(options.trustedModules ?? []);
  const packages = packageUses(view, trust, (question) => rememberedAnswer(question, view.files));
  for (const { facts, path } of recognition.reached) {
    if (facts.isDefinition) continue;
    for (const root of facts.roots) {
      walkValues(root, (node) => {
        if (facts.omitted.has(node)) return false;
        // The call inside `activity(…)` does not happen here; its arguments do.
        if (ts.isCallExpression(node) && facts.omitted.has(unwrap(node.expression))) return true;
        const judged = options.analysis === "off" ? null : judge(view, node, trust);
        const judgement = packages.take(node, judged, path) ? null : judged;
        for (const rule of rules) {
          const report: RuleContext["report"] = (at, message, hint, related) => {
            problems.push({
              code: rule.code,
              ...(rule.severity === undefined ? {} : { severity: rule.severity }),
              node: at,
              message,
              hint,
              path,
              ...(related === undefined ? {} : { related }),
            });
          };
          rule.check(node, { view, unit: facts, judgement, mutations: recognition.mutations, flows, report });
        }
        return true;
      });
    }
  }
  if (options.analysis !== "off") {
    problems.push(...packages.problems());
    problems.push(...findPatchedGlobals(view, recognition.reached, recognition.mutations));
    problems.push(...findUndurable(view, recognition));
  }
  return problems;
}
