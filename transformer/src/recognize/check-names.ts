/*
 * What can only be seen with the whole program in view: two activities under one name, and one function that is an activity
 * here and workflow code there.
 */
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import type { ReachedUnit } from "../ir/facts.js";
import type { ActivityReference } from "../ir/model.js";
import type { Problem } from "../ir/problem.js";
import { unitName, unitOf } from "./units.js";

export interface NameCheck {
  readonly problems: readonly Problem[];
  /** Units that are used both ways. */
  readonly ambiguous: ReadonlySet<TS.Node>;
}

/** `members`: what of a unit is activity code alone, and no workflow code. */
export function checkNames(
  view: ProgramView,
  reached: readonly ReachedUnit[],
  members: ReadonlyMap<TS.Node, ReadonlySet<TS.Node>>,
): NameCheck {
  const problems: Problem[] = [];
  const byName = new Map<string, ActivityReference>();
  const byUnit = new Map<TS.Node, ReachedUnit>(reached.map((unit) => [unit.facts.declaration, unit]));
  const ambiguous = new Set<TS.Node>();
  for (const unit of reached) {
    for (const activity of unit.facts.activities) {
      const first = byName.get(activity.name);
      if (first === undefined) byName.set(activity.name, activity);
      else if (first.declaration !== activity.declaration) problems.push(sameName(activity, first, unit));
      const home = unitOf(activity.declaration);
      const use = home === null ? undefined : byUnit.get(home);
      const step = use?.path.at(-1);
      if (home === null || use === undefined || step === undefined || ambiguous.has(home)) continue;
      if (members.get(home)?.has(activity.declaration) === true) continue;
      ambiguous.add(home);
      problems.push({
        code: "CTM3015",
        node: step.reference,
        message: `\`${unitName(home, view)}\` is an activity elsewhere in this program, and here workflow code uses it directly: its code can't be both.`,
        hint: `Write activity(${step.reference.getText()}(…)) here too, or move what both need into a function of its own.`,
        path: use.path.slice(0, -1),
        related: { text: `used as the activity \`${activity.name}\``, node: activity.callee },
      });
    }
  }
  return { problems, ambiguous };
}

function sameName(activity: ActivityReference, first: ActivityReference, unit: ReachedUnit): Problem {
  return {
    code: "CTM3012",
    node: activity.callee,
    message: `Two activities of this program are named \`${activity.name}\`, and a stored task could not tell which one it is.`,
    hint: 'Give one of them a name of its own: export const x = defineActivity({ name: "…" }, fn).',
    path: unit.path,
    related: { text: `the other \`${activity.name}\``, node: first.callee },
  };
}
