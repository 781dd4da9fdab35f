export interface Request {
  readonly body: unknown;
  readonly idempotencyKey: string;
  readonly abortSignal: AbortSignal;
}

/** Calls one of the shop's services. */
export async function post<Answer>(path: string, request: Request): Promise<Answer> {
  const base = process.env["SHOP_SERVICES"];
  if (base === undefined) throw new Error("SHOP_SERVICES is not set: the URL of the shop's services");
  const response = await fetch(new URL(path, base), {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": request.idempotencyKey },
    body: JSON.stringify(request.body),
    signal: request.abortSignal,
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return (await response.json()) as Answer;
}
