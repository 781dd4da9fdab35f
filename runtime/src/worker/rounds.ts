/*
 * When a worker looks around: after a hint, when something comes due, and by a slow poll, which is the safety net (R38). Its
 * housekeeping, too: parked runs are released, and memory is given back.
 *
 * Owns: the periodic poll, and the times at which rows and released runs come due.
 * Does not own: what a look finds (claims, inbox, row-bodies).
 */
import type { AtMs, WorkerId } from "../core/ids.js";
import type { Hint } from "../journal/wake-ups.js";
import type { ActivitySlots } from "./activity-slots.js";
import type { Claims } from "./claims.js";
import type { Departures } from "./departures.js";
import { DueTimes } from "./due-times.js";
import { giveMemoryBack } from "./give-memory-back.js";
import type { InboxReader } from "./inbox.js";
import { owned } from "./insist.js";
import { isParked } from "./is-parked.js";
import type { LiveRun } from "./live-run.js";
import type { LiveRuns } from "./live-runs.js";
import type { Cancel } from "./ports.js";
import type { RowBodies } from "./row-bodies.js";
import type { WorkerPorts } from "./worker-ports.js";

export interface RoundPorts extends WorkerPorts {
  readonly worker: WorkerId;
  readonly live: LiveRuns;
  readonly slots: ActivitySlots;
  readonly dueTimes: DueTimes<LiveRun>;
  readonly claims: Pick<Claims, "lookForRuns" | "lookForTasks">;
  readonly inbox: Pick<InboxReader, "hint" | "poll">;
  readonly rowBodies: Pick<RowBodies, "hint" | "check">;
  readonly departures: Pick<Departures, "release">;
  draining(): boolean;
  stopped(): boolean;
}

const RELEASES = 500;
/** The estimate of the database's clock is a whole number, and lags by part of a round trip that is not always the same. */
const LOOK_MARGIN_MS = 3;
/** One in so many polls sweeps for ends that nobody carried on. */
const SWEEP_POLLS = 5;

export class Rounds {
  readonly #ports: RoundPorts;
  /** When rows and released runs of ours come due: then it pays to look. */
  readonly #looks: DueTimes<symbol>;
  readonly #leaveHints: () => void;
  #cancelPoll: Cancel = () => undefined;
  #polls = 0;

  constructor(ports: RoundPorts) {
    this.#ports = ports;
    this.#looks = new DueTimes(ports.time, ports.clock, () => this.lookForAll());
    this.#leaveHints = ports.wakeUps.subscribe((hint) => this.#hinted(hint));
  }

  begin(): void {
    this.lookForAll();
    this.#armPoll();
  }

  stop(): void {
    this.#looks.clear();
    this.#cancelPoll();
    this.#leaveHints();
  }

  lookForAll(): void {
    const { claims } = this.#ports;
    claims.lookForRuns();
    claims.lookForTasks();
  }

  #hinted(hint: Hint): void {
    const { worker, inbox, rowBodies, stopped } = this.#ports;
    if (stopped()) return;
    switch (hint.kind) {
      case "run":
        if (hint.worker === worker) inbox.hint(hint.runId);
        return;
      case "work":
        this.lookForAll();
        return;
      case "end":
        rowBodies.hint(hint.runId);
        return;
    }
  }

  /** Rows were stored that any worker may claim from `dueAt` on. */
  rowsStored(dueAt: AtMs): void {
    const { clock, slots, claims, wakeUps } = this.#ports;
    if (dueAt > clock.now()) {
      this.#lookAt(dueAt);
      return;
    }
    // More rows than slots: those that wait are served before new bodies start here.
    if (slots.free <= 0) slots.rowsWaiting = true;
    claims.lookForTasks();
    wakeUps.publish([{ kind: "work" }]);
  }

  /** A little later than what is due: a look that comes a millisecond too soon finds nothing, and the next one is a poll. */
  #lookAt(dueAt: AtMs): void {
    this.#looks.set(Symbol(), dueAt + LOOK_MARGIN_MS);
  }

  /** A run was released: whoever looks when it comes due will find it. */
  left(dueAt: AtMs | null): void {
    if (this.#ports.draining()) this.#ports.wakeUps.publish([{ kind: "work" }]);
    else if (dueAt !== null) this.#lookAt(dueAt);
  }

  #armPoll(): void {
    const { time, settings, inbox, rowBodies, carryOn, log } = this.#ports;
    this.#cancelPoll = time.after(settings.pollMs, () => {
      this.lookForAll();
      inbox.poll();
      rowBodies.check();
      if (++this.#polls % SWEEP_POLLS === 0) carryOn.ask(false);
      owned(this.#keepHouse(), log, "releasing parked runs");
      this.#armPoll();
    });
  }

  async #keepHouse(): Promise<void> {
    const { live, settings } = this.#ports;
    await this.releaseParked(settings.parkedMs);
    giveMemoryBack(live, settings.maxLiveBytes);
  }

  /** Those that have been parked for as long, all in one statement. A run with a body at work is not parked, but while draining. */
  async releaseParked(parkedMs: number): Promise<void> {
    const { time, live, dueTimes, departures, draining } = this.#ports;
    const now = time.monotonicMs();
    const parked: LiveRun[] = [];
    for (const run of live.all()) {
      if (parked.length >= RELEASES) break;
      if (!isParked(run) || now - run.usedAtMs < parkedMs) continue;
      if (run.bodies.size === 0 || draining()) parked.push(run);
    }
    for (const run of parked) dueTimes.set(run, null);
    await departures.release(parked);
  }
}
