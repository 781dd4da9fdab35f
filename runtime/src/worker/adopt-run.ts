import type { Fault, OpenCommand } from "../core/execution.js";
import { encodeFailure } from "../core/failures.js";
import type { AtMs, Seq, WorkerId } from "../core/ids.js";
import { nextPause } from "../core/retry-policy.js";
import { attemptLost } from "../errors/journal-errors.js";
import type { ClaimedRun, FailedAttempt } from "../journal/port.js";
import type { Definition } from "../versions/version-index.js";
import { liveRun, takeInbox } from "./live-run.js";
import type { LiveRun } from "./live-run.js";
import { walkHistory } from "./walk-history.js";
import type { WalkPorts } from "./walk-history.js";

export interface AdoptPorts extends WalkPorts {
  readonly worker: WorkerId;
  readonly now: AtMs;
  readonly nowMs: number;
  fraction(): number;
  faulted(run: LiveRun, fault: Fault): void;
}

/** A claimed run with its program, walked through its history once. With a fault it is only fit to be blocked. */
export function adoptRun(
  claimed: ClaimedRun,
  definition: Definition,
  ports: AdoptPorts,
): { readonly run: LiveRun; readonly fault: Fault | null } {
  let adopted: LiveRun | null = null;
  const onFault = (found: Fault): void => {
    if (adopted !== null) ports.faulted(adopted, found);
  };
  const { runId, parent, history } = claimed;
  const depth = parent?.depth ?? 0;
  const { walked, fault } = walkHistory({ runId, depth }, definition, history, ports, onFault);
  const run: LiveRun = {
    ...ownedRun(claimed, definition, ports.nowMs),
    execution: walked?.execution ?? null,
    unapplied: walked?.unapplied ?? null,
    open: walked?.open ?? new Map<Seq, OpenCommand>(),
    // Its next turn is stored even if it is empty: it was walked, and nobody died of it (R41).
    acknowledge: claimed.deaths > 0,
    rows: new Set(claimed.rows),
    bytes: history.reduce((sum, event) => sum + ("payload" in event ? event.payload.length : 0), 0),
  };
  for (const event of history) if (event.kind === "child_started") run.started.set(event.seq, event.childId);
  adopted = run;
  takeInbox(run, claimed.inbox, ports.now);
  replaceLostRows(run, ports);
  return { run, fault };
}

/** A claimed run without its program. */
export function ownedRun(claimed: ClaimedRun, definition: Definition, nowMs: number): LiveRun {
  const { runId, chainId, namespace, parent, token, history, inbox } = claimed;
  return liveRun({
    runId,
    chainId,
    namespace,
    definition,
    parent,
    token,
    phase: "idle",
    execution: null,
    unapplied: null,
    nextSeq: history.length as Seq,
    seenMark: inbox.mark,
    usedAtMs: nowMs,
  });
}

/**
 * An open activity has a row whenever its run is not owned (R13). One that has none lost it when its run was blocked for a
 * database that refused to store it: its first attempt counts as lost.
 */
function replaceLostRows(run: LiveRun, { worker, now, codec, fraction }: AdoptPorts): void {
  for (const command of run.open.values()) {
    if (command.kind !== "activity_scheduled" || run.rows.has(command.seq)) continue;
    const { runId } = run;
    const { activity, policy, payload, seq } = command;
    const record: FailedAttempt = {
      runId,
      command: seq,
      activity,
      attempt: 1,
      startedAt: command.at,
      endedAt: now,
      worker,
      error: null,
    };
    const pauseMs = nextPause(policy.retry, 1, fraction());
    if (pauseMs === null) {
      const error = encodeFailure(codec, attemptLost(activity, 1));
      run.results.push({
        input: { kind: "activity_failed", command: seq, attempt: 1, payload: error },
        arrivedAt: now,
        record,
      });
    } else {
      const dueAt = (now + pauseMs) as AtMs;
      run.retries.push({
        task: { runId, command: seq, activity, attempt: 2, dueAt, policy, payload, claimedBy: null },
        record,
      });
    }
  }
}
