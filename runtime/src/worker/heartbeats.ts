/*
 * Sends what bodies say of themselves while they run (R18): renews the attempt's claim, keeps the details for the next
 * attempt, and hears of a cancellation.
 *
 * Invariants:
 *   H1  One heartbeat of a body is under way at a time; of those that come meanwhile the latest details go next.
 *   H2  The first heartbeat of a body without a row asks for one; it goes out when the row is stored (R13).
 *   H3  An outage of the database does not stop them. An attempt that has lost its claim is told by its signal.
 */
import type { Payload, WorkerId } from "../core/ids.js";
import type { Journal } from "../journal/port.js";
import type { Bodies, Body } from "./bodies.js";
import { insist, owned } from "./insist.js";
import type { Ports } from "./ports.js";

export interface HeartbeatPorts extends Ports {
  readonly worker: WorkerId;
  readonly journal: Pick<Journal, "heartbeat">;
  readonly bodies: Pick<Bodies, "drop">;
  stopped(): boolean;
  /** The body needs a row: the next turn of its run writes it. */
  wantRow(body: Body): void;
}

export class Heartbeats {
  readonly #ports: HeartbeatPorts;
  readonly #pending = new Map<Body, Payload | null>();
  readonly #sending = new Map<Body, Promise<void>>();

  constructor(ports: HeartbeatPorts) {
    this.#ports = ports;
  }

  beat(body: Body, details: Payload | null): void {
    if (body.covered === "dropped" || body.end !== null) return;
    this.#pending.set(body, details ?? this.#pending.get(body) ?? null);
    if (body.covered === "inline") this.#ports.wantRow(body);
    else this.flush(body);
  }

  /** Sends what waits, if the body has a row now. */
  flush(body: Body): void {
    if (body.covered !== "row" || this.#sending.has(body) || !this.#pending.has(body)) return;
    const sending = this.#send(body).finally(() => this.#sending.delete(body));
    this.#sending.set(body, sending);
    owned(sending, this.#ports.log, `a heartbeat of activity ${body.activity}`);
  }

  /** Its attempt has failed: the last details must be there before the next attempt can begin. */
  async last(body: Body): Promise<void> {
    this.flush(body);
    await this.#sending.get(body)?.catch(() => undefined);
    this.#pending.delete(body);
  }

  forget(body: Body): void {
    this.#pending.delete(body);
  }

  /** Whether a claim still stands, asked for a body that sends none itself. */
  async check(body: Body): Promise<void> {
    await this.#one(body, null);
  }

  async #send(body: Body): Promise<void> {
    while (body.covered === "row" && !this.#ports.stopped()) {
      const details = this.#pending.get(body);
      if (details === undefined) return;
      this.#pending.delete(body);
      if (!(await this.#one(body, details))) return;
    }
  }

  async #one(body: Body, details: Payload | null): Promise<boolean> {
    const { journal, worker, stopped, bodies } = this.#ports;
    const { runId, command, attempt } = body;
    const verdict = await insist(this.#ports, stopped, "a heartbeat", () =>
      journal.heartbeat({ worker, runId, command, attempt, details }),
    );
    if (verdict === null) return false;
    if (verdict.kind === "lost") {
      // When the body has ended meanwhile, its outcome is on its way and removes the row itself.
      if (body.end === null)
        bodies.drop(
          body,
          "the attempt's claim is lost: its run was cancelled, has ended, or gave it to another",
        );
      return false;
    }
    if (verdict.cancelled && !body.abort.signal.aborted)
      body.abort.abort(new DOMException("the run is being cancelled", "AbortError"));
    return true;
  }
}
