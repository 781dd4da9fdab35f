/*
 * Whom a stored turn concerns besides its run: those who wait for an end, parents and children, bodies that run elsewhere.
 */
import type { RunId } from "../core/ids.js";
import type { ChainEnd } from "../journal/port.js";
import type { Errands } from "./errands.js";
import type { LiveRun } from "./live-run.js";
import type { LiveRuns } from "./live-runs.js";
import type { RunLog } from "./run-log.js";
import type { Stored } from "./stepper.js";
import type { WorkerPorts } from "./worker-ports.js";

export interface TellPorts extends Pick<WorkerPorts, "wakeUps" | "carryOn" | "ended"> {
  readonly live: LiveRuns;
  readonly runLog: RunLog;
  readonly errands: Pick<Errands, "stored">;
}

export function tellOfTurn(
  run: LiveRun,
  { events, withdrawn, end }: Stored,
  { runLog, errands, carryOn, wakeUps }: TellPorts,
): void {
  runLog.stored(run, events);
  errands.stored(run, events, withdrawn, end !== null);
  if (end?.sends === true) carryOn.ask(false);
  if (withdrawn.some(({ seq, kind }) => kind === "activity_scheduled" && !run.bodies.has(seq)))
    wakeUps.publish([{ kind: "end", runId: run.runId }]);
}

export function tellOfEnd(
  { runId, chainId, parent, started }: LiveRun,
  end: ChainEnd,
  awaited: boolean,
  { ended, wakeUps, carryOn, live }: TellPorts,
): void {
  ended(chainId, end);
  if (awaited) {
    const first = chainId as string as RunId;
    wakeUps.publish(
      runId === first
        ? [{ kind: "end", runId }]
        : [
            { kind: "end", runId },
            { kind: "end", runId: first },
          ],
    );
  }
  if (parent !== null) carryOn.ask(live.get(parent.runId) === null);
  if (started.size > 0) carryOn.ask(true);
}
