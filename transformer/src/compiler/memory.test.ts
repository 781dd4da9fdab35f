import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, it } from "vitest";
import { gather, publish } from "./gather.js";
import { lastingMemory, shortMemory } from "./memory.js";
import type { Memory } from "./memory.js";
import { ts } from "./ts.js";
import type { TS } from "./ts.js";

const file = (name: string): TS.SourceFile =>
  ts.createSourceFile(name, "const x = 1;", ts.ScriptTarget.ES2023);
const [a, b] = [file("a.ts"), file("b.ts")];

it("keeps an answer until a file that it depends on is void, its own or one of the answers in it", () => {
  const memory = lastingMemory();
  let asked = 0;
  const next = () => {
    const inner = memory.keep("inner", (key: TS.SourceFile) => {
      memory.saw(b);
      return key.fileName;
    });
    return memory.keep("outer", (key: TS.SourceFile) => `${String(++asked)} ${inner(key)}`);
  };
  expect([next()(a), next()(a)]).toEqual(["1 a.ts", "1 a.ts"]);
  memory.next([file("c.ts")]);
  expect(next()(a)).toBe("1 a.ts");
  memory.next([b]);
  expect(next()(a)).toBe("2 a.ts");
  memory.next([a]);
  expect(next()(a)).toBe("3 a.ts");
});

it("knows of an answer that nobody asked for meanwhile that a file of it was edited, many programs ago, too", () => {
  for (const programs of [1, 2, 40]) {
    const memory = lastingMemory();
    let asked = 0;
    const count = memory.keep("asked", (key: TS.SourceFile) => `${String(++asked)} ${key.fileName}`);
    const held = memory.keep("held", (key: object) => [key, count(a)]);
    held(b);
    memory.next([a]);
    for (let i = 0; i < programs; i++) memory.next([]);
    expect(count(b)).toBe("2 b.ts");
    expect(held(b)[1]).toBe("3 a.ts");
    memory.next([b]);
    expect(held(b)[1]).toBe("3 a.ts");
    expect(count(b)).toBe("4 b.ts");
  }
});

it("danger: a file that was read again is let go, sooner or later, with all that was asked of it", async () => {
  const memory = lastingMemory();
  const seen: WeakRef<TS.SourceFile>[] = [];
  for (let edit = 0; edit < 100; edit++) {
    const source = ts.createSourceFile("a.ts", `const x = ${String(edit)};`, ts.ScriptTarget.ES2023, true);
    memory.next(seen.slice(-1).flatMap((last) => last.deref() ?? []));
    const of = gather(memory, "said", [b], () => [[b, edit]]);
    memory.keep("of a node", (node: TS.Node) => [node, of(source)])(source.statements[0]!);
    memory.unlessAsked(source, "asked", 0, () => memory.keep("of b", () => 1)(b));
    seen.push(new WeakRef(source));
  }
  setFlagsFromString("--expose-gc");
  // What was looked at in this turn can't go before the next.
  await new Promise(setImmediate);
  (runInNewContext("gc") as () => void)();
  expect(seen.filter((source) => source.deref() !== undefined).length).toBeLessThan(20);
});

it("knows the dependencies of an answer that was there already when it was asked for again", () => {
  const memory = lastingMemory();
  const inner = memory.keep("inner", (key: TS.SourceFile) => {
    memory.saw(b);
    return key.fileName;
  });
  let asked = 0;
  const outer = memory.keep("outer", (key: object) => {
    void key;
    inner(a);
    return ++asked;
  });
  const [one, other] = [{}, {}];
  expect([outer(one), outer(other)]).toEqual([1, 2]);
  memory.next([b]);
  expect([outer(one), outer(other)]).toEqual([3, 4]);
});

it("depends on the files of the nodes that an answer holds, however it came to them", () => {
  const memory = lastingMemory();
  const source = ts.createSourceFile("b.ts", "const x = 1;", ts.ScriptTarget.ES2023, true);
  let asked = 0;
  const held = memory.keep("nodes", () => ({
    asked: ++asked,
    nodes: new Map([["x", [source.statements[0]]]]),
  }));
  const key = {};
  expect(held(key).asked).toBe(1);
  memory.next([source]);
  expect(held(key).asked).toBe(2);
});

it("danger: an answer that holds a type of the checker is loud", () => {
  const memory = lastingMemory();
  const held = memory.keep("types", () => [{ type: { checker: {}, flags: 1 } }]);
  expect(() => held({})).toThrow(/CTM9009/);
});

it("asks again what depends on something gathered as soon as a part says something else of it, and only then", () => {
  type Sayings = readonly (readonly [string, number])[];
  const memory = lastingMemory();
  let asked = 0;
  const key = {};
  const round = (one: Sayings, other: Sayings): string => {
    memory.next([]);
    const all = gather(memory, "numbers", ["one", "other"], (part) => (part === "one" ? one : other));
    return memory.keep("sum", (of: object) => {
      void of;
      return `${String(++asked)}: ${all("x").join()}`;
    })(key);
  };
  const x: Sayings = [["x", 1]];
  expect(round(x, [])).toBe("1: 1");
  expect(round(x, [["y", 5]])).toBe("1: 1");
  expect(round(x, [["x", 2]])).toBe("2: 1,2");
  expect(round(x, [])).toBe("3: 1");
});

it("asks again what depends on whether something is published at all", () => {
  const memory = lastingMemory();
  const key = {};
  let asked = 0;
  const round = (values: ReadonlyMap<string, number>): string => {
    memory.next([]);
    const of = publish(memory, "published", values, (x, y) => x === y);
    return memory.keep("asked", (at: object) => {
      void at;
      return `${String(++asked)}: ${String(of("x"))}`;
    })(key);
  };
  expect(round(new Map())).toBe("1: undefined");
  expect(round(new Map([["y", 1]]))).toBe("1: undefined");
  expect(round(new Map([["x", 1]]))).toBe("2: 1");
  expect(
    round(
      new Map([
        ["x", 1],
        ["y", 2],
      ]),
    ),
  ).toBe("2: 1");
});

/** What can be reached in a graph, asked node by node: where it has circles, whoever is asked first must not matter. */
it("gives the same answers to questions that lead back to themselves, in whatever order they are asked", () => {
  const size = 7;
  const node = fc.integer({ min: 0, max: size - 1 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(node, node), { maxLength: 16 }),
      fc.array(node, { minLength: 1, maxLength: 12 }),
      (edges, order) => {
        const reach = reachable(shortMemory(), edges);
        for (const asked of order) expect(reach(asked)).toEqual(expected(edges, asked));
      },
    ),
    { numRuns: 500 },
  );
});

function reachable(
  memory: Memory,
  edges: readonly (readonly [number, number])[],
): (node: number) => readonly number[] {
  const keys = Array.from({ length: 7 }, (_, id) => ({ id }));
  const reach = memory.keep(
    "reach",
    ({ id }: { readonly id: number }): readonly number[] => {
      const next = edges.filter(([from]) => from === id).map(([, to]) => to);
      return Array.from(new Set([...next, ...next.flatMap((to) => reach(keys[to]!))])).sort();
    },
    { cycle: { start: [], isSame: (x, y) => x.length === y.length } },
  );
  return (id) => reach(keys[id]!);
}

function expected(edges: readonly (readonly [number, number])[], start: number): readonly number[] {
  const found = new Set<number>();
  const queue = [start];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const [from, to] of edges) {
      if (from !== at || found.has(to)) continue;
      found.add(to);
      queue.push(to);
    }
  }
  return Array.from(found).sort();
}
