/*
 * Purpose: what was found out about a program, kept for as long as it holds: across the programs that edits lead to, or for one.
 * Owns: what an answer depends on, which answers an edit makes void, questions that lead back to themselves.
 * Does not own: what is asked (recognize/, analyze/, version/); which files an edit affects (hosts/affected-files.ts).
 *
 * Invariants
 *  1. An answer depends on the files that were looked at for it: those in which what a name means is declared, those of the answers
 *     that it was made of, and those of the nodes that it holds. It is void as soon as one of them is affected.
 *  2. What is gathered from the whole program (gather.ts) is depended on by the key that was asked for, not by file.
 *  3. Kept answers hold nodes and plain data. Types and symbols are those of one checker: an answer that holds one is a mistake of
 *     ours, and loud (files-of.ts).
 *  4. Answers do not depend on who asked first. A question that leads back to itself is answered anew until the answer stays the same;
 *     what was answered meanwhile, from something unfinished, is forgotten.
 */
import { filesOf } from "./files-of.js";
import type { TS } from "./ts.js";

/** Something gathered from the whole program, by one key: void whenever its number is another. */
export interface Topic {
  /** Brings `edition` up to date with the current program. */
  settle(): void;
  edition: number;
}

export interface Memory {
  /**
   * A function that computes once for each key, and again only after an edit that concerns what was looked at. One name, one question:
   * it is asked again in the next program under that name. What it gives must hold no types and no symbols.
   */
  keep<K extends object, V>(name: string, compute: (key: K) => V, kind?: Kind<V>): (key: K) => V;
  /** As {@link keep}, for each detail of a key. */
  keepDetails<K extends object, V>(
    name: string,
    compute: (key: K, detail: string) => V,
    kind?: Kind<V>,
  ): (key: K, detail: string) => V;
  /** Asks, and gives `whileAsked` where this is being asked already; nothing is kept. */
  unlessAsked<V>(key: object, detail: string, whileAsked: V, ask: () => V): V;
  /** The current answer depends on this file. */
  saw(file: TS.SourceFile): void;
  /** The current answer depends on this topic. */
  sawTopic(topic: Topic): void;
  /** Answers a question of the whole program, on which whoever asked does not depend. */
  apart<V>(ask: () => V): V;
  /** What is to be had again in the next program, under a name. */
  slot<V>(name: string, make: () => V): V;
  /** Are dependencies of any use? Not if the memory ends with the program. */
  readonly isLasting: boolean;
}

export interface Kind<V> {
  /** `"kept parts"`: put together from answers that are kept themselves, and nodes of theirs. */
  readonly madeOf?: "nodes and data" | "kept parts";
  /** For questions that may lead back to themselves. */
  readonly cycle?: Cycle<V>;
}

/** How a question that leads back to itself is answered: from this on, until the answer is the same as before. */
export interface Cycle<V> {
  readonly start: V;
  isSame(a: V, b: V): boolean;
}

/** A memory that lives longer than one program. */
export interface LastingMemory extends Memory {
  /** A new program begins: what depends on one of these files is asked again when somebody wants to know it. */
  next(voided: Iterable<TS.SourceFile>): void;
  forgetAll(): void;
}

interface Dependencies {
  readonly files: ReadonlySet<TS.SourceFile>;
  readonly topics: ReadonlyMap<Topic, number>;
  /** The place of the lowest frame whose unfinished answer was used; Infinity where there is none. */
  readonly lowest: number;
}

interface Entry extends Dependencies {
  value: unknown;
  /** The number of the program in which all that it depends on was last found to be as it was. */
  verified: number;
  /** While it is being asked, the place of its frame; else null. */
  readonly asked: number | null;
  /** Was it asked for while it was being asked? */
  isCycle: boolean;
}

interface Frame extends Dependencies {
  readonly files: Set<TS.SourceFile>;
  readonly topics: Map<Topic, number>;
  lowest: number;
  /** Forget what was answered from this frame's unfinished answer. */
  readonly provisional: (() => void)[];
}

/** No cycle of the analysis is that long; where one were, its answer is what was found so far. */
const ROUNDS = 12;

/** After so many programs, what is void and was not asked for again is forgotten: it holds nodes of files that are gone. */
const PROGRAMS_UNTIL_SWEEP = 16;

const NO_FILES = new Set<TS.SourceFile>();
const NO_TOPICS = new Map<Topic, number>();

/** A memory for one program. */
export function shortMemory(): Memory {
  return createMemory(false);
}

/** A memory for a program that is edited. */
export function lastingMemory(): LastingMemory {
  return createMemory(true);
}

