import type { ChainId, RunId } from "../core/ids.js";
import type { LiveRun } from "./live-run.js";

/** The runs that this worker owns, which of them have something to decide, and whether they may. */
export class LiveRuns {
  readonly #byId = new Map<RunId, LiveRun>();
  readonly #byChain = new Map<ChainId, LiveRun>();
  readonly #ready = new Set<LiveRun>();
  #still = false;
  /** The one that moves while all others hold still, until its next commit (R41). */
  #alone: { readonly run: LiveRun; readonly over: () => void } | null = null;
  #held: (() => void)[] = [];

  get size(): number {
    return this.#byId.size;
  }

  all(): Iterable<LiveRun> {
    return this.#byId.values();
  }

  get(runId: RunId): LiveRun | null {
    return this.#byId.get(runId) ?? null;
  }

  /** By its own id or by its chain's: for senders, who may know only the first one (R30). */
  find(id: RunId): LiveRun | null {
    return this.get(id) ?? this.#byChain.get(id as string as ChainId) ?? null;
  }

  add(run: LiveRun): void {
    this.#byId.set(run.runId, run);
    this.#byChain.set(run.chainId, run);
  }

  /** Puts it at the end of the queue, once. */
  ready(run: LiveRun): void {
    this.#ready.add(run);
  }

  nextReady(): LiveRun | null {
    for (const run of this.#ready) {
      if (!this.mayMove(run)) continue;
      this.#ready.delete(run);
      return run;
    }
    return null;
  }

  /** Whether its code may be touched now. */
  mayMove(run: LiveRun): boolean {
    return !this.#still || this.#alone?.run === run;
  }

  /** Resolves when the run's code may be touched. */
  async whenMayMove(run: LiveRun): Promise<void> {
    while (!this.mayMove(run)) await new Promise<void>((resolve) => this.#held.push(resolve));
  }

  /** From now on no run moves but those that are tried, one at a time. */
  holdStill(): void {
    this.#still = true;
  }

  letMove(): void {
    this.#still = false;
    this.#alone = null;
    const held = this.#held;
    this.#held = [];
    for (const go of held) go();
  }

  /** Adds it as the one that may move. */
  addAlone(run: LiveRun): void {
    this.add(run);
    this.#alone = { run, over: () => undefined };
  }

  /** Resolves when it has committed, or is not this worker's any more. */
  committed(run: LiveRun): Promise<void> {
    if (run.phase === "gone" || this.#alone?.run !== run) return Promise.resolve();
    return new Promise((over) => (this.#alone = { run, over }));
  }

  hasCommitted(run: LiveRun): void {
    if (this.#alone?.run !== run) return;
    this.#alone.over();
    this.#alone = null;
  }

  /** The worker does not own it any more (L3). */
  forget(run: LiveRun): void {
    if (run.phase === "gone") return;
    run.phase = "gone";
    run.execution = null;
    this.hasCommitted(run);
    this.#ready.delete(run);
    if (this.#byId.get(run.runId) === run) this.#byId.delete(run.runId);
    if (this.#byChain.get(run.chainId) === run) this.#byChain.delete(run.chainId);
  }
}
