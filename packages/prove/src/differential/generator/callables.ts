/*
 * What can be called: async functions of every form, sync ones, generators, objects with methods, classes.
 */
import { item, items, part, statement, statements } from "../tree.js";
import type { Tree } from "../tree.js";
import { functionIn, inside, oneOf } from "./place.js";
import type { Callable, Place, Ways, Writer } from "./place.js";

type Declare = (change: Partial<Place>) => void;

/** A declaration among statements. `declare` takes what it adds to the place. */
export function writeDeclaration(w: Writer, at: Place, declare: Declare): Tree {
  return oneOf(w.random, [...topWays(w, at, declare), [4, () => objectWithMethods(w, at, declare)]]);
}

/** A declaration at the top of the module: one that has no effect while the module loads. */
export function writeTopDeclaration(w: Writer, at: Place, declare: Declare): Tree {
  return oneOf(w.random, topWays(w, at, declare));
}

function topWays(w: Writer, at: Place, declare: Declare): Ways {
  const add = (...callables: Callable[]): void => declare({ callables: [...at.callables, ...callables] });
  return [
    [6, () => asyncFunction(w, at, add)],
    [3, () => asyncArrow(w, at, add)],
    [2, () => syncFunction(w, at, add)],
    [3, () => generator(w, at, add)],
    [4, () => classOf(w, at, add)],
  ];
}

function asyncFunction(w: Writer, at: Place, add: (one: Callable) => void): Tree {
  const name = w.fresh("f");
  const one: Callable = { gives: "promise", takes: true, callee: name };
  // It may call itself: fuel bounds that.
  const { list, names } = parameters(w, at);
  const within = functionIn(at, {
    awaits: true,
    args: true,
    self: false,
    numbers: [...at.numbers, ...names],
    callables: [...at.callables, one],
  });
  add(one);
  return statement`async function ${name}(${list}): Promise<any> {\n${w.body(within, 1 + w.random.below(3))}\n}`;
}

function asyncArrow(w: Writer, at: Place, add: (one: Callable) => void): Tree {
  const name = w.fresh("f");
  const one: Callable = { gives: "promise", takes: true, callee: name };
  const { list, names } = parameters(w, at);
  const within = functionIn(at, {
    awaits: true,
    self: at.self,
    args: at.args,
    numbers: [...at.numbers, ...names],
    callables: [...at.callables, one],
  });
  add(one);
  return w.random.chance(30)
    ? statement`const ${name} = async (${list}): Promise<any> => ${w.number({ ...within, callables: at.callables })};`
    : statement`const ${name} = async (${list}): Promise<any> => {\n${w.body(within, 1 + w.random.below(3))}\n};`;
}

function syncFunction(w: Writer, at: Place, add: (one: Callable) => void): Tree {
  const name = w.fresh("f");
  const { list, names } = parameters(w, at);
  const within = functionIn(at, { self: false, args: true, numbers: [...at.numbers, ...names] });
  if (w.random.chance(50)) {
    add({ gives: "number", takes: true, callee: name });
    return statement`function ${name}(${list}): any {\n${w.body(within, 1 + w.random.below(2))}\n}`;
  }
  // Hands on a promise that it did not wait for.
  add({ gives: "promise", takes: true, callee: name });
  return statement`const ${name} = function (${list}): any {\nif (!fuel()) return 3;\n${w.block(within, 1)}\nreturn ${w.promise(within)};\n};`;
}

function generator(w: Writer, at: Place, add: (one: Callable) => void): Tree {
  const name = w.fresh("g");
  const { list, names } = parameters(w, at);
  const within = functionIn(at, {
    yields: true,
    self: false,
    args: true,
    numbers: [...at.numbers, ...names],
  });
  if (w.random.chance(35)) {
    add({ gives: "promises", takes: true, callee: name });
    const promises = inside(within, { yields: false });
    const body = statements([
      part`if (!fuel()) return;`,
      statement`yield ${w.promise(promises)};`,
      statement`try {\nyield ${w.promise(promises)};\n} finally {\nnote(${w.mark()});\n}`,
    ]);
    return statement`function* ${name}(${list}): Generator<any, any, any> {\n${body}\n}`;
  }
  add({ gives: "numbers", takes: true, callee: name });
  return statement`function* ${name}(${list}): Generator<any, any, any> {\n${w.body(within, 2 + w.random.below(2))}\n}`;
}

