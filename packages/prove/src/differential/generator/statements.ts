/*
 * Statements: declarations, control flow, exceptions, promises that are kept and joined later.
 */
import { items, item, part, statement, statements } from "../tree.js";
import type { Tree } from "../tree.js";
import { calledText } from "./numbers.js";
import { functionIn, inside, oneOf } from "./place.js";
import type { Place, Writer } from "./place.js";
import { writeDeclaration } from "./callables.js";

/** A statement, and the place behind it: with what it declared. */
export interface Written {
  readonly tree: Tree;
  readonly after: Place;
}

export function writeBlock(w: Writer, at: Place, length: number): Tree {
  const list: Tree[] = [];
  let here = at;
  for (let i = 0; i < length; i++) {
    const { tree, after } = writeStatement(w, here);
    list.push(tree);
    here = after;
  }
  return statements(list);
}

export function writeBody(w: Writer, at: Place, length: number): Tree {
  const { random } = w;
  // Whatever is left out of a program, it ends.
  const fuel = part`if (!fuel()) return ${random.below(10)};`;
  const end = oneOf(random, [
    [6, () => statement`return ${w.number(at)};`],
    [3, () => statement`return ${w.promise(at)};`, at.awaits],
    // Of a promise that is settled already, the jobs of returning it can be told from those of awaiting it.
    [4, () => statement`return Promise.resolve(${w.number(at)});`, at.awaits],
    [1, () => statement`return await ${w.promise(at)};`, at.awaits],
    [1, () => statement`note(${w.mark()});`],
  ]);
  return statements([fuel, ...(writeBlock(w, at, length).parts as Tree[]), end]);
}

function writeStatement(w: Writer, at: Place): Written {
  const { random } = w;
  const grows = w.grows();
  const inner = inside(at);
  // Deep in control flow, an expression may still be one; what stops it is the program's growth.
  const within = { ...inner, depth: Math.max(inner.depth, 1) };
  const n = (): Tree => w.number(within);
  const block = (change: Partial<Place> = {}, length = grows ? 1 + random.below(3) : 1): Tree =>
    w.block({ ...inner, ...change }, length);
  let after = at;
  const declare = (change: Partial<Place>): void => {
    after = { ...at, ...change };
  };
  const newNumbers = (...names: string[]): void => declare({ numbers: [...at.numbers, ...names] });
  const deep = at.depth > 0 && grows;
  const loops = at.loops.length > 0;
  const iterables = at.callables.filter(({ gives }) => gives === "numbers" || gives === "promises");
  const async = at.callables.filter(({ gives }) => gives === "promise");
  const tree = oneOf(random, [
    [4, () => statement`note(${w.mark()}, ${n()});`],
    [4, () => statement`note(${w.mark()}, await ${w.promise(within)});`, at.awaits],
    [
      6,
      () => statement`note(${w.mark()}, await ${calledText(w, at, random.pick(async))});`,
      at.awaits && async.length > 0,
    ],
    [1, () => statement`${n()};`],
    [3, () => let1(w, n, newNumbers)],
    [2, () => destructured(w, at, newNumbers)],
    [
      3,
      () => statement`${random.pick(at.numbers)} ${random.pick(["=", "+=", "??="])} ${n()};`,
      at.numbers.length > 0,
    ],
    [4, () => kept(w, at, declare)],
    [
      3,
      () => statement`note(${w.mark()}, await ${random.pick(at.promises)});`,
      at.awaits && at.promises.length > 0,
    ],
    [1, () => statement`void ${w.promise(within)};`],
    [1, () => objectOf(w, n, at, declare)],
    [3, () => statement`if (${n()} > ${n()}) {\n${block()}\n} else {\n${block()}\n}`, deep],
    [6, () => loop(w, at, block), deep],
    [3, () => loopOver(w, at, [], block), deep],
    [4, () => loopOver(w, at, iterables, block), deep && iterables.length > 0],
    [8, () => guarded(w, at, block), deep],
    [2, () => choice(w, at, block), deep],
    [2, () => statement`if (${n()} % 3 === 0) throw ${w.thrown(inner)};`],
    [
      3,
      () =>
        statement`if (${n()} % 3 === 0) return ${random.chance(70) || !at.awaits ? n() : w.promise(inner)};`,
      at.returns,
    ],
    [
      5,
      () => statement`if (${n()} % 2 === 0) ${random.pick(["break", "continue"])} ${random.pick(at.loops)};`,
      loops,
    ],
    [3, () => statement`yield ${n()};`, at.yields],
    [1, () => statement`yield* [${items([item`${n()}`, item`${n()}`])}];`, at.yields],
    [2, () => deferred(w, at, block, declare), deep],
    [3, () => writeDeclaration(w, at, declare), deep],
    [1, () => statement`{\n${block()}\n}`, deep],
  ]);
  return { tree, after };
}

