/*
 * The journal's port: the verbs by which the worker and the client change what is stored. Each verb is one transaction.
 *
 * Owns: the fence, the marks, ownership, leases, the mailbox, task rows, the database's clock.
 * Does not own: what a history means (core), when a verb is called (worker, client), hints to other processes (wake-ups).
 *
 * Invariants that every adapter keeps (the conformance suite proves each):
 *   J1  A turn is stored whole under (token, nextSeq) locked and compared in the statement that writes, or not at all. (R36, R37)
 *   J2  Every producer of work raises the run's mark under the row's lock. A decisive turn is stored only if the mark is
 *       the one it has seen. (R38)
 *   J3  A signal's acceptance time and position are taken under the run row's lock. (R20)
 *   J4  A due time is compared with the database's clock in the statement that writes. (R25)
 *   J5  A task's completion is accepted only from the worker and attempt that hold its claim. (R16)
 *   J6  A worker is declared dead once, under its row's lock, after its lease expired; an expired lease is never renewed. (R36)
 *   J7  Terminal rows are never claimed, marked, renewed or written again. (R34)
 *   J8  A transaction locks run rows first, ordered by id or skipping locked ones, then task rows. (R35)
 *   J9  A death is counted once, by the claim that takes the run from the dead; a commit of the run forgets all of them. (R41)
 */
import type { HistoryEvent, OnParentClose, ProgramEnd, RecordedCommand } from "../core/events.js";
import type { AtMs, ChainId, FencingToken, Mark, Payload, RunId, Seq, WorkerId } from "../core/ids.js";
import type {
  ClaimTasks,
  ClaimedTask,
  FailedAttempt,
  FinishTask,
  FinishVerdict,
  Heartbeat,
  HeartbeatVerdict,
  KeyClaim,
  KeyVerdict,
  NewTask,
  TaskOutcome,
} from "./port-tasks.js";

export type * from "./port-tasks.js";

/** `blocked`: needs a person or other code (R7, R41). The last five are terminal. */
export type RunStatus =
  | "live"
  | "blocked"
  | "completed"
  | "failed"
  | "cancelled"
  | "terminated"
  /** Ended by continue-as-new: the chain goes on in its successor. */
  | "continued";

/** A code version: a claim names those that the worker can run (R40). */
export interface VersionRef {
  readonly workflow: string;
  readonly hash: string;
}

/** What a version's runs take (R22): stored, so that senders need not have its code. */
export interface DeclaredVersion extends VersionRef {
  /** The closed set of signals; null: any. */
  readonly signals: readonly string[] | null;
}

/** What people tell runs apart by, beside their ids. */
export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

export interface NewRun {
  readonly runId: RunId;
  readonly namespace: string;
  /** The version that the starter knows. A run that is not owned at birth gets its version with the first claim (R39): then null. */
  readonly version: (VersionRef & { readonly label: string }) | null;
  readonly workflow: string;
  /** Unique per namespace and workflow when given: a repeat answers `exists` with the first run's id. */
  readonly idempotencyKey: string | null;
  /** Kept after its end for this long; null: for ever. */
  readonly retentionMs: number | null;
  /** Of a run that is started from outside. Children and successors have those of the run that bears them (R27, R30). */
  readonly attributes?: Attributes;
  /** The worker that owns it from birth on, with token 1; null: ready and unowned. */
  readonly owner: WorkerId | null;
  /** `run_started` and, when owned at birth, the commands of the first turn. */
  readonly events: readonly HistoryEvent[];
  /** As in {@link Turn}. */
  readonly dueAt: AtMs | null;
  readonly tasks: readonly NewTask[];
  /** Children that the first turn starts. */
  readonly children: readonly NewRun[];
  readonly end: RunEnd | null;
  /** Null: its own id. A successor carries its chain's (R30). */
  readonly chainId: ChainId | null;
  /** Null: it was started from outside. */
  readonly parent: ParentLink | null;
}

/** By what a child hangs on its parent. */
export interface ParentLink {
  readonly runId: RunId;
  /** The parent's `child_started`. */
  readonly command: Seq;
  readonly onParentClose: OnParentClose;
  /** The parent's depth and one; a run from outside has 0 (R29). */
  readonly depth: number;
}

