/*
 * Which input a run gets next, of all that has arrived. Pure.
 *
 * A cancellation precedes everything else: it was committed before anything that this run will store (R34).
 *
 * The earliest comes first, by the database's clock, as it would have if a worker had been there all the time (R23): a
 * signal at its acceptance (but not before its wait was issued), a timer or timeout when it was due, a result when it
 * arrived here. At the same instant a signal precedes the timeout that it races with.
 */
import type { InputEvent } from "../core/events.js";
import type { OpenCommand } from "../core/execution.js";
import type { AtMs, Seq } from "../core/ids.js";
import type { MailboxSignal } from "../journal/port.js";
import type { LiveRun, Result } from "./live-run.js";

type SignalWait = Extract<OpenCommand, { kind: "signal_awaited" }>;

export type NextInput =
  | {
      readonly kind: "signal";
      readonly time: number;
      readonly input: Extract<InputEvent, { kind: "signal_received" }>;
      readonly signal: MailboxSignal;
    }
  | {
      readonly kind: "due";
      readonly time: number;
      readonly input: InputEvent;
      readonly dueAt: AtMs;
      readonly decisive: boolean;
    }
  | { readonly kind: "outcome"; readonly time: number; readonly input: InputEvent; readonly command: Seq }
  | { readonly kind: "cancel"; readonly time: number; readonly input: InputEvent }
  | { readonly kind: "child"; readonly time: number; readonly input: InputEvent; readonly command: Seq }
  | { readonly kind: "result"; readonly time: number; readonly input: InputEvent; readonly result: Result };

/** The instant up to which things are due: the clock's estimate, or later if the database itself has accepted something later. */
export function decidingTime(run: Pick<LiveRun, "mailbox">, estimate: AtMs): AtMs {
  let latest = estimate;
  for (const { acceptedAt } of run.mailbox) if (acceptedAt > latest) latest = acceptedAt;
  return latest;
}

export function nextInput(
  run: Pick<LiveRun, "open" | "mailbox" | "outcomes" | "results" | "children" | "cancel">,
  now: AtMs,
): NextInput | null {
  if (run.cancel !== null) {
    const { reason, requestedAt } = run.cancel;
    return { kind: "cancel", time: requestedAt, input: { kind: "cancel_requested", reason } };
  }
  let first: NextInput | null = null;
  for (const candidate of [
    signalFor(run),
    resultOf(run),
    outcomeFor(run),
    childOf(run),
    dueAmong(run, now),
  ]) {
    if (candidate !== null && (first === null || candidate.time < first.time)) first = candidate;
  }
  return first;
}

/** The oldest signal of each awaited name goes to the first wait that it is in time for (R20, R23). */
function signalFor({ open, mailbox }: Pick<LiveRun, "open" | "mailbox">): NextInput | null {
  if (mailbox.length === 0) return null;
  let first: NextInput | null = null;
  const looked = new Set<string>();
  for (const signal of mailbox) {
    if (looked.has(signal.name)) continue;
    looked.add(signal.name);
    for (const wait of open.values()) {
      if (!isInTime(wait, signal)) continue;
      const time = Math.max(signal.acceptedAt, wait.at);
      if (first === null || time < first.time) {
        const input = {
          kind: "signal_received",
          command: wait.seq,
          position: signal.position,
          payload: signal.payload,
        } as const;
        first = { kind: "signal", time, input, signal };
      }
      break;
    }
  }
  return first;
}

function isInTime(wait: OpenCommand, signal: MailboxSignal): wait is SignalWait {
  if (wait.kind !== "signal_awaited" || wait.name !== signal.name) return false;
  return wait.dueAt === null || signal.acceptedAt <= wait.dueAt;
}

function resultOf({ results }: Pick<LiveRun, "results">): NextInput | null {
  const result = results[0];
  return result === undefined
    ? null
    : { kind: "result", time: result.arrivedAt, input: result.input, result };
}

function outcomeFor({ open, outcomes }: Pick<LiveRun, "open" | "outcomes">): NextInput | null {
  for (const [command, { outcome, arrivedAt }] of outcomes) {
    if (!open.has(command)) continue;
    const { attempt, payload } = outcome;
    const kind = outcome.kind === "completed" ? "activity_completed" : "activity_failed";
    return { kind: "outcome", time: arrivedAt, input: { kind, command, attempt, payload }, command };
  }
  return null;
}

/** The ends of children come in the order in which the journal tells of them. */
function childOf({ open, children }: Pick<LiveRun, "open" | "children">): NextInput | null {
  for (const [command, { status, payload, endedAt }] of children) {
    if (!open.has(command)) continue;
    const time = endedAt;
    if (status === "cancelled" || status === "terminated") {
      const terminated = status === "terminated";
      return { kind: "child", time, input: { kind: "child_cancelled", command, terminated }, command };
    }
    if (payload === null) throw new Error(`child of command ${command} is ${status} without a payload`);
    const kind = status === "completed" ? "child_completed" : "child_failed";
    return { kind: "child", time, input: { kind, command, payload }, command };
  }
  return null;
}

function dueAmong({ open }: Pick<LiveRun, "open">, now: AtMs): NextInput | null {
  let first: (OpenCommand & { readonly dueAt: AtMs }) | null = null;
  for (const command of open.values()) {
    if (!("dueAt" in command) || command.dueAt === null || command.dueAt > now) continue;
    if (first === null || command.dueAt < first.dueAt) first = { ...command, dueAt: command.dueAt };
  }
  if (first === null) return null;
  const decisive = first.kind === "signal_awaited";
  const input = { kind: decisive ? "signal_timed_out" : "timer_fired", command: first.seq } as const;
  return { kind: "due", time: first.dueAt, input, dueAt: first.dueAt, decisive };
}
