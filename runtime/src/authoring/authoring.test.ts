import { ABI, MODULE_REGISTRY } from "@continuum/contract";
import type { CompiledWorkflow, WorkflowManifest } from "@continuum/contract";
import { describe, expect, expectTypeOf, it } from "vitest";
import * as c from "../compiled.js";
import { registeredActivities } from "../core/activity-registry.js";
import { Driver, program } from "../core/fixtures/program.js";
import {
  activity,
  compensate,
  compensateAll,
  days,
  defineActivity,
  defineSignal,
  hours,
  minutes,
  now,
  random,
  seconds,
  signal,
  TIMEOUT,
  timer,
  today,
  uuid4,
  workflow,
} from "../workflow.js";
import type {
  ActivityHandle,
  AnyWorkflow,
  CompensationFailure,
  SignalDefinition,
  StandardSchema,
  Workflow,
  WorkflowOptions,
} from "../workflow.js";
import { expectUncompiled, refusal } from "./fixtures/refusals.js";

interface Order {
  readonly orderId: string;
  readonly cents: number;
}

type Definition = (input: Order) => Promise<string>;

const manifest: WorkflowManifest = {
  abi: ABI,
  name: "orderFlow",
  versionLabel: "1",
  versionHash: "f".repeat(64),
  sites: {},
  signals: ["fraudReview"],
  activities: [],
  patches: [],
};

const compiledAs = (changes: Partial<WorkflowManifest> = {}): Definition =>
  // What stands in the function's place after compilation has another type than it had before.
  c.compiled({ ...manifest, ...changes }, function* (_input: Order) {
    yield 0;
    return "done";
  }) as unknown as Definition;

describe("workflow()", () => {
  it("refuses a function that was not compiled, with the exact lines that are missing", () => {
    const error = refusal(() => workflow({}, async (input: Order) => input.orderId));
    expect(error.code).toBe("CTM1001");
    expect(error.hint).toContain(
      '"plugins": [{ "transform": "@continuum/transformer/ts-patch", "transformProgram": true }]',
    );
    expect(error.hint).toContain("tspc");
    expect(error.hint).toContain('import continuum from "@continuum/unplugin/vite";');
  });

  it("refuses another ABI and names both numbers", () => {
    const error = refusal(() => compiledAs({ abi: 99 }));
    expect(error.code).toBe("CTM1002");
    expect(error.message).toContain("ABI 99");
    expect(error.message).toContain(`ABI ${ABI}`);
  });

  it("refuses code of another package that was compiled anew, or not at all", () => {
    const registry = globalThis as Record<symbol, unknown>;
    const modules = { "shop/src/pricing": "a".repeat(64) };
    const code = Symbol.for(MODULE_REGISTRY);
    try {
      expect(refusal(() => compiledAs({ modules })).message).toContain("was not compiled for workflows");
      registry[code] = { "shop/src/pricing": ["b".repeat(64)] };
      const error = refusal(() => compiledAs({ modules }));
      expect(error.code).toBe("CTM1007");
      expect(error.message).toContain("another version of the module shop/src/pricing");
      expect(error.hint).toContain("tspc --build");
      registry[code] = { "shop/src/pricing": ["b".repeat(64), "a".repeat(64)] };
      expect(() => compiledAs({ modules })).not.toThrow();
    } finally {
      delete registry[code];
    }
  });

  it("says which code it is", () => {
    const flow = workflow(
      { version: 1, retention: days(30), signals: [defineSignal("fraudReview")] },
      compiledAs(),
    );
    expect(flow).toMatchObject({
      kind: "continuum.workflow",
      name: "orderFlow",
      version: { name: "orderFlow", label: "1", hash: "f".repeat(64), sites: {} },
      signals: ["fraudReview"],
    });
    expect(flow.compiled.kind).toBe("continuum.compiled");
    expect(workflow({}, compiledAs()).signals).toBeNull();
  });

  it.each<[string, WorkflowOptions<Order>, string]>([
    ["an unknown option", { retentoin: 1 } as never, '(did you mean "retention"?)'],
    ["a mistyped option", { retention: "30d" } as never, '"retention" is a string'],
    ["a word that does not exist", { versioning: "newest" as never }, '"pinned"'],
    ["an input that is no schema", { input: {} as never }, "a Standard Schema"],
    ["a signal that is no definition", { signals: ["fraudReview"] as never }, "what defineSignal() returned"],
    ["a closed set without a signal that the code waits for", { signals: [] }, "waits for fraudReview"],
  ])("refuses %s", (_what, options, says) => {
    const error = refusal(() => workflow(options, compiledAs()));
    expect(error.code).toBe("CTM1004");
    expect(error.message).toContain(says);
  });

  it("refuses options that contradict the manifest", () => {
    expect(refusal(() => workflow({ name: "other" }, compiledAs())).code).toBe("CTM1003");
    expect(refusal(() => workflow({ version: 2 }, compiledAs())).code).toBe("CTM1003");
  });
});

