/*
 * The main thread's end of the heartbeat that runs in a thread (`lease-thread.ts`).
 */
import { Worker as Thread } from "node:worker_threads";
import type { OpenJournal } from "../journal/open.js";
import { reasonOf } from "../worker/insist.js";
import { RENEWALS_PER_LEASE, timerLease } from "../worker/leases.js";
import type { Lease, LeasePorts } from "../worker/leases.js";
import type { Cancel } from "../worker/ports.js";

export interface LeaseThreadData {
  /** A URL, or the plain part of a pool's configuration. */
  readonly database: string | Readonly<Record<string, unknown>>;
  readonly worker: string;
  readonly leaseMs: number;
  readonly everyMs: number;
  readonly stallMs: number;
  /** One 32-bit counter, raised by the main thread's loop. */
  readonly beat: SharedArrayBuffer;
}

export type LeaseThreadMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "lost" }
  /** The main loop stood still for so long that the lease was let go. */
  | { readonly kind: "stalled" }
  | { readonly kind: "trouble"; readonly reason: string };

export interface ThreadLeaseSettings extends Pick<OpenJournal, "database"> {
  readonly stallMs: number;
}

/** Renews in a thread; by a timer where none can be had: when run from sources, or when the pool's settings cannot be copied. */
export function threadLease(settings: ThreadLeaseSettings): (ports: LeasePorts) => Lease {
  return (ports) => {
    const database = copyable(settings.database);
    // A bundle of CommonJS has none: there the thread's script is not to be found either.
    const here = import.meta.url as string | undefined;
    if (database === null || here === undefined || here.endsWith(".ts")) {
      if (database === null) {
        ports.log.warn(
          "the heartbeat shares the main thread: this pool's settings cannot be copied to another one",
          {
            worker: ports.worker,
          },
        );
      }
      return timerLease(ports);
    }
    return startThread(new URL("./lease-thread.js", here), { database, stallMs: settings.stallMs }, ports);
  };
}

function startThread(
  script: URL,
  given: Pick<LeaseThreadData, "database" | "stallMs">,
  ports: LeasePorts,
): Lease {
  const { worker, leaseMs, log, time } = ports;
  const everyMs = leaseMs / RENEWALS_PER_LEASE;
  const beat = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const counter = new Int32Array(beat);
  const data: LeaseThreadData = { ...given, worker, leaseMs, everyMs, beat };
  const thread = new Thread(script, { workerData: data, execArgv: [], stdout: false, stderr: false });
  let over = false;
  let fallBack: Lease | null = null;
  let begun = false;
  let isReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (isReady = resolve));
  let cancel: Cancel = () => undefined;
  const tick = (): void => {
    Atomics.add(counter, 0, 1);
    cancel = time.after(Math.min(everyMs, given.stallMs / 4), tick);
  };
  tick();
  const end = (): boolean => {
    const was = over;
    over = true;
    cancel();
    return !was;
  };
  thread.on("message", (message: LeaseThreadMessage) => {
    if (message.kind === "ready") isReady();
    else if (message.kind === "trouble")
      log.warn("a lease could not be renewed and is tried again", { worker, reason: message.reason });
    else if (end()) ports.lost();
  });
  thread.on("error", (error) => {
    if (!end()) return;
    log.warn("the heartbeat's thread failed; the main thread goes on with it", {
      worker,
      reason: reasonOf(error),
    });
    fallBack = timerLease(ports);
    if (begun) fallBack.begin();
    isReady();
  });
  return {
    ready,
    begin() {
      begun = true;
      if (fallBack === null) thread.postMessage("begin");
      else fallBack.begin();
    },
    async stop() {
      await fallBack?.stop();
      if (!end()) return;
      const exited = new Promise<void>((resolve) => thread.once("exit", () => resolve()));
      thread.postMessage("stop");
      await Promise.race([exited, new Promise<void>((resolve) => time.after(STOP_MS, resolve))]);
      await thread.terminate();
    },
  };
}

const STOP_MS = 500;

/** What can be handed to a thread: a URL, or those settings of a pool that are plain data. */
function copyable(database: OpenJournal["database"]): LeaseThreadData["database"] | null {
  if (typeof database === "string") return database;
  const plain: Record<string, unknown> = {};
  // A pool keeps its password out of sight of enumeration.
  const options: Readonly<Record<string, unknown>> = {
    ...database.options,
    password: database.options.password,
  };
  for (const key of ["connectionString", "host", "port", "user", "password", "database", "ssl"]) {
    const value = options[key];
    if (value === undefined) continue;
    if (typeof value === "function") return null;
    plain[key] = value;
  }
  try {
    return structuredClone(plain);
  } catch {
    return null;
  }
}