function objectWithMethods(w: Writer, at: Place, declare: Declare): Tree {
  const { random } = w;
  const name = w.fresh("o");
  const n = (): Tree => w.number(inside(at));
  const one = parameters(w, at);
  const two = parameters(w, at);
  const within = functionIn(at, { awaits: true, self: true, args: true });
  const callables: Callable[] = [
    { gives: "promise", takes: true, callee: `${name}.add` },
    { gives: "promise", takes: true, callee: `${name}["get" + 1]` },
    { gives: "promise", takes: false, callee: `${name}.next` },
  ];
  declare({ callables: [...at.callables, ...callables], objects: [...at.objects, name] });
  const later = functionIn(at, { self: true, args: false });
  const getter = random.chance(50)
    ? statement`note(${w.mark()});\nreturn ${w.promise(later)};`
    : statement`return (async () => {\n${w.body(functionIn(at, { awaits: true, self: true }), 1)}\n})();`;
  return statement`const ${name}: any = {
n: ${n()},
m: ${n()},
async add(this: any, ${one.list}) {\n${w.body({ ...within, numbers: [...at.numbers, ...one.names] }, 1 + random.below(2))}\n},
["get" + 1]: async function (this: any, ${two.list}) {\n${w.body({ ...within, numbers: [...at.numbers, ...two.names] }, 1)}\n},
get next() {\nif (!fuel()) return Promise.resolve(4);\n${getter}\n},
};`;
}

function classOf(w: Writer, at: Place, add: (...callables: Callable[]) => void): Tree {
  const { random } = w;
  const name = w.fresh("C");
  const within = functionIn(at, { awaits: true, self: true, args: true });
  const n = (): Tree => w.number(functionIn(at, { self: false, args: false }));
  const made: Callable[] = [];
  const members: Tree[] = [];
  const has = (percent: number, one: Callable, member: () => Tree): void => {
    if (!random.chance(percent)) return;
    made.push(one);
    members.push(member());
  };
  has(80, { gives: "promise", takes: true, callee: `new ${name}(${random.below(10)}).add` }, () => {
    const { list, names } = parameters(w, at);
    const inner = { ...within, numbers: [...at.numbers, ...names] };
    const body = w.body(inner, 1 + random.below(2));
    return statement`async add(${list}): Promise<any> {
this.#kept += ${w.number(inner)};\nnote(${w.mark()}, this.#kept, this.twice());\n${body}\n}`;
  });
  has(40, { gives: "promise", takes: true, callee: `new ${name}(${random.below(10)}).later` }, () => {
    const inner = functionIn(at, { awaits: true, self: true, args: false });
    return statement`later = async (): Promise<any> => {\n${w.body(inner, 1)}\n};`;
  });
  has(40, { gives: "promise", takes: false, callee: `new ${name}(1).value` }, () => {
    return statement`get value(): Promise<any> { return this.#own(); }\nasync #own(): Promise<any> {\n${w.body(within, 1)}\n}`;
  });
  has(40, { gives: "promise", takes: true, callee: `${name}.of` }, () => {
    return statement`static async of(n = ${n()}): Promise<any> {\nif (!fuel()) return 5;\nreturn new this(n).twice();\n}`;
  });
  add(...made);
  const field = statement`#kept = ${n()};`;
  if (random.chance(50)) {
    const own = [
      field,
      statement`n: number;`,
      statement`constructor(n: number) { this.n = n; }`,
      statement`twice(): number { return this.n * 2; }`,
    ];
    return statement`class ${name} {\n${statements([...own, ...members])}\n}`;
  }
  const base = w.fresh("C");
  const derived = [
    field,
    statement`constructor(n: number) { super(n); note(${w.mark()}, this.m); }`,
    statement`override twice(): number { return super.twice() + this.#kept; }`,
  ];
  return statement`class ${base} {
n: number;
m = ${n()};
constructor(n: number) { this.n = n; note(${w.mark()}, n); }
twice(): number { return this.n * 2; }
}
class ${name} extends ${base} {\n${statements([...derived, ...members])}\n}`;
}

function parameters(w: Writer, at: Place): { readonly list: Tree; readonly names: readonly string[] } {
  const { random } = w;
  const [a, b, c] = [w.fresh("a"), w.fresh("a"), w.fresh("a")];
  // Defaults see the parameters before them, and `this` and `arguments` of the function itself: neither is used here.
  const before = functionIn(at, { self: false, args: false, numbers: [...at.numbers, a] });
  const n = (): Tree => w.number(inside(before));
  const defaults = items([item`${a}: any`, item`${b}: any = ${n()}`]);
  return random.pick([
    () => ({ list: items([item`${a}: any`]), names: [a] }),
    () => ({ list: defaults, names: [a, b] }),
    () => ({
      list: items([item`${a}: any = ${random.below(10)}`, item`...[${b}, ${c} = ${n()}]: any[]`]),
      names: [a, b, c],
    }),
    () => ({
      list: items([item`${a}: any`, item`{ n: ${b} = ${n()}, ["m"]: ${c} }: any = { m: ${n()} }`]),
      names: [a, b, c],
    }),
  ])();
}