function let1(w: Writer, n: () => Tree, newNumbers: (...names: string[]) => void): Tree {
  const v = w.fresh("v");
  newNumbers(v);
  return statement`let ${v}: number = ${n()};`;
}

function destructured(w: Writer, at: Place, newNumbers: (...names: string[]) => void): Tree {
  const { random } = w;
  const n = (): Tree => w.number(inside(at));
  const [a, b, c] = [w.fresh("v"), w.fresh("v"), w.fresh("v")];
  newNumbers(a, b, c);
  const await1 = at.awaits ? "await " : "";
  return oneOf(random, [
    [
      2,
      () =>
        statement`let [${a} = ${n()}, ${b} = ${n()}, ...[${c}]]: any[] = ${await1}[${n()}, undefined, ${n()}];`,
    ],
    [
      2,
      () =>
        statement`let { a: ${a} = ${n()}, [\`k\${${n()}}\`]: ${b} = ${n()}, ...${c} }: any = ${await1}{ a: ${n()}, c: ${n()} };`,
    ],
    [
      1,
      () =>
        statement`let [{ n: ${a} = ${n()} }, [${b}, ${c}]]: any = await Promise.all([{ n: ${n()} }, [${n()}, ${n()}]]);`,
      at.awaits,
    ],
    [1, () => statement`var ${a}: number = ${n()}, ${b} = ${n()}, ${c} = ${a};`],
  ]);
}

/** A promise that nobody awaits here: it may be joined later, once, often or never. */
function kept(w: Writer, at: Place, declare: (change: Partial<Place>) => void): Tree {
  const p = w.fresh("p");
  declare({ promises: [...at.promises, p] });
  return statement`const ${p} = ${w.promise({ ...at, depth: Math.max(at.depth - 1, 1) })};`;
}

function objectOf(w: Writer, n: () => Tree, at: Place, declare: (change: Partial<Place>) => void): Tree {
  const o = w.fresh("o");
  declare({ objects: [...at.objects, o] });
  return statement`const ${o}: Numbers = { n: ${n()}, m: ${n()} };`;
}

type Block = (change?: Partial<Place>, length?: number) => Tree;

function loop(w: Writer, at: Place, block: Block): Tree {
  const { random } = w;
  const i = w.fresh("i");
  const label = w.fresh("loop");
  const turns = 1 + random.below(3);
  const body = block({ loops: [...at.loops, label], numbers: [...at.numbers, i] });
  const n = (): Tree => w.number(inside(at));
  return oneOf(random, [
    [
      4,
      () =>
        statement`${label}: for (let ${i} = 0, turn = 0; turn < ${turns} && fuel(); turn++, ${i}++) {\n${body}\n}`,
    ],
    [2, () => statement`let ${i} = ${turns};\n${label}: while (${i}-- > 0 && fuel()) {\n${body}\n}`],
    [2, () => statement`let ${i} = ${turns};\n${label}: do {\n${body}\n} while (--${i} > ${n()} && fuel());`],
    [
      1,
      () =>
        statement`${label}: for (const ${i}Key in { "1": ${n()}, "2": ${n()} }) {\nlet ${i} = Number(${i}Key);\n${body}\n}`,
    ],
    [
      1,
      () =>
        statement`let ${i} = ${n()};\n${label}: {\n${block({ loops: at.loops, numbers: [...at.numbers, i] })}\nif (${n()} > 3) break ${label};\n${block()}\n}`,
    ],
  ]);
}

