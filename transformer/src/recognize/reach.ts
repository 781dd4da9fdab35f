/*
 * Purpose: everything that a workflow's code can reach, with the first path to it.
 * Owns: the walk over units, and which members of classes can be meant by a name.
 * Does not own: what is wrong with what is reached (analyze/).
 *
 * Invariants
 *  1. Closed world: a function can run in workflow code only if visited code names it, so the walk follows names, not calls.
 *  2. Breadth first, in source order: the same program gives the same order, and paths are short.
 *  3. A member of a class is reached when the class is and its name is accessed somewhere, or the language calls it by itself.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import type { UnitFacts } from "../ir/facts.js";
import type { PathStep } from "../ir/model.js";
import { HOOKS } from "./members.js";
import { isSeparateMember } from "./units.js";

export interface ReachedFacts {
  readonly facts: UnitFacts;
  readonly path: readonly PathStep[];
}

/** Walks from `root`; `factsOf` gives the facts of a unit, or null for one that is not followed. */
export function reachFrom(
  view: ProgramView,
  root: UnitFacts,
  factsOf: (unit: TS.Node) => UnitFacts | null,
): readonly ReachedFacts[] {
  const reached: ReachedFacts[] = [];
  const queued = new Set<TS.Node>([root.declaration]);
  const queue: ReachedFacts[] = [{ facts: root, path: [] }];
  const liveClasses: { readonly node: TS.ClassDeclaration; readonly open: boolean }[] = [];
  const accessed = new Map<string, { readonly from: ReachedFacts; readonly node: TS.Node }>();
  let reflection: { readonly from: ReachedFacts; readonly node: TS.Node } | null = null;

  const enqueue = (unit: TS.Node, from: ReachedFacts, node: TS.Node): void => {
    if (queued.has(unit)) return;
    queued.add(unit);
    const facts = factsOf(unit);
    if (facts === null) return;
    queue.push({ facts, path: [...from.path, { from: from.facts.name, to: facts.name, reference: node }] });
  };
  const reachMembers = (
    type: { readonly node: TS.ClassDeclaration; readonly open: boolean },
    by: ReachedFacts,
  ): void => {
    for (const member of type.node.members) {
      if (!isSeparateMember(member) || queued.has(member)) continue;
      const name = ts.isComputedPropertyName(member.name) ? null : member.name.text;
      const hook = name === null || HOOKS.has(name) || type.open;
      const access = name === null ? undefined : (accessed.get(name) ?? reflection ?? undefined);
      if (access !== undefined) enqueue(member, access.from, access.node);
      else if (hook) enqueue(member, by, type.node.name ?? type.node);
    }
  };

  for (let current = queue.shift(); current !== undefined; current = queue.shift()) {
    reached.push(current);
    for (const reference of current.facts.references) enqueue(reference.unit, current, reference.node);
    let isNewName = false;
    for (const member of current.facts.members) {
      if (accessed.has(member.name)) continue;
      accessed.set(member.name, { from: current, node: member.node });
      isNewName = true;
    }
    if (current.facts.reflection !== null && reflection === null) {
      reflection = { from: current, node: current.facts.reflection };
      isNewName = true;
    }
    const declaration = current.facts.declaration;
    if (ts.isClassDeclaration(declaration)) {
      const type = { node: declaration, open: extendsForeign(view, declaration) };
      liveClasses.push(type);
      reachMembers(type, current);
    }
    if (isNewName) for (const type of liveClasses) reachMembers(type, current);
  }
  return reached;
}

/** Code that is not the project's calls the methods of such a class by names that never show here; errors have only hooks. */
function extendsForeign(view: ProgramView, node: TS.ClassDeclaration): boolean {
  const base = node.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)
    ?.types[0];
  if (base === undefined) return false;
  const declarations = view.symbolOf(base.expression)?.declarations ?? [];
  if (declarations.some((declaration) => view.originOf(declaration).kind === "platform")) {
    return !/^(DOMException|\w*Error)$/.test(view.symbolOf(base.expression)?.name ?? "");
  }
  return !declarations.some(
    (declaration) => view.originOf(declaration).kind === "project" && ts.isClassLike(declaration),
  );
}
