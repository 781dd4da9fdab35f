/*
 * What the writers of the canonical form share while one unit is written: the text so far, the numbers of local names, the
 * place of the function being written, and what was seen of the members that the program can reach.
 */
import type { ProgramView } from "../compiler/program-view.js";
import type { TS } from "../compiler/ts.js";
import type { ActivityReference, EffectCall, FunctionNode } from "../ir/model.js";
import type { References } from "./references.js";
import type { Unit } from "./unit.js";

/** A piece of canonical text; a reference to another unit gets its number when all units are known. */
export type Token = string | { readonly unit: Unit; readonly binding: number | null };

/** An effect call inside the unit that is written, with the place of its function within the unit: `0.2`. */
export interface PlacedEffect {
  readonly effect: EffectCall;
  readonly place: string;
}

/**
 * Which members of classes and constant objects can be reached. Grows while units are written; units are written again until
 * it no longer does, so that what is left out is left out everywhere.
 */
export interface Reach {
  /** What recognition found to be reached, members of classes among it. */
  readonly recognised: { has(member: TS.Node): boolean };
  readonly names: Noted<string>;
  /** Set when some member is reached by a name that is not known: then all are. */
  everything: boolean;
  /** Variables that are used other than as `variable.member`. */
  readonly escaped: Noted<Unit>;
}

/** As much of a set as the writers need. */
export interface Noted<T> {
  has(value: T): boolean;
  add(value: T): void;
}

export interface Writing {
  readonly view: ProgramView;
  readonly references: References;
  readonly effects: Pick<ReadonlyMap<TS.CallExpression, EffectCall>, "get">;
  /** Calls in `compensate:`, which name an activity instead of calling it. */
  readonly unscheduled: Pick<ReadonlyMap<TS.Node, ActivityReference>, "get">;
  readonly reach: Reach;
  readonly packages: Map<string, Set<TS.SourceFile>>;
  readonly tokens: Token[];

  /** Of the functions that were written, in their order; empty for one without a name. */
  readonly functionNames: string[];
  /** Members of enums that were written as their values, by what they are called. */
  readonly constants: Map<string, string>;
  /** Notes that the unit asks some function for its name. */
  readFunctionName(): void;

  /** Notes an effect call at the place that is being written. */
  effect(effect: EffectCall): void;

  /** Writes `(tag …)` around what `parts` writes. */
  form(tag: string, parts?: () => void): void;
  word(word: string): void;
  text(text: string): void;
  /** Writes the number of a name declared inside the unit. */
  local(declaration: TS.Node): void;
  /** Writes what `name` declares. */
  declared(name: TS.Identifier | TS.PrivateIdentifier): void;
  /** Writes a part that may be missing, so that its absence shows. */
  optional<N extends TS.Node>(node: N | undefined, write: (node: N) => void): void;
  /** Runs `parts` as the inside of a function: the next one in its surroundings. */
  inFunction(parts: () => void): void;
  readonly labels: string[];

  expression(node: TS.Expression): void;
  statements(nodes: readonly TS.Statement[]): void;
  statement(node: TS.Statement): void;
  bindingName(name: TS.BindingName): void;
  functionLike(node: FunctionNode | TS.AccessorDeclaration | TS.ConstructorDeclaration): void;
  classLike(node: TS.ClassLikeDeclaration, name: string | null): void;
  enumMembers(node: TS.EnumDeclaration): void;
  propertyName(name: TS.PropertyName): void;
  modifiers(node: TS.Node): void;
}
