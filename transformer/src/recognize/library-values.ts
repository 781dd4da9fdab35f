/*
 * Where the values come from that the library's functions give out or hand to callbacks: data only. What is not here makes
 * new values.
 */

/** How a value follows from a call: what it is taken from, and by which path from there. */
export interface Source {
  readonly from: "receiver" | "first argument" | "second argument";
  /**
   * `same`: the value itself. `element`: what it holds. `copy`: something new that holds the same, `copy of entries` with keys
   * beside.
   */
  readonly as: "same" | "element" | "copy" | "copy of entries";
}

const receiver = (as: Source["as"]): Source => ({ from: "receiver", as });
const first = (as: Source["as"]): Source => ({ from: "first argument", as });

const SAME =
  "Array.sort Array.reverse Array.fill Array.copyWithin Map.set Set.add WeakMap.set WeakSet.add Object.valueOf Promise.finally";
const ELEMENT = `Map.get WeakMap.get ReadonlyMap.get Map.getOrInsert Map.getOrInsertComputed Array.at Array.find Array.findLast
  Array.pop Array.shift ReadonlyArray.at ReadonlyArray.find ReadonlyArray.findLast IteratorObject.find IteratorObject.reduce`;
const COPY = `Array.slice Array.concat Array.filter Array.flat Array.toSorted Array.toReversed Array.toSpliced Array.with Array.splice
  Array.values ReadonlyArray.slice ReadonlyArray.concat ReadonlyArray.filter ReadonlyArray.flat ReadonlyArray.toSorted
  ReadonlyArray.toReversed ReadonlyArray.toSpliced ReadonlyArray.with ReadonlyArray.values Map.values Map.keys Set.values Set.keys
  ReadonlyMap.values ReadonlyMap.keys ReadonlySet.values Set.union Set.intersection Set.difference IteratorObject.toArray
  IteratorObject.filter IteratorObject.take IteratorObject.drop Iterator.next`;
const ENTRIES =
  "Array.entries ReadonlyArray.entries Map.entries ReadonlyMap.entries Set.entries ReadonlySet.entries";

const ofReceiver = new Map(
  [
    [SAME, receiver("same")],
    [ELEMENT, receiver("element")],
    [COPY, receiver("copy")],
    [ENTRIES, receiver("copy of entries")],
    [
      `ObjectConstructor.assign ObjectConstructor.freeze ObjectConstructor.seal ObjectConstructor.preventExtensions
       ObjectConstructor.defineProperty ObjectConstructor.defineProperties ObjectConstructor.setPrototypeOf
       ObjectConstructor.call PromiseConstructor.resolve PromiseConstructor.all ProxyConstructor.new`,
      first("same"),
    ],
    ["Reflect.get PromiseConstructor.race PromiseConstructor.any", first("element")],
    [
      `ObjectConstructor.values ArrayConstructor.from IteratorConstructor.from ObjectConstructor.groupBy
       MapConstructor.groupBy MapConstructor.new SetConstructor.new`,
      first("copy"),
    ],
    ["ObjectConstructor.entries", first("copy of entries")],
    ["ObjectConstructor.fromEntries", first("copy")],
  ].flatMap(([names, source]) =>
    (names as string).split(/\s+/).map((name) => [name, source as Source] as const),
  ),
);

/** What the value of a call of the library's function `name` is taken from; null for a new one. */
export function sourceOfResult(name: string): Source | null {
  // Other bounds, the same memory.
  if (/(^|\.)(\w+Array\.subarray|Buffer\.(subarray|slice))$/.test(name)) return receiver("same");
  return ofReceiver.get(name) ?? null;
}

/** The library's function `name` gives what its callback gives: as it is, or in a list. */
export function givesCallbackResult(name: string): "same" | "element" | null {
  if (/\.(reduce|reduceRight)$|^Promise\.then$/.test(name)) return "same";
  return /\.(map|flatMap)$|^ArrayConstructor\.from$/.test(name) ? "element" : null;
}

/** What the library's function `name` hands to the parameter `index` of its callback. */
export function handedToCallback(name: string, index: number): readonly Source[] {
  if (/\.(reduce|reduceRight)$/.test(name)) {
    // Where there is no second argument, the first element stands for it.
    if (index === 0) return [{ from: "second argument", as: "same" }];
    return index === 1 ? [receiver("element")] : index === 3 ? [receiver("same")] : [];
  }
  if (/^(ArrayConstructor\.from|(Object|Map)Constructor\.groupBy)$/.test(name))
    return index === 0 ? [first("element")] : [];
  if (/^(Async)?DisposableStack\.adopt$/.test(name)) return index === 0 ? [first("same")] : [];
  if (/^Promise\.(then|finally)$/.test(name)) return index === 0 ? [receiver("same")] : [];
  if (/\.(sort|toSorted)$/.test(name)) return [receiver("element")];
  if (
    !/\.(forEach|map|filter|find|findLast|findIndex|findLastIndex|some|every|flatMap)$/.test(name) ||
    index === 1
  )
    return [];
  return index === 0 ? [receiver("element")] : [receiver("same")];
}

/**
 * What the result of the library's function `name` holds of its arguments: them, `values`, or what they hold, too, `members`;
 * that of the first argument of some is told by `sourceOfResult`.
 */
export function heldArguments(name: string): "values" | "members" | null {
  if (/^(ObjectConstructor\.assign|(Readonly)?(Array\.concat|Set\.(union|symmetricDifference)))$/.test(name))
    return "members";
  return /^((Readonly)?Array\.(with|toSpliced)|ArrayConstructor\.(of|call)|Map\.getOrInsert)$/.test(name)
    ? "values"
    : null;
}

/** Which arguments of a call of the library's function `name` it stores in its receiver. */
export function storedArguments(name: string): "all" | "last" | null {
  if (/^Array\.(push|unshift|splice|fill)$|^(Weak)?Set\.add$/.test(name)) return "all";
  return /^(Weak)?Map\.set$/.test(name) ? "last" : null;
}