function createMemory(isLasting: boolean): LastingMemory {
  const stores = new Map<string, Map<object, Map<string, Entry>>>();
  const slots = new Map<string, unknown>();
  const keptValues = new WeakSet<object>();
  const asking = new WeakMap<object, Map<string, Entry>>();
  const frames: Frame[] = [];
  let program = 0;
  let voided = new WeakMap<TS.SourceFile, number>();

  const isOfVoidFile = ({ files, verified }: Entry): boolean => {
    for (const file of files) if ((voided.get(file) ?? 0) > verified) return true;
    return false;
  };

  const isCurrent = (entry: Entry): boolean => {
    if (entry.verified === program) return true;
    if (isOfVoidFile(entry)) return false;
    for (const [topic, edition] of entry.topics) {
      topic.settle();
      if (topic.edition !== edition) return false;
    }
    entry.verified = program;
    return true;
  };

  const dependOn = ({ files, topics, lowest }: Dependencies): void => {
    const frame = frames.at(-1);
    if (frame === undefined) return;
    if (lowest < frame.lowest) frame.lowest = lowest;
    for (const file of files) frame.files.add(file);
    for (const [topic, edition] of topics) frame.topics.set(topic, edition);
  };

  const dependOnUnfinished = (entry: Entry): void => {
    entry.isCycle = true;
    const frame = frames.at(-1);
    if (frame !== undefined && entry.asked !== null) frame.lowest = Math.min(frame.lowest, entry.asked);
  };

  /** Asks in a frame of its own, which begins as the one at the end of `frames`. */
  const framed = <V>(ask: () => V): { readonly value: V; readonly frame: Frame } => {
    // A memory that ends with its program asks what is a circle, and nothing else.
    const frame: Frame = {
      files: isLasting ? new Set<TS.SourceFile>() : NO_FILES,
      topics: isLasting ? new Map<Topic, number>() : NO_TOPICS,
      lowest: Infinity,
      provisional: [],
    };
    frames.push(frame);
    try {
      return { value: ask(), frame };
    } finally {
      frames.pop();
      for (const forget of frame.provisional) forget();
      if (frame.lowest >= frames.length) frame.lowest = Infinity;
    }
  };

  const answer = <V>(store: Map<string, Entry>, key: string, ask: () => V, cycle: Cycle<V> | null): V => {
    const known = store.get(key);
    if (known !== undefined && known.asked !== null) {
      if (cycle === null) throw new Error("CTM9008: a question of the analysis leads back to itself");
      dependOnUnfinished(known);
      return known.value as V;
    }
    if (known !== undefined && isCurrent(known)) {
      dependOn(known);
      return known.value as V;
    }
    const unfinished = unfinishedAt(frames.length, cycle?.start, program);
    store.set(key, unfinished);
    try {
      for (let round = 1; ; round++) {
        unfinished.isCycle = false;
        const { value, frame } = framed(ask);
        if (
          cycle !== null &&
          unfinished.isCycle &&
          round < ROUNDS &&
          !cycle.isSame(unfinished.value as V, value)
        ) {
          unfinished.value = value;
          continue;
        }
        const { files, topics, lowest } = frame;
        const entry: Entry = { value, files, topics, lowest, verified: program, asked: null, isCycle: false };
        store.set(key, entry);
        frames[lowest]?.provisional.push(() => {
          if (store.get(key) === entry) store.delete(key);
        });
        dependOn(entry);
        return value;
      }
    } finally {
      if (store.get(key) === unfinished) store.delete(key);
    }
  };

  const keepDetails = <K extends object, V>(
    name: string,
    compute: (key: K, detail: string) => V,
    { madeOf = "nodes and data", cycle }: Kind<V> = {},
  ): ((key: K, detail: string) => V) => {
    let store = stores.get(name);
    if (store === undefined) stores.set(name, (store = new Map<object, Map<string, Entry>>()));
    const known = store;
    const ask = (key: K, detail: string): V => {
      const value = compute(key, detail);
      if (!isLasting) return value;
      // What is kept on its own has been depended on where it was asked for.
      const parts = madeOf === "kept parts" ? [key] : [key, value];
      for (const file of filesOf(parts, (part) => keptValues.has(part))) saw(file);
      if (typeof value === "object" && value !== null) keptValues.add(value);
      return value;
    };
    return (key, detail) => {
      let details = known.get(key);
      if (details === undefined) known.set(key, (details = new Map<string, Entry>()));
      return answer(details, detail, () => ask(key, detail), cycle ?? null);
    };
  };

  return {
    isLasting,
    keep<K extends object, V>(name: string, compute: (key: K) => V, kind?: Kind<V>) {
      const ask = keepDetails(name, compute, kind);
      return (key: K): V => ask(key, "");
    },
    keepDetails,
    unlessAsked<V>(key: object, detail: string, whileAsked: V, ask: () => V): V {
      let details = asking.get(key);
      if (details === undefined) asking.set(key, (details = new Map<string, Entry>()));
      const known = details.get(detail);
      if (known !== undefined) {
        dependOnUnfinished(known);
        return whileAsked;
      }
      details.set(detail, unfinishedAt(frames.length, whileAsked, program));
      try {
        const { value, frame } = framed(ask);
        dependOn(frame);
        return value;
      } finally {
        details.delete(detail);
      }
    },
    saw,
    sawTopic(topic) {
      if (isLasting) frames.at(-1)?.topics.set(topic, topic.edition);
    },
    apart: (ask) => framed(ask).value,
    slot<V>(name: string, make: () => V): V {
      if (!slots.has(name)) slots.set(name, make());
      return slots.get(name) as V;
    },
    next(files) {
      program++;
      for (const file of files) voided.set(file, program);
      if (program % PROGRAMS_UNTIL_SWEEP === 0) sweep();
    },
    forgetAll() {
      stores.clear();
      slots.clear();
      program++;
      voided = new WeakMap();
    },
  };

  function sweep(): void {
    for (const store of stores.values()) {
      for (const [key, details] of store) {
        for (const [detail, entry] of details) if (isOfVoidFile(entry)) details.delete(detail);
        if (details.size === 0) store.delete(key);
      }
    }
  }

  function saw(file: TS.SourceFile): void {
    if (isLasting && !file.isDeclarationFile) frames.at(-1)?.files.add(file);
  }
}

function unfinishedAt(place: number, start: unknown, program: number): Entry {
  return {
    value: start,
    files: NO_FILES,
    topics: NO_TOPICS,
    verified: program,
    asked: place,
    isCycle: false,
    lowest: Infinity,
  };
}
