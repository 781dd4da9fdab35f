/*
 * Signals to other runs: exactly once, by a delivery id that is derived from the place where it was sent.
 */
import type { SiteKey } from "@continuum/contract";
import { checkedValue, schemaOf } from "./checked-value.js";
import { ContinuumError } from "./continuum-error.js";
import { deliveryIdOf } from "./derived-ids.js";
import { pendingPromise } from "./durable-promise.js";
import type { DurablePromise } from "./durable-promise.js";
import { rejected, signalName } from "./effects.js";
import type { RunId } from "./ids.js";
import { idText } from "./option-rules.js";
import type { Run } from "./run.js";
import { encodeFor } from "./run-end.js";

/** `sendSignal(runId, name or definition, payload)` */
export function sendSignal(
  run: Run,
  key: SiteKey,
  receiver: unknown,
  signal: unknown,
  given: unknown,
): DurablePromise {
  const name = signalName("sendSignal", signal);
  if (idText(receiver) !== null || idText(name) !== null) throw wrong(receiver);
  // What is sent is what was given: what the schema makes of it is made where it is taken (R22).
  checkedValue(`The payload of signal ${name}`, schemaOf(signal), given);
  const site = run.site(key);
  if (site === null) return pendingPromise(run.loop);
  const deliveryId = deliveryIdOf(run.ports.runId, site.id, run.occurrence(site));
  try {
    const payload = encodeFor(run.ports, `The payload of signal ${name}`, given);
    const runId = receiver as RunId;
    return run.issueWait({ kind: "signal_sent", site: site.id, runId, name, deliveryId, payload });
  } catch (error) {
    return rejected(run, error);
  }
}

function wrong(receiver: unknown): ContinuumError {
  const what = idText(receiver) === null ? "a signal's name" : "a run's id";
  return new ContinuumError({
    code: "CTM3903",
    message: `sendSignal() was given something that cannot be ${what}.`,
    hint: "Ids and names are texts of 1 to 255 bytes: sendSignal(ref.runId, fraudReview, payload).",
  });
}
