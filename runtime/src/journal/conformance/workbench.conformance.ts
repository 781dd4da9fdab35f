/*
 * What the suite's tests are made of: runs, turns, tasks and workers with all their fields filled in.
 */
import { randomUUID } from "node:crypto";
import type { ActivityPolicy, HistoryEvent } from "../../core/events.js";
import type { AtMs, ChainId, FencingToken, Mark, Payload, RunId, Seq, WorkerId } from "../../core/ids.js";
import { emptyTurn } from "../fixtures/empty-turn.js";
import type { ClaimedRun, Journal, NewRun, NewTask, ParentLink, RunEnd, Turn, TurnVerdict } from "../port.js";
import type { JournalReader } from "../reader.js";

/** A journal that nobody else uses. `close` ends it and whatever stands behind it. */
export interface Subject {
  readonly journal: Journal;
  readonly reader: JournalReader;
  readonly close: () => Promise<void>;
}

export const VERSION = { workflow: "order", hash: "a".repeat(64), label: "1" } as const;
export const NEXT_VERSION = { workflow: "order", hash: "b".repeat(64), label: "2" } as const;

export const payload = (text: string): Payload => JSON.stringify(text) as Payload;
export const runId = (): RunId => `run-${randomUUID()}` as RunId;
export const seq = (n: number): Seq => n as Seq;
export const mark = (n: number): Mark => n as Mark;
export const token = (n: number): FencingToken => n as FencingToken;
export const ms = (n: number): AtMs => Math.floor(n) as AtMs;

export const policy = (
  overrides: Partial<ActivityPolicy> & { readonly maxAttempts?: number; readonly pauseMs?: number } = {},
): ActivityPolicy => {
  const { maxAttempts = 3, pauseMs = 0, ...rest } = overrides;
  return {
    retry: {
      maxAttempts,
      backoff: "constant",
      initialMs: pauseMs,
      jitterMs: 0,
      maxBackoffMs: 60_000,
      horizonMs: null,
      nonRetryable: [],
    },
    timeoutMs: 30_000,
    heartbeatTimeoutMs: null,
    idempotencyKey: null,
    queue: "default",
    priority: 0,
    ...rest,
  };
};

export const started: HistoryEvent = {
  kind: "run_started",
  seq: seq(0),
  at: ms(0),
  payload: payload("input"),
};

export const scheduled = (
  at: number,
  of: Partial<ActivityPolicy> & { readonly maxAttempts?: number; readonly pauseMs?: number } = {},
): HistoryEvent => ({
  kind: "activity_scheduled",
  seq: seq(at),
  at: ms(0),
  site: "order/charge#0",
  activity: "payments.charge",
  policy: policy(of),
  compensates: null,
  payload: payload("arguments"),
});

export const completed = (at: number, command: number, attempt = 1): HistoryEvent => ({
  kind: "activity_completed",
  seq: seq(at),
  at: ms(0),
  command: seq(command),
  attempt,
  payload: payload("result"),
});

export const ended = (at: number): HistoryEvent => ({
  kind: "run_completed",
  seq: seq(at),
  at: ms(0),
  payload: payload("output"),
});

export const continuedAs = (at: number, successor: RunId): HistoryEvent => ({
  kind: "run_continued",
  seq: seq(at),
  at: ms(0),
  site: "order/continue#0",
  successor,
  payload: payload("input"),
});

/** Its delivery id is `d` and its place. */
export const sentSignal = (at: number, to: RunId): HistoryEvent => ({
  kind: "signal_sent",
  seq: seq(at),
  at: ms(0),
  site: "order/send#0",
  runId: to,
  name: "s",
  deliveryId: `d${at}`,
  payload: payload("sent"),
});

export const childStarted = (at: number, childId: RunId): HistoryEvent => ({
  kind: "child_started",
  seq: seq(at),
  at: ms(0),
  site: "order/child#0",
  workflow: "order",
  childId,
  onParentClose: "cancel",
  payload: payload("input"),
});

export const failed = (at: number): HistoryEvent => ({
  kind: "run_failed",
  seq: seq(at),
  at: ms(0),
  payload: payload("why"),
});

/** As in a run or turn; an end without a successor has none. */
type Overrides<T extends { readonly end: RunEnd | null }> = Partial<Omit<T, "end">> & {
  readonly end?: (Pick<RunEnd, "status"> & Partial<RunEnd>) | null;
};

const endOf = (end: Overrides<Turn>["end"]): RunEnd | null =>
  end === undefined || end === null ? null : { successor: null, sends: false, ...end };

/** One opened journal and the verbs that most tests begin with. */
export class Workbench {
  readonly journal: Journal;
  readonly reader: JournalReader;

  constructor(subject: Subject) {
    this.journal = subject.journal;
    this.reader = subject.reader;
  }

  async worker(leaseMs = 60_000): Promise<WorkerId> {
    const worker = `worker-${randomUUID()}` as WorkerId;
    await this.journal.enlist(worker, leaseMs);
    return worker;
  }

