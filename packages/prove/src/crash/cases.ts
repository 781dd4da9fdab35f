/*
 * The table: each effect with its two halves (the commit that asks for it, the commit that records what came of it), the
 * workflow that shows it, and what else happens meanwhile. A new effect is a new row.
 */
import type { HistoryEvent } from "@continuum/runtime";
import type { Failpoint } from "./failpoint.js";

/** What the killed process does. A worker runs the run, the others are clients; `founder` is both. */
export type Role = "worker" | "founder" | "starter" | "sender" | "terminator" | "canceller";

/** What others do, each when the run's history has got so far. */
export interface Step {
  readonly once: HistoryEvent["kind"] | "nothing";
  /** So many events of that kind. Default 1. */
  readonly count?: number;
  readonly act: { readonly signal: string } | "terminate" | "cancel";
}

export interface Half {
  readonly role: Role;
  readonly at: Failpoint;
}

export interface Row {
  readonly effect: string;
  readonly flow: string;
  readonly command: Half;
  readonly outcome: Half;
  readonly meanwhile?: readonly Step[];
  /** What the run gives for the input `"it"`, or the code or name of that with which waiting for it rejects. */
  readonly gives: unknown;
  /** Activities that fail: their number of executions depends on which attempt was lost. */
  readonly fails?: readonly string[];
}

const worker = (at: Failpoint): Half => ({ role: "worker", at });
const committing = (event: HistoryEvent["kind"], more: Omit<Failpoint, "verb" | "event"> = {}): Half =>
  worker({ verb: "commit", event, ...more });
const scheduling = (activity: string, skip = 0): Half => committing("activity_scheduled", { activity, skip });
const finishing = (taskEnd: NonNullable<Failpoint["taskEnd"]>): Half =>
  worker({ verb: "finishTask", taskEnd });

const go = (once: Step["once"], signal: string, count = 1): Step => ({ once, count, act: { signal } });
const twoSignals = [go("signal_awaited", "one"), go("signal_awaited", "two", 2)];

