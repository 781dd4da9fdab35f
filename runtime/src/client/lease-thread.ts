/*
 * The heartbeat's own thread: a connection and a timer of its own, so that user code which holds the event loop of the main
 * thread costs no lease (R36). It watches that loop by a counter which the loop raises, and stops when that has stood still
 * for `stallMs`: a loop that has stalled for good must lose its runs.
 *
 * Messages to the main thread: `lost`, once; `trouble`, when a renewal did not get through.
 */
import { parentPort, workerData } from "node:worker_threads";
import pg from "pg";
import type { WorkerId } from "../core/ids.js";
import { openJournal } from "../journal/open.js";
import { reasonOf } from "../worker/insist.js";
import { realTime } from "../worker/real-time.js";
import type { LeaseThreadData, LeaseThreadMessage } from "./thread-lease.js";

const { database, worker, leaseMs, everyMs, stallMs, beat } = workerData as LeaseThreadData;
/** How soon a request to stop is seen. */
const LOOK_MS = 50;
const counter = new Int32Array(beat);
const say = (message: LeaseThreadMessage): void => parentPort?.postMessage(message);
let stopped = false;
/** Resolves when the worker is enlisted, or when it never will be. */
const begun = new Promise<void>((resolve) => {
  parentPort?.on("message", (message: "begin" | "stop") => {
    stopped ||= message === "stop";
    resolve();
  });
});

const { journal, wakeUps } = await openJournal({
  database: typeof database === "string" ? database : new pg.Pool({ ...database, max: 1 }),
  maxConnections: 1,
  migrate: false,
  // As behind a pooler: nothing here needs a session, and no second connection listens.
  pooled: true,
  patienceMs: everyMs,
  report: (error) => say({ kind: "trouble", reason: reasonOf(error) }),
});

say({ kind: "ready" });
await begun;
let seen = Atomics.load(counter, 0);
let movedAt = realTime.monotonicMs();
while (!stopped) {
  const now = Atomics.load(counter, 0);
  if (now !== seen) {
    seen = now;
    movedAt = realTime.monotonicMs();
  }
  if (realTime.monotonicMs() - movedAt > stallMs) {
    say({ kind: "stalled" });
    break;
  }
  try {
    if (!(await journal.renew(worker as WorkerId, leaseMs))) {
      say({ kind: "lost" });
      break;
    }
  } catch (error) {
    say({ kind: "trouble", reason: reasonOf(error) });
  }
  const next = realTime.monotonicMs() + everyMs;
  while (!stopped && realTime.monotonicMs() < next)
    await new Promise<void>((resolve) => realTime.after(Math.min(LOOK_MS, everyMs), resolve));
}
await wakeUps.close();
await journal.close();
parentPort?.close();
