/*
 * A worker of this process: incarnations one after another, each with its lease.
 *
 * Invariants:
 *   W1  At most one incarnation is alive. A lost lease stops it at once; the next one has a new identity (R36).
 *   W2  After `drain` or `close` no new one begins.
 */
import type { AtMs, RunId, WorkerId } from "../core/ids.js";
import type { BirthRequest, OwnedBirth } from "./births.js";
import type { Definition } from "../versions/version-index.js";
import { Incarnation } from "./incarnation.js";
import { insist, owned } from "./insist.js";
import type { Lease, LeasePorts } from "./leases.js";
import type { WorkerPorts } from "./worker-ports.js";

export interface WorkerParts extends WorkerPorts {
  lease(ports: LeasePorts): Lease;
}

/** An embedded journal's lease outlives every stall: nobody else can take over while this process has the database. */
const EXCLUSIVE_LEASE_MS = 24 * 60 * 60 * 1000;

export class Worker {
  readonly #parts: WorkerParts;
  #current: Incarnation | null = null;
  #lease: Lease | null = null;
  #state: "running" | "draining" | "closed" = "running";
  #drained: Promise<void> | null = null;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
  }

  /** Resolves when it is enlisted. */
  async begin(): Promise<void> {
    const { journal, settings, randomness, clock, versions } = this.#parts;
    const id = `worker-${randomness.id()}` as WorkerId;
    const leaseMs = journal.exclusive ? EXCLUSIVE_LEASE_MS : settings.leaseMs;
    const stopped = (): boolean => this.#state !== "running";
    const lost = (): void => {
      if (this.#current?.id === id) this.#lost(this.#current);
    };
    const lease = this.#parts.lease({ ...this.#parts, worker: id, leaseMs, lost });
    // Its start-up must not eat the lease.
    await lease.ready;
    // Before it can own anything: whoever sends to what it owns finds what that takes (R22).
    await insist(this.#parts, stopped, "declaring versions", () => journal.declare(versions.all));
    const at = await insist(this.#parts, stopped, "enlisting a worker", () => journal.enlist(id, leaseMs));
    if (at === null) {
      await lease.stop();
      return;
    }
    lease.begin();
    clock.heard(at);
    this.#current = new Incarnation(id, this.#parts);
    this.#lease = lease;
    this.#current.begin();
  }

  get id(): WorkerId | null {
    return this.#current?.id ?? null;
  }

  get ready(): boolean {
    return this.#state === "running" && this.#current !== null;
  }

  own(request: BirthRequest, definition: Definition, at: AtMs): OwnedBirth | null {
    return this.ready ? (this.#current?.own(request, definition, at) ?? null) : null;
  }

  /** Whether this worker has the run now. */
  owns(runId: RunId): boolean {
    return this.#current?.owns(runId) ?? false;
  }

  /** A run of `owner` has news: if that is this worker, it reads them at once. */
  news(owner: WorkerId, runId: RunId): void {
    if (this.#current?.id === owner) this.#current.news(runId);
  }

  /** Something can be claimed. */
  look(): void {
    if (this.ready) this.#current?.look();
  }

  /** Idempotent; a second call waits for the first. */
  drain(timeoutMs: number): Promise<void> {
    this.#drained ??= this.#drain(timeoutMs);
    return this.#drained;
  }

  async #drain(timeoutMs: number): Promise<void> {
    if (this.#state === "closed") return;
    this.#state = "draining";
    const { journal, wakeUps } = this.#parts;
    const current = this.#current;
    if (current === null) return;
    await current.drain(timeoutMs);
    current.stop("the worker is drained");
    await this.#lease?.stop();
    await insist(
      this.#parts,
      () => this.#state === "closed",
      "retiring a worker",
      () => journal.retire(current.id),
    );
    wakeUps.publish([{ kind: "work" }]);
  }

  /** Stops at once, as a crash would: what it owned waits for its lease to expire. */
  async close(): Promise<void> {
    this.#state = "closed";
    this.#current?.stop("the worker is closed");
    this.#current = null;
    await this.#lease?.stop();
  }

  #lost(incarnation: Incarnation): void {
    if (this.#current !== incarnation || this.#state === "closed") return;
    const { log, notices } = this.#parts;
    log.error(
      "CTM6206: this worker's lease was lost; it stops what it was doing and goes on under a new identity",
      {
        worker: incarnation.id,
      },
    );
    notices.say({ kind: "lease_lost", worker: incarnation.id });
    incarnation.stop("the worker lost its lease");
    this.#current = null;
    owned(this.#lease?.stop() ?? Promise.resolve(), log, "stopping a lost lease");
    if (this.#state === "running") owned(this.begin(), log, "enlisting again after a lost lease");
  }
}