export type CreateVerdict =
  | { readonly kind: "created"; readonly at: AtMs }
  /** The id or the idempotency key is taken. `sameKey`: it was the key. */
  | { readonly kind: "exists"; readonly runId: RunId; readonly sameKey: boolean }
  /** The owner at birth is no longer alive. Nothing was stored. */
  | { readonly kind: "dead_worker" };

export interface RunEnd {
  readonly status: ProgramEnd;
  /** The next run of the chain, unowned or owned by the same worker; with `continued`, and only then. */
  readonly successor: NewRun | null;
  /** Signals that it has sent may not have arrived: somebody must see to that (`unsent`). */
  readonly sends: boolean;
}

/** One run's turn: all of it is stored, or nothing. */
export interface Turn {
  readonly runId: RunId;
  readonly token: FencingToken;
  /** The `seq` of the first new event; with `token`, the fence. */
  readonly nextSeq: Seq;
  /** The mark up to which the inbox was read before this turn was decided. */
  readonly seenMark: Mark;
  /** Ends the run or times out a wait: stored only if the mark is still `seenMark`. */
  readonly decisive: boolean;
  /** The latest due time among the timers and timeouts that fired in it; stored only if the database's clock has reached it. */
  readonly notBefore: AtMs | null;
  /** Without gaps from `nextSeq`. May be empty (a turn that only creates tasks or only acknowledges the mark). */
  readonly events: readonly HistoryEvent[];
  /** The earliest due time among the run's open timers and timeouts after this turn. */
  readonly dueAt: AtMs | null;
  /** Mailbox positions that `signal_received` events of this turn consume. */
  readonly consumedSignals: readonly number[];
  /** Those that this turn took and gave to no wait: they stay visible, with the reason (R22). */
  readonly setAside: readonly { readonly position: number; readonly reason: string }[];
  /** Rows whose outcome this turn records; they are removed. */
  readonly consumedTasks: readonly Seq[];
  /** Rows to create: retries, and activities that must not or cannot start in this process (R13). */
  readonly tasks: readonly NewTask[];
  /** Failed attempts that had no row, for people to see. */
  readonly attempts: readonly FailedAttempt[];
  /** Children that `child_started` events of this turn start: born in this commit, each with its `parent`. */
  readonly children: readonly NewRun[];
  /** Commands of children whose outcome this turn records: they are not reported again. */
  readonly consumedChildren: readonly Seq[];
  /** Set by the turn that records `cancel_requested`: the request is not reported again. */
  readonly consumedCancel: boolean;
  readonly end: RunEnd | null;
}

export type TurnVerdict =
  /** `mark`: the row's mark; if it is not the turn's `seenMark`, the inbox has news. `awaited`: some process waits for the end. */
  | { readonly kind: "committed"; readonly mark: Mark; readonly at: AtMs; readonly awaited: boolean }
  /** Another transaction held the row: send the same turn again. */
  | { readonly kind: "locked" }
  /** The fence has moved, or the run has ended: stop, forget, write nothing. */
  | { readonly kind: "lost" }
  /** Decisive, and the mark has moved: drop the execution, rebuild it, decide again. */
  | { readonly kind: "marked"; readonly mark: Mark }
  /** `notBefore` is still ahead of the database's clock: send it again later. */
  | { readonly kind: "early"; readonly at: AtMs };

export interface MailboxSignal {
  readonly position: number;
  readonly name: string;
  readonly payload: Payload;
  readonly acceptedAt: AtMs;
}

/** A signal that was taken and fitted its contract not: no wait has got it. */
export interface SetAsideSignal extends MailboxSignal {
  /** What its contract found wrong; never the payload itself (R45). */
  readonly reason: string;
}

/** A signal that workflow code has sent. */
export type SentSignal = Pick<
  Extract<RecordedCommand, { kind: "signal_sent" }>,
  "runId" | "name" | "payload" | "deliveryId"
>;

/** Signals that a run has sent before it ended, and whose arrival it has not recorded. */
export interface UnsentSignals {
  readonly runId: RunId;
  readonly signals: readonly SentSignal[];
}

