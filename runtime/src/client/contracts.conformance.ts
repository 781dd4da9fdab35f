/*
 * Contracts of signals (R22): checked by who has the definition, by name where the version has a closed set, and when a signal is
 * taken; what fails there is set aside, on any journal.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defineSignal } from "../authoring/define-signal.js";
import type { StandardSchema } from "../authoring/standard-schema.js";
import * as rt from "../compiled.js";
import { eventually, flow } from "./fixtures/flows.js";
import { connect, connectMortal, quiet } from "./fixtures/stores.js";
import type { Store } from "./fixtures/stores.js";

const schema = <Sent, Payload>(
  validate: StandardSchema<Sent, Payload>["~standard"]["validate"],
): StandardSchema<Sent, Payload> => ({ "~standard": { version: 1, vendor: "test", validate } });

/** A text of digits becomes its number: applied twice, it refuses what it has made itself. */
const digits = schema<string, number>((value) =>
  typeof value === "string" && /^\d+$/.test(value)
    ? { value: Number(value) }
    : { issues: [{ message: "a text of digits is expected", path: ["cents"] }] },
);
const nothing = schema<string, number>(() => ({ issues: [{ message: "nothing fits" }] }));
const late = schema<string, string>(async (value) => ({ value: String(value) }));
const throwing = schema<string, string>(() => {
  throw new TypeError("a mistake in the schema, with secrets in it");
});
const unstorable = schema<string, () => void>(() => ({ value: () => undefined }));

const paid = defineSignal("paid", { schema: digits });
const strange = {
  late: defineSignal("late", { schema: late }),
  throwing: defineSignal("throwing", { schema: throwing }),
  unstorable: defineSignal("unstorable", { schema: unstorable }),
};

const takesTwo = (contract: typeof paid) =>
  flow(
    "takesTwo",
    function* (_: null) {
      return [yield rt.signal("m#signal1", contract), yield rt.signal("m#signal2", contract)];
    },
    { signals: [contract] },
  );
const twice = takesTwo(paid);
const open = flow("openSet", function* (_: null) {
  return yield rt.signal("m#signal1", paid);
});
const patient = flow("patient", function* (timeout: number) {
  return String(yield rt.signal("m#signal1", paid, { timeout }));
});
const odd = flow("odd", function* (which: keyof typeof strange) {
  return String(yield rt.signal("m#signal1", strange[which], { timeout: 300 }));
});
const sends = flow("sendsUndeclared", function* ({ to, value }: { to: string; value: unknown }) {
  const codes: string[] = [];
  for (const [name, what] of [["piad", value] as const, [paid, value] as const]) {
    try {
      yield rt.sendSignal("m#sendSignal1", to, name, what);
    } catch (error) {
      codes.push((error as { code: string }).code);
    }
  }
  return codes;
});
const workflows = [twice, open, patient, odd, sends];

