/*
 * What one look at a declaration of the project gave, before anybody asks who reaches it. Kept per declaration, so that fifty
 * workflows that share a helper look at it once; nodes and plain data only, so that they can be kept from one program to the next,
 * which has a type checker of its own.
 */
import type { TS } from "../compiler/ts.js";
import type { ActivityReference, EffectCall, FunctionNode, ProgramModel, PathStep } from "./model.js";
import type { Problem } from "./problem.js";

/**
 * A unit is what is reached or not reached as a whole: a module-level function, variable, enum, namespace or default export; a
 * module-level class without its methods and accessors; a method or accessor of such a class; the function of a workflow.
 */
export interface UnitFacts {
  readonly declaration: TS.Node;
  /** For messages: `priceOf`, `Cart.total`. */
  readonly name: string;
  /** A definition of an activity or a signal: workflow code may name it, what is in it is not workflow code. */
  readonly isDefinition: boolean;
  /** The nodes to walk to see all of the unit's workflow code. */
  readonly roots: readonly TS.Node[];
  /** Other units that the unit's code names, in source order. */
  readonly references: readonly { readonly unit: TS.Node; readonly node: TS.Node }[];
  /** Names of properties that are read, written or called on values whose class can't be known. */
  readonly members: readonly MemberName[];
  /** Where a value gets a type that it need not have, by assertions and the like (recognize/claims.ts). */
  readonly claims: readonly TS.Node[];
  /** Where TypeScript itself lets a value stand where another type is expected (recognize/widenings.ts). */
  readonly widenings: readonly Widening[];
  /** What is put into properties and containers (recognize/writes.ts). */
  readonly writes: readonly Write[];
  /** A place from which any member of any class could be reached, such as `Reflect.get(x, name)`. */
  readonly reflection: TS.Node | null;
  readonly effects: readonly EffectCall[];
  readonly activities: readonly ActivityReference[];
  readonly asyncFunctions: readonly FunctionNode[];
  readonly promises: readonly TS.Identifier[];
  /** Nodes within the roots that are not workflow code: the callee of an activity, the function of a side effect. */
  readonly omitted: ReadonlySet<TS.Node>;
  /** Mistakes of structure that were met on the way. */
  readonly problems: readonly Problem[];
}

export interface MemberName {
  readonly name: string;
  readonly node: TS.Node;
  /** The types of what it is accessed on, one of which it has; null where nothing is known of it, empty where no class has such a member. */
  readonly receivers: readonly ReceiverType[] | null;
}

/**
 * A type, by the node that gives it: the instances of a class or interface, the value that a declaration declares (a class itself, a
 * namespace), a type that is written there, or, where nothing else gives just this type, the type of an expression.
 */
export interface ReceiverType {
  readonly node: TS.Node;
  readonly by: "instance" | "value" | "type" | "place";
}

/** A value of one of the types `from`, of any where it is null, can come to stand where `to` is expected. */
export interface Widening {
  readonly from: readonly ReceiverType[] | null;
  readonly to: ReceiverType;
  /** Only if something is put there: into a place that is seen as one for `from`. */
  readonly needsWrite: boolean;
}

/** Something of the type `value` is put into a place of the type `place`; null for any. */
export interface Write {
  readonly value: readonly ReceiverType[] | null;
  readonly place: readonly ReceiverType[] | null;
}

/** A unit that workflow code reaches, with the first path to it. */
export interface ReachedUnit {
  readonly facts: UnitFacts;
  readonly path: readonly PathStep[];
}

/** Where the program changes what stands at module level. */
export interface Mutations {
  /** Changes of the variable or class, or of what hangs on it, that can happen after its modules have loaded. */
  later(declaration: TS.Node): readonly TS.Node[];
  /** Changes while modules load: they are part of the initialiser. */
  atLoad(declaration: TS.Node): readonly TS.Node[];
  /** Changes of what is built in, anywhere in the program. */
  patches(): readonly Patch[];
}

/** `node` changes what `builtIn` names. */
export interface Patch {
  readonly node: TS.Node;
  readonly builtIn: TS.Expression;
}

export interface Recognition {
  readonly model: ProgramModel;
  /** All reached units of the program, each once, in the order in which they were found. */
  readonly reached: readonly ReachedUnit[];
  /** Units of which workflows reach some functions and not others: const objects. */
  readonly narrowed: ReadonlySet<TS.Node>;
  readonly mutations: Mutations;
  readonly problems: readonly Problem[];
}
