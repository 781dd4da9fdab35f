import { activityContext } from "@continuum/runtime/activity";
import { post } from "./gateway.js";

export interface Shipment {
  readonly trackingId: string;
}

export async function ship(orderId: string): Promise<Shipment> {
  const { idempotencyKey, abortSignal } = activityContext();
  return post<Shipment>("warehouse/shipments", { body: { orderId }, idempotencyKey, abortSignal });
}
