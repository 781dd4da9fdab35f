/*
 * Zod, valibot and arktype, as they are published: inputs of workflows and payloads of signals, checked and converted, and the types
 * that follow from their schemas.
 */
import { type } from "arktype";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { defineSignal } from "../authoring/define-signal.js";
import type { SignalDefinition } from "../authoring/define-signal.js";
import { workflow } from "../authoring/define-workflow.js";
import type { Workflow, WorkflowOptions } from "../authoring/define-workflow.js";
import { child, sendSignal, startChild } from "../authoring/run-effects.js";
import { signal } from "../authoring/effects.js";
import type { StandardSchema } from "../authoring/standard-schema.js";
import * as rt from "../compiled.js";
import type { Continuum } from "./continuum.js";
import { flow } from "./fixtures/flows.js";
import { connect, exclusiveStore } from "./fixtures/stores.js";
import type { Store } from "./fixtures/stores.js";

/** What senders give: the cents are digits, the notes may be missing. */
interface Sent {
  address: { street: string };
  cents: string;
  notes?: string[] | undefined;
}

/** What the workflow gets. */
interface Order {
  address: { street: string };
  cents: number;
  notes: string[];
}

const zod = z.object({
  address: z.object({ street: z.string().min(3) }),
  cents: z
    .string()
    .regex(/^\d+$/)
    .transform((text) => Number(text)),
  notes: z.array(z.string()).default([]),
});
const valibot = v.object({
  address: v.object({ street: v.pipe(v.string(), v.minLength(3)) }),
  cents: v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)),
  notes: v.optional(v.array(v.string()), []),
});
const arktype = type({
  address: { street: "string >= 3" },
  cents: "string.integer.parse",
  notes: type("string[]").default(() => []),
});

const SCHEMAS = { zod, valibot, arktype };
const NAMES = ["zod", "valibot", "arktype"] as const;

const given: Sent = { address: { street: "Elm Street 1" }, cents: "4900" };
const made: Order = { address: { street: "Elm Street 1" }, cents: 4900, notes: [] };
const wrong = { address: { street: "E" }, cents: 4900 } as unknown as Sent;

/** The three have types of their own for the same input and output. */
const asked = (name: keyof typeof SCHEMAS) => SCHEMAS[name] as unknown as StandardSchema<Sent, Order>;

const parts = (name: keyof typeof SCHEMAS) => {
  const schema = asked(name);
  const changed = defineSignal("changed", { schema });
  const options = { input: schema, signals: [changed] } as unknown as WorkflowOptions<Order, Order>;
  const order = flow(
    `${name}Order`,
    function* (input: Order) {
      return [input, yield rt.signal("m#signal1", changed)];
    },
    options,
  ) as unknown as Workflow<Order, [Order, Order], Sent>;
  const parent = flow(`${name}Parent`, function* (input: Sent) {
    const started = rt.startChild("m#startChild1", order, input);
    yield rt.sendSignal("m#sendSignal1", started.runId, changed, input);
    return yield rt.awaitChild("m#awaitChild1", started);
  });
  return { changed, order, parent };
};
const FLOWS = { zod: parts("zod"), valibot: parts("valibot"), arktype: parts("arktype") };

describe.each(NAMES)("a schema of %s", (name) => {
  let store: Store;
  let continuum: Continuum;
  const { changed, order, parent } = FLOWS[name];
  beforeAll(async () => {
    store = await exclusiveStore("memory:");
    continuum = await connect(store, { workflows: [order, parent] });
  });
  afterAll(async () => {
    await continuum.close();
    await store.close();
  });

  test("checks and converts the input of a run and the payload of a signal", async () => {
    const run = await continuum.start(order, given);
    await run.signal(changed, given);
    expect(await run.result()).toEqual([made, made]);
  });

  test("checks and converts what a parent gives its child, and what workflow code sends", async () => {
    const run = await continuum.start(parent, given);
    expect(await run.result()).toEqual([made, made]);
  });

  test("refuses with a code, each place, and not the value", async () => {
    const run = await continuum.start(order, given);
    const refusals: readonly (readonly [string, Promise<unknown>])[] = [
      ["CTM7007", continuum.start(order, wrong)],
      ["CTM7003", run.signal(changed, wrong)],
      ["CTM7003", run.signal("changed", wrong)],
    ];
    for (const [code, refused] of refusals) {
      const error = (await refused.catch((reason: unknown) => reason)) as Error & { code: string };
      expect(error.code).toBe(code);
      expect(error.message).toMatch(/address\.street: .*cents: |cents: .*address\.street: /);
    }
    const family = await continuum.start(parent, wrong);
    await expect(family.result()).rejects.toMatchObject({
      code: "CTM7201",
      cause: { code: "CTM3908", message: expect.stringContaining("address.street: ") as string },
    });
    await run.terminate();
  });

  test("sets aside what a sender without it sent, with the place", async () => {
    const run = await continuum.start(order, given);
    await using outside = await connect(store, { workflows: [], worker: false });
    await outside.run(run.id).signal("changed", { ...given, address: null });
    await outside.run(run.id).signal("changed", given);
    expect(await run.result()).toEqual([made, made]);
    const [aside] = (await run.describe()).setAside;
    expect(aside?.reason).toMatch(/^address: /);
  });
});

