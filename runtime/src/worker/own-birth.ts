/*
 * A run that this worker owns from its birth: its first turn is decided before it is stored, and joins that commit (R39).
 */
import type { AtMs, Seq, WorkerId } from "../core/ids.js";
import { labelled } from "../versions/version-index.js";
import type { Definition } from "../versions/version-index.js";
import type { Fault } from "../core/execution.js";
import type { CreateVerdict } from "../journal/port.js";
import { BORN, chainOf } from "./births.js";
import type { BirthRequest, OwnedBirth } from "./births.js";
import { decideFirstTurn } from "./decide-turn.js";
import type { OpenTurn } from "./decide-turn.js";
import { liveRun } from "./live-run.js";
import type { LiveRun } from "./live-run.js";
import type { DraftPorts } from "./turn-draft.js";
import { walkHistory } from "./walk-history.js";
import type { WalkPorts } from "./walk-history.js";

export interface OwnBirthPorts extends WalkPorts, DraftPorts {
  readonly worker: WorkerId;
  readonly nowMs: number;
  faulted(run: LiveRun, fault: Fault): void;
  /** It is stored: the run is this worker's. */
  born(run: LiveRun, open: OpenTurn): void;
}

/**
 * Null when the first step cannot be stored (a fault): the run is then born unowned, and its first claim finds the fault and
 * blocks it, visibly.
 */
export function ownBirth(
  request: BirthRequest,
  definition: Definition,
  at: AtMs,
  ports: OwnBirthPorts,
): OwnedBirth | null {
  let unborn: LiveRun | null = null;
  const onFault = (fault: Fault): void => {
    if (unborn !== null) ports.faulted(unborn, fault);
  };
  const { runId, namespace } = request;
  const { walked } = walkHistory({ runId, depth: 0 }, definition, [], ports, onFault);
  if (walked === null) return null;
  const run = liveRun({
    runId,
    chainId: chainOf(runId),
    namespace,
    definition,
    parent: null,
    token: BORN.token,
    phase: "open",
    execution: walked.execution,
    unapplied: null,
    nextSeq: 0 as Seq,
    seenMark: BORN.mark,
    usedAtMs: ports.nowMs,
  });
  unborn = run;
  const start = { kind: "run_started", payload: request.input, at } as const;
  const open = decideFirstTurn(run, walked.execution, start, ports);
  if (open === null) return null;
  const { turn, starts } = open;
  return {
    run: {
      runId,
      namespace,
      version: labelled(definition.compiled),
      workflow: request.workflow,
      idempotencyKey: request.idempotencyKey,
      retentionMs: request.retentionMs,
      attributes: request.attributes,
      owner: ports.worker,
      events: turn.events,
      dueAt: turn.dueAt,
      tasks: turn.tasks,
      children: turn.children,
      end: turn.end,
      chainId: null,
      parent: null,
    },
    settle(verdict: CreateVerdict) {
      if (verdict.kind === "created") ports.born(run, open);
      else for (const _ of starts) ports.unplace();
    },
  };
}
