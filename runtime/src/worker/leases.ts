/*
 * Keeps a worker's lease: one row per worker, not one per run.
 *
 * A journal that one process has to itself needs no more than a timer. On a server the heartbeat runs in a thread with a
 * connection of its own (`lease-thread.ts`), so that user code that holds the event loop for seconds costs no lease, and
 * stops when the loop has stalled for good (R36).
 */
import type { WorkerId } from "../core/ids.js";
import type { Journal } from "../journal/port.js";
import { mayComeAgain, owned, reasonOf } from "./insist.js";
import type { Cancel, Ports } from "./ports.js";

export interface Lease {
  /** It can begin at once: whatever it needs is there. Never rejects. */
  readonly ready: Promise<void>;
  /** The worker is enlisted: renewals begin. */
  begin(): void;
  /** Ends the heartbeat. */
  stop(): Promise<void>;
}

export interface LeasePorts extends Ports {
  readonly worker: WorkerId;
  readonly leaseMs: number;
  readonly journal: Pick<Journal, "renew">;
  /** The lease had expired, or the worker was declared dead: called once. */
  lost(): void;
}

/** A renewal every third of the lease: two may fail before it is lost. */
export const RENEWALS_PER_LEASE = 3;

export function timerLease(ports: LeasePorts): Lease {
  const everyMs = ports.leaseMs / RENEWALS_PER_LEASE;
  let stopped = false;
  let cancel: Cancel = () => undefined;
  const beat = async (): Promise<void> => {
    try {
      if (!(await ports.journal.renew(ports.worker, ports.leaseMs)) && !stopped) {
        stopped = true;
        ports.lost();
      }
    } catch (error) {
      if (!mayComeAgain(error) && !stopped) throw error;
      // The next one comes soon enough; when the lease has expired meanwhile, it says so.
      ports.log.warn("a lease could not be renewed and is tried again", {
        worker: ports.worker,
        reason: reasonOf(error),
      });
    } finally {
      if (!stopped) arm();
    }
  };
  const arm = (): void => {
    cancel = ports.time.after(everyMs, () => owned(beat(), ports.log, "renewing the lease"));
  };
  return {
    ready: Promise.resolve(),
    begin: arm,
    async stop() {
      stopped = true;
      cancel();
    },
  };
}
