import { describe, expect, it } from "vitest";
import * as c from "../compiled.js";
import { Driver, program } from "./fixtures/program.js";
import { replay } from "./replay.js";
import { TIMEOUT } from "./timeout.js";

interface Order {
  readonly orderId: string;
  readonly items: readonly string[];
}

/* The order workflow of the documentation, as the transformer emits it. */
const orderFlow = program(function* ({ orderId, items }: Order) {
  const validated = (yield c.activity("m#activity", "validation.check", [items])) as { total: number };
  const charging = c.activity("m#activity2", "payments.charge", [orderId, validated.total], {
    retry: { maxAttempts: 5, backoff: "exponential" },
    compensate: (charge: { id: string }) => c.call("payments.refund", [charge.id]),
  });
  yield charging;
  switch (
    yield c.signal("m#signal", { kind: "continuum.signal", name: "fraudReview" }, { timeout: 86_400_000 })
  ) {
    case "rejected":
      yield c.compensate("m#compensate", charging);
      return { status: "rejected" };
    case "approved":
    case TIMEOUT:
      return { status: "shipped", shipment: yield c.activity("m#activity3", "fulfillment.ship", [orderId]) };
  }
  return undefined;
});

const order: Order = { orderId: "o-1", items: ["book"] };

function charged(): Driver {
  const driver = new Driver(orderFlow);
  driver.start(order);
  driver.complete(1, { total: 40 });
  driver.complete(3, { id: "ch-1" });
  return driver;
}

describe("a run", () => {
  it("asks for one activity after the other and ends with the workflow's result", () => {
    const driver = charged();
    expect(driver.open).toMatchObject([
      { kind: "signal_awaited", name: "fraudReview", timeoutMs: 86_400_000, seq: 5 },
    ]);
    driver.apply({
      kind: "signal_received",
      command: 5 as never,
      position: 1,
      payload: driver.ports.codec.encode("approved"),
    });
    expect(driver.open).toMatchObject([{ kind: "activity_scheduled", activity: "fulfillment.ship", seq: 7 }]);
    driver.complete(7, "s-1");
    expect(driver.execution.end).toBe("completed");
    expect(driver.result).toEqual({ status: "shipped", shipment: "s-1" });
    expect(driver.history.map((event) => event.seq)).toEqual([...driver.history.keys()]);
  });

  it("takes the timeout as an ordinary value", () => {
    const driver = charged();
    driver.apply({ kind: "signal_timed_out", command: 5 as never });
    expect(driver.open).toMatchObject([{ activity: "fulfillment.ship" }]);
  });

  it("refunds with the result of the charge when the review rejects", () => {
    const driver = charged();
    driver.apply({
      kind: "signal_received",
      command: 5 as never,
      position: 1,
      payload: driver.ports.codec.encode("rejected"),
    });
    expect(driver.open).toMatchObject([{ activity: "payments.refund", compensates: 3, payload: '["ch-1"]' }]);
    driver.complete(7);
    expect(driver.result).toEqual({ status: "rejected" });
  });

  it("goes on from a replayed history as if nothing had happened", () => {
    const driver = charged();
    const { execution, fault } = replay(driver.ports, driver.history);
    expect(fault).toBeNull();
    expect(execution!.nextSeq).toBe(driver.execution.nextSeq);
    expect([...execution!.open()]).toEqual(driver.open);
    const input = { kind: "signal_timed_out", command: 5, at: 2_000_000 } as never;
    expect(execution!.apply(input)).toEqual(driver.execution.apply(input));
  });
});