  /** A worker that was declared dead by its own word. */
  async dead(): Promise<WorkerId> {
    const worker = await this.worker();
    await this.journal.retire(worker);
    return worker;
  }

  newRun(overrides: Overrides<NewRun> = {}): NewRun {
    return {
      runId: runId(),
      namespace: "default",
      version: overrides.owner === undefined || overrides.owner === null ? null : VERSION,
      workflow: "order",
      idempotencyKey: null,
      retentionMs: null,
      owner: null,
      events: [started],
      dueAt: null,
      tasks: [],
      children: [],
      chainId: null,
      parent: null,
      ...overrides,
      end: endOf(overrides.end),
    };
  }

  /** A run that `owner` owns from birth, with token 1. */
  async born(owner: WorkerId, overrides: Overrides<NewRun> = {}): Promise<RunId> {
    const run = this.newRun({ owner, ...overrides });
    const [verdict] = await this.journal.create([run]);
    if (verdict?.kind !== "created") throw new Error(`not created but ${JSON.stringify(verdict)}`);
    return run.runId;
  }

  /** A run that nobody owns, ready to be claimed. */
  async waiting(overrides: Overrides<NewRun> = {}): Promise<RunId> {
    const run = this.newRun(overrides);
    await this.journal.create([run]);
    return run.runId;
  }

  /** A child of `parent`, by its command; unowned unless `overrides` say otherwise. */
  child(parent: RunId, command: number, overrides: Overrides<NewRun> & Partial<ParentLink> = {}): NewRun {
    const { onParentClose = "cancel", depth = 1, ...rest } = overrides;
    return this.newRun({ parent: { runId: parent, command: seq(command), onParentClose, depth }, ...rest });
  }

  /** The next run of a chain. */
  successor(chain: RunId, overrides: Overrides<NewRun> = {}): NewRun {
    return this.newRun({ chainId: chain as string as ChainId, ...overrides });
  }

  /** Continues `of`, and gives the id of what follows. */
  async continued(of: RunId, overrides: Overrides<Turn> = {}, next: Overrides<NewRun> = {}): Promise<RunId> {
    const chain = (await this.reader.run(of))!.chainId as string as RunId;
    const successor = this.successor(chain, next);
    const at = overrides.nextSeq ?? seq(1);
    const verdict = await this.commit(of, {
      decisive: true,
      events: [continuedAs(at, successor.runId)],
      ...overrides,
      end: { status: "continued", successor },
    });
    if (verdict.kind !== "committed") throw new Error(`not continued but ${verdict.kind}`);
    return successor.runId;
  }

  /** Goes on until there is nothing left to carry on, and gives the owners to be woken. */
  async carryOn(limit = 100) {
    const owners = [];
    for (let calls = 0; calls < 100; calls++) {
      const { owners: some, more } = await this.journal.carryOn(limit);
      owners.push(...some);
      if (!more) return owners;
    }
    throw new Error("there is always more to carry on");
  }

  async claim(worker: WorkerId, limit = 100): Promise<readonly ClaimedRun[]> {
    return this.journal.claimRuns({ worker, versions: [VERSION], current: [VERSION], limit });
  }

  async claimOne(worker: WorkerId): Promise<ClaimedRun> {
    const [run, ...others] = await this.claim(worker);
    if (run === undefined || others.length > 0)
      throw new Error(`claimed ${others.length + (run === undefined ? 0 : 1)} runs`);
    return run;
  }

  turn(of: RunId, overrides: Overrides<Turn> = {}): Turn {
    return { ...emptyTurn(of), ...overrides, end: endOf(overrides.end) };
  }

  async commit(of: RunId, overrides: Overrides<Turn> = {}): Promise<TurnVerdict> {
    const [verdict] = await this.journal.commit([this.turn(of, overrides)]);
    return verdict!;
  }

  task(of: RunId, overrides: Partial<NewTask> = {}): NewTask {
    return {
      runId: of,
      command: seq(1),
      activity: "payments.charge",
      attempt: 1,
      dueAt: ms(0),
      policy: policy(),
      payload: payload("arguments"),
      claimedBy: null,
      ...overrides,
    };
  }

  /** An owned run with one scheduled activity, which stands as a row that can be claimed. */
  async withRow(owner: WorkerId, overrides: Partial<NewTask> = {}): Promise<RunId> {
    const run = await this.born(owner);
    const task = this.task(run, overrides);
    const verdict = await this.commit(run, { events: [scheduled(1)], tasks: [task] });
    if (verdict.kind !== "committed") throw new Error(verdict.kind);
    return run;
  }

  async tasks(worker: WorkerId, limit = 100) {
    return this.journal.claimTasks({ worker, activities: ["payments.charge"], queues: ["default"], limit });
  }
}

/** Asks until `ask` gives something; a condition with a deadline, since the database's clock cannot be turned by hand. */
export async function until<T>(ask: () => Promise<T | undefined | false>, deadlineMs = 30_000): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error("the condition was not met in time");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
