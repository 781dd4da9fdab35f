/*
 * Hints between processes. A hint may be lost, doubled or forged: all it can change is latency (R38). Adapters swallow no
 * failure silently: they report it to the log once and come back by themselves after an outage.
 */
import type { RunId, WorkerId } from "../core/ids.js";

export type Hint =
  /** To the owner of a run: its inbox has news. */
  | { readonly kind: "run"; readonly worker: WorkerId; readonly runId: RunId }
  /** To every worker: there are runs or tasks to claim. */
  | { readonly kind: "work" }
  /** To every process that waits for this run's end. */
  | { readonly kind: "end"; readonly runId: RunId };

export interface WakeUps {
  /** Never rejects and never delays its caller. */
  publish(hints: readonly Hint[]): void;
  /** Gives the function that ends the subscription. */
  subscribe(listener: (hint: Hint) => void): () => void;
  close(): Promise<void>;
}
