/*
 * A run that this worker owns, with its program alive in memory.
 *
 * Owns: what is known of the run since it was claimed: its open commands, its mailbox, results that no turn has recorded.
 * Does not own: when something is decided (run-stepper), what is stored (journal).
 *
 * Invariants:
 *   L1  While `phase` is not "idle" the execution isn't fed (R37): a turn is open, the inbox is being read, or the
 *       program is being rebuilt.
 *   L2  `nextSeq` and `seenMark` are what the journal has; what is decided but not committed stands in the open turn only.
 *   L3  A forgotten run ("gone") is never touched again; bodies that still run for it are told by their signal.
 */
import type { InputEvent, RecordedInput } from "../core/events.js";
import type { Execution, Fault, OpenCommand } from "../core/execution.js";
import type { AtMs, ChainId, FencingToken, Mark, RunId, Seq } from "../core/ids.js";
import type {
  ChildOutcome,
  FailedAttempt,
  Inbox,
  MailboxSignal,
  NewTask,
  ParentLink,
  TaskOutcome,
} from "../journal/port.js";
import type { Definition } from "../versions/version-index.js";
import type { Body } from "./bodies.js";

/** What came of something that was done here, a body or a delivery, and that no turn has recorded yet. */
export interface Result {
  readonly input: Extract<
    InputEvent,
    { kind: "activity_completed" | "activity_failed" | "signal_delivered" | "signal_refused" }
  >;
  readonly arrivedAt: AtMs;
  /** A failed last attempt, for people to see. */
  readonly record: FailedAttempt | null;
}

/** A failed attempt that will be followed by another one, in a row. */
export interface Retry {
  readonly task: NewTask;
  readonly record: FailedAttempt;
}

export interface LiveRun {
  readonly runId: RunId;
  readonly chainId: ChainId;
  readonly namespace: string;
  readonly definition: Definition;
  readonly parent: ParentLink | null;
  readonly token: FencingToken;
  phase: "idle" | "open" | "reading" | "rebuilding" | "gone";
  /** Null: its memory was given back, or its turn was refused; it is rebuilt from history when it is needed. */
  execution: Execution | null;
  /** What blocked the program between two steps: workflow code ran where it must not (R3a). */
  fault: Fault | null;
  /** `run_started`, stored at the run's creation but not applied yet: the run was born without an owner. */
  unapplied: RecordedInput | null;
  nextSeq: Seq;
  seenMark: Mark;
  /** A producer has left a mark (or may have): the inbox must be read. */
  news: boolean;
  /** The journal still shows a mark that was seen here: the next turn is stored even if it is empty. */
  acknowledge: boolean;
  /** Commands without an outcome, in the order of issue. */
  open: Map<Seq, OpenCommand>;
  /** What nobody has consumed, in order. */
  mailbox: readonly MailboxSignal[];
  outcomes: Map<Seq, { readonly outcome: TaskOutcome; readonly arrivedAt: AtMs }>;
  /** Ends of children, in the order in which they are known. */
  children: Map<Seq, ChildOutcome>;
  /** Ends of children that nobody waits for any more: the next turn tells the journal so. */
  unwanted: Set<Seq>;
  /** Asked for, and not given to the program yet. */
  cancel: Inbox["cancel"];
  results: Result[];
  retries: Retry[];
  /** Commands with a task row. */
  rows: Set<Seq>;
  /** Bodies that run here for commands without a row. */
  bodies: Map<Seq, Body>;
  /** Those among them that have sent a heartbeat: the next turn writes their rows (R13). */
  moves: Body[];
  /** Commands whose errands to other runs are under way (`errands.ts`). */
  errands: Set<Seq>;
  /** The children that it has started, in this turn or before: its end concerns them (R28). */
  readonly started: Map<Seq, RunId>;
  /** Size of its stored payloads: a measure for its memory. */
  bytes: number;
  /** Monotonic time of its last turn. */
  usedAtMs: number;
}

/** A run as this worker gets it, before its inbox is taken over. */
export function liveRun(
  facts: Pick<
    LiveRun,
    | "runId"
    | "chainId"
    | "namespace"
    | "definition"
    | "parent"
    | "token"
    | "phase"
    | "execution"
    | "unapplied"
    | "nextSeq"
    | "seenMark"
    | "usedAtMs"
  >,
): LiveRun {
  return {
    ...facts,
    fault: null,
    news: false,
    acknowledge: false,
    open: new Map(),
    mailbox: [],
    outcomes: new Map(),
    children: new Map(),
    unwanted: new Set(),
    cancel: null,
    results: [],
    retries: [],
    rows: new Set(),
    bodies: new Map(),
    moves: [],
    errands: new Set(),
    started: new Map(),
    bytes: 0,
  };
}

/** Takes over what the journal says is waiting for the run. */
export function takeInbox(run: LiveRun, inbox: Inbox, now: AtMs): void {
  run.seenMark = inbox.mark;
  run.mailbox = inbox.signals;
  run.cancel = inbox.cancel;
  for (const child of inbox.children) {
    if (run.open.has(child.command)) run.children.set(child.command, child);
    else run.unwanted.add(child.command);
  }
  for (const outcome of inbox.outcomes) {
    if (run.outcomes.has(outcome.command)) continue;
    run.rows.add(outcome.command);
    run.outcomes.set(outcome.command, { outcome, arrivedAt: now });
  }
}

/** The earliest due time among open timers and timeouts. */
export function earliestDue(open: Iterable<OpenCommand>): AtMs | null {
  let earliest: AtMs | null = null;
  for (const command of open) {
    if (!("dueAt" in command) || command.dueAt === null) continue;
    if (earliest === null || command.dueAt < earliest) earliest = command.dueAt;
  }
  return earliest;
}
