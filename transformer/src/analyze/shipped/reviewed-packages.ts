/*
 * Well-known packages whose code does something that can't be proven to be harmless, and was read by people: data only. A deed is
 * known by the file in which it stands and by what it does; everything else of the package is analysed as ever
 * (docs/decisions/0017-what-people-have-read.md). packages/libraries holds the proof: the real package computes the same in a
 * fresh process, in a used one, and with clock and randomness poisoned.
 */

import { REVIEWED_DATES } from "./reviewed-dates.js";

export interface ReviewedPackage {
  readonly name: string;
  /** The first version that was read, and the first one that was not. */
  readonly versions: readonly [from: string, below: string];
  readonly deeds: readonly ReviewedDeed[];
  /** The ways of using it for which people have read that no deed with `unless` is come to. */
  readonly uses?: readonly ReviewedUse[];
  /** By whose types its values are declared, where that is not the package. */
  readonly types?: string;
  /** An export that changes all others, and the modules that it may be given. */
  readonly plugins?: { readonly by: string; readonly modules: readonly string[] };
  /** Each export has a module of its own, under its name and made of the same source, which is read; but for these. */
  readonly apart?: { readonly except: readonly string[] };
}

export interface ReviewedDeed {
  /** In the package, without its ending, of what `import` loads; what `require` loads is made of the same source. */
  readonly file: string;
  /** As a message says it: the variable that is changed, the name of the platform. */
  readonly what: readonly string[];
  readonly why: string;
  /**
   * Exports and methods that are there for it: where one of these is used in a function, the deed counts for it. Or all but those
   * of the package's `uses`.
   */
  readonly unless?: readonly string[] | "other uses";
}

/** Exports and members, and what they must be given; `Duration.fromISO` is the member of that class alone. */
export interface ReviewedUse {
  readonly names: readonly string[];
  /** A call with these arguments; without it any mention. */
  readonly given?: readonly Given[];
  /** What may follow them; nothing, without it. */
  readonly rest?: Given;
}

/** What an argument must be, by its type. */
export type Given =
  | "anything"
  /** A text, a number, a `Date`, or a value of the package: never absent. */
  | "a time"
  | "a number"
  /** A value of the package. */
  | "its own"
  | {
      /** Properties that must be there. */
      readonly has?: readonly string[];
      /** Properties that must not be there, as far as the type says. */
      readonly lacks?: readonly string[];
      /** Properties that must be one of these texts. */
      readonly texts?: Readonly<Record<string, readonly string[]>>;
    }
  /** A literal text in which none of these letters occurs. */
  | { readonly textWithout: string };

const ZOD_4: readonly ReviewedDeed[] = [
  {
    file: "v4/core/util",
    what: ["Function", "navigator.userAgent"],
    why: "asks once whether code may be made from text, which decides how fast objects are parsed and not what comes out",
  },
  {
    file: "v4/core/doc",
    what: ["Function"],
    why: "makes a parser of a schema's shape that gives what the interpreted one gives; the text holds keys of the shape only, quoted",
  },
  {
    file: "v4/core/core",
    what: ["globalConfig"],
    why: "reads the settings, and fills in the default memoizer and locale, which are the same in each process",
    unless: ["config", "setErrorMap"],
  },
  {
    file: "v4/classic/schemas",
    what: ["core.globalRegistry"],
    why: "`describe` notes its text in a weak map, under the schema that it has just made",
    unless: ["meta", "register", "globalRegistry"],
  },
  {
    file: "v4/core/core",
    what: ["_E", "_zodDesc.value", "initialized"],
    why: "a descriptor that is emptied in a `finally`; which prototypes have their methods; whether stacks can be left out",
  },
  {
    file: "v4/core/errors",
    what: ["_zodDesc.value", "_issuesDesc.value", "_installedToString"],
    why: "descriptors that are emptied after use; which prototypes have their methods",
  },
  {
    file: "v4/classic/errors",
    what: ["_installedErrorProtos"],
    why: "which prototypes have their methods: the first instance adds them, and every later one finds the same",
  },
  {
    file: "v4/core/util",
    what: ["installing", "broke"],
    why: "whose lazy fields are being installed, and whether the one that is computed met itself; put back by the getter",
  },
  {
    file: "v4/core/schemas",
    what: ["propShapes"],
    why: "a weak map of the shape of a definition, which never changes",
  },
  {
    file: "v4/core/memoizer",
    what: ["handoff", "open", "bucket", "recursive"],
    why: "a stack that is empty between calls of parse, and whether a schema contains itself",
  },
];

export const REVIEWED_PACKAGES: readonly ReviewedPackage[] = [
  ...REVIEWED_DATES,
  { name: "zod", versions: ["4.0.0", "4.7.0"], deeds: ZOD_4 },
  // Its `zod/v4`.
  { name: "zod", versions: ["3.25.76", "3.26.0"], deeds: ZOD_4 },
  {
    name: "date-fns",
    versions: ["3.3.1", "4.5.0"],
    deeds: [
      {
        file: "_lib/getRoundingMethod",
        what: ["Math"],
        why: "the type of the option allows ceil, floor, round and trunc only",
      },
    ],
  },
  {
    name: "lodash",
    versions: ["4.17.0", "4.19.0"],
    apart: {
      except: ["mixin", "runInContext", "noConflict", "prototype", "now", "templateSettings"],
    },
    deeds: [
      {
        file: "_freeGlobal",
        what: ["globalThis"],
        why: "a part of the search for the global object, of which constructors and isFinite are taken, and the clock by `now`",
        unless: ["now"],
      },
      {
        file: "_root",
        what: ["globalThis", "Function"],
        why: "the rest of that search, for platforms that have none of its names",
        unless: ["now"],
      },
      {
        file: "_shortOut",
        what: ["Date.now"],
        why: "a wrapper that is made often in a short time is not given the text of what it wraps, which is asked for by nobody",
      },
    ],
  },
  {
    name: "fraction.js",
    versions: ["5.3.4", "5.3.5"],
    deeds: [
      {
        file: "dist/fraction",
        what: ['P["s"]', 'P["n"]', 'P["d"]'],
        why: "where `parse` leaves what it read: all three at its end, and whoever looks has just called it",
      },
    ],
  },
  {
    name: "true-myth",
    versions: ["9.0.0", "9.4.1"],
    deeds: [
      { file: "dist/maybe", what: ["NOTHING"], why: "the one `Nothing`, made when the first is asked for" },
    ],
  },
  {
    name: "@sinclair/typebox",
    versions: ["0.34.0", "0.34.53"],
    deeds: [
      {
        file: "build/esm/type/recursive/recursive",
        what: ["Ordinal"],
        why: "numbers the recursive types that have no `$id`, which nothing else makes",
        unless: ["Recursive"],
      },
      {
        file: "build/esm/value/hash/hash",
        what: ["Accumulator"],
        why: "where `Hash` adds up: set when it begins, given out when it ends",
      },
    ],
  },
];
