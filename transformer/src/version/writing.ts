/*
 * What the writers of the canonical form share while one unit is written (writer.ts), what they are told of the program, and what
 * comes of it.
 */
import type { ProgramView } from "../compiler/program-view.js";
import type { TS } from "../compiler/ts.js";
import type { ActivityReference, EffectCall, FunctionNode } from "../ir/model.js";
import type { ModuleInitialisers } from "./module-initialisers.js";
import type { PackageSettings } from "./package-settings.js";
import type { References } from "./references.js";
import type { Unit } from "./unit.js";

/** What a program says once, for all units. */
export interface WritingContext {
  readonly view: ProgramView;
  readonly references: References;
  readonly initialisers: ModuleInitialisers;
  readonly settings: PackageSettings;
  readonly effects: Pick<ReadonlyMap<TS.CallExpression, EffectCall>, "get">;
  /** Calls in `compensate:`, which name an activity instead of calling it. */
  readonly unscheduled: Pick<ReadonlyMap<TS.CallExpression, ActivityReference>, "get">;
}

export interface WrittenUnit {
  /** The hash of its canonical text, in which the units that it refers to are numbers: their places in `references`. */
  readonly form: string;
  /** In the order in which they come first. */
  readonly references: readonly Unit[];
  readonly placed: readonly PlacedEffect[];
  /** What its functions are called, in their order, where somebody asks; empty for one without a name. */
  readonly functionNames: readonly string[];
  readonly readsFunctionNames: boolean;
  /** Members of enums that it holds as their values: `Level.Low` → `1`. */
  readonly constants: ReadonlyMap<string, string>;
  /** Module specifiers of packages, with the files that import them. */
  readonly packages: ReadonlyMap<string, ReadonlySet<TS.SourceFile>>;
}

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

export interface Writing extends Omit<WritingContext, "settings"> {
  readonly reach: Reach;

  /** Writes the number of another unit, and which of its names is meant where it has several. */
  reference(unit: Unit, binding: number | null): void;
  /** Notes that the unit uses a package, and the file that imports it. */
  usePackage(specifier: string, from: TS.SourceFile): void;
  /** Notes what a function is called that is written: empty where it has no name. */
  functionName(name: string): void;
  /** Notes that the unit asks some function for its name. */
  readFunctionName(): void;
  /** Notes a member of an enum that is written as its value. */
  constant(name: string, value: string): void;

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
