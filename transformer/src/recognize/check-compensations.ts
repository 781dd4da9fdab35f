import type { ReachedUnit } from "../ir/facts.js";
import type { EffectCall } from "../ir/model.js";
import type { Problem } from "../ir/problem.js";

/**
 * `compensateAll` undoes what says how. An activity of the same workflow that says nothing may have been forgotten, and would
 * be passed over in silence.
 */
export function checkCompensations(workflow: string, reached: readonly ReachedUnit[]): readonly Problem[] {
  const all = compensateAllIn(reached);
  if (all === null) return [];
  const problems: Problem[] = [];
  for (const { facts, path } of reached) {
    for (const { kind, compensate, node, activity, target } of facts.effects) {
      if (kind !== "activity" || compensate !== null) continue;
      // What it says and the compiler can't read is a mistake already.
      if (facts.problems.some((at) => node.pos <= at.node.pos && at.node.end <= node.end)) continue;
      problems.push({
        code: "CTM3028",
        severity: "warning",
        node: activity?.callee ?? node,
        message: `The activity \`${target ?? ""}\` says nothing on \`compensate\`, so compensateAll(…) of the workflow \`${workflow}\` leaves it as it is.`,
        hint: 'Write how it is undone, compensate: refund(id), or compensate: "none" where there is nothing to undo.',
        path,
        related: { text: "compensateAll(…) is called here", node: all.node },
      });
    }
  }
  return problems;
}

function compensateAllIn(reached: readonly ReachedUnit[]): EffectCall | null {
  for (const { facts } of reached)
    for (const effect of facts.effects) if (effect.kind === "compensateAll") return effect;
  return null;
}
