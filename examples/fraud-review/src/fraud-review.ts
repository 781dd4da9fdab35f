import {
  workflow,
  activity,
  signal,
  defineSignal,
  compensate,
  days,
  hours,
  minutes,
  seconds,
  TIMEOUT,
} from "@continuum/runtime/workflow";
import * as fulfillment from "./activities/fulfillment.js";
import * as payments from "./activities/payments.js";
import * as support from "./activities/support.js";
import { check, type Item } from "./activities/validation.js";

export interface OrderInput {
  readonly orderId: string;
  readonly items: readonly Item[];
}

/** What the fraud team says about an order. */
export const fraudReview = defineSignal<"approved" | "rejected">("fraudReview");

export const reviewedOrder = workflow(
  { version: 1, retention: days(30), signals: [fraudReview] },
  async ({ orderId, items }: OrderInput) => {
    const { total } = await activity(check(items), { retry: { nonRetryable: ["InvalidOrder"] } });
    const charging = activity(payments.charge(orderId, total), {
      retry: { maxAttempts: 5, backoff: "exponential", initialMs: seconds(2), maxBackoffMs: minutes(1) },
      compensate: (charge) => payments.refund(charge.id),
    });
    const { id: chargeId } = await charging;

    switch (await signal(fraudReview, { timeout: hours(24) })) {
      case "approved": {
        const { trackingId } = await activity(fulfillment.ship(orderId));
        return { status: "shipped" as const, chargeId, trackingId };
      }
      case "rejected": {
        const { ok: refunded } = await compensate(charging);
        return { status: "rejected" as const, chargeId, refunded };
      }
      case TIMEOUT: {
        const caseId = await activity(support.openCase(orderId, "nobody reviewed it for a day"));
        return { status: "escalated" as const, chargeId, caseId };
      }
    }
  },
);
