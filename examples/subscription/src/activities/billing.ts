import { activityContext } from "@continuum/runtime/activity";

export interface Invoice {
  readonly id: string;
  readonly cents: number;
}

/** Charges one month. The key is the same in every attempt, so no month is charged twice. */
export async function charge(customerId: string, cents: number, month: number): Promise<Invoice> {
  const { idempotencyKey, abortSignal } = activityContext();
  const base = process.env["BILLING_SERVICE"];
  if (base === undefined) throw new Error("BILLING_SERVICE is not set: the URL of the billing service");
  const response = await fetch(new URL("charges", base), {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": idempotencyKey },
    body: JSON.stringify({ customerId, cents, month }),
    signal: abortSignal,
  });
  if (!response.ok) throw new Error(`billing answered ${response.status}`);
  const { id } = (await response.json()) as { readonly id: string };
  return { id, cents };
}
