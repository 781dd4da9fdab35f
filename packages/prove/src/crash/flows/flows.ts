/*
 * One small workflow per effect. Each shows by its result whether the effect came, once and in its place.
 */
import {
  activity,
  awaitChild,
  cancelChild,
  CancelledError,
  child,
  compensate,
  compensateAll,
  continueAsNew,
  defineSignal,
  log,
  map,
  now,
  patched,
  random,
  sendSignal,
  sideEffect,
  signal,
  startChild,
  timer,
  TIMEOUT,
  today,
  uuid4,
  workflow,
} from "@continuum/runtime/workflow";
import { counting, endless, flaky, hopeless, mark, silent, stubborn, undo } from "./activities.js";

export const go = defineSignal<string>("go");
const soon = { initialMs: 30, jitterMs: 0 } as const;

export const inProcess = workflow({ version: 1 }, async (text: string) => {
  return `${await activity(mark(text))} done`;
});

export const inQueue = workflow({ version: 1 }, async (text: string) => {
  return `${await activity(mark(text), { queue: "heavy", retry: soon })} done`;
});

export const withPriority = workflow({ version: 1 }, async (text: string) => {
  return `${await activity(mark(text), { priority: 7, retry: soon })} done`;
});

export const retried = workflow({ version: 1 }, async (text: string) => {
  return `${await activity(flaky(text), { retry: soon })} done`;
});

export const retriedRow = workflow({ version: 1 }, async (text: string) => {
  return `${await activity(flaky(text), { priority: 7, retry: soon })} done`;
});

export const givenUp = workflow({ version: 1 }, async (text: string) => {
  try {
    return await activity(hopeless(), { retry: { ...soon, maxAttempts: 2 } });
  } catch {
    return `${await activity(mark(text))} done`;
  }
});

export const failing = workflow({ version: 1 }, async (text: string): Promise<string> => {
  const seen = await activity(mark(text));
  throw new RangeError(`no ${seen}`);
});

export const sleeping = workflow({ version: 1 }, async (text: string) => {
  await timer(150);
  return `${await activity(mark(text))} done`;
});

/** What it sleeps begins when its worker has it. */
export const sleepingLong = workflow({ version: 1 }, async (text: string) => {
  await activity(mark("awake"));
  await timer(1_500);
  return `${await activity(mark(text))} done`;
});

export const drawing = workflow({ version: 1 }, async (text: string) => {
  const drawn = `${uuid4()} ${random()} ${now()} ${today()}`;
  await timer(100);
  return (await activity(mark(drawn))) === drawn ? `${text} done` : "another value";
});

/** Two for one key: what it stands for is done once, and both get it. */
export const keyed = workflow({ version: 1 }, async (text: string) => {
  const idempotencyKey = uuid4();
  const both = [1, 2].map(() => activity(mark(text), { idempotencyKey, retry: soon }));
  return (await Promise.all(both)).join(" ");
});

/** Its first attempt frees the key. */
export const keyedRetried = workflow({ version: 1 }, async (text: string) => {
  return `${await activity(flaky(text), { idempotencyKey: uuid4(), retry: soon })} done`;
});

export const beating = workflow({ version: 1 }, async (text: string) => {
  return `${await activity(counting(text, 12), { retry: soon })} done`;
});

export const fallingSilent = workflow({ version: 1 }, async (text: string) => {
  return `${await activity(silent(text), { retry: soon, heartbeatTimeout: 150 })} done`;
});

export const mapping = workflow({ version: 1 }, async (text: string) => {
  const items = ["a", "b", "c", "d", "e"];
  return map(items, async (each) => activity(mark(`${text} ${each}`)), { concurrency: 2 });
});

export const waiting = workflow({ version: 1 }, async (text: string) => {
  const first = await signal(go);
  const second = await signal(go);
  return `${await activity(mark(text))} ${first} ${second}`;
});

export const impatient = workflow({ version: 1 }, async (text: string) => {
  const got = await signal(go, { timeout: 150 });
  return `${await activity(mark(text))} ${got === TIMEOUT ? "nothing came" : got}`;
});

