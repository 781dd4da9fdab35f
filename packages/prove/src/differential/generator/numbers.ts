/*
 * Expressions that give a number, or at times something else: a program's values are shown, not trusted.
 */
import { item, items, number, part } from "../tree.js";
import type { Tree } from "../tree.js";
import { functionIn, inside, oneOf } from "./place.js";
import type { Callable, Place, Ways, Writer } from "./place.js";

export function writeNumber(w: Writer, at: Place): Tree {
  const { random } = w;
  const leaves: Ways = [
    [2, () => number`${random.below(10)}`],
    [3, () => number`${random.pick(at.numbers)}`, at.numbers.length > 0],
    [2, () => number`this.n`, at.self],
    [
      1,
      () => number`${random.pick(["arguments.length", "(arguments[0] as number)", "arguments[1]"])}`,
      at.args,
    ],
    [1, () => number`${random.pick(at.objects)}.${random.pick(["n", "m", "q"])}`, at.objects.length > 0],
  ];
  if (at.depth <= 0 || !w.grows()) return oneOf(random, leaves);
  const inner = inside(at);
  const n = (): Tree => w.number(inner);
  const p = (): Tree => w.promise(inner);
  const v = (): string => random.pick(at.numbers);
  const some = at.numbers.length > 0;
  const callables = at.callables.filter(
    ({ gives }) => gives === "number" || (gives === "promise" && at.awaits),
  );
  const iterables = at.callables.filter(({ gives }) => gives === "numbers");
  return oneOf(random, [
    ...leaves,
    [6, () => number`note(${w.mark()}, ${n()})`],
    [8, () => number`(await ${p()})`, at.awaits],
    [3, () => number`(await ${n()})`, at.awaits],
    [2, () => number`((${n()} ${random.pick(["+", "-", "*", "**"])} ${n()}) % 50)`],
    [4, () => number`add(${items([arg(n()), arg(n()), arg(n())])})`],
    [1, () => number`add(...[${items([arg(n())])}], ${n()})`],
    [2, () => number`(${n()} ${random.pick([">", "<=", "===", "!=="])} ${n()} ? ${n()} : ${n()})`],
    [1, () => number`(note(${w.mark()}, ${n()}), ${n()})`],
    [3, () => number`(${n()} ${random.pick(["&&", "||", "??"])} ${n()})`],
    [2, () => number`[${n()}, ...[${n()}, ${n()}], ${n()}][${random.below(4)}]!`],
    [2, () => number`({ a: ${n()}, [\`k\${${n()}}\`]: ${n()}, ...{ c: ${n()} } }).a`],
    [1, () => number`\`\${${n()}}-\${${n()}}\`.length`],
    [2, () => number`tag\`x\${${n()}}y\\n\${${n()}}\``],
    [2, () => number`(await lateTag\`\${${n()}}\${${n()}}\`)`, at.awaits],
    [3, () => number`(${v()} ${random.pick(["=", "+=", "-=", "??=", "||=", "&&="])} ${n()})`, some],
    [1, () => number`${v()}${random.pick(["++", "--"])}`, some],
    [4, () => member(w, at, n), at.objects.length > 0],
    [6, () => called(w, at, random.pick(callables)), callables.length > 0],
    [1, () => number`[...${calledText(w, at, random.pick(iterables))}].length`, iterables.length > 0],
    [3, () => number`(await Promise.all([${several(w, inner)}])).length`, at.awaits],
    [2, () => number`(await Promise.${random.pick(["race", "any"])}([${several(w, inner)}]))`, at.awaits],
    [
      2,
      () =>
        number`note(${w.mark()}, (await Promise.allSettled([${several(w, inner)}])).map((each) => each.status).join()).length`,
      at.awaits,
    ],
    [3, () => mapped(w, at, inner), at.awaits],
    [3, () => immediate(w, at), at.awaits],
    [2, () => number`(await ${thenable(w, at)})`, at.awaits],
    [2, () => number`(yield ${n()})`, at.yields],
    [1, () => number`(${random.pick(["-", "+!", "~", "+typeof ", "+void "])}${n()})`],
    [1, () => number`(${n()} as number)`],
    [1, () => number`(${n()} satisfies unknown as number)`],
    [1, () => number`Number("n" in { n: ${n()} })`],
    [1, () => number`(${n()} > 8 ? raise(${w.thrown(inner)}) : ${n()})`],
    [1, () => number`((${p()}) instanceof Promise ? ${n()} : ${n()})`],
  ]);
}

