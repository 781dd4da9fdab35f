import { describe } from "vitest";
import type { HistoryEvent } from "../../core/events.js";
import type { RunId } from "../../core/ids.js";
import type { Workbench } from "../conformance/workbench.conformance.js";
import {
  childStarted,
  ended,
  mark,
  ms,
  payload,
  policy,
  scheduled,
  seq,
} from "../conformance/workbench.conformance.js";
import { CHAIN_INVARIANTS } from "./chain-invariants.js";
import { holdUntilViolated } from "./fixtures/violations.js";

/** For each invariant, a change by hand that breaks it. `:parent`, `:child`, … stand for the runs of the story. */
const VIOLATIONS: Readonly<Record<string, string>> = {
  "a chain is a path: each of its runs but the last was continued, in the next place":
    "update continuum.runs set chain_place = 3 where run_id = ':next'",
  "a chain begins with the run that gave it its id":
    "update continuum.runs set chain_id = 'other' where run_id = ':parent'",
  "a continued run ended when its successor was born, and its last event names it":
    "update continuum.events set body = '{\"successor\":\"other\"}' where run_id = ':former' and kind = 'run_continued'",
  "a continued run has no lease, no due time, no task, and the time of its end":
    "update continuum.runs set due_at = 5 where run_id = ':former'",
  "namespace, attributes and parent are the same along a chain, and its mark does not fall":
    "update continuum.runs set mark = 0 where run_id = ':next'",
  "a child was started by its parent, and each that was started is there":
    "delete from continuum.runs where run_id = ':child'",
  "a child is one deeper than its parent, and belongs to its parent's chain":
    "update continuum.runs set depth = 7 where run_id = ':child'",
  "no chain that has ended leaves children that go on and are told by nobody":
    "update continuum.runs set closes = null where run_id = ':closing'",
  "a child's end is recorded once by a parent that goes on, or is owed to it, and never both":
    "update continuum.runs set reports = null where run_id = ':owed'",
  "no end of a child is recorded before it":
    "update continuum.runs set status = 'live', ended_at = null where run_id = ':child'",
  "only what has ended owes something": "update continuum.runs set reports = 'due' where run_id = ':left'",
  "a cancel is recorded once, and only if it was asked for":
    "update continuum.events set kind = 'cancel_requested' where run_id = ':former' and seq = 1",
  "an attempt has a deadline for its heartbeat while it runs, if its policy says so, and only then":
    "update continuum.tasks set beat_by = null where run_id = ':beating'",
  "a key is settled once it has its result": "update continuum.activity_keys set settled_at = null",
};

describe("the invariants of chains and children", () => {
  holdUntilViolated(CHAIN_INVARIANTS, VIOLATIONS, tellStory);
});

async function tellStory(b: Workbench, runs: Record<string, RunId>): Promise<void> {
  const worker = await b.worker();

  // A run that was cancelled and continued, with a signal.
  const former = (runs.former = await b.born(worker));
  await b.journal.signal(former, "s", payload("p"), "d");
  runs.next = await b.continued(
    former,
    {
      nextSeq: seq(1),
      seenMark: mark(1),
      events: [scheduled(1), { ...continuation(2), successor: `${former}-next` } as HistoryEvent],
    },
    { runId: `${former}-next` as RunId },
  );
  await b.claimOne(worker);

  // A parent with three children: one ended and recorded, one ended and owed, one continued and going on.
  const parent = (runs.parent = await b.born(worker));
  const all = [1, 2, 3].map((n) => b.child(parent, n, { owner: worker }));
  const [recordedChild, owed, left] = all.map((child) => child.runId) as [RunId, RunId, RunId];
  Object.assign(runs, { child: recordedChild, owed, left });
  await b.commit(parent, { events: all.map((c, i) => childStarted(i + 1, c.runId)), children: all });
  const completed = { events: [ended(1)], end: { status: "completed" as const } };
  await b.commit(recordedChild, completed);
  await b.carryOn();
  const recorded = {
    kind: "child_completed",
    seq: seq(4),
    at: ms(0),
    command: seq(1),
    payload: payload("r"),
  } as const;
  await b.commit(parent, {
    nextSeq: seq(4),
    seenMark: mark(1),
    events: [recorded],
    consumedChildren: [seq(1)],
  });
  await b.commit(owed, completed);
  await b.continued(left);

  // A parent that has ended and whose children have not been told yet.
  const closing = (runs.closing = await b.born(worker));
  const child = b.child(closing, 1, { owner: worker });
  await b.commit(closing, { events: [childStarted(1, child.runId)], children: [child] });
  await b.journal.terminate(closing, null);

  // One that was cancelled and has recorded it; one whose keyed attempt runs.
  const cancelled = await b.born(worker);
  await b.journal.cancel(cancelled, "r");
  const request = { kind: "cancel_requested", seq: seq(1), at: ms(0), reason: "r" } as const;
  await b.commit(cancelled, { seenMark: mark(1), events: [request], consumedCancel: true });
  const beating = (runs.beating = await b.withRow(worker, {
    policy: policy({ heartbeatTimeoutMs: 60_000 }),
  }));
  await b.withRow(worker, { policy: policy({ heartbeatTimeoutMs: 60_000 }), activity: "other" });
  await b.tasks(worker);
  const claim = { namespace: "default", activity: "payments.charge", key: "k", worker, runId: beating };
  await b.journal.claimKey({ ...claim, command: seq(1), attempt: 1 });
  await b.journal.settleKey({ ...claim, command: seq(1), attempt: 1 }, payload("r"));
}

function continuation(at: number) {
  return { kind: "run_continued", seq: seq(at), at: ms(0), site: "s", payload: payload("input") };
}
