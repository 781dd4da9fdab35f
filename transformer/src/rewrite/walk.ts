import type { TS } from "../compiler/ts.js";
import type { EntryModule } from "./entry-module.js";

/** What holds for the code at hand; it changes at the borders of functions only. */
export interface Scope {
  /** Inside a function whose `await` is a `yield`. */
  readonly yields: boolean;
  /** What stands for `arguments` where an arrow became a generator; null where `arguments` means itself. */
  readonly args: TS.Identifier | null;
  /** The same for `new.target`. */
  readonly newTarget: TS.Identifier | null;
}

/** Where code belongs to no function that changes. */
export const PLAIN: Scope = { yields: false, args: null, newTarget: null };

/** The walk over one file, as the forms of functions and effects use it. */
export interface Walk {
  readonly factory: TS.NodeFactory;
  readonly entry: EntryModule;
  readonly scope: Scope;
  within<T>(scope: Scope, make: () => T): T;
  expression(node: TS.Expression): TS.Expression;
  expressions(nodes: readonly TS.Expression[]): TS.Expression[];
  statements(nodes: TS.NodeArray<TS.Statement>): TS.NodeArray<TS.Statement>;
  parameters(nodes: readonly TS.ParameterDeclaration[]): TS.ParameterDeclaration[];
  modifiers(nodes: TS.NodeArray<TS.ModifierLike> | undefined): TS.ModifierLike[];
  propertyName(node: TS.PropertyName): TS.PropertyName;
}
