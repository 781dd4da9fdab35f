/*
 * Carries on what ends have set going: outcomes of children to their parents, the policy for children of parents that have
 * ended (R27, R28, R35), and signals that a run has sent and whose arrival it has not lived to record. One level per transaction, until
 * there is no more; asked for after ends, and by a slow sweep.
 */
import type { RunId, WorkerId } from "../core/ids.js";
import type { Journal, UnsentSignals } from "../journal/port.js";
import { deliverSignal } from "./deliver-signal.js";
import { insist, reasonOf } from "./insist.js";
import { Look } from "./look.js";
import type { Ports } from "./ports.js";

export interface CarryOnPorts extends Ports {
  readonly journal: Pick<Journal, "carryOn" | "unsent" | "sent" | "signal">;
  stopped(): boolean;
  /** A run has news: its owner is told, or, for null, whoever may claim it. */
  tell(runId: RunId, owner: WorkerId | null): void;
  /** Runs without an owner may have become ready. */
  work(): void;
}

const LEVEL = 500;
const DEBTS = 50;

export class CarryOn {
  readonly #ports: CarryOnPorts;
  readonly #look: Look;
  #unowned = false;

  constructor(ports: CarryOnPorts) {
    this.#ports = ports;
    this.#look = new Look(
      "carrying on what ends have set going",
      () => this.#once(),
      ports.stopped,
      ports.log,
    );
  }

  /** `unowned`: it concerns runs that nobody may own now. */
  ask(unowned: boolean): void {
    this.#unowned ||= unowned;
    this.#look.ask();
  }

  async #once(): Promise<boolean> {
    const { journal, stopped, tell, work } = this.#ports;
    const answer = await insist(this.#ports, stopped, "carrying on", () => journal.carryOn(LEVEL));
    if (answer === null) return false;
    for (const [worker, runId] of answer.owners) tell(runId, worker);
    const paid = answer.owing ? await this.#payDebts() : 0;
    if (answer.more || paid === DEBTS) return true;
    if (this.#unowned) {
      this.#unowned = false;
      work();
    }
    return false;
  }

  /** Gives how many were looked at. Others may be at the same ones: what is sent twice is one signal. */
  async #payDebts(): Promise<number> {
    const { journal, stopped } = this.#ports;
    const debts = await insist(this.#ports, stopped, "looking for unsent signals", () =>
      journal.unsent(DEBTS),
    );
    if (debts === null) return 0;
    await Promise.all(debts.map((debt) => this.#pay(debt)));
    return debts.length;
  }

  async #pay({ runId, signals }: UnsentSignals): Promise<void> {
    const { journal, stopped, log } = this.#ports;
    for (const signal of signals) {
      const delivery = await deliverSignal(signal, this.#ports);
      if (delivery === "stopped") return;
      // Its sender is over: nobody else hears of it.
      if (delivery !== "accepted")
        log.warn("a signal of a run that has ended was refused", {
          runId,
          receiver: signal.runId,
          reason: reasonOf(delivery.refused),
        });
    }
    await insist(this.#ports, stopped, "settling sent signals", () => journal.sent(runId));
  }
}
