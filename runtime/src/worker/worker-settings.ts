/** How a worker is tuned; each field has a default. */
export interface WorkerOptions {
  /** Activities that run in this process at once. Default 100. */
  readonly concurrency?: number;
  /** Queues whose activities run here. Default `["default"]`. */
  readonly queues?: readonly string[];
  /** How long a worker that says nothing is believed to be alive. Default 15 000. */
  readonly leaseMs?: number;
  /** The pause between looks that no hint asked for. Default 1000. */
  readonly pollMs?: number;
  /** How long a run that waits stays owned, so that a signal finds it awake. Default 5000. */
  readonly parkedMs?: number;
  /** Runs that are owned at once. Default 10 000. */
  readonly maxRuns?: number;
  /** Stored bytes of the runs that are kept in memory; those idle for longest are given back first. Default 256 MiB. */
  readonly maxLiveBytes?: number;
  /** An event loop that user code holds for longer has stalled for good: the lease is let go. Default 60 000. */
  readonly stallMs?: number;
  /** Whether SIGTERM drains this worker. Default true. */
  readonly signals?: boolean;
}

export type WorkerSettings = Required<WorkerOptions>;

export const DEFAULT_WORKER: WorkerSettings = {
  concurrency: 100,
  queues: ["default"],
  leaseMs: 15_000,
  pollMs: 1_000,
  parkedMs: 5_000,
  maxRuns: 10_000,
  maxLiveBytes: 256 * 1024 * 1024,
  stallMs: 60_000,
  signals: true,
};
