/*
 * A random program: a module with one workflow, as a tree of its text.
 *
 * Invariants:
 *   G1  It ends: each loop turn and each call takes fuel, of which there is a limited amount.
 *   G2  It means the same whenever it is run: it reads nothing but the outcomes of its effects.
 *   G3  Two other fibers log each job: the frame starts them with the program, and again whenever a watched effect settles.
 *   G4  Nothing that the compiler refuses is written (`super` in async functions, async generators, …).
 */
import { randomnessOf } from "../randomness.js";
import { item, items, number, part, statement, statements } from "../tree.js";
import type { Tree } from "../tree.js";
import { writeTopDeclaration } from "./callables.js";
import { writeNumber } from "./numbers.js";
import { functionIn, oneOf } from "./place.js";
import type { Place, Writer } from "./place.js";
import { writePromise } from "./promises.js";
import { writeBlock, writeBody } from "./statements.js";

/** `name` is the workflow's; it is unique among programs that are compiled together. */
export function randomProgram(seed: number, ordinal: number, name: string, modern: boolean): Tree {
  const w = writerOf(seed, ordinal, modern);
  const { random } = w;
  const depth = 2 + random.below(2);
  const module: Place = {
    depth,
    awaits: false,
    yields: false,
    returns: false,
    self: false,
    args: false,
    numbers: [],
    promises: [],
    objects: [],
    callables: [],
    errors: ["Declined", "Broken"],
    loops: [],
  };
  let at = module;
  const declarations: Tree[] = [];
  for (let i = random.below(3); i > 0; i--) {
    declarations.push(
      writeTopDeclaration(w, { ...at, depth: depth - 1 }, (change) => {
        at = { ...at, ...change, depth };
      }),
    );
  }
  const inRoot: Place = { ...at, awaits: true, numbers: ["a", "b"], objects: ["box"] };
  const main = writeBlock(w, inRoot, random.below(3));
  const acts = items(Array.from({ length: 1 + random.below(3) }, () => act(w, inRoot)));
  // Either everything is waited for, or what is still pending at the end is left alone.
  const tail = statements([
    // (A cancellation ends the run here: what the others would still show is no longer part of it.)
    ...(random.chance(60)
      ? [statement`try {\nawait lull();\n} catch (error) {\nnote("END");\nthrow error;\n}`]
      : []),
    ...(random.chance(10)
      ? [statement`note("END");\nthrow new Declined("end", { cause: new Broken("deeper") });`]
      : []),
  ]);
  return part`import { activity, map, workflow } from "@continuum/runtime/workflow";
import { add, fuel, key, note, other, raise, shown, step, tag } from "./world.js";
import type { Numbers } from "./world.js";
import { Broken, Declined, hear, lateTag, lull, metronomes, pause, watched } from "./frame.js";

${statements(declarations)}
export const program = workflow({ name: "${name}", version: 1 }, async () => {
metronomes();
let a = 1, b = 2;
const box: Numbers = { n: 3, m: 4 };
try {
${main}
note("acts", await Promise.allSettled([${acts}]));
} catch (error) {
note("caught", error);
}
${tail}
note("END");
return shown(a);
});
`;
}

/** One of the fibers that a program consists of: they go on side by side, and the failure of one does not stop the others. */
function act(w: Writer, at: Place): Tree {
  const within = functionIn(at, { awaits: true });
  return item`(async () => {\n${w.body(within, 1 + w.random.below(3))}\n})()`;
}

function writerOf(seed: number, ordinal: number, modern: boolean): Writer {
  const random = randomnessOf(seed, ordinal);
  let names = 0;
  let marks = 0;
  // Mostly small ones: a difference shows in few lines, and there is time for many.
  let growth = random.chance(8) ? 40 + random.below(40) : 5 + random.below(18);
  const w: Writer = {
    random,
    grows: () => growth-- > 0,
    modern,
    fresh: (prefix) => `${prefix}${++names}`,
    mark: () => ++marks,
    number: (at) => writeNumber(w, at),
    promise: (at) => writePromise(w, at),
    thrown: (at) => thrown(w, at),
    block: (at, length) => writeBlock(w, at, length),
    body: (at, length) => writeBody(w, at, length),
  };
  return w;
}

function thrown(w: Writer, at: Place): Tree {
  const { random } = w;
  const error = random.pick(at.errors);
  return oneOf(random, [
    [4, () => number`new ${error}("${w.mark()}")`],
    [2, () => number`new ${error}("${w.mark()}", { cause: new Error("of ${w.mark()}") })`],
    [1, () => number`new TypeError("${w.mark()}")`],
    [1, () => number`${w.number({ ...at, depth: 0 })}`],
  ]);
}
