/*
 * What a client does to the runs meanwhile: it sends them their signals, and cancels or terminates some.
 */
import { setTimeout as after } from "node:timers/promises";
import { ContinuumError } from "@continuum/runtime";
import type { Continuum } from "@continuum/runtime";
import { randomnessOf } from "../../differential/randomness.js";
import { planOf } from "./plans.js";
import type { Plan } from "./plans.js";

/** No connection for too long: the one error that a cut may cause. */
const UNREACHABLE = "CTM5001";

type Fate = NonNullable<Plan["fate"]>["kind"];

export class Tenders {
  readonly seed: number;
  readonly #client: Continuum;
  readonly #tended = new Map<number, Promise<unknown>>();
  /** Answers that no client should get, whatever happens to workers and connections. */
  readonly refusals: string[] = [];
  /** What was acknowledged. */
  readonly #fates = new Map<number, Fate>();

  constructor(client: Continuum, seed: number) {
    this.#client = client;
    this.seed = seed;
  }

  /** Does for a run what its plan says, once. */
  tend(ordinal: number): void {
    if (this.#tended.has(ordinal)) return;
    const { takes, glances, fate } = planOf(this.seed, ordinal);
    const random = randomnessOf(this.seed ^ 0x5f, ordinal);
    const work = [this.#send(random, ordinal, "take", takes), this.#send(random, ordinal, "glance", glances)];
    if (fate !== null) work.push(this.#end(ordinal, fate));
    this.#tended.set(ordinal, Promise.all(work));
  }

  async done(): Promise<void> {
    await Promise.all(this.#tended.values());
  }

  /** What was done to the run, and acknowledged. */
  fateOf(ordinal: number): Fate | null {
    return this.#fates.get(ordinal) ?? null;
  }

  acknowledged(fate: Fate): number {
    return [...this.#fates.values()].filter((each) => each === fate).length;
  }

  /** Each signal until it is acknowledged, always by the same delivery id. */
  async #send(
    random: ReturnType<typeof randomnessOf>,
    ordinal: number,
    name: string,
    count: number,
  ): Promise<void> {
    const id = `run-${ordinal}`;
    for (let n = 0; n < count; n++) {
      await after(random.below(400));
      const isSent = await this.#insist(() => this.#client.signalUnique(id, name, `${name}-${n}`, n));
      if (!isSent) return;
    }
  }

  async #end(ordinal: number, { kind, afterMs }: NonNullable<Plan["fate"]>): Promise<void> {
    await after(afterMs);
    const run = this.#client.run(`run-${ordinal}`);
    let tries = 0;
    const isDone = await this.#insist(() => {
      tries++;
      return run[kind]("in passing");
    });
    if (isDone) this.#fates.set(ordinal, kind);
    // The answer to an earlier try may have been lost: then this one was told that it is done.
    else if (tries > 1) {
      const { status } = await run.describe();
      if (status === (kind === "cancel" ? "cancelled" : "terminated")) this.#fates.set(ordinal, kind);
    }
  }

  /** Until there is an answer. False: the run has ended. */
  async #insist(ask: () => Promise<unknown>): Promise<boolean> {
    for (;;) {
      try {
        await ask();
        return true;
      } catch (error) {
        if (!(error instanceof ContinuumError)) throw error;
        if (error.code === "CTM7002") return false;
        if (error.code !== UNREACHABLE) {
          this.refusals.push(`a client was told ${error.message}`);
          return false;
        }
        await after(100);
      }
    }
  }
}
