import type { ChainId, RunId } from "../core/ids.js";
import type { LiveRun } from "./live-run.js";

/** The runs that this worker owns, and which of them have something to decide. */
export class LiveRuns {
  readonly #byId = new Map<RunId, LiveRun>();
  readonly #byChain = new Map<ChainId, LiveRun>();
  readonly #ready = new Set<LiveRun>();

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
      this.#ready.delete(run);
      return run;
    }
    return null;
  }

  get anyReady(): boolean {
    return this.#ready.size > 0;
  }

  /** The worker does not own it any more (L3). */
  forget(run: LiveRun): void {
    if (run.phase === "gone") return;
    run.phase = "gone";
    run.execution = null;
    this.#ready.delete(run);
    if (this.#byId.get(run.runId) === run) this.#byId.delete(run.runId);
    if (this.#byChain.get(run.chainId) === run) this.#byChain.delete(run.chainId);
  }
}
