/*
 * Signals against their contracts, when they are taken (R22). Not part of a step: what is found is stored, as the payload of
 * `signal_received` or as the reason why the signal was set aside, and replay never asks again. So the schema's code may change.
 */
import { issuesOf, ASYNCHRONOUS } from "./checked-value.js";
import type { SyncSchema } from "./checked-value.js";
import type { Payload } from "./ids.js";
import type { PayloadCodec } from "./payload-codec.js";

/** `reason` null: `payload` is what the wait gets, as the schema made it. */
export type Fitting =
  { readonly reason: null; readonly payload: Payload } | { readonly reason: string; readonly payload: null };

/** What `schema` makes of a payload that was sent. Whatever the schema's code does, it gives an answer. */
export function fitted(codec: PayloadCodec, schema: SyncSchema | null, payload: Payload): Fitting {
  if (schema === null) return { reason: null, payload };
  let sent: unknown;
  try {
    sent = codec.decode(payload);
  } catch {
    return { reason: null, payload }; // The step finds it as well, and blocks the run: it is the codec that is wrong.
  }
  let result: ReturnType<SyncSchema["~standard"]["validate"]>;
  try {
    result = schema["~standard"].validate(sent);
  } catch (error) {
    return refused(`its schema threw ${error instanceof Error ? error.name : "something"}`);
  }
  if ("then" in result) {
    result.then(ignore, ignore);
    return refused(ASYNCHRONOUS);
  }
  if (result.issues !== undefined) return refused(issuesOf(result.issues));
  try {
    return { reason: null, payload: codec.encode(result.value) };
  } catch {
    return refused("what its schema makes of it cannot be stored");
  }
}

const ignore = (): void => undefined;

const LONGEST = 1_000;

function refused(reason: string): Fitting {
  return { reason: reason.length > LONGEST ? `${reason.slice(0, LONGEST)}…` : reason, payload: null };
}
