import type { Site } from "@continuum/contract";
import { decodeFailure } from "../core/failures.js";
import type { HistoryEvent } from "../core/events.js";
import type { RunId, Seq } from "../core/ids.js";
import { runMissing } from "../errors/client-errors.js";
import type { Attributes, Diagnosis, RunStatus } from "../journal/port.js";
import type { Engine } from "./engine.js";

/** A run's parent or child, by the id that stays valid for its whole chain. */
export interface RelatedRun {
  readonly runId: string;
  readonly workflow: string;
  /** Of the chain's live run, else of its last one. */
  readonly status: RunStatus;
}

/** What is known of a run. */
export interface RunDescription {
  /** The run that is described: of a chain, the live one, else the last. */
  readonly runId: string;
  /** The id of the chain's first run: valid for ever, whatever run is the live one (R30). */
  readonly chainId: string;
  readonly workflow: string;
  readonly namespace: string;
  /** Given to `start`, or those of the run that bore this one. */
  readonly attributes: Attributes;
  /** Null until the first worker has taken the run, if it was started by a client that runs nothing. */
  readonly version: { readonly label: string; readonly hash: string } | null;
  readonly status: RunStatus;
  /** The worker that has it now; null: none needs to. */
  readonly owner: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  /** The earliest of its timers and timeouts. */
  readonly dueAt: Date | null;
  /** Why it stands still, and what to do about it; only when `status` is `"blocked"`. */
  readonly diagnosis: Diagnosis | null;
  /** How many workers have died with it since it last got on. From 2 on it is tried alone, and the fifth one blocks it. */
  readonly deaths: number;
  readonly terminateReason: string | null;
  /** Whether this process has the code of the run's version. A run waits, unharmed, for a worker that has (R40). */
  readonly codeIsHere: boolean;
  /** The run that has started it as a child; null: it was started from outside. */
  readonly parent: RelatedRun | null;
  /**
   * At most a hundred: those that go on first, then in the order of their births. What this run has started, and what runs before it in
   * its chain have started and still goes on.
   */
  readonly children: readonly RelatedRun[];
  /** There are more children than are listed. */
  readonly moreChildren: boolean;
  /** Activities that wait for a worker or for their next attempt, or run in another place than their run. */
  readonly tasks: readonly {
    readonly activity: string;
    readonly attempt: number;
    readonly dueAt: Date;
    readonly queue: string;
    readonly worker: string | null;
  }[];
  /** Attempts that failed or were lost, oldest first. */
  readonly failedAttempts: readonly {
    readonly activity: string;
    readonly attempt: number;
    readonly startedAt: Date;
    readonly endedAt: Date;
    readonly worker: string;
    /** Null: it was lost with its worker. */
    readonly error: unknown;
  }[];
  /** Signals that nobody has consumed, in order. */
  readonly mailbox: readonly { readonly name: string; readonly acceptedAt: Date }[];
  /** Signals that did not fit their contract when they were taken: no wait has got them. In order. */
  readonly setAside: readonly { readonly name: string; readonly acceptedAt: Date; readonly reason: string }[];
}

/** One event of a history, readable. */
export interface RunEvent {
  readonly seq: number;
  readonly at: Date;
  readonly kind: HistoryEvent["kind"];
  /** Where in the source it was asked for (for outcomes: what they are the outcome of), if this process has the code. */
  readonly site: Site | null;
  /** The decoded payload: input, arguments, result, error; undefined where there is none. */
  readonly value: unknown;
  /** As it is stored. */
  readonly event: HistoryEvent;
}

/** @throws ContinuumError CTM7001 */
export async function latestOf({ reader }: Engine, id: RunId): Promise<RunId> {
  const runId = await reader.latest(id);
  if (runId === null) throw runMissing(id);
  return runId;
}

const MOST_CHILDREN = 100;

export async function describeRun(engine: Engine, id: RunId): Promise<RunDescription> {
  const { reader, codec, versions } = engine;
  const runId = await latestOf(engine, id);
  const [row, tasks, attempts, mailbox, setAside, family] = await Promise.all([
    reader.run(runId),
    reader.tasks(runId),
    reader.attempts(runId),
    reader.mailbox(runId),
    reader.setAside(runId),
    reader.family(runId, MOST_CHILDREN),
  ]);
  if (row === null) throw runMissing(runId);
  const { workflow, versionHash: hash, versionLabel: label } = row;
  const here = hash === null ? versions.currentOf(workflow) : versions.find({ workflow, hash });
  return {
    runId: row.runId,
    chainId: row.chainId,
    workflow,
    namespace: row.namespace,
    attributes: row.attributes,
    version: hash === null ? null : { label: label ?? "", hash },
    status: row.status,
    owner: row.owner,
    createdAt: new Date(row.createdAt),
    endedAt: row.endedAt === null ? null : new Date(row.endedAt),
    dueAt: row.dueAt === null ? null : new Date(row.dueAt),
    diagnosis: row.diagnosis,
    deaths: row.deaths,
    terminateReason: row.terminateReason,
    codeIsHere: here !== null,
    parent: family.parent,
    children: family.children,
    moreChildren: family.more,
    tasks: tasks.map(({ activity, attempt, dueAt, queue, claimedBy }) => {
      return { activity, attempt, dueAt: new Date(dueAt), queue, worker: claimedBy };
    }),
    failedAttempts: attempts.map(({ activity, attempt, startedAt, endedAt, worker, error }) => {
      const reason = error === null ? null : decodeFailure(codec, error);
      return {
        activity,
        attempt,
        startedAt: new Date(startedAt),
        endedAt: new Date(endedAt),
        worker,
        error: reason,
      };
    }),
    mailbox: mailbox.map(({ name, acceptedAt }) => ({ name, acceptedAt: new Date(acceptedAt) })),
    setAside: setAside.map(({ name, acceptedAt, reason }) => {
      return { name, acceptedAt: new Date(acceptedAt), reason };
    }),
  };
}

export async function historyOf(engine: Engine, id: RunId): Promise<readonly RunEvent[]> {
  const { reader, versions } = engine;
  const runId = await latestOf(engine, id);
  const row = await reader.run(runId);
  if (row === null) throw runMissing(runId);
  const history = await reader.history(runId);
  const definition =
    row.versionHash === null ? null : versions.find({ workflow: row.workflow, hash: row.versionHash });
  const sites = new Map(
    Object.values(definition?.compiled.manifest.sites ?? {}).map((site) => [site.id, site]),
  );
  const siteBySeq = new Map<Seq, string>();
  return history.map((event) => {
    if ("site" in event) siteBySeq.set(event.seq, event.site);
    const id = "site" in event ? event.site : "command" in event ? siteBySeq.get(event.command) : undefined;
    const site = id === undefined ? null : (sites.get(id) ?? null);
    return {
      seq: event.seq,
      at: new Date(event.at),
      kind: event.kind,
      site,
      value: valueOf(engine, event),
      event,
    };
  });
}

/** Kinds whose payload is an error. */
const FAILURES: ReadonlySet<HistoryEvent["kind"]> = new Set<HistoryEvent["kind"]>([
  "activity_failed",
  "child_failed",
  "signal_refused",
  "run_failed",
]);

function valueOf({ codec }: Engine, event: HistoryEvent): unknown {
  if (!("payload" in event)) return undefined;
  const failed = FAILURES.has(event.kind) || (event.kind === "side_effect_recorded" && event.failed);
  return failed ? decodeFailure(codec, event.payload) : codec.decode(event.payload);
}
