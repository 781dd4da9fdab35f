import { book } from "../world.js";

export interface Shipment {
  readonly trackingId: string;
}

export async function ship(orderId: string): Promise<Shipment> {
  const trackingId = `track-${orderId}`;
  await book("warehouse", { kind: "shipment", orderId, trackingId });
  return { trackingId };
}
