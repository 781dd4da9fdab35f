/*
 * Trials of suspects (R41): runs that were taken from the dead twice without a commit in between. One of them may end whatever
 * process touches its code, and the others were only beside it.
 *
 * Owns: which suspect comes next, and the stillness around it.
 * Does not own: the count of deaths (journal), walking and deciding (adopt-run, stepper).
 *
 * Invariants:
 *   V1  From a trial's record to the run's next commit no code of another run is walked or decided here, and no body begins. So a
 *       death in between is that run's own: nobody is convicted for another one's deed.
 *   V2  The record stands in the journal before the run's code is touched.
 *   V3  Bodies that are at work already are waited for, as they would lose an attempt; but not for ever, since a worker that is
 *       never idle must find the culprit too.
 *   V4  After `close` no trial begins. Suspects that wait then are found again as those of a dead worker, with no death counted.
 */
import type { Fault } from "../core/execution.js";
import type { ClaimedRun, Journal } from "../journal/port.js";
import type { ActivitySlots } from "./activity-slots.js";
import type { Bodies } from "./bodies.js";
import { insist, owned } from "./insist.js";
import type { LiveRun } from "./live-run.js";
import type { LiveRuns } from "./live-runs.js";
import type { Cancel, Ports } from "./ports.js";

export interface TrialPorts extends Ports {
  readonly journal: Pick<Journal, "beginTrial">;
  readonly live: LiveRuns;
  readonly slots: ActivitySlots;
  readonly bodies: Pick<Bodies, "whenIdle">;
  stopped(): boolean;
  /** Resolves when no claim, birth or turn is under way that was begun before everybody was told to hold still. */
  whenStill(): Promise<void>;
  /** Walks it, and lets it go on, alone. */
  adopt(claimed: ClaimedRun): LiveRun;
  /** Everybody may move again. */
  over(): void;
}

const PATIENCE_MS = 1_000;

export class Trials {
  readonly #ports: TrialPorts;
  readonly #waiting: ClaimedRun[] = [];
  #last: Promise<void> = Promise.resolve();
  #trying = false;
  #closed = false;

  constructor(ports: TrialPorts) {
    this.#ports = ports;
  }

  /** Nothing else may begin now: no claim, no birth. */
  get underWay(): boolean {
    return this.#trying;
  }

  add(suspect: ClaimedRun): void {
    if (this.#closed) return;
    this.#waiting.push(suspect);
    if (this.#trying) return;
    this.#trying = true;
    this.#last = this.#tryAll();
    owned(this.#last, this.#ports.log, "trying suspects");
  }

  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
  }

  /** Resolves when no trial is under way. */
  async whenIdle(): Promise<void> {
    await this.#last.catch(() => undefined);
  }

  async #tryAll(): Promise<void> {
    const { live, slots, stopped, whenStill } = this.#ports;
    live.holdStill();
    slots.hold(true);
    try {
      await whenStill();
      await this.#whenBodiesAreDone();
      for (let next = this.#next(); next !== null; next = this.#next()) await this.#tryOne(next);
    } finally {
      this.#trying = false;
      slots.hold(false);
      live.letMove();
      if (!stopped()) this.#ports.over();
    }
  }

  #next(): ClaimedRun | null {
    if (this.#ports.stopped()) return null;
    // Those that fewer workers died with come first: they are acquitted before the culprit's turn.
    const fewest = this.#waiting.reduce((least, { deaths }) => Math.min(least, deaths), Infinity);
    const at = this.#waiting.findIndex(({ deaths }) => deaths === fewest);
    return this.#waiting.splice(at, 1)[0] ?? null;
  }

  async #tryOne(suspect: ClaimedRun): Promise<void> {
    const { journal, stopped, live, log, adopt } = this.#ports;
    const { runId, token } = suspect;
    const isOn = await insist(this.#ports, stopped, "trying a suspect", () =>
      journal.beginTrial(runId, token),
    );
    if (isOn !== true || stopped()) return;
    log.warn("a run is tried alone: workers died with it before it could commit", {
      runId,
      deaths: suspect.deaths,
    });
    await live.committed(adopt(suspect));
  }

  async #whenBodiesAreDone(): Promise<void> {
    let forget: Cancel = () => undefined;
    const late = new Promise<void>((resolve) => {
      forget = this.#ports.time.after(PATIENCE_MS, resolve);
    });
    await Promise.race([this.#ports.bodies.whenIdle(), late]);
    forget();
  }
}

/** Why a run is blocked without a look at its code. */
export function conviction({ deaths, history }: ClaimedRun): Fault {
  const seq = history.at(-1)?.seq ?? null;
  return {
    code: "CTM4011",
    message:
      `${deaths} workers died one after another with this run before it could commit, the last three while they ran nothing else. ` +
      `Its code, after event ${seq ?? "none"}, ends the process, never gives the event loop back, or takes all memory.`,
    hint: "Look how those workers ended. The history is untouched: deploy code that fits, then call resume() on the run.",
    seq,
  };
}
