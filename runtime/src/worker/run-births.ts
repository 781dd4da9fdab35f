/*
 * The runs that a turn gives birth to: children, and the successor of a run that continues as new. They are stored by the
 * commit of the event that asks for them, and are owned by the same worker if it has their code and room for them.
 */
import type { RecordedCommand } from "../core/events.js";
import type { ChainId, RunId, Seq, WorkerId } from "../core/ids.js";
import type { NewRun } from "../journal/port.js";
import { labelled } from "../versions/version-index.js";
import type { Definition } from "../versions/version-index.js";
import { chainOf } from "./births.js";
import type { LiveRun } from "./live-run.js";

/** The current definition of a workflow here, if there is one, and the owner of a run of it that begins now. */
export interface Cradle {
  readonly definition: Definition | null;
  /** Null: any worker may claim it. */
  readonly owner: WorkerId | null;
}

export type ChildCommand = Extract<RecordedCommand, { kind: "child_started" }>;
export type ContinueCommand = Extract<RecordedCommand, { kind: "run_continued" }>;

export function childBirth(parent: LiveRun, command: ChildCommand, cradle: Cradle): NewRun {
  const { seq, workflow, childId, onParentClose } = command;
  return {
    ...birth(parent, cradle, command),
    runId: childId,
    workflow,
    chainId: null,
    parent: { runId: parent.runId, command: seq, onParentClose, depth: depthOf(parent) + 1 },
  };
}

export function successorBirth(run: LiveRun, command: ContinueCommand, cradle: Cradle): NewRun {
  const { definition } = run;
  return {
    ...birth(run, cradle, command),
    retentionMs: (cradle.definition ?? definition).retentionMs,
    runId: command.successor,
    workflow: definition.compiled.manifest.name,
    chainId: run.chainId,
    parent: run.parent,
  };
}

export function depthOf({ parent }: Pick<LiveRun, "parent">): number {
  return parent?.depth ?? 0;
}

export function chainIdOf({
  runId,
  chainId,
}: {
  readonly runId: RunId;
  readonly chainId: ChainId | null;
}): ChainId {
  return chainId ?? chainOf(runId);
}

function birth(
  { namespace }: LiveRun,
  { definition, owner }: Cradle,
  { at, payload }: ChildCommand | ContinueCommand,
): Omit<NewRun, "runId" | "workflow" | "chainId" | "parent"> {
  return {
    namespace,
    version: owner === null || definition === null ? null : labelled(definition.compiled),
    idempotencyKey: null,
    retentionMs: definition?.retentionMs ?? null,
    owner,
    events: [{ kind: "run_started", seq: 0 as Seq, at, payload }],
    dueAt: null,
    tasks: [],
    children: [],
    end: null,
  };
}