/** The text of a call, or of reading a getter. */
export function calledText(w: Writer, at: Place, callable: Callable): Tree {
  const inner = inside(at);
  if (!callable.takes) return part`${callable.callee}`;
  const args = Array.from({ length: w.random.below(4) }, () => arg(w.number(inner)));
  return part`${callable.callee}${w.random.chance(10) ? "?." : ""}(${items(args)})`;
}

/** Promises and plain values, as combinators take them. */
export function several(w: Writer, at: Place): Tree {
  const list = Array.from({ length: w.random.below(4) }, () =>
    w.random.chance(80)
      ? item`${w.promise(at)}`
      : item`${w.random.chance(50) ? w.number(at) : thenable(w, at)}`,
  );
  return items(list);
}

/** An object with a `then` of its own, which may do everything wrong that one can. */
export function thenable(w: Writer, at: Place): Tree {
  const { random } = w;
  const inner = functionIn(at, { self: false, args: false });
  const n = (): Tree => w.number(inner);
  const settle = oneOf(random, [
    [5, () => number`resolve(${n()})`],
    [2, () => number`resolve(${w.promise(inner)} as never)`],
    [2, () => number`reject(${w.thrown(inner)})`],
    [1, () => number`(resolve(${n()}), reject(${n()}), raise(${w.thrown(inner)}))`],
    [1, () => number`raise(${w.thrown(inner)})`],
    [1, () => number`(reject(${n()}), resolve(${n()}))`],
  ]);
  const parameters = `(resolve: (value: number) => void, reject: (reason: unknown) => void)`;
  return random.chance(15)
    ? part`({ get then(): never { note(${w.mark()}); throw ${w.thrown(inner)}; } } as PromiseLike<number>)`
    : part`({ then${parameters} { note(${w.mark()}); ${settle}; } } as PromiseLike<number>)`;
}

function called(w: Writer, at: Place, callable: Callable): Tree {
  const call = calledText(w, at, callable);
  return callable.gives === "promise" ? number`(await ${call})` : number`${call}`;
}

function member(w: Writer, at: Place, n: () => Tree): Tree {
  const { random } = w;
  const object = random.pick(at.objects);
  const mutation = random.pick(["=", "+=", "??=", "||=", "&&="]);
  return oneOf(random, [
    [3, () => number`(${object}.${random.pick(["n", "m", "q"])} ${mutation} ${n()})`],
    [2, () => number`(${object}[key(${n()})] ${mutation} ${n()})`],
    [2, () => number`(${object}.none?.[${n()}]?.(${n()}) ?? ${n()})`],
    [1, () => number`(${object}?.n ?? ${n()})`],
    [1, () => number`Number(delete ${object}[key(${n()})])`],
    [1, () => number`(({ n: ${object}.n, m: ${object}.m } = { n: ${n()}, m: ${n()} }), ${object}.m)`],
  ]);
}

function mapped(w: Writer, at: Place, inner: Place): Tree {
  const x = w.fresh("x");
  const within = functionIn(at, { awaits: true, self: at.self, args: at.args, numbers: [...at.numbers, x] });
  const list = part`[${items([arg(w.number(inner)), arg(w.number(inner))])}]`;
  const callback = w.random.chance(60)
    ? part`async (${x}) => ${w.number(within)}`
    : part`async (${x}) => {\n${w.body(within, 2)}\n}`;
  return number`add(...(await Promise.all(${list}.map(${callback}))))`;
}

function immediate(w: Writer, at: Place): Tree {
  const { random } = w;
  const n = (): Tree => w.number(inside(at));
  const length = 1 + random.below(3);
  if (random.chance(50)) {
    const within = functionIn(at, { awaits: true, self: at.self, args: at.args });
    return random.chance(40)
      ? number`(await (async () => ${w.number(within)})())`
      : number`(await (async () => {\n${w.body(within, length)}\n})())`;
  }
  const x = w.fresh("x");
  const within = functionIn(at, { awaits: true, self: true, args: true, numbers: [...at.numbers, x] });
  const byDefault = w.number(functionIn(at, { self: false, args: false }));
  const head = part`async function (this: Numbers, ${x}: number = ${byDefault})`;
  return number`(await (${head} {\n${w.body(within, length)}\n}).call({ n: ${n()} }, ${items([arg(n())])}))`;
}

function arg(tree: Tree): Tree {
  return item`${tree}`;
}