describe("effects that were not compiled", () => {
  const effects: readonly (readonly [string, () => unknown])[] = [
    ["activity", () => activity(1)],
    ["signal", () => signal("s")],
    ["timer", () => timer(1)],
    ["now", now],
    ["today", today],
    ["random", random],
    ["uuid4", uuid4],
    ["compensate", () => compensate(null as never)],
    ["compensateAll", () => compensateAll()],
  ];
  it.each(effects)("%s() says so, outside of a run and inside", (name, call) => {
    expectUncompiled(name, call);
  });
});

describe("defineActivity and the registry", () => {
  it("gives the activity its defaults, which the call site overrides", () => {
    const charge = defineActivity(
      {
        timeout: seconds(10),
        queue: "cards",
        retry: { maxAttempts: 7, nonRetryable: [() => true, "Declined"] },
      },
      async (id: string) => id,
    );
    c.activities("test-defaults", { "defaults.charge": () => charge });
    const driver = new Driver(
      program(function* () {
        yield c.activity("m#activity", "defaults.charge", [], { timeout: 5 });
      }),
    );
    driver.start();
    expect(driver.open).toMatchObject([
      { policy: { timeoutMs: 5, queue: "cards", retry: { maxAttempts: 7, nonRetryable: ["Declined"] } } },
    ]);
    expect(registeredActivities().get("defaults.charge")).toMatchObject({
      fn: charge,
      options: { queue: "cards" },
    });
    c.activities("test-defaults", {});
  });

  it("asks for functions late, replaces a module's when it loads again, and lets two modules name one function", () => {
    let fn: (() => number) | null = null;
    c.activities("test-a", { "late.one": () => fn });
    c.activities("test-b", { "late.one": () => fn });
    fn = () => 1;
    expect(registeredActivities().get("late.one")!.fn).toBe(fn);
    c.activities("test-a", {});
    c.activities("test-b", {});
    expect(registeredActivities().has("late.one")).toBe(false);
  });

  it("refuses two functions under one name, and a name that stands for none", () => {
    c.activities("test-a", { "same.name": () => () => 1 });
    c.activities("test-b", { "same.name": () => () => 2 });
    expect(refusal(registeredActivities)).toMatchObject({
      code: "CTM1005",
      message: expect.stringMatching(/test-a.*test-b/) as unknown,
    });
    c.activities("test-b", {});
    c.activities("test-a", { "no.fn": () => undefined });
    expect(refusal(registeredActivities).code).toBe("CTM1006");
    c.activities("test-a", {});
  });

  it("refuses wrong options, a policy that cannot fit, and a second definition", () => {
    expect(refusal(() => defineActivity({ retries: 3 } as never, async () => 1)).code).toBe("CTM1004");
    expect(refusal(() => defineActivity({ retry: { horizonMs: 10 } }, async () => 1)).code).toBe("CTM6002");
    const fn = defineActivity({}, async () => 1);
    expect(refusal(() => defineActivity({}, fn)).code).toBe("CTM1011");
  });
});

describe("defineSignal", () => {
  it("refuses an empty name and what is no schema", () => {
    expect(refusal(() => defineSignal("")).code).toBe("CTM1004");
    expect(refusal(() => defineSignal("a", { schema: {} as never })).code).toBe("CTM1004");
    expect(refusal(() => defineSignal("a", { shema: 1 } as never)).message).toContain('"schema"');
  });

  it("keeps name and schema", () => {
    expect(defineSignal("a")).toEqual({ kind: "continuum.signal", name: "a", schema: null });
  });
});

