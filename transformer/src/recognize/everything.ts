import type { ProgramView } from "../compiler/program-view.js";
import type { Recognition, ReachedUnit } from "../ir/facts.js";
import type { ColouredFunction, EffectCall, FunctionNode } from "../ir/model.js";
import type { TS } from "../compiler/ts.js";
import { collectFacts } from "./facts.js";
import { recognize } from "./recognize.js";

/**
 * As {@link recognize}, but colours every async function of the project, reached or not: for tests of the compiler, whose
 * programs need no workflow that reaches their code.
 */
export function recognizeEverything(view: ProgramView): Recognition {
  const recognition = recognize(view);
  const bodies = new Map(recognition.model.workflows.map((workflow) => [workflow.body, workflow]));
  const coloured = new Map<FunctionNode, ColouredFunction>();
  const effects = new Map<TS.CallExpression, EffectCall>();
  const promises = new Set<TS.Identifier>();
  const known = new Set(recognition.reached.map(({ facts }) => facts.declaration));
  const reached: ReachedUnit[] = [...recognition.reached];
  for (const file of view.projectFiles) {
    if (view.isLinked(file)) continue;
    const facts = collectFacts(view, recognition.mutations, file, { name: view.locationOf(file).path });
    for (const node of facts.asyncFunctions) coloured.set(node, { node, workflow: bodies.get(node) ?? null });
    for (const effect of facts.effects) effects.set(effect.node, effect);
    for (const identifier of facts.promises) promises.add(identifier);
    if (!known.has(file)) reached.push({ facts, path: [] });
  }
  return {
    ...recognition,
    model: { ...recognition.model, coloured, effects, promises },
    reached,
  };
}
