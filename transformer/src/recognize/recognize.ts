/*
 * Fills the ProgramModel: workflows, coloured functions, effects, references to Promise. Looks at each unit once, walks once
 * per workflow. Reports mistakes of structure; says nothing on determinism.
 */
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import type { ReachedUnit, Recognition, UnitFacts } from "../ir/facts.js";
import type {
  ColouredFunction,
  EffectCall,
  FunctionNode,
  ProgramModel,
  WorkflowDefinition,
} from "../ir/model.js";
import type { Problem } from "../ir/problem.js";
import { activityMembers } from "./activity-members.js";
import { checkCompensations } from "./check-compensations.js";
import { checkNames } from "./check-names.js";
import { collectFacts } from "./facts.js";
import { findMutations } from "./mutations.js";
import { reachFrom } from "./reach.js";
import { unusedMembers } from "./unused-members.js";
import { findWorkflows } from "./workflows.js";

/** Recognises all workflows of a program and what their code reaches. */
export function recognize(view: ProgramView): Recognition {
  const problems: Problem[] = [];
  const mutations = findMutations(view);
  const { roots, linked } = findWorkflows(view, (problem) => problems.push(problem));
  const definitions = new Set<TS.Node>([...roots, ...linked].map((root) => root.call));
  const known = new Map<TS.Node, UnitFacts>();
  const factsOf = (unit: TS.Node): UnitFacts => {
    let facts = known.get(unit);
    if (facts === undefined) known.set(unit, (facts = collectFacts(view, mutations, unit)));
    return facts;
  };
  const followed = (unit: TS.Node): UnitFacts | null =>
    holdsWorkflow(unit, definitions) ? null : factsOf(unit);

  const reachAll = (follow: (unit: TS.Node) => UnitFacts | null): readonly (readonly ReachedUnit[])[] =>
    roots.map((root) => {
      const facts = known.get(root.body) ?? collectFacts(view, mutations, root.body, { name: root.name });
      known.set(root.body, facts);
      return reachFrom(view, facts, follow);
    });

  const named = reachAll(followed);
  const activities = activityMembers(view, unique(named));
  const unused = unusedMembers(view, mutations, unique(named));
  for (const unit of new Set([...activities.keys(), ...unused.keys()])) {
    const omitted = new Set([...(activities.get(unit) ?? []), ...(unused.get(unit) ?? [])]);
    known.set(unit, collectFacts(view, mutations, unit, { omitted }));
  }
  const first = activities.size === 0 && unused.size === 0 ? named : reachAll(followed);
  const names = checkNames(view, unique(first), activities);
  problems.push(...names.problems);
  // What is an activity and workflow code at once is one mistake: its body has not a second one for each line.
  const perWorkflow =
    names.ambiguous.size === 0
      ? first
      : reachAll((unit) => (names.ambiguous.has(unit) ? null : followed(unit)));

  const workflows = roots.map((root, i): WorkflowDefinition => {
    const reaches = (perWorkflow[i] ?? []).map((unit) => ({
      declaration: unit.facts.declaration,
      path: unit.path,
    }));
    problems.push(...checkSignals(root.signals, root.name, perWorkflow[i] ?? []));
    problems.push(...checkCompensations(root.name, perWorkflow[i] ?? []));
    const { name, label, current, call, body, file } = root;
    return { name, label, current, call, body, file, reaches };
  });
  const reached = unique(perWorkflow);
  for (const unit of reached)
    problems.push(...unit.facts.problems.map((problem) => ({ ...problem, path: unit.path })));
  const linkedWorkflows = linked.map(({ name, call }) => ({ name, call }));
  const narrowed = new Set(unused.keys());
  return { model: modelOf(workflows, linkedWorkflows, reached), reached, narrowed, mutations, problems };
}

/** Each unit once, with the path that was found first. */
function unique(perWorkflow: readonly (readonly ReachedUnit[])[]): readonly ReachedUnit[] {
  const units = new Map<TS.Node, ReachedUnit>();
  for (const unit of perWorkflow.flat())
    if (!units.has(unit.facts.declaration)) units.set(unit.facts.declaration, unit);
  return [...units.values()];
}

function modelOf(
  workflows: readonly WorkflowDefinition[],
  linkedWorkflows: ProgramModel["linkedWorkflows"],
  reached: readonly ReachedUnit[],
): Recognition["model"] {
  const coloured = new Map<FunctionNode, ColouredFunction>();
  const effects = new Map<TS.CallExpression, EffectCall>();
  const promises = new Set<TS.Identifier>();
  const bodies = new Map(workflows.map((workflow) => [workflow.body, workflow]));
  for (const { facts } of reached) {
    for (const node of facts.asyncFunctions) coloured.set(node, { node, workflow: bodies.get(node) ?? null });
    for (const effect of facts.effects) effects.set(effect.node, effect);
    for (const identifier of facts.promises) promises.add(identifier);
  }
  return { workflows, linkedWorkflows, coloured, effects, promises };
}

function holdsWorkflow(unit: TS.Node, definitions: ReadonlySet<TS.Node>): boolean {
  for (const definition of definitions) {
    if (
      definition.getSourceFile() === unit.getSourceFile() &&
      unit.pos <= definition.pos &&
      definition.end <= unit.end
    )
      return true;
  }
  return false;
}

function checkSignals(
  declared: ReadonlySet<string> | null,
  workflow: string,
  reached: readonly ReachedUnit[],
): readonly Problem[] {
  if (declared === null) return [];
  return reached.flatMap(({ facts, path }) =>
    facts.effects
      .filter((effect) => effect.kind === "signal" && effect.target !== null && !declared.has(effect.target))
      .map((effect): Problem => ({
        code: "CTM3018",
        node: effect.node.arguments[0] ?? effect.node,
        message: `The workflow \`${workflow}\` waits for the signal "${effect.target ?? ""}", which is not among its \`signals\`, so nobody could send it.`,
        hint: "Add its definition to `signals` in the workflow's options.",
        path,
      })),
  );
}
