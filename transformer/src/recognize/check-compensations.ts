import type { ReachedUnit } from "../ir/facts.js";
import type { Problem } from "../ir/problem.js";

/**
 * `compensateAll` undoes what says how. An activity of the same workflow that says nothing may have been forgotten, and would
 * be passed over in silence.
 */
export function checkCompensations(workflow: string, reached: readonly ReachedUnit[]): readonly Problem[] {
  const all = reached.flatMap(({ facts }) => facts.effects).find(({ kind }) => kind === "compensateAll");
  if (all === undefined) return [];
  return reached.flatMap(({ facts, path }) =>
    facts.effects
      .filter(({ kind, compensate }) => kind === "activity" && compensate === null)
      // What it says and the compiler can't read is a mistake already.
      .filter(({ node }) => !facts.problems.some((at) => node.pos <= at.node.pos && at.node.end <= node.end))
      .map((effect): Problem => ({
        code: "CTM3028",
        severity: "warning",
        node: effect.activity?.callee ?? effect.node,
        message: `The activity \`${effect.target ?? ""}\` says nothing on \`compensate\`, so compensateAll(…) of the workflow \`${workflow}\` leaves it as it is.`,
        hint: 'Write how it is undone, compensate: refund(id), or compensate: "none" where there is nothing to undo.',
        path,
        related: { text: "compensateAll(…) is called here", node: all.node },
      })),
  );
}
