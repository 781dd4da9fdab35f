import { describe } from "vitest";
import type { HistoryEvent } from "../../core/events.js";
import type { RunId } from "../../core/ids.js";
import type { Workbench } from "../conformance/workbench.conformance.js";
import {
  completed,
  ended,
  mark,
  ms,
  payload,
  scheduled,
  seq,
  started,
  token,
  until,
} from "../conformance/workbench.conformance.js";
import { holdUntilViolated } from "./fixtures/violations.js";
import { INVARIANTS } from "./invariants.js";

/** For each invariant, a change by hand that breaks it. `:done`, `:open`, … stand for the runs of the story. */
const VIOLATIONS: Readonly<Record<string, string>> = {
  "a history has no gaps, and its run knows its length":
    "delete from continuum.events where run_id = ':done' and seq = 3",
  "no event is without its run": "delete from continuum.runs where run_id = ':done'",
  "a history begins with run_started, and has one":
    "update continuum.events set kind = 'run_started' where run_id = ':done' and seq = 2",
  "times do not fall along a history":
    "update continuum.events set at = 0 where run_id = ':done' and seq = 3",
  "tokens do not fall along a history, and none exceeds its run's":
    "update continuum.events set token = 7 where run_id = ':done' and seq = 2",
  "a run has one end, and nothing follows it":
    "update continuum.events set kind = 'run_completed' where run_id = ':done' and seq = 3",
  "a completed or failed run's last event says so":
    "update continuum.runs set status = 'failed' where run_id = ':done'",
  "an ended run has no lease, no due time, no task, and the time of its end":
    "update continuum.runs set due_at = 5 where run_id = ':done'",
  "a run that goes on has no time of its end":
    "update continuum.runs set ended_at = 1 where run_id = ':open'",
  "no run sleeps while there is a mark that it has not seen, or beyond its due time":
    "update continuum.runs set mark = mark + 1 where run_id = ':asleep'",
  "an owner is told of each mark that it has not seen":
    "update continuum.runs set news = not news where run_id = ':open'",
  "marks are seen only after they are left":
    "update continuum.runs set seen_mark = 99 where run_id = ':done'",
  "signals stand in the order of their acceptance":
    "update continuum.signals set accepted_at = 0 where chain_id = ':done' and position = 2",
  "a signal's place is a mark of its chain":
    "update continuum.signals set position = 99 where chain_id = ':done' and position = 3",
  "a signal is consumed once, by the wait that says so":
    "update continuum.signals set consumed = true where chain_id = ':done' and position = 3",
  "a signal that was set aside waits no more, and is still to be seen":
    "update continuum.signals set set_aside = 'why' where chain_id = ':done' and position = 3",
  "a run that goes on owes no signal to a sweep":
    "update continuum.runs set sends = true where run_id = ':open'",
  "no wait consumes a signal that was never accepted":
    "delete from continuum.signals where chain_id = ':done' and position = 1",
  "signals of one name are consumed in the order of their acceptance":
    "update continuum.events set body = replace(body, '\"position\":1', '\"position\":9') where run_id = ':done'; " +
    "update continuum.signals set position = 9 where chain_id = ':done' and position = 1",
  "a signal that was accepted before a deadline wins over it":
    "update continuum.signals set accepted_at = 0, name = 'late' where chain_id = ':done' and position = 3",
  "timers and waits have one outcome, after they began":
    "update continuum.events set body = replace(body, '\"command\":2', '\"command\":1') where run_id = ':done' and kind = 'signal_received'",
  "no timer fires early":
    "update continuum.events set at = 1 where run_id = ':done' and kind = 'timer_fired'",
  "an activity has one outcome, after it was scheduled":
    "update continuum.events set kind = 'timer_started', body = '{\"dueAt\":0}' where run_id = ':open' and seq = 1",
  "attempts are dense, and within the limit":
    "delete from continuum.attempts where run_id = ':open' and attempt = 1",
  "attempts are spaced by the pause of their policy":
    "update continuum.attempts set started_at = started_at - 1000 where run_id = ':open' and attempt = 2",
  "no attempt begins after its run's end":
    "update continuum.runs set ended_at = 1, status = 'terminated', owner = null where run_id = ':open'",
  "a task belongs to an activity of its run that has no outcome":
    "update continuum.tasks set command = 0 where run_id = ':task'",
  "a claimed task says by whom and since when, and an ended one has its outcome":
    "update continuum.tasks set outcome = 'x' where run_id = ':task'",
  "a chain has one run that goes on": "update continuum.runs set chain_id = ':open' where run_id = ':task'",
  "an owned run has a version and a token":
    "update continuum.runs set version_hash = '' where run_id = ':open'",
  "at most five deaths are counted against a run":
    "update continuum.runs set deaths = 6 where run_id = ':open'",
  "only a suspect is on trial": "update continuum.runs set trial = token where run_id = ':open'",
  "a worker tries one run at a time":
    "update continuum.runs set deaths = 2, trial = token where run_id in (':open', ':task')",
};

