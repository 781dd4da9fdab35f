/*
 * Purpose: what other programs can reach of this one. A program that writes declarations does not know who will import it, so
 * its exports are roots, too: the async functions that they reach are compiled to serve workflows as well as other code.
 * Does not own: whether a workflow may use them; the program that has the workflow judges that, with the source in hand.
 *
 * Invariants
 *  1. Nothing here is a mistake: code that can't be workflow code stays as it is, and so does all of the unit that holds it.
 *  2. What is known to be an activity stays as it is.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { resolveAlias } from "../compiler/symbols.js";
import type { Recognition, UnitFacts } from "../ir/facts.js";
import type { ColouredFunction, EffectCall, FunctionNode, ProgramModel } from "../ir/model.js";
import { keptFacts } from "./facts.js";
import { isSeparateMember, unitOf } from "./units.js";

/** The model of `recognition` with what exports reach; `isSupported` says of a part of it whether its form can be changed. */
export function openModel(
  view: ProgramView,
  recognition: Recognition,
  isSupported: (part: ProgramModel) => boolean,
): ProgramModel {
  const { model, reached, narrowed } = recognition;
  const closed = new Set(reached.map(({ facts }) => facts.declaration).filter((unit) => !narrowed.has(unit)));
  const open = openUnits(view, recognition);
  const activities = new Set<TS.Node | null>();
  for (const facts of [...reached.map((unit) => unit.facts), ...open])
    for (const { declaration } of facts.activities) activities.add(unitOf(declaration));
  const coloured = new Map(model.coloured);
  const effects = new Map(model.effects);
  const promises = new Set(model.promises);
  for (const facts of open) {
    const { declaration, problems } = facts;
    if (closed.has(declaration) || activities.has(declaration) || problems.length > 0) continue;
    if (!ts.isExternalModule(declaration.getSourceFile())) continue;
    const part = partOf(facts);
    if (!isSupported(part)) continue;
    for (const [node, fn] of part.coloured) coloured.set(node, fn);
    for (const [node, effect] of part.effects) effects.set(node, effect);
    for (const identifier of part.promises) promises.add(identifier);
  }
  return { ...model, coloured, effects, promises };
}

function partOf(facts: UnitFacts): ProgramModel {
  const coloured = new Map<FunctionNode, ColouredFunction>();
  const effects = new Map<TS.CallExpression, EffectCall>();
  for (const node of facts.asyncFunctions) coloured.set(node, { node, workflow: null });
  for (const effect of facts.effects) effects.set(effect.node, effect);
  return { workflows: [], linkedWorkflows: [], coloured, effects, promises: new Set(facts.promises) };
}

/** Every unit that an export reaches, with all members of its classes: who calls them is not known. */
function openUnits(view: ProgramView, recognition: Recognition): readonly UnitFacts[] {
  const { model, reached, narrowed, mutations } = recognition;
  const factsOf = keptFacts(view, mutations);
  const known = new Map(
    reached
      .filter(({ facts }) => !narrowed.has(facts.declaration))
      .map(({ facts }) => [facts.declaration, facts]),
  );
  const workflows = new Set<TS.Node | null>(model.workflows.map(({ call }) => unitOf(call.parent)));
  const found: UnitFacts[] = [];
  const queued = new Set<TS.Node>();
  const queue: TS.Node[] = [];
  const enqueue = (unit: TS.Node | null): void => {
    if (unit === null || queued.has(unit) || workflows.has(unit)) return;
    queued.add(unit);
    if (!view.isLinked(unit.getSourceFile())) queue.push(unit);
  };
  for (const file of view.projectFiles) for (const unit of exportedUnits(view, file)) enqueue(unit);
  for (let unit = queue.shift(); unit !== undefined; unit = queue.shift()) {
    const facts = known.get(unit) ?? factsOf(unit);
    if (facts.isDefinition) continue;
    found.push(facts);
    for (const reference of facts.references) enqueue(reference.unit);
    if (ts.isClassDeclaration(unit)) unit.members.filter(isSeparateMember).forEach(enqueue);
  }
  return found;
}

function exportedUnits(view: ProgramView, file: TS.SourceFile): readonly (TS.Node | null)[] {
  const module = view.checker.getSymbolAtLocation(file);
  if (module === undefined || view.isLinked(file)) return [];
  return view.checker
    .getExportsOfModule(module)
    .flatMap((exported) => resolveAlias(view.checker, exported).declarations ?? [])
    .filter((declaration) => view.originOf(declaration).kind === "project" && !ts.isSourceFile(declaration))
    .map(unitOf);
}
