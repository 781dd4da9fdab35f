import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { activityContext } from "../activity.js";
import * as rt from "../compiled.js";
import { defineSignal } from "../authoring/define-signal.js";
import type { StandardSchema } from "../authoring/standard-schema.js";
import { ContinuumError } from "../core/continuum-error.js";
import { Continuum } from "./continuum.js";
import { flow, Watcher } from "./fixtures/flows.js";
import { connect, exclusiveStore, quiet } from "./fixtures/stores.js";
import type { Store } from "./fixtures/stores.js";

/** Accepts texts of at least three letters, in upper case from then on. */
const loud: StandardSchema<string, string> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) =>
      typeof value === "string" && value.length > 2
        ? { value: value.toUpperCase() }
        : { issues: [{ message: "too quiet", path: ["voice", 0] }] },
  },
};
const shout = defineSignal("shout", { schema: loud });
const open = flow("open", function* (_: unknown) {
  return yield rt.signal("m#signal1", "verdict");
});
const closed = flow(
  "closed",
  function* (_: unknown) {
    return yield rt.signal("m#signal1", "shout");
  },
  { signals: [shout] },
);
const checked = flow<string, string>(
  "checked",
  function* (input: string) {
    return input;
  },
  { input: loud },
);

let store: Store;
let continuum: Continuum;
beforeAll(async () => {
  store = await exclusiveStore("memory:");
  continuum = await connect(store, { workflows: [open, closed, checked] });
});
afterAll(async () => {
  await continuum.close();
  await store.close();
});

describe("connect refuses", () => {
  test.each<[string, object, string, string]>([
    ["a misspelt option, naming the right one", { databse: "memory:" }, "CTM1201", "database"],
    ["a misspelt option of the worker", { worker: { concurency: 1 } }, "CTM1201", "concurrency"],
    ["an option of the wrong kind", { worker: { leaseMs: "long" } }, "CTM1201", "leaseMs"],
    ["a missing database", { database: undefined }, "CTM1201", "database"],
    ["a database that it does not know", { database: "mysql://host" }, "CTM1105", "postgres://"],
    ["a function instead of a workflow", { workflows: [() => 1] }, "CTM1202", "workflows[0]"],
    ["an activity that is no function", { activities: { "a.b": 1 } }, "CTM1203", "a.b"],
    ["a blank namespace", { namespace: " " }, "CTM7004", "namespace"],
    ["a logger without its functions", { logger: { info: () => 1 } }, "CTM1201", "logger"],
    [
      "two current versions of a name",
      { workflows: [open, flow("open", open.compiled.body, { code: "b" })] },
      "CTM1211",
      "open",
    ],
  ])("%s", async (_, options, code, named) => {
    const refused = await Continuum.connect({ database: "memory:", logger: quiet, ...options }).catch(
      (error: unknown) => error,
    );
    expect(ContinuumError.is(refused, code as `CTM${number}`), String(refused)).toBe(true);
    expect(String(refused)).toContain(named);
  });
});

describe("start refuses", () => {
  test.each([
    ["empty", ""],
    ["blank", " \t"],
    ["with a NUL", "a\0b"],
    ["with a lone surrogate", "a\ud800"],
    ["of 256 bytes", "é".repeat(128)],
    ["that is a number", 7 as unknown as string],
  ])("an id %s", async (_, id) => {
    await expect(continuum.start(open, null, { id })).rejects.toMatchObject({ code: "CTM7004" });
    await expect(continuum.start(open, null, { idempotencyKey: id })).rejects.toMatchObject({
      code: "CTM7004",
    });
    expect(() => continuum.run(id)).toThrow("CTM7004");
  });

  test.each<[string, unknown]>([
    ["that are a list", [1]],
    ["that are not flat", { customer: { id: 1 } }],
    ["with a value that is no number", { total: NaN }],
    ["with a NUL character", { customer: "a\0" }],
    ["with half a character", { customer: "\ud800" }],
    ["without a name", { "": 1 }],
    ["of more than 8 KiB", { customer: "x".repeat(9000) }],
  ])("attributes %s", async (_, attributes) => {
    await expect(continuum.start(open, null, { attributes: attributes as never })).rejects.toMatchObject({
      code: "CTM1201",
      message: expect.stringContaining("attributes") as string,
    });
  });

  test("an id that is SQL is just an id", async () => {
    const id = "'; drop table runs; --";
    await continuum.start(open, null, { id });
    expect((await continuum.run(id).describe()).runId).toBe(id);
  });

  test("an input that cannot be stored, naming the place and not the value", async () => {
    const input = { items: [{ secret: "s3cret", onDone: () => undefined }] };
    const error: unknown = await continuum.start(open, input).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "CTM7006",
      message: expect.stringContaining("items[0].onDone is a function") as string,
    });
    expect(String(error)).not.toContain("s3cret");
  });

  test("an input that the schema refuses; what the schema makes of the others is the input", async () => {
    await expect(continuum.start(checked, "no")).rejects.toMatchObject({
      code: "CTM7007",
      message: expect.stringContaining("voice.0: too quiet") as string,
    });
    expect(await (await continuum.start(checked, "hello")).result()).toBe("HELLO");
  });

  test("an id that is taken; with a key it answers with the first run", async () => {
    const first = await continuum.start(open, 1, { id: "mine", idempotencyKey: "k" });
    expect(first.existed).toBe(false);
    await expect(continuum.start(open, 1, { id: "mine" })).rejects.toMatchObject({ code: "CTM7005" });
    const again = await continuum.start(open, 1, { id: "mine", idempotencyKey: "k" });
    expect(again).toMatchObject({ id: "mine", existed: true });
    const elsewhere = await continuum.start(open, 1, { idempotencyKey: "k", namespace: "other" });
    expect(elsewhere.existed).toBe(false);
  });

  test("a misspelt option, and what is no workflow", async () => {
    await expect(continuum.start(open, 1, { idempotencykey: "k" } as object)).rejects.toMatchObject({
      code: "CTM1201",
    });
    await expect(continuum.start((() => 1) as never, 1)).rejects.toMatchObject({ code: "CTM1202" });
  });
});