describe("the invariants of the tables", () => {
  // Signals, timers, retries, a crash and every sort of end.
  holdUntilViolated(INVARIANTS, VIOLATIONS, tellStory);
});

async function tellStory(b: Workbench, runs: Record<string, RunId>): Promise<void> {
  const worker = await b.worker();
  const now = await b.journal.clock();
  const at = (event: object, time = now): HistoryEvent => ({ ...event, at: time }) as HistoryEvent;
  const first = at(started);

  // A run with a signal race, a timer, an activity; it ends, and one signal is left over.
  const done = (runs.done = await b.born(worker, { events: [first] }));
  for (const n of [1, 2, 3]) await b.journal.signal(done, n === 3 ? "left over" : "s", payload("p"), `d${n}`);
  const events = [
    { kind: "signal_awaited", seq: seq(1), site: "s", name: "s", timeoutMs: null, dueAt: null },
    { kind: "signal_awaited", seq: seq(2), site: "s", name: "s", timeoutMs: null, dueAt: null },
    { kind: "signal_awaited", seq: seq(3), site: "s", name: "late", timeoutMs: 1, dueAt: ms(now + 1) },
    { kind: "timer_started", seq: seq(4), site: "s", durationMs: 1, dueAt: ms(now + 1) },
    { kind: "timer_started", seq: seq(5), site: "s", durationMs: 1, dueAt: ms(now + 60_000) },
    { kind: "signal_received", seq: seq(6), command: seq(1), position: 1, payload: payload("p") },
    { kind: "signal_received", seq: seq(7), command: seq(2), position: 2, payload: payload("p") },
  ];
  await b.commit(done, {
    events: events.map((event) => at(event)),
    seenMark: mark(3),
    consumedSignals: [1, 2],
  });
  const later = ms(now + 1);
  await until(async () => {
    const verdict = await b.commit(done, {
      nextSeq: seq(8),
      seenMark: mark(3),
      notBefore: later,
      decisive: true,
      events: [
        at({ kind: "timer_fired", seq: seq(8), command: seq(4) }, later),
        at({ kind: "signal_timed_out", seq: seq(9), command: seq(3) }, later),
        at({ kind: "waits_withdrawn", seq: seq(10), commands: [seq(5)] }, later),
        at(ended(11), later),
      ],
      end: { status: "completed" },
    });
    return verdict.kind === "committed";
  });

  // A run whose activity fails twice, the first time with its worker; it is still open.
  const dead = await b.worker();
  const open = (runs.open = await b.born(dead, { events: [first, at(scheduled(1, { pauseMs: 1 }))] }));
  await b.journal.retire(dead);
  await b.claimOne(worker);
  await until(async () => (await b.tasks(worker))[0]);
  const failed = { worker, runId: open, command: seq(1), attempt: 2 };
  await b.journal.finishTask({ ...failed, end: { kind: "retry", payload: payload("e"), delayMs: 1 } });
  await until(async () => (await b.tasks(worker))[0]);
  await b.journal.finishTask({ ...failed, attempt: 3, end: { kind: "completed", payload: payload("r") } });
  await b.commit(open, {
    token: token(2),
    nextSeq: seq(2),
    seenMark: mark(1),
    events: [at({ ...completed(2, 1, 3) })],
    consumedTasks: [seq(1)],
  });

  // One that sleeps, one with a waiting task, one that is blocked and one that was terminated.
  const asleep = (runs.asleep = await b.born(worker, { events: [first], dueAt: ms(now + 3_600_000) }));
  await b.journal.release(worker, [{ runId: asleep, token: token(1), seenMark: mark(0), tasks: [] }]);
  const task = (runs.task = await b.born(worker, { events: [first, at(scheduled(1))] }));
  await b.commit(task, { nextSeq: seq(2), tasks: [b.task(task, { dueAt: ms(now + 3_600_000) })] });
  const blocked = await b.born(worker, { events: [first] });
  await b.journal.block(blocked, token(1), { code: "CTM4001", message: "m", hint: "h", seq: null });
  await b.journal.terminate(await b.withRow(worker), null);
}
