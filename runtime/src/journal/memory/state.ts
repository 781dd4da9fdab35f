/*
 * What the memory journal keeps: the same rows that the Postgres schema has, as plain mutable objects.
 */
import type { ActivityPolicy, HistoryEvent } from "../../core/events.js";
import type { AtMs, ChainId, FencingToken, Mark, Payload, RunId, Seq, WorkerId } from "../../core/ids.js";
import type {
  Attributes,
  ChildOutcome,
  Diagnosis,
  FailedAttempt,
  Inbox,
  KeyClaim,
  MailboxSignal,
  NewTask,
  ParentLink,
  RunStatus,
  SetAsideSignal,
  TaskOutcome,
  VersionRef,
} from "../port.js";

export interface StoredRun {
  readonly runId: RunId;
  readonly chainId: ChainId;
  /** Of its chain, from 0. */
  readonly place: number;
  readonly parent: (ParentLink & { readonly chainId: ChainId }) | null;
  readonly namespace: string;
  readonly workflow: string;
  readonly idempotencyKey: string | null;
  readonly retentionMs: number | null;
  readonly attributes: Attributes;
  readonly createdAt: AtMs;
  version: (VersionRef & { readonly label: string }) | null;
  status: RunStatus;
  owner: WorkerId | null;
  token: FencingToken;
  /** Workers that died with it since its last commit (R41). */
  deaths: number;
  /** The token under which it was last put on trial. */
  trial: FencingToken | null;
  mark: Mark;
  seenMark: Mark;
  /** The earliest open due time, as the last turn left it. */
  dueAt: AtMs | null;
  /** When an unowned run can be claimed; null: not before somebody leaves a mark, or while it is owned, blocked or ended. */
  wakeAt: AtMs | null;
  awaited: boolean;
  endedAt: AtMs | null;
  diagnosis: Diagnosis | null;
  terminateReason: string | null;
  cancel: StoredCancel | null;
  /** The chain has borne children. */
  bears: boolean;
  /** It ended its chain, and its children have not all been told (R28). */
  closes: boolean;
  /** It ended its chain and its parent has not recorded that: `told` once the parent's mark was raised for it (R27). */
  reports: "due" | "told" | null;
  /** It has ended, and signals that it had sent may not have arrived. */
  sends: boolean;
  readonly history: HistoryEvent[];
  readonly tasks: Map<Seq, StoredTask>;
  readonly attempts: FailedAttempt[];
}

export interface StoredCancel {
  readonly reason: string | null;
  readonly requestedAt: AtMs;
  /** The run has recorded it. */
  readonly seen: boolean;
}

export interface StoredTask {
  readonly runId: RunId;
  readonly command: Seq;
  readonly activity: string;
  readonly policy: ActivityPolicy;
  readonly payload: Payload;
  /** Order of creation: the last word on age. */
  readonly born: number;
  attempt: number;
  dueAt: AtMs;
  claimedBy: WorkerId | null;
  startedAt: AtMs;
  outcome: TaskOutcome | null;
  heartbeat: Payload | null;
  /** When the running attempt is lost if no heartbeat comes; null: never. */
  beatBy: AtMs | null;
}

/** An idempotency key of an activity (R15). */
export interface StoredKey {
  readonly holder: KeyClaim;
  readonly result: Payload | null;
}

export interface StoredSignal extends MailboxSignal {
  readonly deliveryId: string;
  consumed: boolean;
  /** Why no wait got it, though it was taken (R22). */
  setAside: string | null;
}

export interface StoredWorker {
  leaseUntil: AtMs;
  dead: boolean;
}

export interface MemoryState {
  readonly now: () => AtMs;
  readonly runs: Map<RunId, StoredRun>;
  /** By namespace, workflow and idempotency key. */
  readonly keys: Map<string, RunId>;
  readonly workers: Map<WorkerId, StoredWorker>;
  readonly mailboxes: Map<ChainId, StoredSignal[]>;
  /** The last run of each chain. */
  readonly latest: Map<ChainId, StoredRun>;
  /** By namespace, activity and key. */
  readonly activityKeys: Map<string, StoredKey>;
  /** Closed sets of signals, by version; null: any. */
  readonly declared: Map<string, readonly string[] | null>;
  born: number;
}

export function emptyState(now: () => AtMs): MemoryState {
  return {
    now,
    runs: new Map(),
    keys: new Map(),
    workers: new Map(),
    mailboxes: new Map(),
    latest: new Map(),
    activityKeys: new Map(),
    declared: new Map(),
    born: 0,
  };
}

/** Alive: enlisted, never declared dead, and its lease has not expired. */
export function isAlive(state: MemoryState, worker: WorkerId): boolean {
  const row = state.workers.get(worker);
  return row !== undefined && !row.dead && row.leaseUntil > state.now();
}

