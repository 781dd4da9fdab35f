/*
 * The read-only port: what describe, history, lists, health and the web UI see. It writes nothing and takes no locks.
 */
import type { HistoryEvent } from "../core/events.js";
import type { AtMs, ChainId, RunId, Seq, WorkerId } from "../core/ids.js";
import type {
  Attributes,
  Diagnosis,
  FailedAttempt,
  MailboxSignal,
  RunStatus,
  SetAsideSignal,
} from "./port.js";

export interface RunRow {
  readonly runId: RunId;
  readonly chainId: ChainId;
  readonly namespace: string;
  readonly attributes: Attributes;
  readonly workflow: string;
  /** Null until the first claim, for a run that was not owned at birth. */
  readonly versionLabel: string | null;
  readonly versionHash: string | null;
  readonly status: RunStatus;
  readonly owner: WorkerId | null;
  readonly createdAt: AtMs;
  readonly endedAt: AtMs | null;
  readonly dueAt: AtMs | null;
  readonly diagnosis: Diagnosis | null;
  /** Workers that died with it since its last commit (R41). */
  readonly deaths: number;
  readonly terminateReason: string | null;
}

export interface TaskRow {
  readonly command: Seq;
  readonly activity: string;
  readonly attempt: number;
  readonly dueAt: AtMs;
  readonly queue: string;
  readonly claimedBy: WorkerId | null;
}

/** Another run, as its relatives know it: by its chain's id, with the state of the chain's last run. */
export interface Relative {
  readonly runId: RunId;
  readonly workflow: string;
  readonly status: RunStatus;
}

export interface Family {
  /** Null: it was started from outside. */
  readonly parent: Relative | null;
  /** Those that go on first, then in the order of their births: what this run has started, and what its chain has and goes on. */
  readonly children: readonly Relative[];
  /** There are more than were asked for. */
  readonly more: boolean;
}

export interface JournalReader {
  /** Of any id of a chain: the chain's live run, else its last one. Null: there is no such run. The other verbs are exact. */
  latest(runId: RunId): Promise<RunId | null>;
  /** Null: there is no such run. */
  run(runId: RunId): Promise<RunRow | null>;
  history(runId: RunId): Promise<readonly HistoryEvent[]>;
  tasks(runId: RunId): Promise<readonly TaskRow[]>;
  /** Failed and lost attempts, oldest first. */
  attempts(runId: RunId): Promise<readonly FailedAttempt[]>;
  /** What nobody has consumed, in order. */
  mailbox(runId: RunId): Promise<readonly MailboxSignal[]>;
  /** What fitted its contract not, and was given to no wait, in order. Of the whole chain, as the mailbox is. */
  setAside(runId: RunId): Promise<readonly SetAsideSignal[]>;
  family(runId: RunId, limit: number): Promise<Family>;
}
