/*
 * A workflow that does what its input says: random programs of effects, for runs among killed workers.
 */
import {
  activity,
  compensate,
  compensateAll,
  defineSignal,
  signal,
  timer,
  TIMEOUT,
  workflow,
} from "@continuum/runtime/workflow";
import { flaky, hopeless, mark, undo, work } from "./activities.js";

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
  | { readonly kind: "together"; readonly branches: readonly (readonly Step[])[] };

export const chaotic = workflow(
  { version: 1, signals: [take, glance, never] },
  async (steps: readonly Step[]) => {
    return perform(steps);
  },
);

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
      } catch {
        return "given up";
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
      return activity(mark(step.text), { retry: patient, compensate: (booked) => undo(booked) });
    case "undo last": {
      const booking = activity(mark("booked"), { retry: patient, compensate: (booked) => undo(booked) });
      await booking;
      return compensate(booking);
    }
    case "roll back":
      return compensateAll();
    case "together":
      return Promise.all(step.branches.map((branch) => perform(branch)));
  }
}
