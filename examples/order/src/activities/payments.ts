import { randomUUID } from "node:crypto";
import { book } from "../world.js";

export interface Charge {
  readonly id: string;
  readonly amount: number;
}

/** The card is charged out there, in the world: one line in the bank's own book. */
export async function charge(orderId: string, amount: number): Promise<Charge> {
  const id = `ch_${randomUUID().slice(0, 8)}`;
  await book("bank", { kind: "charge", orderId, id, amount });
  return { id, amount };
}

export async function refund(chargeId: string): Promise<void> {
  await book("bank", { kind: "refund", id: chargeId });
}
