/*
 * Purpose: which classes a member access can mean, by the type of what it is accessed on.
 * Owns: when a type can be believed.
 * Does not own: what a type is without its checker (receiver-types.ts), what is claimed (claims.ts).
 *
 * Invariants
 *  1. A type that is not closed is not believed (receiver-types.ts).
 *  2. An assertion, a type predicate, a `Symbol.hasInstance` and a flow of `any` make a value look like what it need not be: a type
 *     that such a value could have got into is not believed.
 *  3. Whatever was put into a place that is seen as a wider one can be found there by those who see what it was.
 *  4. The checker is asked only of types on which a member of a class is accessed that a workflow reaches, and once per program.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import type { ReceiverType, Widening, Write } from "../ir/facts.js";
import { claimedType } from "./claims.js";
import type { ClaimedType } from "./claims.js";
import { isClosed, isNothing, typeOf } from "./receiver-types.js";

/** Which members of the classes seen so far an access through a type can mean. */
export interface Receivers {
  addClass(node: TS.ClassDeclaration): void;
  /** Takes a node at which something is claimed; true where some type is believed no longer. */
  addClaim(node: TS.Node): boolean;
  addWidening(widening: Widening): void;
  addWrite(write: Write): void;
  /** Is anything seen as wider than it is? If not, all stands by its type. */
  isAnythingWider(): boolean;
  /** Can `member`, of a class that was added, be meant by an access on `receiver`? Null is any value. */
  mayMean(receiver: ReceiverType | null, member: TS.ClassElement, how: Stands): boolean;
}

/** How a value comes to stand where a type is expected. */
export type Stands = "by its type" | "by what is put where";

/** Begins a walk: no class has been seen, nothing is claimed. */
export function receivers(view: ProgramView): Receivers {
  const relations = relationsOf(view);
  const classes: TS.ClassDeclaration[] = [];
  const claims = new Set<TS.Type>();
  const widenings = new Map<TS.Node | null, Widening[]>();
  const writes = new Map<TS.Node | null, Write[]>();
  let isAnything = false;

  const isBelieved = (type: TS.Type): boolean => {
    if (isAnything || !isClosed(view, type)) return false;
    for (const claim of claims) if (relations.isAssignable(claim, type)) return false;
    return true;
  };
  const isOneOf = (
    node: TS.ClassDeclaration,
    types: readonly ReceiverType[] | null,
    isStatic: boolean,
  ): boolean => types?.some((each) => relations.fitsReceiver(node, each, isStatic)) ?? true;
  const isPut = (node: TS.ClassDeclaration, as: readonly ReceiverType[] | null, isStatic: boolean): boolean =>
    [...writes.values()].some((all) =>
      all.some(({ value, place }) => relations.isWithin(as, place) && isOneOf(node, value, isStatic)),
    );
  /** Can an instance stand where the type is expected, without being of it? */
  const isPutFor = (node: TS.ClassDeclaration, type: TS.Type, isStatic: boolean): boolean =>
    [...widenings.values()].some((all) =>
      all.some(({ from, to, needsWrite }) => {
        const expected = relations.typeOfReceiver(to);
        return (
          expected !== null &&
          relations.isAssignable(expected, type) &&
          isOneOf(node, from, isStatic) &&
          (!needsWrite || isPut(node, from, isStatic))
        );
      }),
    );
  /** Of the classes that have `member`, is one such that `fits` holds? */
  const someClass = (
    member: TS.ClassElement,
    fits: (node: TS.ClassDeclaration, isStatic: boolean) => boolean,
  ): boolean => {
    const isStatic = (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) !== 0;
    return classes.some(
      (node) => relations.basesOf(node)?.has(member.parent) !== false && fits(node, isStatic),
    );
  };
  const isPutForPart = (type: TS.Type, member: TS.ClassElement): boolean =>
    someParts(view, type, (part) => someClass(member, (node, isStatic) => isPutFor(node, part, isStatic)));

  return {
    addClass: (node) => void classes.push(node),
    addClaim(node) {
      const type = relations.claimAt(node);
      if (type === null || isAnything) return false;
      if (type === "any") return (isAnything = true);
      return claims.size < claims.add(type).size;
    },
    isAnythingWider: () => widenings.size > 0,
    addWidening: (widening) => addNew(widenings, widening.to.node, widening, isSameWidening),
    addWrite: (write) => addNew(writes, write.value?.[0]?.node ?? null, write, isSameWrite),
    mayMean(receiver, member, how) {
      if (receiver === null) return true;
      // Most often it fits, and that was found out before.
      if (someClass(member, (node, isStatic) => relations.fitsSome(node, receiver, isStatic))) return true;
      const type = relations.typeOfReceiver(receiver);
      if (type === null || someParts(view, type, (part) => !isBelieved(part))) return true;
      return how === "by what is put where" && isPutForPart(type, member);
    },
  };
}

