/*
 * The activity bodies that run in this process.
 *
 * A body is *inline* when its run is owned here and has no row for it: its outcome is the run's next input. Otherwise it is
 * covered by a *row* that this worker has claimed: its outcome goes to the journal, which marks the run.
 *
 * Invariants:
 *   B1  Each body holds one slot from its reservation to its end.
 *   B2  An inline body becomes a row's body only after the row was stored, with the same attempt (R13); never the reverse.
 *   B3  An outcome is never thrown away because the run moved (R17): while the row is being written it waits.
 */
import type { AtMs, Payload, WorkerId } from "../core/ids.js";
import type { NewTask } from "../journal/port.js";
import type { ActivityFunction } from "./activity-functions.js";
import type { ActivitySlots } from "./activity-slots.js";
import { runAttempt } from "./run-attempt.js";
import type { Attempt, AttemptEnd, AttemptPorts } from "./run-attempt.js";

export interface Body extends Attempt {
  readonly startedAt: AtMs;
  readonly abort: AbortController;
  /** `"moving"`: its row is being written. `"dropped"`: nobody wants its outcome (the run ended, or the lease was lost). */
  covered: "inline" | "moving" | "row" | "dropped";
  /** Set when it has ended. */
  end: AttemptEnd | null;
}

export interface BodyPorts extends Omit<AttemptPorts, "beat"> {
  readonly slots: ActivitySlots;
  /** The body has ended and is still wanted. `covered` says who gets the outcome. */
  ended(body: Body, end: AttemptEnd): void;
  /** A heartbeat of the body's own. */
  beat(body: Body, details: Payload | null): void;
  /** Its row was stored. */
  covered(body: Body): void;
  slotFreed(): void;
}

export class Bodies {
  readonly #ports: BodyPorts;
  readonly #running = new Set<Body>();
  #idle: (() => void)[] = [];

  constructor(ports: BodyPorts) {
    this.#ports = ports;
  }

  get running(): ReadonlySet<Body> {
    return this.#running;
  }

  /** Starts a body in a slot that is reserved already. */
  start(attempt: Attempt, activity: ActivityFunction, covered: "inline" | "row", startedAt: AtMs): Body {
    const body: Body = { ...attempt, startedAt, covered, abort: new AbortController(), end: null };
    this.#running.add(body);
    const beat = (details: Payload | null): void => this.#ports.beat(body, details);
    void runAttempt(attempt, activity, body.abort, { ...this.#ports, beat }).then((end) => {
      this.#running.delete(body);
      this.#ports.slots.giveBack();
      body.end = end;
      if (body.covered === "inline" || body.covered === "row") this.#ports.ended(body, end);
      this.#ports.slotFreed();
      this.#wakeIdle();
    });
    return body;
  }

  /** The row was stored (B2). An outcome that came meanwhile goes its way now. */
  moved(body: Body): void {
    if (body.covered !== "moving") return;
    body.covered = "row";
    this.#ports.covered(body);
    if (body.end !== null) this.#ports.ended(body, body.end);
  }

  /** The row was not stored: the body is its run's again. */
  stayed(body: Body): void {
    if (body.covered !== "moving") return;
    body.covered = "inline";
    if (body.end !== null) this.#ports.ended(body, body.end);
  }

  /** Nobody wants the outcome; the body is told by its signal, and keeps its slot until it ends or its timeout comes. */
  drop(body: Body, reason: string): void {
    if (body.covered === "dropped") return;
    body.covered = "dropped";
    body.abort.abort(new DOMException(reason, "AbortError"));
    this.#wakeIdle();
  }

  /** Resolves when no body runs whose outcome is wanted. */
  whenIdle(): Promise<void> {
    if (!this.#anyWanted()) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #anyWanted(): boolean {
    for (const { covered } of this.#running) if (covered !== "dropped") return true;
    return false;
  }

  #wakeIdle(): void {
    if (this.#idle.length === 0 || this.#anyWanted()) return;
    const waiting = this.#idle;
    this.#idle = [];
    for (const wake of waiting) wake();
  }
}

/** The row that covers a body which runs already: claimed by this worker, with the same attempt (R13). */
export function rowOf(body: Body, worker: WorkerId): NewTask {
  const { runId, command, activity, attempt, policy, payload } = body;
  return { runId, command, activity, attempt, dueAt: body.startedAt, policy, payload, claimedBy: worker };
}
