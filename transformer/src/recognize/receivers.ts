/*
 * Purpose: which classes a member access can mean, by the type of what it is accessed on.
 * Owns: when a type can be believed.
 * Does not own: what a type is without its checker (receiver-types.ts), what is claimed (claims.ts).
 *
 * Invariants
 *  1. A type that is not closed is not believed (receiver-types.ts).
 *  2. An assertion, a type predicate, a `Symbol.hasInstance` and a flow of `any` make a value look like what it need not be: a type that such a value
 *     could have got into is not believed.
 *  3. The checker is asked only of types on which a member of a class is accessed that a workflow reaches, and once per program.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import type { ReceiverType } from "../ir/facts.js";
import { claimedType } from "./claims.js";
import type { ClaimedType } from "./claims.js";
import { isClosed, typeOf } from "./receiver-types.js";

/** Which members of the classes seen so far an access through a type can mean. */
export interface Receivers {
  addClass(node: TS.ClassDeclaration): void;
  /** Takes a node at which something is claimed; true where some type is believed no longer. */
  addClaim(node: TS.Node): boolean;
  /** Can `member`, of a class that was added, be meant by an access on `receiver`? Null is any value. */
  mayMean(receiver: ReceiverType | null, member: TS.ClassElement): boolean;
}

/** Begins a walk: no class has been seen, nothing is claimed. */
export function receivers(view: ProgramView): Receivers {
  const relations = relationsOf(view);
  const classes: TS.ClassDeclaration[] = [];
  const claims = new Set<TS.Type>();
  let isAnything = false;

  const isBelieved = (type: TS.Type): boolean => {
    if (isAnything || !isClosed(view, type)) return false;
    for (const claim of claims) if (relations.isAssignable(claim, type)) return false;
    return true;
  };
  const typeMayMean = (type: TS.Type | null, member: TS.ClassElement): boolean => {
    if (type === null) return true;
    if (type.isUnion()) return type.types.some((part) => typeMayMean(part, member));
    if ((type.flags & ts.TypeFlags.TypeParameter) !== 0) {
      const constraint = view.checker.getBaseConstraintOfType(type);
      return constraint === undefined || constraint === type || typeMayMean(constraint, member);
    }
    const isStatic = (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) !== 0;
    return (
      classes.some(
        (node) =>
          relations.basesOf(node)?.has(member.parent) !== false && relations.fits(node, type, isStatic),
      ) || !isBelieved(type)
    );
  };

  return {
    addClass: (node) => void classes.push(node),
    addClaim(node) {
      const type = relations.claimAt(node);
      if (type === null || isAnything) return false;
      if (type === "any") return (isAnything = true);
      return claims.size < claims.add(type).size;
    },
    mayMean: (receiver, member) =>
      receiver === null || typeMayMean(relations.typeOfReceiver(receiver), member),
  };
}

/** What does not depend on the walk, each asked of the checker once: a program has many workflows. */
interface Relations {
  typeOfReceiver(receiver: ReceiverType): TS.Type | null;
  claimAt(node: TS.Node): ClaimedType | null;
  isAssignable(source: TS.Type, target: TS.Type): boolean;
  /** The class and all that it extends; null where a base is computed, and may be any class. */
  basesOf(node: TS.ClassDeclaration): ReadonlySet<TS.Node> | null;
  fits(node: TS.ClassDeclaration, type: TS.Type, isStatic: boolean): boolean;
}

const known = new WeakMap<ProgramView, Relations>();

function relationsOf(view: ProgramView): Relations {
  let relations = known.get(view);
  if (relations === undefined) known.set(view, (relations = newRelations(view)));
  return relations;
}

function newRelations(view: ProgramView): Relations {
  const { checker } = view;
  const types: Record<ReceiverType["by"], Map<TS.Node, TS.Type | null>> = {
    instance: new Map(),
    value: new Map(),
    type: new Map(),
    place: new Map(),
  };
  const claims = new Map<TS.Node, ClaimedType | null>();
  const bases = new Map<TS.Node, ReadonlySet<TS.Node> | null>();
  const assignable = new Map<TS.Type, Map<TS.Type, boolean>>();

  const isAssignable = (source: TS.Type, target: TS.Type): boolean => {
    let targets = assignable.get(source);
    if (targets === undefined) assignable.set(source, (targets = new Map<TS.Type, boolean>()));
    return once(targets, target, () => checker.isTypeAssignableTo(source, target));
  };
  return {
    isAssignable,
    typeOfReceiver: (receiver) => once(types[receiver.by], receiver.node, () => typeOf(view, receiver)),
    claimAt: (node) => once(claims, node, () => claimedType(view, node)),
    basesOf: (node) => once(bases, node, () => withBases(view, node)),
    fits(node, type, isStatic) {
      const symbol = node.name === undefined ? undefined : checker.getSymbolAtLocation(node.name);
      if (symbol === undefined) return true;
      if (isStatic) return isAssignable(checker.getTypeOfSymbol(symbol), type);
      // Without type arguments, a generic class is assignable to less than its instances are.
      return (
        (node.typeParameters?.length ?? 0) > 0 || isAssignable(checker.getDeclaredTypeOfSymbol(symbol), type)
      );
    },
  };
}

function once<Key, Value>(answers: Map<Key, Value>, key: Key, ask: () => Value): Value {
  const known = answers.get(key);
  if (known !== undefined || answers.has(key)) return known as Value;
  const answer = ask();
  answers.set(key, answer);
  return answer;
}

function withBases(view: ProgramView, node: TS.ClassDeclaration): ReadonlySet<TS.Node> | null {
  const bases = new Set<TS.Node>();
  for (let at: TS.Node | undefined = node; at !== undefined && !bases.has(at);) {
    if (!ts.isClassLike(at)) return view.originOf(at).kind === "project" ? null : bases;
    bases.add(at);
    const base: TS.ExpressionWithTypeArguments | undefined = at.heritageClauses?.find(
      (clause) => clause.token === ts.SyntaxKind.ExtendsKeyword,
    )?.types[0];
    if (base === undefined) return bases;
    at = view.symbolOf(base.expression)?.valueDeclaration;
    if (at === undefined) return null;
  }
  return bases;
}
