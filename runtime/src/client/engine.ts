/*
 * What a client is joined from: the journal, the worker if there is one, and those that wait for ends.
 */
import type { AnyWorkflow } from "../authoring/define-workflow.js";
import type { PayloadCodec } from "../core/payload-codec.js";
import type { RunId, WorkerId } from "../core/ids.js";
import type { Journal } from "../journal/port.js";
import type { JournalReader } from "../journal/reader.js";
import type { WakeUps } from "../journal/wake-ups.js";
import type { VersionIndex } from "../versions/version-index.js";
import type { Births } from "../worker/births.js";
import type { CarryOn } from "../worker/carry-on.js";
import type { Ports } from "../worker/ports.js";
import type { Worker } from "../worker/worker.js";
import type { EndWaiters } from "./end-waiters.js";

export interface Engine {
  readonly ports: Ports;
  readonly journal: Journal;
  readonly reader: JournalReader;
  readonly wakeUps: WakeUps;
  readonly codec: PayloadCodec;
  readonly versions: VersionIndex;
  readonly workflows: readonly AnyWorkflow[];
  readonly namespace: string;
  readonly worker: Worker | null;
  readonly births: Births;
  readonly ends: Pick<EndWaiters, "wait" | "hint">;
  readonly carryOn: CarryOn;
  /** Whether the client was closed: calls that insist give up then. */
  closed(): boolean;
}

/** Tells the owner of a run that something waits for it; without one, everybody who may claim it. */
export function tellOwner(
  engine: Pick<Engine, "worker" | "wakeUps">,
  runId: RunId,
  owner: WorkerId | null,
): void {
  const { worker, wakeUps } = engine;
  if (owner === null) {
    worker?.look();
    wakeUps.publish([{ kind: "work" }]);
  } else if (worker?.id === owner) worker.news(owner, runId);
  else wakeUps.publish([{ kind: "run", worker: owner, runId }]);
}