export const racing = workflow({ version: 1 }, async (text: string) => {
  const first = await Promise.race([activity(mark(text)), signal(go)]);
  return `${first} ${await signal(go)}`;
});

export const compensating = workflow({ version: 1 }, async (text: string) => {
  const booking = activity(mark(text), { compensate: (booked) => undo(`${booked} undone`) });
  await booking;
  const first = await compensate(booking);
  const again = await compensate(booking);
  return { first, again };
});

/** Its arguments are those of the moment in which the activity is scheduled. */
export const compensatingByCall = workflow({ version: 1 }, async (text: string) => {
  const asked = { text };
  const booking = activity(mark(text), { compensate: undo(asked.text) });
  asked.text = "too late";
  await booking;
  const first = await compensate(booking);
  const again = await compensate(booking);
  return { first, again };
});

export const rollingBackInPart = workflow({ version: 1 }, async (text: string) => {
  await activity(mark(`${text} a`), { compensate: undo("a") });
  await activity(mark(`${text} b`), { compensate: stubborn("b") });
  await activity(mark(`${text} c`), { compensate: undo("c") });
  const failures = await compensateAll();
  return failures.map((failure) => failure.activity);
});

export const rollingBack = workflow({ version: 1 }, async (text: string) => {
  for (const step of ["a", "b", "c"])
    await activity(mark(`${text} ${step}`), { compensate: (booked) => undo(booked) });
  return compensateAll();
});

export const rollingBackAtOnce = workflow({ version: 1 }, async (text: string) => {
  for (const step of ["a", "b", "c"])
    await activity(mark(`${text} ${step}`), { compensate: (booked) => undo(booked) });
  return compensateAll({ mode: "parallel" });
});

export const endlessWork = workflow({ version: 1 }, async (_text: string) => {
  await activity(endless());
});

export const parent = workflow({ version: 1 }, async (text: string) => {
  return `${await child(inProcess.run(text))} seen`;
});

export const cancellingChild = workflow({ version: 1 }, async (text: string) => {
  const reference = startChild(waiting, text);
  await timer(100);
  cancelChild(reference);
  try {
    return await awaitChild(reference);
  } catch (error) {
    return `${text} ${error instanceof CancelledError ? "cancelled" : "lost"}`;
  }
});

export const telling = workflow({ version: 1 }, async (text: string) => {
  const reference = startChild(waiting, text);
  await sendSignal(reference.runId, go, "one");
  await sendSignal(reference.runId, go, "two");
  return awaitChild(reference);
});

export const leaving = workflow({ version: 1 }, async (text: string) => {
  const reference = startChild(waiting, text);
  await activity(mark(reference.runId));
  return `${text} left`;
});

export const continuing = workflow({ version: 1 }, async (text: string) => {
  const seen = await activity(mark(text));
  if (text.length < 5) continueAsNew(`${text}.`);
  return seen;
});

/** Its chain has one mailbox. */
export const continuingWithMail = workflow({ version: 1 }, async (text: string) => {
  const got = await signal(go);
  if (text === "it") continueAsNew(`it ${got}`);
  return `${await activity(mark(text))} ${got}`;
});

/** Its child is stopped, whatever it does. */
export const stopping = workflow({ version: 1 }, async (text: string) => {
  const reference = startChild(endlessWork, text, { onParentClose: "terminate" });
  await activity(mark(reference.runId));
  return `${text} left`;
});

export const cancelled = workflow({ version: 1 }, async (text: string) => {
  try {
    return await signal(go);
  } finally {
    await activity(undo(text));
  }
});

export const patching = workflow({ version: 1 }, async (text: string) => {
  const first = patched("a change");
  await timer(100);
  return `${await activity(mark(text))} ${first && patched("a change") ? "new" : "old"}`;
});

export const recording = workflow({ version: 1 }, async (text: string) => {
  const once = sideEffect(() => Math.random());
  await timer(100);
  return (await activity(mark(`${once}`))) === `${once}` ? `${text} done` : "another value";
});

export const logging = workflow({ version: 1 }, async (text: string) => {
  log.info("began", { text });
  await timer(100);
  log.info("went on");
  return `${await activity(mark(text))} done`;
});