export function contracts(where: string, start: () => Promise<Store>): void {
  describe(`contracts of signals on ${where}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await start();
    });
    afterAll(() => store.close());

    test("a sender without any code is refused a name that the run's version does not take", async () => {
      await using continuum = await connect(store, { workflows });
      await using outside = await connect(store, { workflows: [], worker: false });
      const run = await continuum.start(twice, null);
      await expect(outside.run(run.id).signal("piad", "1")).rejects.toMatchObject({
        code: "CTM7003",
        hint: "it takes paid",
      });
      expect((await run.describe()).mailbox).toEqual([]);
      await (await continuum.start(open, null)).signal("anything", 1);
    });

    test("a payload that does not fit is set aside, and the wait gets the next that does, as the schema makes it", async () => {
      const warnings: string[] = [];
      const logger = { ...quiet, warn: (message: string) => void warnings.push(message) };
      await using continuum = await connect(store, { workflows, logger });
      await using outside = await connect(store, { workflows: [], worker: false });
      const run = await continuum.start(twice, null);
      const handle = outside.run(run.id);
      await handle.signal("paid", { secret: "4711" });
      await handle.signal("paid", "100");
      await handle.signal("paid", 200);
      await run.signal(paid, "300");
      expect(await run.result()).toEqual([100, 300]);
      const { mailbox, setAside } = await handle.describe();
      expect(mailbox).toEqual([]);
      const reason = "cents: a text of digits is expected";
      const aside = { name: "paid", acceptedAt: expect.any(Date) as Date, reason };
      expect(setAside).toEqual([aside, aside]);
      const received = (await run.history()).filter(({ kind }) => kind === "signal_received");
      expect(received.map(({ value }) => value)).toEqual([100, 300]);
      expect(warnings.filter((line) => line.startsWith("CTM7010"))).toHaveLength(2);
      expect(warnings.join()).not.toContain("4711");
    });

    test("an open set takes any name, and checks what a wait's own definition says", async () => {
      await using continuum = await connect(store, { workflows });
      const run = await continuum.start(open, null);
      await run.signal("paid", true);
      await run.signal("paid", "5");
      expect(await run.result()).toBe(5);
      expect((await run.describe()).setAside).toHaveLength(1);
    });

    test("what was set aside ends no wait: it times out", async () => {
      await using continuum = await connect(store, { workflows });
      const run = await continuum.start(patient, 300);
      await run.signal("paid", true);
      expect(await run.result()).toBe("Symbol(continuum.TIMEOUT)");
      expect((await run.describe()).setAside).toHaveLength(1);
    });

    test("what was taken stands in the history: a worker whose schema is another one does not ask again", async () => {
      const first = await connectMortal(store, { workflows: [twice] });
      const run = await first.continuum.start(twice, null);
      await using outside = await connect(store, { workflows: [], worker: false });
      await outside.run(run.id).signal("paid", false);
      await run.signal(paid, "1");
      await eventually(async () =>
        (await run.history()).some(({ kind, event }) => kind === "signal_awaited" && event.seq > 2),
      );
      await first.crash();
      const stricter = takesTwo(defineSignal("paid", { schema: nothing }));
      await using second = await connect(store, { workflows: [stricter] });
      const again = second.run(run.id);
      await eventually(async () => (await again.describe()).owner !== first.workerId());
      await expect(again.signal("paid", "2")).rejects.toMatchObject({ code: "CTM7003" });
      await outside.run(run.id).signal("paid", "2");
      await eventually(async () => (await again.describe()).setAside.length === 2);
      expect((await again.history()).filter(({ kind }) => kind === "signal_received")).toMatchObject([
        { value: 1 },
      ]);
      await again.terminate();
    });

    test.each(["late", "throwing", "unstorable"] as const)(
      "a schema that is %s sets aside what it cannot judge, and says why",
      async (which) => {
        await using continuum = await connect(store, { workflows });
        const run = await continuum.start(odd, which);
        await run.signal(which, "x");
        expect(await run.result()).toBe("Symbol(continuum.TIMEOUT)");
        const [aside] = (await run.describe()).setAside;
        expect(aside?.reason).toBe(
          {
            late: "its schema is asynchronous",
            throwing: "its schema threw TypeError",
            unstorable: "what its schema makes of it cannot be stored",
          }[which],
        );
      },
    );

    test("an asynchronous schema is refused where it is given", async () => {
      await using continuum = await connect(store, { workflows });
      const run = await continuum.start(open, null);
      await expect(run.signal(strange.late, "x")).rejects.toMatchObject({
        code: "CTM7003",
        message: expect.stringContaining("asynchronous") as string,
      });
      await run.terminate();
    });

    test("workflow code is refused too: the name by the receiver's version, the payload by the definition", async () => {
      await using continuum = await connect(store, { workflows });
      const receiver = await continuum.start(twice, null);
      const run = await continuum.start(sends, { to: receiver.id, value: 7 });
      expect(await run.result()).toEqual(["CTM7003", "CTM3908"]);
      const sender = await continuum.start(sends, { to: receiver.id, value: "7" });
      expect(await sender.result()).toEqual(["CTM7003"]);
      await receiver.signal(paid, "8");
      expect(await receiver.result()).toEqual([7, 8]);
    });
  });
}
