/*
 * A program as the ordinary async TypeScript that it is: effects are native promises, settled one at a time, each when all jobs
 * are done.
 */
import { setImmediate } from "node:timers/promises";
import { ActivityError, CancelledError } from "@continuum/runtime/workflow";
import { traceCodec } from "./codec.js";
import type { BothForms } from "./compile-programs.js";
import { describe, kindOfRejection } from "./describe.js";
import { loadProgram } from "./load-program.js";
import { mapNatively } from "./map-natively.js";
import { CALM, entryOf, failureOf } from "./outcomes.js";
import type { OpenEffect, Outcomes, Settlement } from "./outcomes.js";
import { World } from "./world.js";

interface Pending extends OpenEffect {
  settle(outcome: Settlement): void;
  cancel(): void;
}

/** `rejections` collects what nobody handled; see {@link recordingRejections}. */
export async function runNative(
  { native: program }: BothForms,
  { native: frame }: BothForms,
  outcomes: Outcomes,
  rejections: unknown[],
): Promise<readonly string[]> {
  const world = new World();
  const pending: Pending[] = [];
  const cancellation = new CancelledError();
  const effect = (kind: OpenEffect["kind"], name: string, args: readonly unknown[]): Promise<unknown> => {
    world.show(`> ${kind} ${name} ${traceCodec.encode(args)}`);
    return new Promise((resolve, reject) => {
      const settle = ({ fails, value }: Settlement): void => {
        if (fails) reject(new ActivityError({ activity: name, attempts: 1, cause: failureOf(value) }));
        else resolve(kind === "timer" ? undefined : value);
      };
      pending.push({ kind, isCalm: name === CALM, settle, cancel: () => reject(cancellation) });
    });
  };
  const activity =
    (name: string) =>
    (...args: readonly unknown[]): Promise<unknown> =>
      effect("activity", name, args);
  const body = loadProgram(program, frame, world, {
    workflow: {
      workflow: (_options: object, main: unknown) => main,
      activity: (handle: unknown) => handle,
      timer: (durationMs: number) => effect("timer", "", [durationMs]),
      signal: (name: string) => effect("signal", name, []),
      map: mapNatively,
    },
    activities: { step: activity("world.step"), other: activity("world.other"), calm: activity(CALM) },
  }) as () => Promise<unknown>;
  let end: string | null = null;
  body().then(
    (value) => (end = `completed ${describe(value)}`),
    (error: unknown) => (end = error === cancellation ? "cancelled" : `failed ${describe(error)}`),
  );
  for (;;) {
    await setImmediate();
    // That a cancellation comes where nobody waits any more is nobody's fault.
    const unheard = rejections.splice(0).filter((reason) => reason !== cancellation);
    world.showUnhandled(unheard.map(kindOfRejection));
    if (end !== null || pending.length === 0) return [...world.trace, end ?? "hangs"];
    const outcome = outcomes(pending);
    world.show(entryOf(outcome));
    if (outcome.kind === "cancel") for (const each of pending.splice(0)) each.cancel();
    else pending.splice(outcome.index, 1)[0]!.settle(outcome);
  }
}

/**
 * Runs `work` with a list of all rejections that nobody has handled when the jobs are done. Whoever listens for them otherwise
 * (Node, a test runner) is not told: here they are a part of what programs do.
 */
export async function recordingRejections<T>(work: (rejections: unknown[]) => Promise<T>): Promise<T> {
  const rejections: unknown[] = [];
  const record = (reason: unknown): void => void rejections.push(reason);
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", record);
  // Listened to, or Node warns of each that is handled later.
  process.on("rejectionHandled", ignore);
  try {
    return await work(rejections);
  } finally {
    process.off("unhandledRejection", record);
    process.off("rejectionHandled", ignore);
    for (const other of others) process.on("unhandledRejection", other);
  }
}

function ignore(): void {}