/** Declares every worker dead whose lease has expired. Once dead, always dead, whatever the clock does later. */
export function declareDead(state: MemoryState): void {
  for (const row of state.workers.values()) if (row.leaseUntil <= state.now()) row.dead = true;
}

/** Dead or missing: what it holds can be taken. */
export function isGone(state: MemoryState, worker: WorkerId): boolean {
  return state.workers.get(worker)?.dead ?? true;
}

export function isOver(run: StoredRun): boolean {
  return run.status !== "live" && run.status !== "blocked";
}

/** The live run of the chain that `runId` belongs to, else its last one. */
export function latestOf(state: MemoryState, runId: RunId): StoredRun | undefined {
  const run = state.runs.get(runId);
  return run === undefined ? undefined : state.latest.get(run.chainId);
}

/** A producer of work has left something for the run (R38). */
export function leaveMark(state: MemoryState, run: StoredRun): void {
  run.mark = (run.mark + 1) as Mark;
  if (run.owner === null && run.status === "live") {
    run.wakeAt = Math.min(run.wakeAt ?? Number.POSITIVE_INFINITY, state.now()) as AtMs;
  }
}

export function mailboxOf(state: MemoryState, chainId: ChainId): StoredSignal[] {
  let mailbox = state.mailboxes.get(chainId);
  if (mailbox === undefined) state.mailboxes.set(chainId, (mailbox = []));
  return mailbox;
}

export function waitingSignals(state: MemoryState, chainId: ChainId): readonly MailboxSignal[] {
  return (state.mailboxes.get(chainId) ?? [])
    .filter((signal) => !signal.consumed)
    .map(({ position, name, payload, acceptedAt }) => ({ position, name, payload, acceptedAt }));
}

export function signalsSetAside(state: MemoryState, chainId: ChainId): readonly SetAsideSignal[] {
  return (state.mailboxes.get(chainId) ?? []).flatMap(({ position, name, payload, acceptedAt, setAside }) =>
    setAside === null ? [] : [{ position, name, payload, acceptedAt, reason: setAside }],
  );
}

export function versionKey({ workflow, hash }: VersionRef): string {
  return `${hash} ${workflow}`;
}

export function inboxOf(state: MemoryState, run: StoredRun): Inbox {
  const outcomes = [...run.tasks.values()].flatMap((task) => (task.outcome === null ? [] : [task.outcome]));
  return {
    runId: run.runId,
    mark: run.mark,
    status: run.status,
    signals: waitingSignals(state, run.chainId),
    outcomes: outcomes.sort((a, b) => a.command - b.command),
    children: run.bears ? childOutcomes(state, run) : [],
    cancel:
      run.cancel === null || run.cancel.seen
        ? null
        : { reason: run.cancel.reason, requestedAt: run.cancel.requestedAt },
  };
}

function childOutcomes(state: MemoryState, parent: StoredRun): readonly ChildOutcome[] {
  return [...state.runs.values()]
    .flatMap((run) => {
      if (run.parent?.runId !== parent.runId || run.reports === null) return [];
      const { command } = run.parent;
      const status = run.status as ChildOutcome["status"];
      return [{ command, status, payload: endPayload(run), endedAt: run.endedAt! }];
    })
    .sort((a, b) => a.command - b.command);
}

/** The result or the error with which a run ended. */
export function endPayload(run: StoredRun): Payload | null {
  const last = run.history.at(-1);
  return last?.kind === "run_completed" || last?.kind === "run_failed" ? last.payload : null;
}

/** A row for the command; one that is there already stays as it is. */
export function addTask(state: MemoryState, run: StoredRun, task: NewTask): void {
  if (run.tasks.has(task.command)) return;
  run.tasks.set(task.command, {
    runId: run.runId,
    command: task.command,
    activity: task.activity,
    policy: task.policy,
    payload: task.payload,
    born: state.born++,
    attempt: task.attempt,
    dueAt: task.dueAt,
    claimedBy: task.claimedBy,
    startedAt: state.now(),
    outcome: null,
    heartbeat: null,
    beatBy: task.claimedBy === null ? null : beatBy(state, task.policy),
  });
}

/** The deadline of a heartbeat from now on. */
export function beatBy(state: MemoryState, policy: ActivityPolicy): AtMs | null {
  return policy.heartbeatTimeoutMs === null ? null : ((state.now() + policy.heartbeatTimeoutMs) as AtMs);
}

/** The run is over: no lease, no due time, no row can be claimed (J7). `sends`: as in a turn's end. */
export function endRun(state: MemoryState, run: StoredRun, status: RunStatus, sends: boolean): void {
  run.sends = sends;
  run.status = status;
  run.owner = null;
  run.dueAt = null;
  run.wakeAt = null;
  run.endedAt = state.now();
  run.tasks.clear();
  if (status === "continued") return;
  run.closes = run.bears;
  run.reports = run.parent === null ? null : "due";
}
