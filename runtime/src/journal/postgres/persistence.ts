/*
 * Keeping at it: a verb is asked again while the database says that it may succeed, within one patience, with growing pauses.
 *
 * `work` is told whether an earlier try of the same call may have been committed. It must then look before it concludes
 * anything from "it is not there" or "it is there already".
 */
import { setTimeout as pause } from "node:timers/promises";
import { ContinuumError } from "../../core/continuum-error.js";
import { journalClosed, journalUnreachable, statementRefused } from "../../errors/journal-errors.js";
import { codeOf, failureOf, safeCause } from "./failures.js";

export interface Persistence {
  /** How long a verb is tried before it rejects. */
  readonly patienceMs: number;
  readonly random: () => number;
  readonly isClosed: () => boolean;
}

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 500;

export async function persist<T>(
  ports: Persistence,
  verb: string,
  work: (unsure: boolean) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + ports.patienceMs;
  let unsure = false;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    if (ports.isClosed()) throw journalClosed(verb);
    try {
      return await work(unsure);
    } catch (error) {
      if (error instanceof ContinuumError) throw error;
      if (ports.isClosed()) throw journalClosed(verb);
      const failure = failureOf(error);
      if (failure === "refused") throw statementRefused(verb, codeOf(error) ?? "unknown", safeCause(error));
      if (failure === "unknown") unsure = true;
      if (performance.now() > deadline) throw journalUnreachable(verb, safeCause(error));
    }
    await pause(pauseMs * (0.5 + ports.random()));
  }
}