describe("a missing run", () => {
  test.each([
    ["signal", () => continuum.run("nobody").signal("verdict")],
    ["terminate", () => continuum.run("nobody").terminate()],
    ["cancel", () => continuum.run("nobody").cancel()],
    ["resume", () => continuum.run("nobody").resume()],
    ["describe", () => continuum.run("nobody").describe()],
    ["history", () => continuum.run("nobody").history()],
    ["result", () => continuum.run("nobody").result()],
  ])("%s", async (_, call) => {
    await expect(call()).rejects.toMatchObject({ code: "CTM7001" });
  });
});

describe("signals are refused", () => {
  test("by a closed set that has not the name; an open one takes any", async () => {
    const run = await continuum.start(closed, null);
    await expect(run.signal("verdict", 1)).rejects.toMatchObject({
      code: "CTM7003",
      hint: expect.stringContaining("shout") as string,
    });
    await (await continuum.start(open, null)).signal("anything", 1);
  });

  test("by the definition's schema, whether the sender names it or gives it", async () => {
    const run = await continuum.start(closed, null);
    await expect(run.signal(shout, "no")).rejects.toMatchObject({
      code: "CTM7003",
      message: expect.stringContaining("too quiet") as string,
    });
    await expect(run.signal("shout", "no")).rejects.toMatchObject({ code: "CTM7003" });
    await run.signal("shout", "loud");
    expect(await run.result()).toBe("LOUD");
  });

  test("with a payload that cannot be stored", async () => {
    const run = await continuum.start(open, null);
    await expect(run.signal("verdict", { at: Symbol("x") })).rejects.toMatchObject({ code: "CTM7006" });
  });
});

describe("a closed client", () => {
  test("refuses, and rejects what was awaited", async () => {
    const client = await connect(store, { workflows: [open] });
    const run = await client.start(open, null);
    const result = run.result();
    const rejected = expect(result).rejects.toMatchObject({ code: "CTM1213" });
    await Promise.all([client.close(), client.close()]);
    await rejected;
    expect(client.ready()).toBe(false);
    await expect(client.start(open, null)).rejects.toMatchObject({ code: "CTM1213" });
    await expect(run.signal("verdict")).rejects.toMatchObject({ code: "CTM1213" });
    await expect(run.result()).rejects.toMatchObject({ code: "CTM1213" });
  });
});

test("activityContext() is refused outside an activity", () => {
  expect(() => activityContext()).toThrow("CTM6201");
});

test("an observer that throws stops nothing, and is complained of once", async () => {
  const complaints: string[] = [];
  const logger = { ...quiet, error: (message: string) => complaints.push(message) };
  const observer = (): never => {
    throw new Error("mine");
  };
  await using client = await connect(store, { workflows: [checked], observer, logger });
  expect(await (await client.start(checked, "hello")).result()).toBe("HELLO");
  expect(complaints).toHaveLength(1);
});

test("an observer is told of sites, after the commit, live and replayed", async () => {
  const live = new Watcher();
  const first = await connect(store, { workflows: [open], observer: live.observer });
  const run = await first.start(open, null);
  await live.event("signal_awaited", run.id);
  await first.close();
  const heir = new Watcher();
  await using second = await connect(store, { workflows: [open], observer: heir.observer });
  await second.run(run.id).signal("verdict", 1);
  await second.run(run.id).result();
  const told = heir.notices.filter((notice) => notice.kind === "event" && notice.runId === run.id);
  expect(
    told.map(
      (notice) => notice.kind === "event" && [notice.event.kind, notice.replayed, notice.site?.line ?? null],
    ),
  ).toEqual([
    ["run_started", true, null],
    ["signal_awaited", true, expect.any(Number)],
    ["signal_received", false, expect.any(Number)],
    ["run_completed", false, null],
  ]);
});
