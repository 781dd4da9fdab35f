/*
 * The words of the table: what an API does, and how the data files say it.
 */

/** The families of language.md §6; each is one rule with one code. */
export type Family =
  "clock" | "randomness" | "timers" | "io" | "environment" | "logging" | "dynamicCode" | "sharedMemory";

/** When an API with a condition is pure. */
export type Condition =
  /** `new Date(x)`, `Date.UTC(…)`, `x instanceof Date`: not `Date()`, `new Date()` or Date as a value. */
  | "date-constructor"
  /** The text, where it is written at the call, names its time zone. */
  | "zoned-text"
  /** Its members one by one; not the object as a value, through which the impure ones could be reached. */
  | "members-only"
  /** As the right side of `instanceof` only. */
  | "instanceof-only"
  /** The first argument (a locale) is given. */
  | "locale-first"
  /** The second argument (a locale) is given. */
  | "locale-second"
  /** The first argument is a locale, the second names a `timeZone`. */
  | "locale-and-zone"
  /** Imported from `node:path/posix` or `node:path/win32`. */
  | "posix-import"
  /** No argument can be, or hold, an error, whose stack would be part of the text. */
  | "no-errors";

export type Verdict =
  | { readonly kind: "pure" }
  | { readonly kind: "impure"; readonly family: Family; readonly hint?: string }
  | {
      readonly kind: "conditional";
      readonly condition: Condition;
      readonly family: Family;
      readonly hint: string;
    };

export type Entry = readonly [name: string, verdict: Verdict];

/** What one surface of the platform does. */
export interface Surface {
  /** Names, with what they do; a container's word holds for its members, but for those that have one of their own. */
  readonly entries: readonly Entry[];
  /**
   * Containers whose members are all among the entries, one by one: what is not there is unknown, and not what the container
   * is.
   */
  readonly listed: readonly string[];
}

export const pure: Verdict = { kind: "pure" };

export const impure = (family: Family, hint?: string): Verdict =>
  hint === undefined ? { kind: "impure", family } : { kind: "impure", family, hint };

export const when = (condition: Condition, family: Family, hint: string): Verdict => ({
  kind: "conditional",
  condition,
  family,
  hint,
});

/** Names of one verdict, separated by white space; of members, where they have a container. */
export const all = (names: string, verdict: Verdict, container = ""): readonly Entry[] =>
  words(names).map((name) => [container === "" ? name : `${container}.${name}`, verdict] as const);

/** The pure members of containers that are listed member by member. */
export const pureMembers = (containers: Readonly<Record<string, string>>): readonly Entry[] =>
  Object.entries(containers).flatMap(([container, names]) => all(names, pure, container));

export const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== "");
