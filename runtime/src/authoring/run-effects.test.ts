import { ABI } from "@continuum/contract";
import { describe, expect, expectTypeOf, it } from "vitest";
import * as c from "../compiled.js";
import { Driver, program } from "../core/fixtures/program.js";
import {
  activity,
  awaitChild,
  cancelChild,
  child,
  continueAsNew,
  defineSignal,
  log,
  map,
  patched,
  sendSignal,
  sideEffect,
  startChild,
  workflow,
} from "../workflow.js";
import type {
  AnyWorkflow,
  ChildReference,
  StandardSchema,
  Workflow,
  WorkflowCall,
  ChildWorkflowError,
} from "../workflow.js";
import { expectUncompiled, refusal } from "./fixtures/refusals.js";

interface Order {
  readonly orderId: string;
}

const shipment = workflow(
  {},
  c.compiled(
    {
      abi: ABI,
      name: "shipment",
      versionLabel: "1",
      versionHash: "a".repeat(64),
      sites: {},
      signals: [],
      activities: [],
      patches: [],
    },
    function* (_order: Order) {
      yield 0;
      return { tracking: "t-1" };
    },
    // What stands in the function's place after compilation has another type than it had before.
  ) as unknown as (order: Order) => Promise<{ tracking: string }>,
);
const reference: ChildReference = { kind: "continuum.child", runId: "r" };

describe("effects that were not compiled", () => {
  const effects: readonly (readonly [string, () => unknown])[] = [
    ["child", () => child(null as never)],
    ["startChild", () => startChild(shipment, { orderId: "o" })],
    ["awaitChild", () => awaitChild(reference)],
    ["cancelChild", () => cancelChild(reference)],
    ["sendSignal", () => sendSignal("r", "s")],
    ["continueAsNew", () => continueAsNew(1)],
    ["patched", () => patched("p")],
    ["sideEffect", () => sideEffect(() => 1)],
    ["log", () => log.debug("m")],
    ["log", () => log.info("m")],
    ["log", () => log.warn("m")],
    ["log", () => log.error("m", { n: 1 })],
  ];
  it.each(effects)("%s() says so, outside of a run and inside", (name, call) => {
    expectUncompiled(name, call);
  });

  it("flow.run() says where it belongs", () => {
    const error = refusal(() => shipment.run({ orderId: "o" }));
    expect(error.code).toBe("CTM3905");
    expect(error.hint).toContain("child(shipment.run(input))");
    expect(error.hint).toContain("continuum.start(shipment, input)");
  });
});

describe("a workflow's definition", () => {
  it("is what compiled code gives to child and startChild", () => {
    const driver = new Driver(
      program(function* () {
        void c.startChild("m#startChild", shipment, { orderId: "o-1" });
        yield c.child("m#child", shipment, { orderId: "o-2" });
      }),
    );
    driver.start();
    expect(driver.open).toMatchObject([
      { workflow: "shipment", payload: '{"orderId":"o-1"}' },
      { workflow: "shipment", payload: '{"orderId":"o-2"}' },
    ]);
  });
});

/* Types: checked by the type check of this package; never run. */
describe("the types of children, signals and the rest", () => {
  it("infer inputs, results and payloads", () => {
    const never = async (): Promise<void> => {
      expectTypeOf(shipment).toEqualTypeOf<Workflow<Order, { tracking: string }>>();
      const list: readonly AnyWorkflow[] = [shipment];
      expectTypeOf(list[0]!.name).toEqualTypeOf<string>();
      expectTypeOf(shipment.run({ orderId: "o" })).toEqualTypeOf<WorkflowCall<{ tracking: string }>>();
      expectTypeOf(child(shipment.run({ orderId: "o" }))).toEqualTypeOf<Promise<{ tracking: string }>>();
      void child(shipment.run({ orderId: "o" }), { id: "a", onParentClose: "abandon" });
      // @ts-expect-error the input is an order
      void child(shipment.run({ order: "o" }));
      // @ts-expect-error the input is missing
      void child(shipment.run());
      // @ts-expect-error a workflow is not a run of it
      void child(shipment);
      // @ts-expect-error there is no such option
      void child(shipment.run({ orderId: "o" }), { onClose: "abandon" });
      // @ts-expect-error there is no such word
      void child(shipment.run({ orderId: "o" }), { onParentClose: "keep" });
      const without = workflow({}, async () => 5);
      expectTypeOf(child(without.run())).toEqualTypeOf<Promise<number>>();
      const maybe = workflow({}, async (input: Order | undefined) => input?.orderId);
      expectTypeOf(child(maybe.run())).toEqualTypeOf<Promise<string | undefined>>();

      const started = startChild(shipment, { orderId: "o" }, { id: "x" });
      expectTypeOf(started).toEqualTypeOf<ChildReference<{ tracking: string }>>();
      expectTypeOf(started.runId).toEqualTypeOf<string>();
      expectTypeOf(awaitChild(started)).toEqualTypeOf<Promise<{ tracking: string }>>();
      expectTypeOf(await awaitChild(started)).toEqualTypeOf<{ tracking: string }>();
      expectTypeOf(cancelChild(started)).toEqualTypeOf<void>();
      // @ts-expect-error the input is an order
      void startChild(shipment, { order: "o" });
      // @ts-expect-error a text is no reference
      void awaitChild("r");
      expectTypeOf<ChildWorkflowError["runId"]>().toEqualTypeOf<string>();

      const review = defineSignal<"approved" | "rejected">("fraudReview");
      expectTypeOf(sendSignal(started.runId, review, "approved")).toEqualTypeOf<Promise<void>>();
      // @ts-expect-error there is no such verdict
      void sendSignal(started.runId, review, "maybe");
      void sendSignal(started.runId, "computed", { any: "thing" });
      const due = defineSignal("due", { schema: {} as StandardSchema<string, Date> });
      void sendSignal("r", due, "2026-03-01");
      // @ts-expect-error the schema takes texts, and makes dates of them
      void sendSignal("r", due, new Date(0));

      expectTypeOf(patched("p")).toEqualTypeOf<boolean>();
      expectTypeOf(sideEffect(() => ({ n: 1 }))).toEqualTypeOf<{ n: number }>();
      // @ts-expect-error fields are an object
      log.info("m", "fields");
      // @ts-expect-error a message is a text
      log.info(5);
      expectTypeOf(map(["a"], async (item, index) => item.length + index, { concurrency: 2 })).toEqualTypeOf<
        Promise<number[]>
      >();
      expectTypeOf(map(new Set([1]), (n) => activity(String(n)), { concurrency: 2 })).toEqualTypeOf<
        Promise<string[]>
      >();
      // @ts-expect-error without a bound it is Promise.all
      void map([1], async (n) => n);

      const subscription = workflow({}, async (month: number) => {
        if (month < 12) continueAsNew(month + 1);
        return "over" as const;
      });
      expectTypeOf(subscription).toEqualTypeOf<Workflow<number, "over">>();
      const endless = workflow({}, async (n: number) => continueAsNew(n + 1));
      expectTypeOf(child(endless.run(1))).toEqualTypeOf<Promise<never>>();
    };
    expect(never).toBeTypeOf("function");
  });
});
