import { describe, expect, test } from "vitest";
import type { OpenCommand } from "../core/execution.js";
import type { AtMs, Payload, Seq } from "../core/ids.js";
import type { ChildOutcome, MailboxSignal } from "../journal/port.js";
import type { LiveRun } from "./live-run.js";
import { decidingTime, nextInput } from "./next-input.js";

const at = (ms: number): AtMs => ms as AtMs;
const seq = (n: number): Seq => n as Seq;
const wait = (n: number, name: string, issued: number, due: number | null): OpenCommand => {
  const timeoutMs = due === null ? null : due - issued;
  return {
    kind: "signal_awaited",
    site: "s",
    name,
    timeoutMs,
    dueAt: due as AtMs | null,
    seq: seq(n),
    at: at(issued),
  };
};
const timer = (n: number, due: number): OpenCommand => {
  return { kind: "timer_started", site: "t", durationMs: 1, dueAt: at(due), seq: seq(n), at: at(0) };
};
const signal = (position: number, name: string, accepted: number): MailboxSignal => {
  return { position, name, payload: "1" as Payload, acceptedAt: at(accepted) };
};
const run = (commands: readonly OpenCommand[], mailbox: readonly MailboxSignal[]) => {
  return {
    open: new Map(commands.map((command) => [command.seq, command])),
    mailbox,
    outcomes: new Map(),
    children: new Map<Seq, ChildOutcome>(),
    cancel: null as LiveRun["cancel"],
    results: [],
  };
};
const kinds = (next: ReturnType<typeof nextInput>) => (next === null ? null : { ...next.input });

describe("the next input", () => {
  test("is a signal accepted before the deadline, though the deadline has passed", () => {
    const next = nextInput(run([wait(1, "a", 0, 100)], [signal(1, "a", 99)]), at(500));
    expect(kinds(next)).toMatchObject({ kind: "signal_received", command: 1, position: 1 });
  });

  test("is the timeout where the signal was accepted after the deadline", () => {
    const next = nextInput(run([wait(1, "a", 0, 100)], [signal(1, "a", 101)]), at(500));
    expect(kinds(next)).toMatchObject({ kind: "signal_timed_out", command: 1 });
  });

  test("is never a signal that came after the deadline, however far behind the estimate is", () => {
    expect(nextInput(run([wait(1, "a", 0, 100)], [signal(1, "a", 101)]), at(50))).toBeNull();
  });

  test("is nothing while a deadline lies ahead, even if a signal for a later time is there", () => {
    expect(nextInput(run([wait(1, "a", 0, 100)], []), at(99))).toBeNull();
  });

  test("gives the oldest signal of a name to its first wait that it is in time for", () => {
    const state = run(
      [wait(1, "a", 0, 100), wait(2, "a", 0, null)],
      [signal(4, "a", 150), signal(5, "a", 160)],
    );
    expect(kinds(nextInput(state, at(200)))).toMatchObject({ kind: "signal_timed_out", command: 1 });
    state.open.delete(seq(1));
    expect(kinds(nextInput(state, at(200)))).toMatchObject({
      kind: "signal_received",
      command: 2,
      position: 4,
    });
  });

  test("is what came first, as if a worker had been there all the time", () => {
    const state = run([timer(1, 120), wait(2, "a", 0, null), timer(3, 90)], [signal(1, "a", 100)]);
    const order: unknown[] = [];
    for (let next = nextInput(state, at(500)); next !== null; next = nextInput(state, at(500))) {
      order.push(
        next.input.kind === "signal_received" ? "signal" : "command" in next.input && next.input.command,
      );
      if ("command" in next.input) state.open.delete(next.input.command);
    }
    expect(order).toEqual([3, "signal", 1]);
  });

  test("is decided no earlier than what the database has accepted already", () => {
    expect(decidingTime({ mailbox: [signal(1, "a", 70)] }, at(50))).toBe(70);
    expect(decidingTime({ mailbox: [] }, at(50))).toBe(50);
  });
});