/** What does not depend on the walk, each asked of the checker once: a program has many workflows. */
interface Relations {
  typeOfReceiver(receiver: ReceiverType): TS.Type | null;
  claimAt(node: TS.Node): ClaimedType | null;
  isAssignable(source: TS.Type, target: TS.Type): boolean;
  /** The class and all that it extends; null where a base is computed, and may be any class. */
  basesOf(node: TS.ClassDeclaration): ReadonlySet<TS.Node> | null;
  /** Fits it some part of the receiver's type? */
  fitsSome(node: TS.ClassDeclaration, receiver: ReceiverType, isStatic: boolean): boolean;
  fitsReceiver(node: TS.ClassDeclaration, receiver: ReceiverType, isStatic: boolean): boolean;
  /** Is whatever is of one of `types` of one of `others`, too? Null is any type. */
  isWithin(types: readonly ReceiverType[] | null, others: readonly ReceiverType[] | null): boolean;
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
  const typeOfReceiver = (receiver: ReceiverType): TS.Type | null =>
    once(types[receiver.by], receiver.node, () => typeOf(view, receiver));
  const isReceiverWithin = (a: ReceiverType, b: ReceiverType): boolean => {
    const [source, target] = [typeOfReceiver(a), typeOfReceiver(b)];
    return source === null || target === null || isAssignable(source, target);
  };
  const fits = (node: TS.ClassDeclaration, type: TS.Type, isStatic: boolean): boolean => {
    const symbol = node.name === undefined ? undefined : checker.getSymbolAtLocation(node.name);
    if (symbol === undefined) return true;
    if (isStatic) return isAssignable(checker.getTypeOfSymbol(symbol), type);
    // Without type arguments, a generic class is assignable to less than its instances are.
    return (
      (node.typeParameters?.length ?? 0) > 0 || isAssignable(checker.getDeclaredTypeOfSymbol(symbol), type)
    );
  };
  const questions = view.memory.slot("does a class fit", classQuestions);
  const fitsSome = view.memory.keep("does a class fit", ({ node, receiver, isStatic }: ClassQuestion) => {
    const type = typeOfReceiver(receiver);
    return type === null || someParts(view, type, (part) => fits(node, part, isStatic));
  });
  return {
    isAssignable,
    typeOfReceiver,
    fitsSome: (node, receiver, isStatic) => fitsSome(questions(node, receiver, isStatic)),
    fitsReceiver(node, receiver, isStatic) {
      const type = typeOfReceiver(receiver);
      return type === null || fits(node, type, isStatic);
    },
    isWithin(all, others) {
      if (others === null) return true;
      return all?.every((type) => others.some((other) => isReceiverWithin(type, other))) ?? false;
    },
    claimAt: (node) => once(claims, node, () => claimedType(view, node)),
    basesOf: (node) => once(bases, node, () => withBases(view, node)),
  };
}

/** Does an instance of a class, or the class itself, fit a receiver? */
interface ClassQuestion {
  readonly node: TS.ClassDeclaration;
  readonly receiver: ReceiverType;
  readonly isStatic: boolean;
}

/** One object for each question, as long as its nodes stand. */
function classQuestions(): (
  node: TS.ClassDeclaration,
  receiver: ReceiverType,
  isStatic: boolean,
) => ClassQuestion {
  const known = new WeakMap<TS.Node, WeakMap<TS.Node, ClassQuestion[]>>();
  return (node, receiver, isStatic) => {
    let ofClass = known.get(node);
    if (ofClass === undefined) known.set(node, (ofClass = new WeakMap<TS.Node, ClassQuestion[]>()));
    let asked = ofClass.get(receiver.node);
    if (asked === undefined) ofClass.set(receiver.node, (asked = []));
    let question = asked.find((each) => each.isStatic === isStatic && each.receiver.by === receiver.by);
    if (question === undefined) asked.push((question = { node, receiver, isStatic }));
    return question;
  };
}

/** Does it hold of a part of the type? Whatever is called on nothing throws; a type parameter is what it extends, or anything. */
function someParts(view: ProgramView, type: TS.Type, holds: (part: TS.Type) => boolean): boolean {
  if (type.isUnion()) return type.types.some((part) => !isNothing(part) && someParts(view, part, holds));
  if ((type.flags & ts.TypeFlags.TypeParameter) === 0) return holds(type);
  const constraint = view.checker.getBaseConstraintOfType(type);
  return constraint === undefined || constraint === type || someParts(view, constraint, holds);
}

/** Many places say the same. */
function addNew<T>(
  groups: Map<TS.Node | null, T[]>,
  key: TS.Node | null,
  value: T,
  isSame: (a: T, b: T) => boolean,
): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else if (!group.some((other) => isSame(other, value))) group.push(value);
}

function isSameWidening(a: Widening, b: Widening): boolean {
  return a.needsWrite === b.needsWrite && isSameType(a.to, b.to) && areSameTypes(a.from, b.from);
}

function isSameWrite(a: Write, b: Write): boolean {
  return areSameTypes(a.value, b.value) && areSameTypes(a.place, b.place);
}

function areSameTypes(a: readonly ReceiverType[] | null, b: readonly ReceiverType[] | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((type, i) => b[i] !== undefined && isSameType(type, b[i]));
}

function isSameType(a: ReceiverType, b: ReceiverType): boolean {
  return a.node === b.node && a.by === b.by;
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
