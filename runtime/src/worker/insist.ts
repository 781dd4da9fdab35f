/*
 * Calls of the journal that must get through, and promises that nobody awaits: each has an owner that reports its failure.
 */
import { ContinuumError } from "../core/continuum-error.js";
import type { Logger } from "../telemetry/logger.js";
import type { Ports } from "./ports.js";

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/** Whether the journal says that the same call can be made again: it was not reached. */
export function mayComeAgain(error: unknown): boolean {
  return ContinuumError.is(error) && error.details["again"] === true;
}

/** An error's code, or its class: never its text, which may quote what the user stored (R45). */
export function reasonOf(error: unknown): string {
  if (ContinuumError.is(error)) return error.code;
  return error instanceof Error ? error.name : typeof error;
}

/** Calls until it is answered, or until `stopped`: then null. Another failure than an outage is thrown. */
export async function insist<T>(
  ports: Ports,
  stopped: () => boolean,
  what: string,
  call: () => Promise<T>,
): Promise<T | null> {
  for (let pauseMs = FIRST_PAUSE_MS; !stopped(); pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await call();
    } catch (error) {
      if (stopped()) return null;
      if (!mayComeAgain(error)) throw error;
      ports.log.warn(`${what} did not get through and is tried again`, { reason: reasonOf(error) });
    }
    await pause(ports, pauseMs * (1 + ports.randomness.fraction()));
  }
  return null;
}

export function pause(ports: Pick<Ports, "time">, ms: number): Promise<void> {
  return new Promise((resolve) => {
    ports.time.after(ms, resolve);
  });
}

/** For work that nobody waits for: what it throws is a fault of ours, and is reported. */
export function owned(work: Promise<unknown>, log: Logger, what: string): void {
  work.catch((error: unknown) => {
    log.error(`CTM9201: ${what} failed`, {
      reason: reasonOf(error),
      stack: error instanceof Error ? (error.stack ?? null) : null,
    });
  });
}
