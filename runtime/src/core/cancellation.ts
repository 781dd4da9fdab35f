/*
 * How a cancellation reaches workflow code (R33).
 *
 * Invariants:
 *   A1  Every promise that is pending rejects with one and the same `CancelledError`, in the order of issue.
 *   A2  The commands behind them are closed: a late outcome fits nothing. A signal that was sent is delivered all the same.
 *   A3  If that moved nobody and nothing is left that could, it is thrown at the await where the workflow function is parked.
 *   A4  A compensation under way is spared: what was begun to be undone is undone. Its fiber hears of the cancellation after the
 *       rollback: in the step in which a spared compensation ends, what is asked for next is not begun but rejects; compensations
 *       that are asked for then are part of the rollback, and spared too.
 */
import { outcomeOf, reject } from "./durable-promise.js";
import type { Command } from "./events.js";
import type { Seq } from "./ids.js";
import type { JobLoop } from "./job-loop.js";
import type { Wait } from "./wait.js";
import { CancelledError } from "./workflow-errors.js";

/** Rejects what is pending and closes it, but for compensations. Gives the error, and what it has spared. */
export function cancelWaits(
  open: Map<Seq, Wait>,
  reason: string | null,
): { readonly cancellation: CancelledError; readonly spared: Set<Seq> } {
  const cancellation = new CancelledError(reason === null ? undefined : `The run was cancelled: ${reason}`);
  const spared = new Set<Seq>();
  for (const [seq, wait] of [...open]) {
    if (isCompensation(wait.command)) {
      spared.add(seq);
      continue;
    }
    // It has not succeeded, so there is nothing to undo (R31).
    wait.compensation = null;
    if (wait.command.kind !== "signal_sent") open.delete(seq);
    reject(wait.promise, cancellation);
  }
  return { cancellation, spared };
}

export function isCompensation(command: Command): boolean {
  return command.kind === "activity_scheduled" && command.compensates !== null;
}

/** A4: a cancellation that fibers behind spared compensations have not heard of yet. */
export class Rollback {
  readonly cancellation: CancelledError;
  readonly #spared: Set<Seq>;
  /** The step under way is one in which a spared compensation has ended. */
  #ending = false;
  /** The job in which what was asked for was rejected: all of it is, and nothing after it. */
  #job: number | null = null;

  constructor(cancellation: CancelledError, spared: Set<Seq>) {
    this.cancellation = cancellation;
    this.#spared = spared;
  }

  /** A command got its outcome. Said once a step, before any job of it. */
  settled(seq: Seq): void {
    this.#ending = this.#spared.delete(seq);
    this.#job = null;
  }

  /** What a command that is asked for in `job` is rejected with; null: it is to be issued. To be asked for each, once. */
  cutsOff(command: Command, job: number): CancelledError | null {
    if (!this.#ending || isCompensation(command)) return null;
    this.#job ??= job;
    return this.#job === job ? this.cancellation : null;
  }

  issued(command: Command & { readonly seq: Seq }): void {
    if (this.#ending && this.#job === null && isCompensation(command)) this.#spared.add(command.seq);
  }

  /** The jobs of a step are done. Whether that was the rollback's end, and nothing was there to be cut off. */
  get endedUnheard(): boolean {
    return this.#ending && this.#job === null && this.#spared.size === 0;
  }
}

/** A3; `resumptions` is the root's count from before the delivery. */
export function interruptRoot(
  loop: JobLoop,
  open: ReadonlyMap<Seq, Wait>,
  resumptions: number | undefined,
  cancellation: CancelledError,
): void {
  const root = loop.rootFiber;
  if (root === null || root.resumptions !== resumptions) return;
  for (const wait of open.values()) if (outcomeOf(wait.promise) === null) return;
  root.interrupt(cancellation);
}