/** What waits for a run, read under its token. `terminated`: the run has ended without its owner. */
export interface Inbox {
  readonly runId: RunId;
  readonly mark: Mark;
  readonly status: RunStatus;
  /** All that nobody has consumed, in order. */
  readonly signals: readonly MailboxSignal[];
  readonly outcomes: readonly TaskOutcome[];
  /** Children whose chain has ended and whose outcome the run has not recorded yet. */
  readonly children: readonly ChildOutcome[];
  /** Asked for and not recorded yet. */
  readonly cancel: { readonly reason: string | null; readonly requestedAt: AtMs } | null;
}

/** How a child's chain ended. */
export interface ChildOutcome {
  readonly command: Seq;
  readonly status: "completed" | "failed" | "cancelled" | "terminated";
  /** The result or the error; null for the other two. */
  readonly payload: Payload | null;
  readonly endedAt: AtMs;
}

export interface ClaimRuns {
  readonly worker: WorkerId;
  readonly versions: readonly VersionRef[];
  /** Current version per workflow name: given to runs that have none yet. */
  readonly current: readonly (VersionRef & { readonly label: string })[];
  readonly limit: number;
}

export interface ClaimedRun {
  readonly runId: RunId;
  readonly chainId: ChainId;
  readonly namespace: string;
  readonly version: VersionRef;
  readonly token: FencingToken;
  readonly history: readonly HistoryEvent[];
  readonly inbox: Inbox;
  /** Commands that have a task row now, whatever its state. */
  readonly rows: readonly Seq[];
  /** Set when it was taken from a worker that died: its id. */
  readonly takenFrom: WorkerId | null;
  /** As at its birth. */
  readonly parent: ParentLink | null;
  /**
   * How many workers have died with it since its last commit (R41). From {@link SUSPECT} on its code may only be touched alone,
   * after `beginTrial`; from {@link CONVICTED} on it may not be touched at all: it is to be blocked.
   */
  readonly deaths: number;
}

/** Deaths beyond this one count only if they happen while the run is on trial. */
export const SUSPECT = 2;
/** Three trials: one death may come from outside at just that moment, and so may, on a bad day, a second one. */
export const CONVICTED = SUSPECT + 3;

export interface Release {
  readonly runId: RunId;
  readonly token: FencingToken;
  readonly seenMark: Mark;
  /** Bodies that still run, each as a row that this worker has claimed already (R13). */
  readonly tasks: readonly NewTask[];
}

export type SignalVerdict =
  /** `repeated`: the delivery id was known; nothing was stored anew. */
  | {
      readonly kind: "accepted";
      readonly position: number;
      readonly owner: WorkerId | null;
      readonly repeated: boolean;
    }
  | { readonly kind: "missing" }
  | { readonly kind: "ended"; readonly status: RunStatus }
  /** The run's version has a closed set, and the name is not in it. */
  | { readonly kind: "undeclared"; readonly declared: readonly string[] };

/** `repeated`: a cancel was asked for before; that one counts. */
export type CancelVerdict =
  | { readonly kind: "requested"; readonly owner: WorkerId | null; readonly repeated: boolean }
  | { readonly kind: "missing" }
  | { readonly kind: "ended"; readonly status: RunStatus };

export type TerminateVerdict =
  | { readonly kind: "terminated"; readonly owner: WorkerId | null }
  | { readonly kind: "missing" }
  | { readonly kind: "ended"; readonly status: RunStatus };

/** Why a run stands still until a person or other code comes (R7). Shown to operators; never a payload. */
export interface Diagnosis {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly seq: Seq | null;
}

/** How a chain ended, as its waiters want it. */
export interface ChainEnd {
  readonly runId: RunId;
  readonly status: Exclude<RunStatus, "live" | "blocked" | "continued">;
  /** The result or the error; null when it was terminated. */
  readonly payload: Payload | null;
}

/** A chain that goes on: under this id its waiters hear of its end, whichever id of it they know. */
export interface OpenChain {
  readonly status: "open";
  readonly chainId: ChainId;
}

/** The writing port. Times in and out are the database's. Rejects with a ContinuumError of 5xxx, never with a driver's error. */
export interface Journal {
  /** `true`: this opener is alone by construction, so everything that was claimed before it is dead already (embedded, memory). */
  readonly exclusive: boolean;
  /** The database's clock now. */
  clock(): Promise<AtMs>;

