import { CancelledError } from "@continuum/runtime";
import { days } from "@continuum/runtime/workflow";
import { testContinuum } from "@continuum/testing";
import { beforeEach, expect, test, vi } from "vitest";
import { MONTHS, subscription } from "./subscription.js";

const customer = { customerId: "c-1", cents: 990, month: 1, invoices: [] };
const charge = vi.fn(async (_customerId: string, cents: number, month: number) => ({
  id: `in-${month}`,
  cents,
}));
const activities = { "billing.charge": charge };
beforeEach(() => vi.resetAllMocks());

const open = () => testContinuum({ workflows: [subscription], activities });

test("a year: twelve charges, thirty days apart, in one chain", async () => {
  await using continuum = await open();
  const chargedAt: Date[] = [];
  charge.mockImplementation(async (_customerId, cents, month) => {
    chargedAt.push(continuum.now());
    return { id: `in-${month}`, cents };
  });
  const run = await continuum.start(subscription, customer);
  const year = await run.result();
  expect(year).toEqual({
    status: "paid up",
    invoices: Array.from({ length: MONTHS }, (_, i) => `in-${i + 1}`),
  });
  expect(charge).toHaveBeenCalledTimes(MONTHS);
  const first = chargedAt[0]!.getTime();
  expect(chargedAt.map((at) => at.getTime() - first)).toEqual(
    Array.from({ length: MONTHS }, (_, i) => i * days(30)),
  );
});

test("each month is a run with a short history; the first one's id stands for all of them", async () => {
  await using continuum = await open();
  const run = await continuum.start(subscription, customer, { id: "sub-c-1" });
  await continuum.skip(days(70));
  expect(charge).toHaveBeenCalledTimes(3);
  const third = await run.describe();
  expect(third).toMatchObject({ status: "live", chainId: "sub-c-1" });
  expect(third.runId).not.toBe("sub-c-1");
  expect(await run.history()).toHaveLength(4);
});

test("cancelled in the third month by the first run's id, it charges no more", async () => {
  await using continuum = await open();
  const run = await continuum.start(subscription, customer);
  await continuum.skip(days(70));
  await run.cancel("moved away");
  await expect(run.result()).rejects.toBeInstanceOf(CancelledError);
  await continuum.skip(days(365));
  expect(charge).toHaveBeenCalledTimes(3);
});

test("billing is away for minutes: the month is charged when it is back, and the year goes on", async () => {
  await using continuum = await open();
  for (let i = 0; i < 9; i++) charge.mockRejectedValueOnce(new Error("away"));
  const run = await continuum.start(subscription, customer);
  expect((await run.result()).invoices).toHaveLength(MONTHS);
  expect(charge).toHaveBeenCalledTimes(MONTHS + 9);
});