function loopOver(w: Writer, at: Place, iterables: Place["callables"], block: Block): Tree {
  const { random } = w;
  const x = w.fresh("x");
  const label = w.fresh("loop");
  const inner = inside(at);
  const numbers = [...at.numbers, x];
  const loops = [...at.loops, label];
  const list = items([item`${w.number(inner)}`, item`${w.number(inner)}`]);
  const one = iterables.length > 0 ? random.pick(iterables) : null;
  const head = (over: Tree): Tree => part`${label}: for (let ${x} of ${over})`;
  if (one !== null) {
    const over = calledText(w, at, one);
    if (one.gives === "numbers") return statement`${head(over)} {\n${block({ numbers, loops })}\n}`;
    const p = `${x}Promise`;
    const taken = at.awaits ? statement`let ${x}: number = await ${p};` : statement`let ${x} = ${p};`;
    const body = statements([taken, ...(block({ numbers, loops }).parts as Tree[])]);
    return statement`${label}: for (const ${p} of ${over}) {\n${body}\n}`;
  }
  return at.awaits && random.chance(60)
    ? statement`${head(part`await Promise.all([${list}])`)} {\n${block({ numbers, loops })}\n}`
    : statement`${head(part`[${list}]`)} {\n${block({ numbers, loops })}\n}`;
}

function guarded(w: Writer, at: Place, block: Block): Tree {
  const { random } = w;
  const e = w.fresh("e");
  const error = random.pick(at.errors);
  const inner = inside(at);
  const report = random.pick([`note(${w.mark()}, ${e});`, `note(${w.mark()}, ${e} instanceof ${error});`]);
  const handled = statement`${report}\n${block()}`;
  const rethrown = random.chance(20)
    ? statement`\nthrow new ${error}("again", { cause: ${e} });`
    : statement``;
  const clause = part`catch (${e}) {\n${handled}${rethrown}\n}`;
  // A `finally` that leaves by itself hides what was going on; by `at`, it may return, break and continue.
  const last = part`finally {\n${statements([statement`note(${w.mark()});`, ...(block({}, 1 + random.below(2)).parts as Tree[])])}\n}`;
  const tried = (): Tree => statements([...(block().parts as Tree[]), mayThrow(w, inner)]);
  return oneOf(random, [
    [4, () => statement`try {\n${tried()}\n} ${clause}`],
    [4, () => statement`try {\n${tried()}\n} ${clause} ${last}`],
    [3, () => statement`try {\n${tried()}\n} ${last}`],
    [1, () => statement`try {\n${tried()}\n} catch {\n${block()}\n}`],
  ]);
}

function mayThrow(w: Writer, at: Place): Tree {
  return oneOf(w.random, [
    [3, () => statement`await ${w.promise(at)};`, at.awaits],
    [1, () => statement`throw ${w.thrown(at)};`],
    [2, () => statement`note(${w.mark()}, ${w.number(at)});`],
    [3, () => statement`return ${w.number(at)};`, at.returns],
    [2, () => statement`return ${w.promise(at)};`, at.returns && at.awaits],
    [
      3,
      () => statement`${w.random.pick(["break", "continue"])} ${w.random.pick(at.loops)};`,
      at.loops.length > 0,
    ],
  ]);
}

function choice(w: Writer, at: Place, block: Block): Tree {
  const n = (): Tree => w.number(inside(at));
  const maybeBreak = w.random.chance(60) ? "\nbreak;" : "";
  return statement`switch (${n()} % 3) {
case ${n()}: {\n${block()}${maybeBreak}\n}
default: {\n${block()}\n}
case ${n()}:
note(${w.mark()});
}`;
}

/** A promise and the function that settles it, which is called further down. */
function deferred(w: Writer, at: Place, block: Block, declare: (change: Partial<Place>) => void): Tree {
  const { random } = w;
  const p = w.fresh("p");
  const settle = w.fresh("settle");
  declare({ promises: [...at.promises, p] });
  const inner = functionIn(at, { awaits: at.awaits, self: at.self, args: at.args, yields: at.yields });
  const value = random.chance(50) ? w.number(inner) : w.promise(inner);
  const by = random.pick(["resolve", "reject"]);
  const made =
    w.modern && random.chance(50)
      ? statement`const { promise: ${p}, ${by}: ${settle} } = Promise.withResolvers<any>();`
      : statement`let ${settle}!: (value: any) => void;\nconst ${p} = new Promise<any>((resolve, reject) => { ${settle} = ${by}; });`;
  return statement`${made}\n${block({ promises: [...at.promises, p] }, 1)}\n${settle}(${value});`;
}