  enlist(worker: WorkerId, leaseMs: number): Promise<AtMs>;
  /** False: the lease had expired or the worker was declared dead. It must stop and take a new identity. */
  renew(worker: WorkerId, leaseMs: number): Promise<boolean>;
  /** The worker is gone, and says so itself: what it still held can be claimed at once. */
  retire(worker: WorkerId): Promise<void>;

  /** What the versions of a worker take; said before it claims anything. Said again, the last word counts. */
  declare(versions: readonly DeclaredVersion[]): Promise<void>;

  create(runs: readonly NewRun[]): Promise<readonly CreateVerdict[]>;
  /**
   * Due and ready runs, then those of dead workers, whose open activities it turns into rows in the same commit (R13). The death
   * is counted against each that it takes over, unless a body of the run was open in that worker (R41).
   */
  claimRuns(ask: ClaimRuns): Promise<readonly ClaimedRun[]>;
  /** One verdict per turn, in order. */
  commit(turns: readonly Turn[]): Promise<readonly TurnVerdict[]>;
  /** Of runs that the worker owns and whose mark has moved past what the last turn saw; all of `runs` when given. */
  inbox(worker: WorkerId, runs?: readonly RunId[]): Promise<readonly Inbox[]>;
  /** True: released. False: it was lost, or the mark has moved and it stays owned. */
  release(worker: WorkerId, runs: readonly Release[]): Promise<readonly boolean[]>;
  /**
   * A suspect's code is about to be touched, and nothing else in this worker: a death from now on, until its next commit, is its
   * own (R41). False: the fence has moved.
   */
  beginTrial(runId: RunId, token: FencingToken): Promise<boolean>;
  /** Takes the run out of circulation, history untouched. False: the fence has moved. */
  block(runId: RunId, token: FencingToken, diagnosis: Diagnosis): Promise<boolean>;
  /** Puts a blocked run back, with no death counted. False: it was not blocked. */
  resume(runId: RunId): Promise<boolean>;

  /** Due rows by priority and age; before them, rows whose claimer died get their next attempt or their last failure. */
  claimTasks(ask: ClaimTasks): Promise<readonly ClaimedTask[]>;
  finishTask(finish: FinishTask): Promise<FinishVerdict>;

  /** `runId` may be any id of the chain. The name is checked against what the live run's version has declared, if it has. */
  signal(runId: RunId, name: string, payload: Payload, deliveryId: string): Promise<SignalVerdict>;
  /**
   * Records that the chain's live run is to be cancelled, and raises its mark (R33). Pending across continue-as-new.
   */
  cancel(runId: RunId, reason: string | null): Promise<CancelVerdict>;
  /**
   * One level of what ends have set going, one transaction, skipping what others hold: the outcomes of ended child chains
   * raise their parents' marks (R27), and children of ended parents are cancelled, terminated or left alone (R28, R35).
   * Gives the owners to be woken, whether there is more to do now, and whether ended runs may have signals to send (`unsent`).
   */
  carryOn(limit: number): Promise<{
    readonly owners: readonly (readonly [WorkerId, RunId])[];
    readonly more: boolean;
    readonly owing: boolean;
  }>;

  /** Of runs that have ended, what they may not have sent; to be sent, and then `sent`. */
  unsent(limit: number): Promise<readonly UnsentSignals[]>;
  sent(runId: RunId): Promise<void>;

  /** Before the body of a keyed attempt, in a commit of its own (R15). */
  claimKey(claim: KeyClaim): Promise<KeyVerdict>;
  /** After the body and before the run sees the result. False: the key is not this attempt's. */
  settleKey(claim: KeyClaim, result: Payload): Promise<boolean>;
  /** The attempt failed for good or for now: the key is free again. */
  freeKey(claim: KeyClaim): Promise<void>;
  /** Renews an attempt's own heartbeat deadline, and tells it of a cancel (R18). */
  heartbeat(beat: Heartbeat): Promise<HeartbeatVerdict>;

  /** Ends the run at once, removes its rows and raises its token (R35). `reason` is for people. */
  terminate(runId: RunId, reason: string | null): Promise<TerminateVerdict>;

  /** Those of the chains that have ended; the others are registered, so that the ending turn's verdict says `awaited`. Missing ids: not in the answer. */
  ends(chains: readonly RunId[]): Promise<ReadonlyMap<RunId, ChainEnd | OpenChain>>;

  close(): Promise<void>;
}
