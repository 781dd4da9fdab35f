/*
 * Starts runs: those that are owned by this worker from birth on, with their first turn in the same commit (R39), and
 * those that anybody may claim.
 *
 * Owns: batches of creations (the next one forms while the last one commits), the first turn.
 * Does not own: ids and checks of what users gave (client).
 *
 * Invariants:
 *   N1  Nothing of a birth acts before `created`. A birth that was refused leaves nothing behind.
 *   N2  A worker that turns out to be dead stores nothing; the run is then born unowned.
 */
import type { AtMs, ChainId, FencingToken, Mark, Payload, RunId, Seq } from "../core/ids.js";
import type { Attributes, CreateVerdict, Journal, NewRun } from "../journal/port.js";
import { journalClosed } from "../errors/journal-errors.js";
import type { Definition } from "../versions/version-index.js";
import { insist, owned } from "./insist.js";
import type { Ports } from "./ports.js";

/** What a starter asks for; everything in it was checked. */
export interface BirthRequest {
  readonly runId: RunId;
  readonly namespace: string;
  /** Null: the starter has not its code. */
  readonly definition: Definition | null;
  readonly workflow: string;
  readonly retentionMs: number | null;
  readonly attributes: Attributes;
  readonly idempotencyKey: string | null;
  readonly input: Payload;
}

/** A first turn that is decided but not stored. */
export interface OwnedBirth {
  readonly run: NewRun;
  /** Called with the final verdict, before the starter hears of it. */
  settle(verdict: CreateVerdict): void;
}

export interface BirthPorts extends Ports {
  readonly journal: Pick<Journal, "create">;
  now(): AtMs;
  stopped(): boolean;
  heard(at: AtMs): void;
  /** Null: no live worker here that could own it now. */
  own(request: BirthRequest, at: AtMs): OwnedBirth | null;
  /** Runs were stored that any worker may claim. */
  unowned(): void;
}

interface Waiting {
  readonly request: BirthRequest;
  resolve(verdict: Exclude<CreateVerdict, { kind: "dead_worker" }>): void;
  reject(error: unknown): void;
}

const RUNS_PER_BATCH = 200;

export class Births {
  readonly #ports: BirthPorts;
  #waiting: Waiting[] = [];
  #busy = false;

  constructor(ports: BirthPorts) {
    this.#ports = ports;
  }

  /** Creates the run; rejects with what the journal refuses. */
  start(request: BirthRequest): Promise<Exclude<CreateVerdict, { kind: "dead_worker" }>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      if (this.#busy) return;
      this.#busy = true;
      owned(this.#drain(), this.#ports.log, "starting runs");
    });
  }

  async #drain(): Promise<void> {
    try {
      await Promise.resolve(); // Starts of the same job share a statement.
      while (this.#waiting.length > 0) await this.#createSome(this.#waiting.splice(0, RUNS_PER_BATCH), true);
    } finally {
      this.#busy = false;
    }
  }

  async #createSome(batch: readonly Waiting[], mayOwn: boolean): Promise<void> {
    const at = this.#ports.now();
    const births = batch.map(({ request }) => (mayOwn ? this.#ports.own(request, at) : null));
    const runs = batch.map(({ request }, i) => births[i]?.run ?? unownedRun(request, at));
    let verdicts: readonly CreateVerdict[] | null;
    try {
      verdicts = await insist(this.#ports, this.#ports.stopped, "starting runs", () =>
        this.#ports.journal.create(runs),
      );
    } catch (error) {
      births.forEach((birth) => birth?.settle({ kind: "dead_worker" }));
      await this.#refused(batch, error);
      return;
    }
    if (verdicts === null) {
      births.forEach((birth) => birth?.settle({ kind: "dead_worker" }));
      for (const { reject } of batch) reject(journalClosed("start a run"));
      return;
    }
    const again: Waiting[] = [];
    let unowned = false;
    batch.forEach((waiting, i) => {
      const verdict = verdicts[i] ?? { kind: "dead_worker" };
      births[i]?.settle(verdict);
      if (verdict.kind === "dead_worker") {
        again.push(waiting);
        return;
      }
      if (verdict.kind === "created") {
        this.#ports.heard(verdict.at);
        unowned ||= births[i] === null;
      }
      waiting.resolve(verdict);
    });
    if (unowned) this.#ports.unowned();
    if (again.length > 0) await this.#createSome(again, false);
  }

  /** A batch that the database refuses is split until the run that causes it stands alone. */
  async #refused(batch: readonly Waiting[], error: unknown): Promise<void> {
    const [only] = batch;
    if (batch.length <= 1) {
      only?.reject(error);
      return;
    }
    const middle = batch.length >> 1;
    await this.#createSome(batch.slice(0, middle), true);
    await this.#createSome(batch.slice(middle), true);
  }
}

function unownedRun(request: BirthRequest, at: AtMs): NewRun {
  return {
    runId: request.runId,
    namespace: request.namespace,
    version: null,
    workflow: request.workflow,
    idempotencyKey: request.idempotencyKey,
    retentionMs: request.retentionMs,
    attributes: request.attributes,
    owner: null,
    events: [{ kind: "run_started", seq: 0 as Seq, at, payload: request.input }],
    dueAt: null,
    tasks: [],
    children: [],
    end: null,
    chainId: null,
    parent: null,
  };
}

/** What a run is called and fenced by from its birth in its owner's hands. */
export const BORN = { token: 1 as FencingToken, mark: 0 as Mark } as const;

export function chainOf(runId: RunId): ChainId {
  return runId as string as ChainId;
}
