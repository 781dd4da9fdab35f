import {
  workflow,
  activity,
  signal,
  defineSignal,
  compensate,
  days,
  hours,
  TIMEOUT,
} from "@continuum/runtime/workflow";
import { check, type Item } from "./activities/validation.js";
import * as payments from "./activities/payments.js";
import * as fulfillment from "./activities/fulfillment.js";

export interface OrderInput {
  readonly orderId: string;
  readonly items: readonly Item[];
}

export const fraudReview = defineSignal<"approved" | "rejected">("fraudReview");

export const orderFlow = workflow(
  { version: 1, retention: days(30), signals: [fraudReview] },
  async ({ orderId, items }: OrderInput) => {
    const validated = await activity(check(items));
    const charging = activity(payments.charge(orderId, validated.total), {
      retry: { maxAttempts: 5, backoff: "exponential" },
      compensate: (charge) => payments.refund(charge.id),
    });
    await charging;
    switch (await signal(fraudReview, { timeout: hours(24) })) {
      case "rejected":
        await compensate(charging);
        return { status: "rejected" as const };
      case "approved":
      case TIMEOUT:
        return { status: "shipped" as const, shipment: await activity(fulfillment.ship(orderId)) };
    }
  },
);
