import { ActivityError, ContinuumError } from "@continuum/runtime";
import { hours, seconds } from "@continuum/runtime/workflow";
import { testContinuum } from "@continuum/testing";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { fraudReview, reviewedOrder } from "./fraud-review.js";

const order = { orderId: "o-1", items: [{ sku: "teapot", quantity: 2, price: 4_900 }] };

const charge = vi.fn(async (_orderId: string, amount: number) => ({ id: "ch-1", amount }));
const refund = vi.fn(async (_chargeId: string) => undefined);
const ship = vi.fn(async (orderId: string) => ({ trackingId: `track-${orderId}` }));
const openCase = vi.fn(async () => "case-1");
const activities = {
  "payments.charge": charge,
  "payments.refund": refund,
  "fulfillment.ship": ship,
  "support.openCase": openCase,
};
beforeEach(() => vi.resetAllMocks());

const shop = () => testContinuum({ workflows: [reviewedOrder], activities });

describe("a charged order", () => {
  test("that is approved is shipped", async () => {
    await using continuum = await shop();
    const run = await continuum.start(reviewedOrder, order);
    await continuum.skip(hours(23));
    await run.signal(fraudReview, "approved");
    expect(await run.result()).toEqual({ status: "shipped", chargeId: "ch-1", trackingId: "track-o-1" });
    expect(charge).toHaveBeenCalledExactlyOnceWith("o-1", 9_800);
    expect(refund).not.toHaveBeenCalled();
  });

  test("that is rejected gets its money back, and is not shipped", async () => {
    await using continuum = await shop();
    const run = await continuum.start(reviewedOrder, order);
    await run.signal(fraudReview, "rejected");
    expect(await run.result()).toEqual({ status: "rejected", chargeId: "ch-1", refunded: true });
    expect(refund).toHaveBeenCalledExactlyOnceWith("ch-1");
    expect(ship).not.toHaveBeenCalled();
  });

  test("that nobody reviews for a day lands on a desk, charged and not shipped", async () => {
    await using continuum = await shop();
    const before = continuum.now().getTime();
    const run = await continuum.start(reviewedOrder, order);
    expect(await run.result()).toEqual({ status: "escalated", chargeId: "ch-1", caseId: "case-1" });
    expect(continuum.now().getTime() - before).toBe(hours(24));
    expect(openCase).toHaveBeenCalledOnce();
    expect(refund).not.toHaveBeenCalled();
    expect(ship).not.toHaveBeenCalled();
  });

  test("whose review comes a moment too late has been escalated already", async () => {
    await using continuum = await shop();
    const run = await continuum.start(reviewedOrder, order);
    await continuum.skip(hours(24));
    await expect(run.signal(fraudReview, "approved")).rejects.toThrow("CTM7002");
    expect((await run.result()).status).toBe("escalated");
  });
});

describe("a card", () => {
  const attemptsAt: number[] = [];
  const failing = (times: number, now: () => Date) =>
    charge.mockImplementation(async (_orderId, amount) => {
      attemptsAt.push(now().getTime());
      if (attemptsAt.length <= times) throw new Error(`the bank is away, ${attemptsAt.length}`);
      return { id: "ch-1", amount };
    });
  beforeEach(() => (attemptsAt.length = 0));

  test("is tried five times, with pauses that double", async () => {
    await using continuum = await shop();
    failing(4, () => continuum.now());
    const run = await continuum.start(reviewedOrder, order);
    await run.signal(fraudReview, "approved");
    expect((await run.result()).status).toBe("shipped");
    const pauses = attemptsAt.slice(1).map((at, i) => at - attemptsAt[i]!);
    expect(pauses).toHaveLength(4);
    for (const [i, pause] of pauses.entries()) {
      expect(pause).toBeGreaterThanOrEqual(seconds(2) * 2 ** i);
      expect(pause).toBeLessThan(seconds(2) * 2 ** i + seconds(1)); // the jitter
    }
  });

  test("that fails five times fails the order, and there is nothing to refund", async () => {
    await using continuum = await shop();
    failing(5, () => continuum.now());
    const run = await continuum.start(reviewedOrder, order);
    const error = await run.result().catch((thrown: unknown) => thrown);
    expect(ContinuumError.is(error, "CTM7201") && error.cause).toSatisfy(
      (cause) => cause instanceof ActivityError && cause.attempts === 5,
    );
    expect(refund).not.toHaveBeenCalled();
    expect(ship).not.toHaveBeenCalled();
  });
});

test("an order without items is refused at once, and no card is touched", async () => {
  await using continuum = await shop();
  const run = await continuum.start(reviewedOrder, { orderId: "o-2", items: [] });
  await expect(run.result()).rejects.toThrow("CTM7201");
  expect((await run.describe()).failedAttempts).toHaveLength(1);
  expect(charge).not.toHaveBeenCalled();
});
