/*
 * Purpose: everything that a workflow's code can reach, with the first path to it.
 * Owns: the walk over units, and which members of classes can be meant by a name.
 * Does not own: what is wrong with what is reached (analyze/).
 *
 * Invariants
 *  1. Closed world: a function can run in workflow code only if visited code names it, so the walk follows names, not calls.
 *  2. Breadth first, in source order: the same program gives the same order, and paths are short.
 *  3. A member of a class is reached when the class is and its name is accessed on what can be of the class (receivers.ts), or the
 *     language calls it by itself.
 *  4. What is put into a place of a wider type counts when all that is reached without it is known: paths stay short.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import type { ReceiverType, UnitFacts } from "../ir/facts.js";
import type { PathStep } from "../ir/model.js";
import { HOOKS } from "./members.js";
import { receivers } from "./receivers.js";
import type { Stands } from "./receivers.js";
import { isSeparateMember } from "./units.js";
import type { SeparateMember } from "./units.js";

export interface ReachedFacts {
  readonly facts: UnitFacts;
  readonly path: readonly PathStep[];
}

interface Access {
  readonly from: ReachedFacts;
  readonly node: TS.Node;
}

/** An access by name, on one of the types that what it is accessed on can have; null for any. */
interface NamedAccess extends Access {
  readonly receiver: ReceiverType | null;
}

/** The accesses by one name, each type once. */
interface Accesses {
  readonly all: NamedAccess[];
  readonly seen: Map<ReceiverType["by"] | "any", Set<TS.Node | null>>;
}

const ANYTHING: readonly null[] = [null];

interface LiveClass {
  readonly node: TS.ClassDeclaration;
  readonly open: boolean;
  /** Its methods and accessors, each with its name; null where that is computed. */
  readonly members: readonly (readonly [member: SeparateMember, name: string | null])[];
  /** What reached it. */
  readonly by: ReachedFacts;
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
  const liveClasses: LiveClass[] = [];
  const accessed = new Map<string, Accesses>();
  const { addClass, addClaim, addWidening, addWrite, isAnythingWider, mayMean } = receivers(view);
  let reflection: Access | null = null;

  const enqueue = (unit: TS.Node, from: ReachedFacts, node: TS.Node): void => {
    if (queued.has(unit)) return;
    queued.add(unit);
    const facts = factsOf(unit);
    if (facts === null) return;
    queue.push({ facts, path: [...from.path, { from: from.facts.name, to: facts.name, reference: node }] });
  };
  const accessTo = (member: TS.ClassElement, name: string, how: Stands): Access | undefined =>
    accessed.get(name)?.all.find(({ receiver }) => mayMean(receiver, member, how));
  const reachMembers = (
    type: LiveClass,
    names: ReadonlySet<string> | "all",
    how: Stands = "by its type",
  ): void => {
    for (const [member, name] of type.members) {
      if (names !== "all" && (name === null || !names.has(name))) continue;
      if (queued.has(member)) continue;
      const hook = name === null || HOOKS.has(name) || type.open;
      const access = name === null ? undefined : (accessTo(member, name, how) ?? reflection ?? undefined);
      if (access !== undefined) enqueue(member, access.from, access.node);
      else if (hook) enqueue(member, type.by, type.node.name ?? type.node);
    }
  };

  const walk = (current: ReachedFacts): void => {
    reached.push(current);
    for (const reference of current.facts.references) enqueue(reference.unit, current, reference.node);
    // Which members can be meant changes with each of these, for the classes that were found before.
    const names = new Set<string>();
    let isAll = false;
    for (const { name, node, receivers } of current.facts.members) {
      // No class has a member of that name.
      if (receivers?.length === 0) continue;
      let known = accessed.get(name);
      if (known === undefined) accessed.set(name, (known = { all: [], seen: new Map() }));
      for (const receiver of receivers ?? ANYTHING)
        if (addAccess(known, { from: current, node, receiver })) names.add(name);
    }
    for (const claim of current.facts.claims) if (addClaim(claim)) isAll = true;
    for (const widening of current.facts.widenings) addWidening(widening);
    for (const write of current.facts.writes) addWrite(write);
    if (current.facts.reflection !== null && reflection === null) {
      reflection = { from: current, node: current.facts.reflection };
      isAll = true;
    }
    const declaration = current.facts.declaration;
    if (ts.isClassDeclaration(declaration)) {
      const open = extendsForeign(view, declaration);
      liveClasses.push({ node: declaration, open, members: separateMembers(declaration), by: current });
      addClass(declaration);
      isAll = true;
    }
    if (!isAll && names.size === 0) return;
    for (const type of liveClasses) reachMembers(type, isAll ? "all" : names);
  };

  while (queue.length > 0) {
    for (let current = queue.shift(); current !== undefined; current = queue.shift()) walk(current);
    // Only now is known what is put where: what that leads to can put something elsewhere.
    if (isAnythingWider()) for (const type of liveClasses) reachMembers(type, "all", "by what is put where");
  }
  return reached;
}

function separateMembers(node: TS.ClassDeclaration): LiveClass["members"] {
  return node.members
    .filter(isSeparateMember)
    .map((member) => [member, ts.isComputedPropertyName(member.name) ? null : member.name.text] as const);
}

/** False where it says nothing new. */
function addAccess({ all, seen }: Accesses, access: NamedAccess): boolean {
  const { receiver } = access;
  const by = receiver?.by ?? "any";
  const node = receiver?.node ?? null;
  let nodes = seen.get(by);
  if (seen.has("any") || nodes?.has(node) === true) return false;
  if (nodes === undefined) seen.set(by, (nodes = new Set()));
  nodes.add(node);
  all.push(access);
  return true;
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
