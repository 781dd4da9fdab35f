/*
 * Waits for the ends of runs: one query per process for all that are awaited, when a hint comes, else by a slow poll (R38).
 *
 * Invariants:
 *   A1  What is told here was stored: an end comes from the journal, or from a worker of this process after its commit.
 *   A2  A hint that comes while a query is under way causes another one.
 */
import type { ChainId, RunId } from "../core/ids.js";
import { clientClosed, resultTimeout, runMissing } from "../errors/client-errors.js";
import type { ChainEnd, Journal } from "../journal/port.js";
import { insist } from "../worker/insist.js";
import { Look } from "../worker/look.js";
import type { Cancel, Ports } from "../worker/ports.js";

interface Waiter {
  resolve(end: ChainEnd): void;
  reject(error: Error): void;
}

export interface EndPorts extends Ports {
  readonly journal: Pick<Journal, "ends">;
  readonly pollMs: number;
}

export class EndWaiters {
  readonly #ports: EndPorts;
  readonly #waiters = new Map<RunId, Set<Waiter>>();
  readonly #look: Look;
  #toAsk = new Set<RunId>();
  #cancelPoll: Cancel | null = null;
  #closed = false;

  constructor(ports: EndPorts) {
    this.#ports = ports;
    this.#look = new Look(
      "asking for ends",
      () => this.#ask(),
      () => this.#closed,
      ports.log,
    );
  }

  /** `local`: a worker of this process owns the run and will tell; the journal is asked only if it does not for a while. */
  wait(runId: RunId, timeoutMs: number | null, local: boolean): Promise<ChainEnd> {
    if (this.#closed) return Promise.reject(clientClosed("await a result"));
    return new Promise((resolve, reject) => {
      const cancelTimeout =
        timeoutMs === null
          ? (): void => undefined
          : this.#ports.time.after(timeoutMs, () => {
              this.#leave(waiter);
              reject(resultTimeout(runId, timeoutMs));
            });
      const waiter: Waiter = {
        resolve: (end) => {
          cancelTimeout();
          resolve(end);
        },
        reject: (error) => {
          cancelTimeout();
          reject(error);
        },
      };
      const waiters = this.#waiters.get(runId) ?? new Set();
      this.#waiters.set(runId, waiters.add(waiter));
      if (!local) this.hint(runId);
      this.#armPoll();
    });
  }

  /** A run has ended, and that is stored. */
  ended(runId: RunId, end: ChainEnd): void {
    const waiters = this.#waiters.get(runId);
    if (waiters === undefined) return;
    this.#waiters.delete(runId);
    for (const waiter of waiters) waiter.resolve(end);
  }

  /** A chain has ended, and that is stored: told to those who know it by its own id or by its last run's. */
  chainEnded(chainId: ChainId, end: ChainEnd): void {
    this.ended(end.runId, end);
    this.ended(chainId as string as RunId, end);
  }

  /** Who waits for this run waits for its chain from now on. `here`: a worker of this process will tell. */
  continued(runId: RunId, chainId: ChainId, here: boolean): void {
    const chain = chainId as string as RunId;
    const moving = this.#waiters.get(runId);
    if (moving !== undefined && runId !== chain) {
      this.#waiters.delete(runId);
      this.#waiters.set(chain, new Set([...(this.#waiters.get(chain) ?? []), ...moving]));
    }
    if (!here) this.hint(chain);
  }

  /** It may have ended. */
  hint(runId: RunId): void {
    if (!this.#waiters.has(runId)) return;
    this.#toAsk.add(runId);
    queueMicrotask(() => this.#look.ask()); // What is awaited in the same job shares the query.
  }

  close(): void {
    this.#closed = true;
    this.#cancelPoll?.();
    for (const waiters of this.#waiters.values())
      for (const waiter of waiters) waiter.reject(clientClosed("await a result"));
    this.#waiters.clear();
  }

  #leave(waiter: Waiter): void {
    for (const [runId, waiters] of this.#waiters)
      if (waiters.delete(waiter) && waiters.size === 0) this.#waiters.delete(runId);
  }

  #armPoll(): void {
    if (this.#cancelPoll !== null || this.#closed) return;
    this.#cancelPoll = this.#ports.time.after(this.#ports.pollMs, () => {
      this.#cancelPoll = null;
      if (this.#waiters.size === 0) return;
      for (const runId of this.#waiters.keys()) this.#toAsk.add(runId);
      this.#look.ask();
      this.#armPoll();
    });
  }

  async #ask(): Promise<boolean> {
    const asked = [...this.#toAsk].filter((runId) => this.#waiters.has(runId));
    this.#toAsk = new Set();
    if (asked.length === 0) return false;
    const { journal } = this.#ports;
    const ends = await insist(
      this.#ports,
      () => this.#closed,
      "asking for ends",
      () => journal.ends(asked),
    );
    if (ends === null) return false;
    for (const runId of asked) {
      const end = ends.get(runId);
      if (end === undefined) this.#missing(runId);
      else if (end.status !== "open") this.ended(runId, end);
      else this.#waitForChain(runId, end.chainId);
    }
    return this.#toAsk.size > 0;
  }

  /** Its end will be told by the chain's id. That may have happened while this was asked: so it is asked once more. */
  #waitForChain(runId: RunId, chainId: ChainId): void {
    if (runId !== (chainId as string as RunId)) this.continued(runId, chainId, false);
  }

  #missing(runId: RunId): void {
    const waiters = this.#waiters.get(runId) ?? [];
    this.#waiters.delete(runId);
    for (const waiter of waiters) waiter.reject(runMissing(runId));
  }
}
