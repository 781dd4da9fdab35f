/*
 * Purpose: says what is wrong with the workflow code that recognition found.
 * Owns: the walk over its nodes, once per unit; which rules run.
 * Does not own: what is workflow code (recognize/), what a rule says (rules/).
 */
import { unwrap } from "../compiler/symbols.js";
import { ofCompiler, ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { walkValues } from "../compiler/walk-values.js";
import type { Recognition, UnitFacts } from "../ir/facts.js";
import type { Problem } from "../ir/problem.js";
import { findUndurable } from "./durability/find-undurable.js";
import { factsInForce } from "./facts-in-force.js";
import { flowsOf } from "./flows.js";
import { judge } from "./judge.js";
import { findPatchedGlobals } from "./patched-globals.js";
import { byKind } from "./rule.js";
import type { Rule, RuleContext } from "./rule.js";
import { determinismRules, structureRules } from "./rules/index.js";
import { packageProblems, packageUseAt } from "./shipped/package-uses.js";
import type { PackageUse, PlacedUse } from "./shipped/package-uses.js";
import { rememberedAnswer } from "./shipped/remember.js";
import { trustOf } from "./trust.js";
import type { Trust, TrustedModules } from "./trust.js";

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
  const { reached, mutations } = recognition;
  const trust = trustOf(options.trustedModules ?? []);
  const isOff = options.analysis === "off";
  const factsOf = factsInForce(view.memory, reached);
  const values = flowsOf(view, reached, factsOf);
  const findingsOf = view.memory.keep("mistakes", (unit: TS.Node) =>
    examineUnit(factsOf(unit), { view, mutations, ...values }, isOff ? null : trust),
  );
  const problems: Problem[] = [];
  const uses: PlacedUse[] = [];
  for (const { facts, path } of reached) {
    if (facts.isDefinition) continue;
    const found = findingsOf(facts.declaration);
    problems.push(...found.problems.map((problem) => ({ ...problem, path })));
    uses.push(...found.packageUses.map((use) => ({ use, path })));
  }
  if (!isOff) {
    problems.push(...packageProblems(view, uses, (question) => rememberedAnswer(question, view.files)));
    problems.push(...findPatchedGlobals(view, reached, mutations));
    problems.push(...findUndurable(view, recognition, factsOf));
  }
  return problems;
}

const rulesOfStructure = ofCompiler(() => byKind(structureRules));
const allRules = ofCompiler(() => byKind([...structureRules, ...determinismRules]));

/** What is wrong in a unit, however it is reached, and what of packages it uses. */
interface UnitFindings {
  readonly problems: readonly Problem[];
  readonly packageUses: readonly PackageUse[];
}

/** Without `trust` the structure alone is looked at. */
function examineUnit(
  unit: UnitFacts,
  world: Pick<RuleContext, "view" | "mutations" | "flows" | "texts">,
  trust: Trust | null,
): UnitFindings {
  const { view } = world;
  const problems: Problem[] = [];
  const packageUses: PackageUse[] = [];
  const rulesAt = trust === null ? rulesOfStructure() : allRules();
  let current: Rule | null = null;
  // One context for all rules and nodes of the unit: rules are asked one after the other, and keep nothing of it.
  const context: { -readonly [Key in keyof RuleContext]: RuleContext[Key] } = {
    ...world,
    unit,
    judgement: null,
    report(at, message, hint, related) {
      if (current === null) return;
      const { code, severity } = current;
      problems.push({
        code,
        ...(severity === undefined ? {} : { severity }),
        node: at,
        message,
        hint,
        ...(related === undefined ? {} : { related }),
      });
    },
  };
  for (const root of unit.roots) {
    walkValues(root, (node) => {
      if (unit.omitted.has(node)) return false;
      // The call inside `activity(…)` does not happen here; its arguments do.
      if (ts.isCallExpression(node) && unit.omitted.has(unwrap(node.expression))) return true;
      const judged = trust === null ? null : judge(view, node, trust);
      const use = trust === null ? null : packageUseAt(view, trust, node, judged);
      if (use !== null) packageUses.push(use);
      context.judgement = use?.kind === "entry" ? null : judged;
      for (const rule of rulesAt(node.kind, context.judgement !== null)) {
        current = rule;
        rule.check(node, context);
      }
      return true;
    });
  }
  return { problems, packageUses };
}
