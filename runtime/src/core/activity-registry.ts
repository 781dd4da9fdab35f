/*
 * Which function stands behind an activity's name in this process, and the options it was defined with.
 *
 * Owns: what compiled modules registered.
 * Does not own: names (the transformer gives them), running activities (worker).
 *
 * Invariants:
 *   G1  Thunks are called when asked, never while modules load: cyclic imports are still empty then.
 *   G2  One name, one function. Two modules that name the same function agree; two functions under one name are refused.
 *   G3  A module that loads again replaces what it had registered.
 */
import { ContinuumError } from "./continuum-error.js";
import type { PolicyOptions } from "./retry-policy.js";

/** What `defineActivity` keeps with a function. */
export interface ActivityDefinition extends Omit<PolicyOptions, "retry"> {
  readonly name?: string;
  readonly retry?: Omit<NonNullable<PolicyOptions["retry"]>, "nonRetryable"> & {
    readonly nonRetryable?: readonly (string | ((error: unknown) => boolean))[];
  };
}

export type ActivityFunction = (...args: never[]) => unknown;

export interface RegisteredActivity {
  readonly fn: ActivityFunction;
  readonly options: ActivityDefinition;
}

const modules = new Map<string, Readonly<Record<string, () => unknown>>>();
// A symbol of the global registry: a function that another copy of this package defined is known here too.
const DEFINITION = Symbol.for("continuum.activity");
const NONE: ActivityDefinition = {};

/** Called once per compiled module (G3). */
export function registerActivities(module: string, functions: Readonly<Record<string, () => unknown>>): void {
  modules.set(module, functions);
}

/** Keeps `options` with `fn`. False: it has some already. */
export function attachDefinition(fn: ActivityFunction, options: ActivityDefinition): boolean {
  if (Object.hasOwn(fn, DEFINITION)) return false;
  Object.defineProperty(fn, DEFINITION, { value: Object.freeze({ ...options }) });
  return true;
}

/** What `defineActivity` was given for `fn`; empty when it was not used. */
export function definitionOf(fn: unknown): ActivityDefinition {
  if (typeof fn !== "function") return NONE;
  return (fn as { readonly [DEFINITION]?: ActivityDefinition })[DEFINITION] ?? NONE;
}

/** The options of the activity of that name; empty when it is not registered in this process. */
export function definitionNamed(name: string): ActivityDefinition {
  for (const functions of modules.values()) {
    const thunk = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (thunk !== undefined) return definitionOf(thunk());
  }
  return NONE;
}

/**
 * Every activity that the compiled modules loaded so far can schedule, by name.
 *
 * @throws ContinuumError CTM1005 when a name stands for two functions, CTM1006 when it stands for none.
 */
export function registeredActivities(): ReadonlyMap<string, RegisteredActivity> {
  const found = new Map<string, RegisteredActivity>();
  const from = new Map<string, string>();
  for (const [module, functions] of modules) {
    for (const [name, thunk] of Object.entries(functions)) {
      const fn: unknown = thunk();
      if (typeof fn !== "function") {
        throw new ContinuumError({
          code: "CTM1006",
          message: `Activity ${name}, named in ${module}, is no function at run time.`,
          hint: "Check that its module exports it, and that the module that is loaded is the one that was compiled.",
        });
      }
      const known = found.get(name);
      if (known === undefined) {
        found.set(name, { fn: fn as ActivityFunction, options: definitionOf(fn) });
        from.set(name, module);
      } else if (known.fn !== fn) {
        throw new ContinuumError({
          code: "CTM1005",
          message: `Two functions are called ${name}: one named in ${from.get(name)}, another in ${module}.`,
          hint: `Give one of them a name of its own: defineActivity({ name: "…" }, async (…) => …).`,
        });
      }
    }
  }
  return found;
}
