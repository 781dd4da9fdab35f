/*
 * Expressions that give a promise, of a number mostly.
 */
import { items, item, promise, statement } from "../tree.js";
import type { Tree } from "../tree.js";
import { calledText, several, thenable } from "./numbers.js";
import { functionIn, inside, oneOf } from "./place.js";
import type { Place, Ways, Writer } from "./place.js";

export function writePromise(w: Writer, at: Place): Tree {
  const { random } = w;
  const inner = inside(at);
  const n = (): Tree => w.number(inner);
  const p = (): Tree => w.promise(inner);
  const leaves: Ways = [
    [3, () => promise`watched(activity(step(${random.below(10)})))`],
    [1, () => promise`Promise.resolve(${random.below(10)})`],
    [4, () => promise`${random.pick(at.promises)}`, at.promises.length > 0],
  ];
  if (at.depth <= 0 || !w.grows()) return oneOf(random, leaves);
  const async = at.callables.filter(({ gives }) => gives === "promise");
  return oneOf(random, [
    ...leaves,
    [8, () => promise`watched(activity(step(${n()})))`],
    [
      1,
      () =>
        promise`watched(activity(other(${items([item`${n()}`, item`${n()}`])}), { retry: { maxAttempts: 1 } }))`,
    ],
    [2, () => promise`activity(step(${n()}))`],
    [1, () => promise`pause(${1 + random.below(5)})`],
    [1, () => promise`hear("s${random.below(2)}")`],
    [6, () => promise`${calledText(w, at, random.pick(async))}`, async.length > 0],
    [3, () => promise`Promise.resolve(${random.pick([n, p, () => thenable(w, inner)])()})`],
    [1, () => promise`Promise.reject<number>(${w.thrown(inner)})`],
    [6, () => chained(w, at)],
    [3, () => constructed(w, at)],
    [3, () => promise`Promise.${random.pick(["race", "any"])}([${several(w, inner)}])`],
    [2, () => promise`Promise.all([${several(w, inner)}]).then((all) => note(${w.mark()}, all).length)`],
    [
      2,
      () => promise`Promise.allSettled([${several(w, inner)}]).then((all) => note(${w.mark()}, all).length)`,
    ],
    [
      3,
      () =>
        promise`(async () => ${w.number(functionIn(at, { awaits: true, self: at.self, args: at.args }))})()`,
    ],
    [3, () => boundedMap(w, at)],
    [1, () => promise`Promise.try((x: number) => x, ${n()})`, w.modern],
  ]);
}

/** `map(…)` over a few items, with a bound that holds them up or does not. */
function boundedMap(w: Writer, at: Place): Tree {
  const { random } = w;
  const x = w.fresh("x");
  const within = (awaits: boolean): Place =>
    functionIn(at, { awaits, self: at.self, args: at.args, numbers: [...at.numbers, x] });
  const list = Array.from({ length: random.below(5) }, () => item`${w.number(inside(at))}`);
  const each = oneOf(random, [
    [4, () => item`async (${x}: any) => ${w.number(within(true))}`],
    [2, () => item`async (${x}: any) => {\n${w.body(within(true), 2)}\n}`],
    [2, () => item`(${x}: any) => ${w.promise(within(false))}`],
    [1, () => item`(${x}: any) => ${w.number(within(false))}`],
    [1, () => item`(${x}: any): any => ${thenable(w, within(false))}`],
  ]);
  const mapped = promise`map([${items(list)}], ${each}, { concurrency: ${1 + random.below(3)} })`;
  return promise`${mapped}.then((all) => note(${w.mark()}, all).length)`;
}

/** `.then`, `.catch` and `.finally`, with handlers of all kinds. */
function chained(w: Writer, at: Place): Tree {
  const { random } = w;
  const before = w.promise(inside(at));
  const handler = (): Tree => handlerOf(w, at);
  return oneOf(random, [
    [4, () => promise`${before}.then(${handler()})`],
    [2, () => promise`${before}.then(${handler()}, ${handler()})`],
    [4, () => promise`${before}.catch(${handler()})`],
    [1, () => promise`${before}.then(undefined, ${handler()})`],
    [1, () => promise`${before}.then()`],
    [3, () => promise`${before}.finally(${cleanUp(w, at)})`],
  ]);
}

function handlerOf(w: Writer, at: Place): Tree {
  const x = w.fresh("x");
  const within = (awaits: boolean): Place =>
    functionIn(at, { awaits, self: at.self, args: at.args, numbers: [...at.numbers, x] });
  const head = `(${x}: any)`;
  return oneOf(w.random, [
    [3, () => item`${head} => note(${w.mark()}, ${x}, ${w.number(within(false))})`],
    [3, () => item`async ${head} => ${w.number(within(true))}`],
    [2, () => item`${head} => ${w.promise(within(false))}`],
    [1, () => item`${head} => ${thenable(w, within(false))}`],
    [1, () => item`async ${head} => {\n${w.body(within(true), 2)}\n}`],
    [1, () => item`(): number => raise(${w.thrown(within(false))})`],
  ]);
}

function cleanUp(w: Writer, at: Place): Tree {
  const within = (awaits: boolean): Place => functionIn(at, { awaits, self: at.self, args: at.args });
  return oneOf(w.random, [
    [3, () => item`() => note(${w.mark()})`],
    [2, () => item`async () => ${w.number(within(true))}`],
    [2, () => item`() => ${w.promise(within(false))}`],
    [1, () => item`() => raise(${w.thrown(within(false))})`],
  ]);
}

/** `new Promise` over a synchronous executor that settles it, perhaps more than once, perhaps never alone. */
function constructed(w: Writer, at: Place): Tree {
  const { random } = w;
  const inner = functionIn(at, { self: at.self, args: at.args, returns: false });
  const n = (): Tree => w.number(inner);
  const settle = oneOf(random, [
    [4, () => statement`resolve(${n()});`],
    [4, () => statement`resolve(${w.promise(inner)});`],
    [1, () => statement`resolve(${thenable(w, inner)});`],
    [2, () => statement`reject(${w.thrown(inner)});`],
    [2, () => statement`${w.promise(inner)}.then(resolve, reject);`],
    [1, () => statement`resolve(${n()}); throw ${w.thrown(inner)};`],
    [1, () => statement`throw ${w.thrown(inner)};`],
  ]);
  return promise`new Promise<number>((resolve, reject) => {\n${w.block(inner, random.below(2))}\n${settle}\n})`;
}
