/*
 * Fills the ProgramModel: workflows, coloured functions, effects, references to Promise. Looks at each unit once, walks once
 * per workflow. Reports mistakes of structure; says nothing on determinism.
 */
import { publish } from "../compiler/gather.js";
import { ts } from "../compiler/ts.js";
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
import { collectFacts, keptFacts } from "./facts.js";
import { findMutations } from "./mutations.js";
import { reachFrom } from "./reach.js";
import { unusedMembers } from "./unused-members.js";
import { findWorkflows } from "./workflows.js";

/** Recognises all workflows of a program and what their code reaches. */
export function recognize(view: ProgramView): Recognition {
  const { memory } = view;
  const problems: Problem[] = [];
  const mutations = findMutations(view);
  const { roots, linked, calls, callsIn } = findWorkflows(view, (problem) => problems.push(problem));
  const names = new Map<TS.Node, string>(roots.map(({ body, name }) => [body, name]));
  const factsOfRoot = memory.keep("facts of workflows", (body: TS.Node) =>
    collectFacts(view, mutations, body, { name: names.get(body) ?? "" }),
  );
  const factsOfUnit = keptFacts(view, mutations);
  const factsOf = (unit: TS.Node): UnitFacts => (names.has(unit) ? factsOfRoot(unit) : factsOfUnit(unit));
  const holders = new Set(calls.flatMap(nodesAround));
  const holdsWorkflow = (unit: TS.Node): boolean =>
    holders.has(unit) && callsIn(unit.getSourceFile()).length > 0;
  const reachAll = (from: (body: TS.Node) => readonly ReachedUnit[]): readonly (readonly ReachedUnit[])[] =>
    roots.map(({ body }) => from(body));

  const named = reachAll(
    memory.keep(
      "reached by name",
      (body: TS.Node) =>
        reachFrom(view, factsOf(body), (unit) => (holdsWorkflow(unit) ? null : factsOf(unit))),
      { madeOf: "kept parts" },
    ),
  );
  const unitsNamed = unique(named);
  const activities = activityMembers(view, unitsNamed);
  const unused = unusedMembers(view, mutations, unitsNamed);
  const omitted = new Map<TS.Node, ReadonlySet<TS.Node>>();
  for (const unit of new Set([...activities.keys(), ...unused.keys()]))
    omitted.set(unit, new Set([...(activities.get(unit) ?? []), ...(unused.get(unit) ?? [])]));
  const omittedFrom = publish(memory, "no workflow code", omitted, isSameSet);
  const factsOfRest = memory.keep("facts of the rest", (unit: TS.Node) =>
    collectFacts(view, mutations, unit, { omitted: omittedFrom(unit) ?? new Set() }),
  );
  const followed = (unit: TS.Node): UnitFacts | null => {
    if (holdsWorkflow(unit)) return null;
    return omittedFrom(unit) === undefined ? factsOf(unit) : factsOfRest(unit);
  };
  const first =
    omitted.size === 0
      ? named
      : reachAll(
          memory.keep("reached", (body: TS.Node) => reachFrom(view, factsOf(body), followed), {
            madeOf: "kept parts",
          }),
        );
  const firstUnits = first === named ? unitsNamed : unique(first);
  const checked = checkNames(view, firstUnits, activities);
  problems.push(...checked.problems);
  // What is an activity and workflow code at once is one mistake: its body has not a second one for each line.
  const perWorkflow =
    checked.ambiguous.size === 0
      ? first
      : reachAll((body) =>
          reachFrom(view, factsOf(body), (unit) => (checked.ambiguous.has(unit) ? null : followed(unit))),
        );

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
  const reached = perWorkflow === first ? firstUnits : unique(perWorkflow);
  for (const unit of reached)
    problems.push(...unit.facts.problems.map((problem) => ({ ...problem, path: unit.path })));
  const linkedWorkflows = linked.map(({ name, call }) => ({ name, call }));
  const narrowed = new Set(unused.keys());
  return { model: modelOf(workflows, linkedWorkflows, reached), reached, narrowed, mutations, problems };
}

/** The node itself, and all in which it stands. */
function nodesAround(node: TS.Node): readonly TS.Node[] {
  const found: TS.Node[] = [];
  for (let at = node; !ts.isSourceFile(at); at = at.parent) found.push(at);
  return found;
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

function isSameSet<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  return a.size === b.size && Array.from(a).every((item) => b.has(item));
}

function checkSignals(
  declared: ReadonlySet<string> | null,
  workflow: string,
  reached: readonly ReachedUnit[],
): readonly Problem[] {
  if (declared === null) return [];
  const problems: Problem[] = [];
  for (const { facts, path } of reached) {
    for (const { kind, target, node } of facts.effects) {
      if (kind !== "signal" || target === null || declared.has(target)) continue;
      problems.push({
        code: "CTM3018",
        node: node.arguments[0] ?? node,
        message: `The workflow \`${workflow}\` waits for the signal "${target}", which is not among its \`signals\`, so nobody could send it.`,
        hint: "Add its definition to `signals` in the workflow's options.",
        path,
      });
    }
  }
  return problems;
}
