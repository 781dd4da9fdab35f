import { workflow, activity, continueAsNew, days, hours, timer } from "@continuum/runtime/workflow";
import * as billing from "./activities/billing.js";

export interface Subscription {
  readonly customerId: string;
  readonly cents: number;
  /** From 1. */
  readonly month: number;
  /** Of the months before. */
  readonly invoices: readonly string[];
}

export const MONTHS = 12;

export const subscription = workflow(
  { version: 1, retention: days(90) },
  async ({ customerId, cents, month, invoices: before }: Subscription) => {
    const invoice = await activity(billing.charge(customerId, cents, month), {
      retry: { maxAttempts: 10, maxBackoffMs: hours(1) },
    });
    const invoices = [...before, invoice.id];
    if (month === MONTHS) return { status: "paid up" as const, invoices };
    await timer(days(30));
    continueAsNew({ customerId, cents, month: month + 1, invoices });
  },
);
