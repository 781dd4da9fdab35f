/*
 * A workflow that does what its input says: random programs of effects, for runs among killed workers.
 */
import {
  activity,
  ActivityError,
  awaitChild,
  cancelChild,
  CancelledError,
  child,
  compensate,
  compensateAll,
  continueAsNew,
  defineSignal,
  map,
  sendSignal,
  signal,
  startChild,
  timer,
  TIMEOUT,
  workflow,
} from "@continuum/runtime/workflow";
import type { Workflow } from "@continuum/runtime/workflow";
import { book, flaky, hopeless, mark, undo, work } from "./activities.js";

export const take = defineSignal<number>("take");
export const glance = defineSignal<number>("glance");
const never = defineSignal<never>("never");

/** Attempts are lost with killed workers, and here that is no reason to give up. */
const patient = { maxAttempts: 60, backoff: "constant", initialMs: 20, jitterMs: 5 } as const;

export type Step =
  | {
      readonly kind: "mark" | "queued" | "urgent" | "flaky" | "hopeless" | "book" | "race";
      readonly text: string;
    }
  | { readonly kind: "work"; readonly text: string; readonly ms: number }
  | { readonly kind: "sleep"; readonly ms: number }
  | { readonly kind: "take" | "undo last" | "roll back" }
  | { readonly kind: "glance"; readonly ms: number }
  | { readonly kind: "together"; readonly branches: readonly (readonly Step[])[] }
  | { readonly kind: "map"; readonly texts: readonly string[] }
  | { readonly kind: "child"; readonly steps: readonly Step[] }
  /** A child of its own, which is stopped after a while. */
  | { readonly kind: "stop"; readonly ms: number }
  /** A child that hears so many signals, as many runs of one chain. */
  | { readonly kind: "tell"; readonly count: number }
  /** A child that is still there when its parent ends. */
  | { readonly kind: "leave"; readonly onParentClose: "cancel" | "terminate" | "abandon" }
  /** The last one: what is left is done by the next run of the chain. */
  | { readonly kind: "continue"; readonly rest: readonly Step[] };

export const chaotic = workflow(
  { version: 1, signals: [take, glance, never] },
  async (steps: readonly Step[]) => {
    return performAll(steps);
  },
);

export const subordinate: Workflow<readonly Step[], readonly unknown[]> = workflow(
  { version: 1, signals: [take, glance, never] },
  async (steps: readonly Step[]) => {
    return performAll(steps);
  },
);

/** Ends when it is told to, and cleans up. */
export const sitter = workflow({ version: 1 }, async (ms: number) => {
  const booking = activity(book("a seat"), { retry: patient, compensate: (booked) => undo(booked) });
  try {
    await booking;
    await timer(ms);
  } finally {
    await compensate(booking);
  }
});

interface Hearing {
  readonly count: number;
  readonly heard: readonly number[];
}

export const listener: Workflow<Hearing, readonly number[]> = workflow(
  { version: 1, signals: [take] },
  async ({ count, heard }: Hearing): Promise<readonly number[]> => {
    if (heard.length === count) return heard;
    continueAsNew({ count, heard: [...heard, await signal(take)] });
  },
);

async function performAll(steps: readonly Step[]): Promise<readonly unknown[]> {
  try {
    return await perform(steps);
  } catch (error) {
    if (error instanceof CancelledError) await compensateAll();
    throw error;
  }
}

async function perform(steps: readonly Step[]): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  for (const step of steps) seen.push(await one(step));
  return seen;
}

async function one(step: Step): Promise<unknown> {
  switch (step.kind) {
    case "mark":
      return activity(mark(step.text), { retry: patient });
    case "queued":
      return activity(mark(step.text), { retry: patient, queue: "heavy" });
    case "urgent":
      return activity(mark(step.text), { retry: patient, priority: 9 });
    case "flaky":
      return activity(flaky(step.text), { retry: patient });
    case "work":
      return activity(work(step.text, step.ms), { retry: patient });
    case "hopeless":
      try {
        return await activity(hopeless(), { retry: { ...patient, maxAttempts: 2 } });
      } catch (error) {
        if (error instanceof ActivityError) return "given up";
        throw error;
      }
    case "sleep":
      await timer(step.ms);
      return "slept";
    case "take":
      return signal(take);
    case "glance": {
      const got = await signal(glance, { timeout: step.ms });
      return got === TIMEOUT ? "nothing" : got;
    }
    case "race":
      return Promise.race([activity(mark(step.text), { retry: patient }), signal(never)]);
    case "book":
      return activity(book(step.text), { retry: patient, compensate: (booked) => undo(booked) });
    case "undo last": {
      const booking = activity(book("booked"), { retry: patient, compensate: (booked) => undo(booked) });
      await booking;
      return compensate(booking);
    }
    case "roll back":
      return compensateAll();
    case "together":
      return Promise.all(step.branches.map((branch) => perform(branch)));
    case "map":
      return map(step.texts, async (text) => activity(mark(text), { retry: patient }), { concurrency: 2 });
    case "child":
      return child(subordinate.run(step.steps));
    case "stop": {
      const reference = startChild(sitter, 60_000);
      await timer(step.ms);
      cancelChild(reference);
      try {
        return await awaitChild(reference);
      } catch (error) {
        if (error instanceof CancelledError) return "stopped";
        throw error;
      }
    }
    case "tell": {
      const reference = startChild(listener, { count: step.count, heard: [] });
      for (let n = 0; n < step.count; n++) await sendSignal(reference.runId, take, n);
      return awaitChild(reference);
    }
    case "leave":
      startChild(sitter, step.onParentClose === "abandon" ? 100 : 60_000, {
        onParentClose: step.onParentClose,
      });
      return "left";
    case "continue":
      continueAsNew(step.rest);
  }
}
