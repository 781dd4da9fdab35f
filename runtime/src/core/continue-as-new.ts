/*
 * Ending a run in favour of its successor (R30).
 */
import type { SiteKey } from "@continuum/contract";
import { successorIdOf } from "./derived-ids.js";
import { pendingPromise } from "./durable-promise.js";
import type { DurablePromise } from "./durable-promise.js";
import { rejected } from "./effects.js";
import type { Run } from "./run.js";
import { encodeFor } from "./run-end.js";

/** `continueAsNew(input)`: the run has ended when this returns, and its promise never settles; a wrong input rejects. */
export function continueAsNew(run: Run, key: SiteKey, input: unknown): DurablePromise {
  const site = run.site(key);
  if (site === null) return pendingPromise(run.loop);
  try {
    const payload = encodeFor(run.ports, `The input of continueAsNew()`, input);
    const successor = successorIdOf(run.ports.runId);
    const command = { kind: "run_continued", site: site.id, successor, payload } as const;
    const cut = run.cutsOff(command);
    if (cut !== null) return rejected(run, cut);
    if (run.issue(command) !== null) run.endAs("continued");
  } catch (error) {
    return rejected(run, error);
  }
  return pendingPromise(run.loop);
}
