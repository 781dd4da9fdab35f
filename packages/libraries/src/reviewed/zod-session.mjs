/*
 * A process of its own, as far as modules go, in which clock and randomness throw: parses what `workerData` says, in that order,
 * and tells the results. Loaded by `../reviewed.test.ts`.
 */
import { inspect } from "node:util";
import { parentPort, workerData } from "node:worker_threads";

const { cases, settings } = workerData;
const poison = (what) => () => {
  throw new Error(`zod asked for ${what}`);
};
Date.now = poison("the clock");
Math.random = poison("a random number");
globalThis.performance.now = poison("the clock");
globalThis.Date = new Proxy(Date, {
  construct(target, given, self) {
    if (given.length === 0) poison("the clock")();
    return Reflect.construct(target, given, self);
  },
});

const { z } = await import("zod");
const mini = await import("zod/mini");
z.config(settings);

const Line = z.object({ sku: z.string().regex(/^[A-Z]+$/g), quantity: z.number().int().positive() });
const Node = z.object({
  name: z.string(),
  get children() {
    return z.array(Node);
  },
});
const schemas = {
  order: z
    .object({
      id: z.string().min(1).describe("an id"),
      lines: z.array(Line),
      at: z.iso.datetime().optional(),
    })
    .strict(),
  union: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("card"), last4: z.string() }),
    z.object({ kind: z.literal("cash"), paid: z.coerce.number().default(0) }),
  ]),
  changed: z.object({ a: z.string() }).transform(({ a }) => a.length),
  checked: Line.refine(({ quantity }) => quantity < 10, { message: "too many" }),
  tree: Node,
  lazy: z.lazy(() => z.record(z.string(), z.union([z.boolean(), Line.partial()]))),
  keys: z.object({ "__proto__ ": z.string(), 'quo"te': z.number().catch(3), "a\nb": z.null() }),
  mini: mini.object({ a: mini.string().check(mini.minLength(3)), b: mini.optional(mini.number()) }),
};
const makers = {
  fresh: (input) => z.object({ a: z.string().max(3), b: Line.pick({ sku: true }) }).safeParse(input),
  thrown: (input) => {
    try {
      return Line.parse(input);
    } catch (error) {
      return [String(error), z.prettifyError(error), z.treeifyError(error), error instanceof z.ZodError];
    }
  },
};

const told = ({ success, data, error }) =>
  success ? { data } : { issues: error.issues, text: error.message, flat: z.flattenError(error) };
parentPort.postMessage(
  cases.map(([name, input]) => {
    const made = makers[name];
    const result = made === undefined ? schemas[name].safeParse(input) : made(input);
    return inspect("success" in result ? told(result) : result, { depth: 9 });
  }),
);
