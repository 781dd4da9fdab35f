import { activityContext } from "@continuum/runtime/activity";
import { post } from "./gateway.js";

/** Puts the order on somebody's desk; gives the case's number. */
export async function openCase(orderId: string, reason: string): Promise<string> {
  const { idempotencyKey, abortSignal } = activityContext();
  const { id } = await post<{ readonly id: string }>("support/cases", {
    body: { orderId, reason },
    idempotencyKey,
    abortSignal,
  });
  return id;
}