describe("small things", () => {
  it("counts durations in milliseconds", () => {
    expect([seconds(1), minutes(1), hours(1), days(1), hours(1.5)]).toEqual([
      1000, 60_000, 3_600_000, 86_400_000, 5_400_000,
    ]);
  });

  it("has one TIMEOUT in every copy of the package", () => {
    expect(TIMEOUT).toBe(Symbol.for("continuum.TIMEOUT"));
  });
});

/* Types: checked by the type check of this package; never run. */
describe("the types of the authoring API", () => {
  it("infer results, payloads and inputs", () => {
    const never = (): void => {
      const charge = async (_id: string): Promise<{ id: string }> => ({ id: "" });
      const handle = activity(charge("o"), {
        compensate: (result) => charge(result.id),
        retry: { maxAttempts: 2 },
      });
      expectTypeOf(handle).toEqualTypeOf<ActivityHandle<{ id: string }>>();
      expectTypeOf(activity(5)).toEqualTypeOf<ActivityHandle<number>>();
      expectTypeOf(handle.then((value) => value.id)).toEqualTypeOf<Promise<string>>();
      void activity(charge("o"), { compensate: charge("p") });
      void activity(charge("o"), { compensate: "none" });
      // @ts-expect-error the result of charge has no `amount`
      void activity(charge("o"), { compensate: (result) => void result.amount });
      // @ts-expect-error there is no such option
      void activity(charge("o"), { retries: 3 });
      // @ts-expect-error predicates belong in defineActivity
      void activity(charge("o"), { retry: { nonRetryable: [() => true] } });
      // @ts-expect-error a plain promise is no handle
      void compensate(Promise.resolve(1));
      void compensate(handle);
      expectTypeOf(compensateAll()).toEqualTypeOf<Promise<readonly CompensationFailure[]>>();

      const review = defineSignal<"approved" | "rejected">("fraudReview");
      expectTypeOf(review).toEqualTypeOf<SignalDefinition<"approved" | "rejected">>();
      expectTypeOf(signal(review)).toEqualTypeOf<Promise<"approved" | "rejected">>();
      expectTypeOf(signal(review, { timeout: 1 })).toEqualTypeOf<
        Promise<"approved" | "rejected" | typeof TIMEOUT>
      >();
      expectTypeOf(signal("name")).toEqualTypeOf<Promise<unknown>>();
      expectTypeOf(signal("name", { timeout: 0 })).toEqualTypeOf<Promise<unknown>>();
      const dates = {} as StandardSchema<string, Date>;
      expectTypeOf(signal(defineSignal("due", { schema: dates }))).toEqualTypeOf<Promise<Date>>();

      const flow = workflow({ version: 1, signals: [review] }, async ({ cents }: Order) => {
        const verdict = await signal(review, { timeout: hours(24) });
        switch (verdict) {
          case "rejected":
            return { status: "rejected" as const };
          case "approved":
          case TIMEOUT:
            return { status: "shipped" as const, cents };
        }
      });
      expectTypeOf(flow).toEqualTypeOf<
        Workflow<Order, { status: "rejected"; cents?: never } | { status: "shipped"; cents: number }>
      >();
      const list: readonly AnyWorkflow[] = [flow];
      expectTypeOf(list[0]!.compiled).toEqualTypeOf<CompiledWorkflow<never, unknown>>();
      const parsed = workflow({ input: {} as StandardSchema<string, Order> }, async (order) => order.cents);
      expectTypeOf(parsed).toEqualTypeOf<Workflow<Order, number, string>>();
      // @ts-expect-error there is no such option
      void workflow({ retries: 1 }, async () => 1);
      const typed = defineActivity({ name: "x" }, async (id: string, n: number) => id.length + n);
      expectTypeOf(typed).toEqualTypeOf<(id: string, n: number) => Promise<number>>();
      // @ts-expect-error the payload of that signal is not a number
      void (signal(review) satisfies Promise<number>);
    };
    expect(never).toBeTypeOf("function");
  });
});
