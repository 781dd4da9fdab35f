import { definitionOf, registeredActivities } from "../core/activity-registry.js";
import type { ActivityDefinition } from "../core/activity-registry.js";

/** The function behind an activity's name, and what only the place where the attempt runs can judge. */
export interface ActivityFunction {
  readonly run: (...args: readonly unknown[]) => unknown;
  /** From `defineActivity`: whether an error fails the activity at once. Class names are in the recorded policy. */
  readonly nonRetryable: readonly ((error: unknown) => boolean)[];
}

/** The activities that this process can run. */
export interface ActivityFunctions {
  names(): readonly string[];
  find(name: string): ActivityFunction | null;
}

/** A function given to `connect`, by the activity's name. */
export type GivenActivities = Readonly<Record<string, (...args: never[]) => unknown>>;

/** What compiled modules registered, and what was given by name, which wins (a test's double, a worker without workflows). */
export function activityFunctions(given: GivenActivities): ActivityFunctions {
  const found = new Map<string, ActivityFunction>();
  for (const [name, { fn, options }] of registeredActivities()) {
    found.set(name, { run: callable(fn), nonRetryable: predicatesOf(options) });
  }
  for (const [name, fn] of Object.entries(given)) {
    // A double without rules of its own is judged as what it stands for.
    const own = predicatesOf(definitionOf(fn));
    const nonRetryable = own.length > 0 ? own : (found.get(name)?.nonRetryable ?? []);
    found.set(name, { run: callable(fn), nonRetryable });
  }
  const names = [...found.keys()].sort();
  return { names: () => names, find: (name) => found.get(name) ?? null };
}

function predicatesOf({ retry }: ActivityDefinition): readonly ((error: unknown) => boolean)[] {
  return (retry?.nonRetryable ?? []).filter(isPredicate);
}

/** The arguments come from the journal as they were encoded at the call, where the compiler had checked them. */
function callable(fn: (...args: never[]) => unknown): (...args: readonly unknown[]) => unknown {
  return fn as unknown as (...args: readonly unknown[]) => unknown;
}

function isPredicate(rule: string | ((error: unknown) => boolean)): rule is (error: unknown) => boolean {
  return typeof rule === "function";
}
