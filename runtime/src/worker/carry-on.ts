/*
 * Carries on what ends have set going: outcomes of children to their parents, and the policy for children of parents that
 * have ended (R27, R28, R35). One level per transaction, until there is no more; asked for after ends, and by a slow sweep.
 */
import type { RunId, WorkerId } from "../core/ids.js";
import type { Journal } from "../journal/port.js";
import { insist } from "./insist.js";
import { Look } from "./look.js";
import type { Ports } from "./ports.js";

export interface CarryOnPorts extends Ports {
  readonly journal: Pick<Journal, "carryOn">;
  stopped(): boolean;
  /** A run has news: its owner is told, or, for null, whoever may claim it. */
  tell(runId: RunId, owner: WorkerId): void;
  /** Runs without an owner may have become ready. */
  work(): void;
}

const LEVEL = 500;

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
    if (answer.more) return true;
    if (this.#unowned) {
      this.#unowned = false;
      work();
    }
    return false;
  }
}