/* Types: checked by the type check of this package; never run. */
describe("the types of schemas", () => {
  test("infer what senders give and what the workflow gets, from each library", () => {
    const never = (continuum: Continuum): void => {
      const zodOrder = workflow({ input: zod }, async (order) => {
        expectTypeOf(order).toEqualTypeOf<Order>();
        return order.cents;
      });
      const valibotOrder = workflow({ input: valibot }, async (order) => {
        expectTypeOf(order).toEqualTypeOf<Order>();
        return order.cents;
      });
      const arktypeOrder = workflow({ input: arktype }, async (order) => {
        expectTypeOf(order).toEqualTypeOf<Order>();
        return order.cents;
      });
      expectTypeOf(zodOrder).toEqualTypeOf<Workflow<Order, number, z.input<typeof zod>>>();
      expectTypeOf(valibotOrder).toEqualTypeOf<Workflow<Order, number, v.InferInput<typeof valibot>>>();
      expectTypeOf(arktypeOrder).toEqualTypeOf<Workflow<Order, number, typeof arktype.inferIn>>();

      void continuum.start(zodOrder, given);
      void continuum.start(valibotOrder, given);
      void continuum.startUnique(arktypeOrder, "key", given as typeof arktype.inferIn);
      void continuum.startMany(zodOrder, [{ input: given }]);
      void child(zodOrder.run(given));
      void startChild(valibotOrder, given);
      // @ts-expect-error the cents are digits where a run is started
      void continuum.start(zodOrder, made);
      // @ts-expect-error the cents are digits where a run is started
      void continuum.start(valibotOrder, made);
      // @ts-expect-error the cents are digits where a run is started
      void continuum.start(arktypeOrder, made);
      // @ts-expect-error a child is started with what its schema takes
      void child(zodOrder.run(made));
      // @ts-expect-error a child is started with what its schema takes
      void startChild(arktypeOrder, made);
      // @ts-expect-error a number is no input of that schema
      void continuum.startUnique(valibotOrder, "key", 5);

      const z1 = defineSignal("z", { schema: zod });
      const v1 = defineSignal("v", { schema: valibot });
      const a1 = defineSignal("a", { schema: arktype });
      expectTypeOf(z1).toEqualTypeOf<SignalDefinition<Order, z.input<typeof zod>>>();
      expectTypeOf(v1).toEqualTypeOf<SignalDefinition<Order, v.InferInput<typeof valibot>>>();
      expectTypeOf(signal(z1)).toEqualTypeOf<Promise<Order>>();
      expectTypeOf(signal(v1)).toEqualTypeOf<Promise<Order>>();
      expectTypeOf(signal(a1)).toEqualTypeOf<Promise<Order>>();
      void sendSignal("run", z1, given);
      void continuum.run("run").signal(v1, given);
      // @ts-expect-error what is sent is what the schema takes
      void sendSignal("run", v1, made);
      // @ts-expect-error what is sent is what the schema takes
      void continuum.run("run").signal(a1, made);

      // Without a schema, both are the type that the function says.
      const plain = workflow({ version: 1 }, async (order: Order) => order.cents);
      expectTypeOf(plain).toEqualTypeOf<Workflow<Order, number>>();
      // @ts-expect-error the cents are a number where no schema converts
      void continuum.start(plain, given);
      // @ts-expect-error the function does not take what the schema makes
      workflow({ input: zod }, async (order: { cents: string }) => order.cents);
    };
    expect(never).toBeTypeOf("function");
  });
});
