/*
 * The side effects of the proofs. They lie outside the database: each execution of a body adds a line to a file.
 */
import { appendFileSync } from "node:fs";
import { setTimeout as after } from "node:timers/promises";
import { activityContext } from "@continuum/runtime/activity";
import { defineActivity } from "@continuum/runtime/workflow";

function note(): void {
  const { runId, activity, attempt, idempotencyKey, lastHeartbeat } = activityContext();
  const line = { runId, activity, attempt, key: idempotencyKey, from: lastHeartbeat, pid: process.pid };
  appendFileSync(process.env["CONTINUUM_EFFECTS"]!, `${JSON.stringify(line)}\n`);
}

export async function mark(text: string): Promise<string> {
  note();
  return text;
}

/** What can be undone. */
export async function book(text: string): Promise<string> {
  note();
  return text;
}

/** Takes as long as it is told. */
export async function work(text: string, ms: number): Promise<string> {
  note();
  await after(ms);
  return text;
}

/** Ends only when it is told to. */
export async function endless(): Promise<void> {
  note();
  await after(60_000, undefined, { signal: activityContext().abortSignal });
}

/** Succeeds from the second attempt on. */
export async function flaky(text: string): Promise<string> {
  note();
  if (activityContext().attempt === 1) throw new Error("not at once");
  return text;
}

export async function hopeless(): Promise<never> {
  note();
  throw new RangeError("never");
}

/** Counts, and goes on where the attempt before was heard last. */
export async function counting(text: string, upTo: number): Promise<string> {
  note();
  const { lastHeartbeat, heartbeat } = activityContext();
  for (let at = typeof lastHeartbeat === "number" ? lastHeartbeat : 0; at < upTo;) {
    heartbeat(++at);
    await after(15);
  }
  return text;
}

/** Is heard once, and then not for as long as its first attempt lives. */
export async function silent(text: string): Promise<string> {
  note();
  const { attempt, heartbeat, abortSignal } = activityContext();
  heartbeat("here");
  if (attempt === 1) await after(60_000, undefined, { signal: abortSignal });
  return text;
}

/** Cannot be done, and is not tried again. */
export const stubborn = defineActivity(
  { retry: { maxAttempts: 1 } },
  async (_text: string): Promise<string> => {
    note();
    throw new RangeError("never");
  },
);

export async function undo(text: string): Promise<string> {
  note();
  return text;
}
