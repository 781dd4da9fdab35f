/*
 * Values that cannot cross the journal, found by their types, with the path to what is in the way.
 */
import type { TS } from "../../compiler/ts.js";
import type { ProgramView } from "../../compiler/program-view.js";
import type { Recognition } from "../../ir/facts.js";
import type { WorkflowDefinition } from "../../ir/model.js";
import type { Problem } from "../../ir/problem.js";
import type { FactsInForce } from "../facts-in-force.js";
import type { Crossing } from "./crossings.js";
import { crossingsOfEffect, crossingsOfWorkflow } from "./crossings.js";
import type { TypeFinding } from "./durable-type.js";
import { whyNotDurable } from "./durable-type.js";

/** A problem for each value that can't be stored, a warning for each that is `any`. */
export function findUndurable(
  view: ProgramView,
  { model, reached }: Recognition,
  factsOf: FactsInForce,
): readonly Problem[] {
  const known = new Map<object, TypeFinding | null>();
  const judge = (crossing: Crossing): readonly Problem[] => {
    for (const type of crossing.types) {
      let finding = known.get(type);
      if (finding === undefined) known.set(type, (finding = whyNotDurable(view, type)));
      if (finding !== null) return [problemOf(crossing, finding)];
    }
    return [];
  };
  const workflows = new Map<TS.Node, WorkflowDefinition>(model.workflows.map((at) => [at.call, at]));
  const ofWorkflow = view.memory.keep("not durable in workflows", (call: TS.Node) => {
    const workflow = workflows.get(call);
    return workflow === undefined ? [] : crossingsOfWorkflow(view, workflow).flatMap(judge);
  });
  const ofUnit = view.memory.keep("not durable", (unit: TS.Node) =>
    factsOf(unit).effects.flatMap((effect) => crossingsOfEffect(view, effect).flatMap(judge)),
  );
  return [
    ...model.workflows.flatMap(({ call }) => ofWorkflow(call)).map((problem) => ({ ...problem, path: [] })),
    ...reached.flatMap(({ facts, path }) =>
      facts.effects.length === 0 ? [] : ofUnit(facts.declaration).map((problem) => ({ ...problem, path })),
    ),
  ];
}

function problemOf(crossing: Crossing, finding: TypeFinding): Problem {
  const { node, what, root } = crossing;
  const place = `\`${root}${finding.path}\``;
  if (finding.kind === "any") {
    return {
      code: "CTM2031",
      severity: "warning",
      node,
      message: `${what} is not known by its type: ${place} is any, so only the run finds out whether it can be stored.`,
      hint: "Give it a type; where nothing is known of it, unknown.",
    };
  }
  return {
    code: "CTM2030",
    node,
    message: `${what} cannot be stored: ${place} is ${finding.what}.`,
    hint: HINTS[finding.kind],
  };
}

const HINTS: Readonly<Record<Exclude<TypeFinding["kind"], "any">, string>> = {
  function: "Leave it out, or pass data that says what is to be done, and do it where it is needed.",
  class: "Pass its data as a plain object, and make the instance where it is needed.",
  promise: "Await it first, and pass its value.",
  symbol: "Pass a string instead.",
  key: "Give the property a name that is text.",
};
