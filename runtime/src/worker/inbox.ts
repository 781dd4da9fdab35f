/*
 * Reads what producers have left for owned runs: signals, outcomes of rows, an end from outside.
 *
 * Owns: reads in batches, one at a time; the poll that needs no hint (R38).
 * Does not own: what a run does with it (stepper).
 *
 * Invariants:
 *   I1  While a run's inbox is read its execution isn't fed, so what is read cannot contain what a turn under way consumes.
 *   I2  A hint that comes during a read asks for another one: that read may have looked before the mark was left.
 */
import type { Inbox, Journal } from "../journal/port.js";
import type { RunId, WorkerId } from "../core/ids.js";
import type { DatabaseClock } from "./database-clock.js";
import { insist, owned } from "./insist.js";
import { takeInbox } from "./live-run.js";
import type { LiveRun } from "./live-run.js";
import type { LiveRuns } from "./live-runs.js";
import type { Ports } from "./ports.js";

export interface InboxPorts extends Ports {
  readonly worker: WorkerId;
  readonly journal: Pick<Journal, "inbox">;
  readonly clock: DatabaseClock;
  readonly live: LiveRuns;
  stopped(): boolean;
  consider(run: LiveRun): void;
  lose(run: LiveRun, why: string): void;
}

export class InboxReader {
  readonly #ports: InboxPorts;
  #asked = new Set<LiveRun>();
  #reading = false;
  #polling = false;
  #pollAgain = false;

  constructor(ports: InboxPorts) {
    this.#ports = ports;
  }

  /** Reads the run's inbox, with those of others that ask meanwhile. The run must be idle. */
  read(run: LiveRun): void {
    run.phase = "reading";
    this.#asked.add(run);
    if (this.#reading) return;
    this.#reading = true;
    owned(this.#drain(), this.#ports.log, "reading inboxes");
  }

  /** Something may have been left for the run: a hint, true or not. */
  hint(runId: RunId): void {
    const run = this.#ports.live.find(runId);
    if (run === null) {
      // Perhaps the id of an earlier run of a chain whose live run is here.
      this.#pollAgain = this.#polling;
      this.poll();
      return;
    }
    run.news = true;
    this.#ports.consider(run);
  }

  /** Finds marks that no hint told of, and lets the journal know of those that were seen here already. */
  poll(): void {
    if (this.#polling || this.#ports.live.size === 0) return;
    this.#polling = true;
    owned(this.#poll(), this.#ports.log, "polling inboxes");
  }

  async #drain(): Promise<void> {
    try {
      await Promise.resolve(); // What asks in the same job joins the same statement.
      while (this.#asked.size > 0 && !this.#ports.stopped()) {
        const runs = [...this.#asked].filter(({ phase }) => phase === "reading");
        this.#asked = new Set();
        for (const run of runs) run.news = false;
        await this.#readAll(runs);
      }
    } finally {
      this.#reading = false;
    }
  }

  async #readAll(runs: readonly LiveRun[]): Promise<void> {
    if (runs.length === 0) return;
    const { journal, worker, stopped } = this.#ports;
    const ids = runs.map(({ runId }) => runId);
    const inboxes = await insist(this.#ports, stopped, "reading inboxes", () => journal.inbox(worker, ids));
    if (inboxes === null) return;
    const byId = new Map(inboxes.map((inbox) => [inbox.runId, inbox]));
    for (const run of runs) this.#answer(run, byId.get(run.runId) ?? null);
  }

  #answer(run: LiveRun, inbox: Inbox | null): void {
    if (run.phase !== "reading") return;
    if (inbox === null) {
      this.#ports.lose(run, "another worker owns the run");
      return;
    }
    if (inbox.status !== "live") {
      this.#ports.lose(run, `the run is ${inbox.status}`);
      return;
    }
    takeInbox(run, inbox, this.#ports.clock.now());
    run.phase = "idle";
    this.#ports.consider(run);
  }

  async #poll(): Promise<void> {
    try {
      const { journal, worker, stopped, live } = this.#ports;
      const inboxes = await insist(this.#ports, stopped, "polling inboxes", () => journal.inbox(worker));
      for (const inbox of inboxes ?? []) {
        const run = live.get(inbox.runId);
        if (run === null) continue;
        if (inbox.mark > run.seenMark) run.news = true;
        else run.acknowledge = true;
        this.#ports.consider(run);
      }
    } finally {
      this.#polling = false;
      if (this.#pollAgain && !this.#ports.stopped()) {
        this.#pollAgain = false;
        this.poll();
      }
    }
  }
}
