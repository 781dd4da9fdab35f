import { workflow, activity, days } from "@continuum/runtime/workflow";
import { check, type Item } from "../src/activities/validation.js";
import * as payments from "../src/activities/payments.js";
import { withDiscount } from "./pricing.js";

export const orderFlow = workflow(
  { version: 1, retention: days(30) },
  async ({ orderId, items }: { orderId: string; items: readonly Item[] }) => {
    const validated = await activity(check(items));
    return await activity(payments.charge(orderId, withDiscount(validated.total)));
  },
);
