/*
 * Values that cannot cross the journal, found by their types, with the path to what is in the way.
 */
import type { ProgramView } from "../../compiler/program-view.js";
import type { Recognition } from "../../ir/facts.js";
import type { PathStep } from "../../ir/model.js";
import type { Problem } from "../../ir/problem.js";
import type { Crossing } from "./crossings.js";
import { crossingsOfEffect, crossingsOfWorkflow } from "./crossings.js";
import type { TypeFinding } from "./durable-type.js";
import { whyNotDurable } from "./durable-type.js";

/** A problem for each value that can't be stored, a warning for each that is `any`. */
export function findUndurable(view: ProgramView, recognition: Recognition): readonly Problem[] {
  const known = new Map<object, TypeFinding | null>();
  const problems: Problem[] = [];
  const judge = (crossing: Crossing, path: readonly PathStep[]): void => {
    for (const type of crossing.types) {
      let finding = known.get(type);
      if (finding === undefined) known.set(type, (finding = whyNotDurable(view, type)));
      if (finding === null) continue;
      problems.push(problemOf(crossing, finding, path));
      return;
    }
  };
  for (const workflow of recognition.model.workflows)
    for (const crossing of crossingsOfWorkflow(view, workflow)) judge(crossing, []);
  for (const { facts, path } of recognition.reached)
    for (const effect of facts.effects)
      for (const crossing of crossingsOfEffect(view, effect)) judge(crossing, path);
  return problems;
}

function problemOf(crossing: Crossing, finding: TypeFinding, path: readonly PathStep[]): Problem {
  const { node, what, root } = crossing;
  const place = `\`${root}${finding.path}\``;
  if (finding.kind === "any") {
    return {
      code: "CTM2031",
      severity: "warning",
      node,
      message: `${what} is not known by its type: ${place} is any, so only the run finds out whether it can be stored.`,
      hint: "Give it a type; where nothing is known of it, unknown.",
      path,
    };
  }
  return {
    code: "CTM2030",
    node,
    message: `${what} cannot be stored: ${place} is ${finding.what}.`,
    hint: HINTS[finding.kind],
    path,
  };
}

const HINTS: Readonly<Record<Exclude<TypeFinding["kind"], "any">, string>> = {
  function: "Leave it out, or pass data that says what is to be done, and do it where it is needed.",
  class: "Pass its data as a plain object, and make the instance where it is needed.",
  promise: "Await it first, and pass its value.",
  symbol: "Pass a string instead.",
};
