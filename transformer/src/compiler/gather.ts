/*
 * Purpose: what parts of a program say of things elsewhere, gathered by what it is said of: which changes there are of a variable,
 * which classes have a method of a name.
 * Owns: of which things an edit changes what is said.
 *
 * Invariants
 *  1. A part that says what it said before is the same array: what is gathered then concerns nobody.
 *  2. What is said of a thing stands in the order of the parts.
 */
import type { Memory, Topic } from "./memory.js";

export type Said<K, V> = readonly (readonly [of: K, what: V])[];

interface Gathered<P, K, V> {
  said: ReadonlyMap<P, Said<K, V>>;
  byKey: ReadonlyMap<K, readonly V[]>;
  readonly topics: Topics<K>;
  /** Looks at the parts of the current program, once. */
  settle: () => void;
}

/**
 * Gives all that the parts say of a key; they are looked at when the first question comes. `name` is the question's name from one
 * program to the next, `says` gives the same array as long as nothing has changed.
 */
export function gather<P, K, V>(
  memory: Memory,
  name: string,
  parts: readonly P[],
  says: (part: P) => Said<K, V>,
): (key: K) => readonly V[] {
  const gathered = memory.slot(name, (): Gathered<P, K, V> => ({
    said: new Map(),
    byKey: new Map(),
    topics: topicsByKey(),
    settle: () => undefined,
  }));
  let isSettled = false;
  gathered.settle = () => {
    if (isSettled) return;
    isSettled = true;
    const before = gathered.said;
    const said = memory.apart(() => new Map(parts.map((part) => [part, says(part)])));
    for (const key of changedKeys(before, said)) {
      const topic = gathered.topics.get(key);
      if (topic !== undefined) topic.edition++;
    }
    gathered.said = said;
    gathered.byKey = byKey(said);
  };
  return (key) => {
    gathered.settle();
    if (memory.isLasting) memory.sawTopic(topicOf(gathered, key));
    return gathered.byKey.get(key) ?? [];
  };
}

/**
 * Gives what the current program says of a key: all of it is known already. Whoever asks depends on what is said of that key, and on
 * whether anything is.
 */
export function publish<K, V>(
  memory: Memory,
  name: string,
  values: ReadonlyMap<K, V>,
  isSame: (a: V, b: V) => boolean,
): (key: K) => V | undefined {
  const before = memory.slot(`${name}, as it was`, () => ({ said: new Map<K, Said<K, V>>() }));
  const said = new Map<K, Said<K, V>>();
  for (const [key, value] of values) {
    const known = before.said.get(key);
    said.set(key, known?.[0] !== undefined && isSame(known[0][1], value) ? known : [[key, value]]);
  }
  before.said = said;
  const ask = gather(memory, name, Array.from(values.keys()), (key) => said.get(key) ?? []);
  return (key) => ask(key)[0];
}

/** One value of the whole program, made when it is first asked for. `isSame`: does whoever asked before get the same from it? */
export function publishOne<V>(
  memory: Memory,
  name: string,
  make: () => V,
  isSame: (a: V, b: V) => boolean,
): () => V {
  const slot = memory.slot(`${name}, as it was`, (): { said: Said<"it", V> } => ({ said: [] }));
  let made: { readonly value: V } | null = null;
  const value = (): V => (made ??= { value: make() }).value;
  const ask = gather(memory, name, ["it"], () => {
    const [before] = slot.said;
    if (before === undefined || !isSame(before[1], value())) slot.said = [["it", value()]];
    return slot.said;
  });
  return () => {
    ask("it");
    return made === null ? memory.apart(value) : made.value;
  };
}

/** What was said of nodes of a file that is gone goes with them. */
interface Topics<K> {
  get(key: K): Topic | undefined;
  set(key: K, topic: Topic): void;
}

function topicsByKey<K>(): Topics<K> {
  const ofObjects = new WeakMap<object, Topic>();
  const ofTexts = new Map<K, Topic>();
  const isObject = (key: unknown): key is object => typeof key === "object" && key !== null;
  return {
    get: (key) => (isObject(key) ? ofObjects.get(key) : ofTexts.get(key)),
    set: (key, topic) => void (isObject(key) ? ofObjects.set(key, topic) : ofTexts.set(key, topic)),
  };
}

function topicOf<P, K, V>(gathered: Gathered<P, K, V>, key: K): Topic {
  let topic = gathered.topics.get(key);
  if (topic === undefined)
    gathered.topics.set(key, (topic = { edition: 0, settle: () => void gathered.settle() }));
  return topic;
}

function byKey<P, K, V>(said: ReadonlyMap<P, Said<K, V>>): ReadonlyMap<K, readonly V[]> {
  const found = new Map<K, V[]>();
  for (const sayings of said.values()) {
    for (const [key, what] of sayings) {
      const known = found.get(key);
      if (known === undefined) found.set(key, [what]);
      else known.push(what);
    }
  }
  return found;
}

function changedKeys<P, K, V>(
  before: ReadonlyMap<P, Said<K, V>>,
  now: ReadonlyMap<P, Said<K, V>>,
): ReadonlySet<K> {
  const changed = new Set<K>();
  const add = (sayings: Said<K, V>): void => sayings.forEach(([key]) => changed.add(key));
  for (const [part, sayings] of before) if (now.get(part) !== sayings) add(sayings);
  for (const [part, sayings] of now) if (before.get(part) !== sayings) add(sayings);
  // In another order, what is said of a thing may be said in another order, too.
  if (isInOrder(before, now)) return changed;
  for (const sayings of now.values()) add(sayings);
  return changed;
}

/** Do the parts that both have stand in the same order? */
function isInOrder<P>(before: ReadonlyMap<P, unknown>, now: ReadonlyMap<P, unknown>): boolean {
  const kept = Array.from(before.keys()).filter((part) => now.has(part));
  let next = 0;
  for (const part of now.keys()) if (part === kept[next]) next++;
  return next === kept.length;
}