export const ROWS: readonly Row[] = [
  {
    effect: "run start, by a client",
    flow: "inProcess",
    command: { role: "starter", at: { verb: "create" } },
    outcome: committing("run_completed"),
    gives: "it done",
  },
  {
    effect: "run start, by its worker",
    flow: "inProcess",
    command: { role: "founder", at: { verb: "create" } },
    outcome: { role: "founder", at: { verb: "commit", event: "run_completed" } },
    gives: "it done",
  },
  {
    effect: "claim of a run",
    flow: "inProcess",
    command: worker({ verb: "claimRuns", gives: true }),
    outcome: scheduling("activities.mark"),
    gives: "it done",
  },
  {
    effect: "release of a parked run",
    flow: "sleepingLong",
    command: worker({ verb: "release" }),
    outcome: worker({ verb: "claimRuns", gives: true, since: "release" }),
    gives: "it done",
  },
  {
    effect: "activity",
    flow: "inProcess",
    command: scheduling("activities.mark"),
    outcome: committing("activity_completed"),
    gives: "it done",
  },
  {
    effect: "activity of a queue",
    flow: "inQueue",
    command: committing("activity_scheduled", { leavesRows: true }),
    outcome: finishing("completed"),
    gives: "it done",
  },
  {
    effect: "activity of a priority",
    flow: "withPriority",
    command: committing("activity_scheduled", { leavesRows: true }),
    outcome: finishing("completed"),
    gives: "it done",
  },
  {
    effect: "claim of a row",
    flow: "withPriority",
    command: worker({ verb: "claimTasks", gives: true }),
    outcome: committing("activity_completed"),
    gives: "it done",
  },
  {
    effect: "retry",
    flow: "retried",
    command: worker({ verb: "commit", leavesRows: true }),
    outcome: finishing("completed"),
    gives: "it done",
    fails: ["activities.flaky"],
  },
  {
    effect: "retry of a row",
    flow: "retriedRow",
    command: finishing("retry"),
    outcome: finishing("completed"),
    gives: "it done",
    fails: ["activities.flaky"],
  },
  {
    effect: "last failure",
    flow: "givenUp",
    command: finishing("failed"),
    outcome: committing("activity_failed"),
    gives: "it done",
    fails: ["activities.hopeless"],
  },
  {
    effect: "failure of a run",
    flow: "failing",
    command: scheduling("activities.mark"),
    outcome: committing("run_failed"),
    gives: { rejects: "CTM7201" },
  },
  {
    effect: "activity with an idempotency key",
    flow: "keyed",
    command: worker({ verb: "claimKey" }),
    outcome: worker({ verb: "settleKey" }),
    gives: "it it",
  },
  {
    effect: "idempotency key, after a failure",
    flow: "keyedRetried",
    command: worker({ verb: "freeKey" }),
    outcome: worker({ verb: "settleKey" }),
    gives: "it done",
    fails: ["activities.flaky"],
  },
  {
    effect: "heartbeats with details",
    flow: "beating",
    command: worker({ verb: "commit", leavesRows: true }),
    outcome: worker({ verb: "heartbeat", skip: 3 }),
    gives: "it done",
  },
  {
    effect: "heartbeatTimeout",
    flow: "fallingSilent",
    command: finishing("retry"),
    outcome: finishing("completed"),
    gives: "it done",
    fails: ["activities.silent"],
  },
  {
    effect: "map with concurrency",
    flow: "mapping",
    command: scheduling("activities.mark", 1),
    outcome: committing("activity_completed", { skip: 1 }),
    gives: ["it a", "it b", "it c", "it d", "it e"],
  },
  {
    effect: "timer",
    flow: "sleeping",
    command: committing("timer_started"),
    outcome: committing("timer_fired"),
    gives: "it done",
  },
  {
    effect: "uuid4, random, now, today",
    flow: "drawing",
    command: committing("timer_started"),
    outcome: committing("run_completed"),
    gives: "it done",
  },
  {
    effect: "signal, received",
    flow: "waiting",
    command: committing("signal_awaited"),
    outcome: committing("signal_received"),
    meanwhile: twoSignals,
    gives: "it one two",
  },
  {
    effect: "signal, sent",
    flow: "waiting",
    command: { role: "sender", at: { verb: "signal" } },
    outcome: committing("signal_received", { skip: 1 }),
    meanwhile: twoSignals,
    gives: "it one two",
  },
  {
    effect: "signal, timed out",
    flow: "impatient",
    command: committing("signal_awaited"),
    outcome: committing("signal_timed_out"),
    gives: "it nothing came",
  },
  {
    effect: "signal, withdrawn",
    flow: "racing",
    command: committing("waits_withdrawn"),
    outcome: committing("signal_received"),
    meanwhile: [go("waits_withdrawn", "later")],
    gives: "it later",
  },
  {
    effect: "compensate, a function",
    flow: "compensating",
    command: scheduling("activities.undo"),
    outcome: committing("activity_completed", { skip: 1 }),
    gives: { first: { ok: true, value: "it undone" }, again: { ok: true, value: undefined } },
  },
  {
    effect: "compensate, a call",
    flow: "compensatingByCall",
    command: scheduling("activities.undo"),
    outcome: committing("activity_completed", { skip: 1 }),
    gives: { first: { ok: true, value: "it" }, again: { ok: true, value: undefined } },
  },
  {
    effect: "compensateAll, one of which fails",
    flow: "rollingBackInPart",
    command: scheduling("activities.stubborn"),
    outcome: committing("activity_failed"),
    gives: ["activities.mark"],
    fails: ["activities.stubborn"],
  },
  {
    effect: "compensateAll",
    flow: "rollingBack",
    command: scheduling("activities.undo", 1),
    outcome: committing("activity_completed", { skip: 4 }),
    gives: [],
  },
  {
    effect: "compensateAll, parallel",
    flow: "rollingBackAtOnce",
    command: scheduling("activities.undo"),
    outcome: committing("activity_completed", { skip: 3 }),
    gives: [],
  },
  {
    effect: "terminate",
    flow: "endlessWork",
    command: { role: "terminator", at: { verb: "terminate" } },
    outcome: worker({ verb: "inbox", named: true }),
    meanwhile: [{ once: "activity_scheduled", act: "terminate" }],
    gives: { rejects: "CTM7202" },
  },
  {
    effect: "cancel",
    flow: "cancelled",
    command: { role: "canceller", at: { verb: "cancel" } },
    outcome: committing("cancel_requested"),
    meanwhile: [{ once: "signal_awaited", act: "cancel" }],
    gives: { rejects: "CancelledError" },
  },
  {
    effect: "end of a cancelled run",
    flow: "cancelled",
    command: scheduling("activities.undo"),
    outcome: committing("run_cancelled"),
    meanwhile: [{ once: "signal_awaited", act: "cancel" }],
    gives: { rejects: "CancelledError" },
  },
  {
    effect: "child",
    flow: "parent",
    command: committing("child_started"),
    outcome: committing("child_completed"),
    gives: "it done seen",
  },
  {
    effect: "cancelChild",
    flow: "cancellingChild",
    command: committing("child_cancel_requested"),
    outcome: committing("child_cancelled"),
    gives: "it cancelled",
  },
  {
    effect: "child, left by its parent",
    flow: "leaving",
    command: committing("run_completed"),
    outcome: committing("cancel_requested"),
    gives: "it left",
  },
  {
    effect: "child, terminated with its parent",
    flow: "stopping",
    command: committing("run_completed"),
    outcome: worker({ verb: "carryOn", sinceEvent: "run_completed" }),
    gives: "it left",
  },
  {
    effect: "sendSignal",
    flow: "telling",
    command: committing("signal_sent"),
    outcome: committing("signal_delivered"),
    gives: "it one two",
  },
  {
    effect: "sendSignal, its delivery",
    flow: "telling",
    command: worker({ verb: "signal" }),
    outcome: committing("signal_received"),
    gives: "it one two",
  },
  {
    effect: "continueAsNew",
    flow: "continuing",
    command: committing("run_continued"),
    outcome: committing("run_completed"),
    gives: "it...",
  },
  {
    effect: "continueAsNew, and its mail",
    flow: "continuingWithMail",
    command: committing("run_continued"),
    outcome: committing("signal_received", { skip: 1 }),
    meanwhile: [go("signal_awaited", "one"), go("nothing", "two")],
    gives: "it one two",
  },
  {
    effect: "patched",
    flow: "patching",
    command: committing("patch_decided"),
    outcome: committing("timer_fired"),
    gives: "it new",
  },
  {
    effect: "sideEffect",
    flow: "recording",
    command: committing("side_effect_recorded"),
    outcome: committing("timer_fired"),
    gives: "it done",
  },
  {
    effect: "log",
    flow: "logging",
    command: committing("logged"),
    outcome: committing("timer_fired"),
    gives: "it done",
  },
];
