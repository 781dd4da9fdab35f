/*
 * Tells bodies that are covered by rows when their run was cancelled or has ended without them: nobody else would, since their
 * run may be owned by another worker or by none. Bodies that send heartbeats hear of it by those.
 */
import type { RunId, WorkerId } from "../core/ids.js";
import type { Journal } from "../journal/port.js";
import type { Bodies } from "./bodies.js";
import type { Heartbeats } from "./heartbeats.js";
import { insist } from "./insist.js";
import { Look } from "./look.js";
import type { Ports } from "./ports.js";

export interface RowBodyPorts extends Ports {
  readonly worker: WorkerId;
  readonly journal: Pick<Journal, "inbox">;
  readonly bodies: Bodies;
  readonly heartbeats: Pick<Heartbeats, "check">;
  stopped(): boolean;
}

/** One in so many checks asks for every claim: a statement each. */
const CLAIM_CHECKS = 10;

export class RowBodies {
  readonly #ports: RowBodyPorts;
  readonly #look: Look;
  #hinted = new Set<RunId>();
  #checks = 0;

  constructor(ports: RowBodyPorts) {
    this.#ports = ports;
    this.#look = new Look("looking for ended runs", () => this.#check(), ports.stopped, ports.log);
  }

  /** Looks after all of them; costs nothing where there are none. */
  check(): void {
    if (this.#runs().length > 0) this.#look.ask();
  }

  /** A run is said to have ended or to have been cancelled. The journal is asked: a hint may be wrong. */
  hint(runId: RunId): void {
    if (!this.#runs().includes(runId)) return;
    this.#hinted.add(runId);
    this.#look.ask();
  }

  #runs(): RunId[] {
    const runs = new Set<RunId>();
    for (const { covered, runId } of this.#ports.bodies.running) if (covered === "row") runs.add(runId);
    return [...runs];
  }

  async #check(): Promise<boolean> {
    const { journal, worker, stopped, bodies } = this.#ports;
    const asked = this.#runs();
    if (asked.length === 0) return false;
    const inboxes = await insist(this.#ports, stopped, "looking for ended runs", () =>
      journal.inbox(worker, asked),
    );
    const ended = new Set<RunId>();
    for (const { runId, status } of inboxes ?? [])
      if (status !== "live" && status !== "blocked") ended.add(runId);
    for (const body of bodies.running) {
      if (body.covered === "row" && ended.has(body.runId)) bodies.drop(body, "the run has ended");
    }
    await this.#checkClaims();
    return false;
  }

  /** Whether rows still stand for bodies whose run lives: at once for hinted runs, now and then for the others. */
  async #checkClaims(): Promise<void> {
    const hinted = this.#hinted;
    this.#hinted = new Set();
    const all = this.#checks++ % CLAIM_CHECKS === 0;
    const silent = [...this.#ports.bodies.running].filter(
      ({ covered, policy, runId }) =>
        covered === "row" && policy.heartbeatTimeoutMs === null && (all || hinted.has(runId)),
    );
    await Promise.all(silent.map((body) => this.#ports.heartbeats.check(body)));
  }
}
