import type { RunId, WorkerId } from "../core/ids.js";
import { runMissing, runOver, undeclaredSignal } from "../errors/client-errors.js";
import type { Journal, SentSignal } from "../journal/port.js";
import { insist, reasonOf } from "./insist.js";
import type { Ports } from "./ports.js";

export interface DeliveryPorts extends Ports {
  readonly journal: Pick<Journal, "signal">;
  stopped(): boolean;
  /** A run of `owner`, or of nobody, has news. */
  tell(runId: RunId, owner: WorkerId | null): void;
}

/** What came of a signal from workflow code; `refused` is for good. */
export type Delivery = "accepted" | "stopped" | { readonly refused: unknown };

/** Sends a signal of workflow code, until the journal has answered. To be repeated at will: its delivery id is its identity. */
export async function deliverSignal(
  { runId, name, payload, deliveryId }: SentSignal,
  ports: DeliveryPorts,
): Promise<Delivery> {
  const { journal, stopped, tell, log } = ports;
  try {
    const verdict = await insist(ports, stopped, "sending a signal", () =>
      journal.signal(runId, name, payload, deliveryId),
    );
    switch (verdict?.kind) {
      case undefined:
        return "stopped";
      case "missing":
        return { refused: runMissing(runId) };
      case "ended":
        return { refused: runOver(runId, verdict.status, "take a signal") };
      case "undeclared":
        return { refused: undeclaredSignal(name, verdict.declared) };
      case "accepted":
        tell(runId, verdict.owner);
        return "accepted";
    }
  } catch (error) {
    log.warn("a workflow's signal was refused by the journal", { runId, reason: reasonOf(error) });
    return { refused: error };
  }
}
