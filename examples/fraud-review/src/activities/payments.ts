import { activityContext } from "@continuum/runtime/activity";
import { post } from "./gateway.js";

export interface Charge {
  readonly id: string;
  readonly amount: number;
}

/** The key is the same in every attempt, so a card is charged once even if an answer was lost. */
export async function charge(orderId: string, amount: number): Promise<Charge> {
  const { idempotencyKey, abortSignal } = activityContext();
  const { id } = await post<{ readonly id: string }>("payments/charges", {
    body: { orderId, amount },
    idempotencyKey,
    abortSignal,
  });
  return { id, amount };
}

export async function refund(chargeId: string): Promise<void> {
  const { idempotencyKey, abortSignal } = activityContext();
  await post("payments/refunds", { body: { chargeId }, idempotencyKey, abortSignal });
}
