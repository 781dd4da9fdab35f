/*
 * Where in a program something is written: what can be read there, and what may be done there.
 */
import type { Randomness } from "../randomness.js";
import type { Tree } from "../tree.js";

/** Something that can be called, or read as a getter. */
export interface Callable {
  /** An awaitable number, a number, or a sync iterable of numbers or of promises of numbers. */
  readonly gives: "promise" | "number" | "numbers" | "promises";
  /** Of a getter: nothing is handed over. */
  readonly takes: boolean;
  /** `f1`, `o2.add`, `new C3(1).add` */
  readonly callee: string;
}

export interface Place {
  /** How deep what is written here may still nest. */
  readonly depth: number;
  /** Inside of an async function. */
  readonly awaits: boolean;
  /** Inside of a generator function. */
  readonly yields: boolean;
  /** Inside of a function that returns a number. */
  readonly returns: boolean;
  /** `this` is an object whose `n` is a number. */
  readonly self: boolean;
  /** `arguments` are those of a function that takes numbers. */
  readonly args: boolean;
  /** Variables of numbers. */
  readonly numbers: readonly string[];
  /** Constants that hold promises. */
  readonly promises: readonly string[];
  /** Constants that hold objects of numbers: `n` and `m` are there, `q` and `none` are not. */
  readonly objects: readonly string[];
  readonly callables: readonly Callable[];
  /** Names of the error classes. */
  readonly errors: readonly string[];
  /** Labels of the loops around, of the same function. */
  readonly loops: readonly string[];
}

/** What the parts of the generator ask of one another. */
export interface Writer {
  readonly random: Randomness;
  /** Whether the programs may use what Node 20 has not. */
  readonly modern: boolean;
  /** Takes from what the program may still grow by; false when that is used up, and only leaves are written. */
  grows(): boolean;
  /** A name that nothing else has. */
  fresh(prefix: string): string;
  /** A number that tells one log entry from the others. */
  mark(): number;
  number(at: Place): Tree;
  promise(at: Place): Tree;
  thrown(at: Place): Tree;
  /** A list of statements; what it declares is gone behind it. */
  block(at: Place, length: number): Tree;
  /** The inside of a function that returns a number: a list of statements, the last of which may return. */
  body(at: Place, length: number): Tree;
}

/** Ways to write something, with their weights; those that the place forbids are left out. */
export type Ways = readonly (readonly [weight: number, write: () => Tree, allowed?: boolean])[];

export function oneOf(random: Randomness, ways: Ways): Tree {
  const open = ways.filter(([weight, , allowed]) => weight > 0 && allowed !== false);
  let left = random.below(open.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, write] of open) {
    left -= weight;
    if (left < 0) return write();
  }
  throw new Error("no way to write this was given");
}

export function inside(at: Place, change: Partial<Place> = {}): Place {
  return { ...at, depth: at.depth - 1, ...change };
}

/** A function in this place: nothing of the control flow around it, and of `this` and `arguments` what `change` says. */
export function functionIn(at: Place, change: Partial<Place>): Place {
  return inside(at, { awaits: false, yields: false, returns: true, loops: [], ...change });
}
