/*
 * What comes from outside a run, in memory: signals, terminate, and waiting for the end.
 */
import type { FencingToken, Payload, RunId } from "../../core/ids.js";
import { checkName } from "../checks.js";
import type { ChainEnd, SignalVerdict, TerminateVerdict } from "../port.js";
import type { MemoryState, StoredRun } from "./state.js";
import { endRun, isOver, leaveMark, mailboxOf } from "./state.js";

export function sendSignal(
  state: MemoryState,
  runId: RunId,
  name: string,
  payload: Payload,
  deliveryId: string,
): SignalVerdict {
  checkName("signal name", name);
  checkName("delivery id", deliveryId);
  const run = state.runs.get(runId);
  if (run === undefined) return { kind: "missing" };
  const mailbox = mailboxOf(state, run.chainId);
  const known = mailbox.find((signal) => signal.deliveryId === deliveryId);
  if (known !== undefined)
    return { kind: "accepted", position: known.position, owner: run.owner, repeated: true };
  if (isOver(run)) return { kind: "ended", status: run.status };
  leaveMark(state, run);
  mailbox.push({ position: run.mark, name, payload, acceptedAt: state.now(), deliveryId, consumed: false });
  return { kind: "accepted", position: run.mark, owner: run.owner, repeated: false };
}

export function terminateRun(state: MemoryState, runId: RunId, reason: string | null): TerminateVerdict {
  const run = state.runs.get(runId);
  if (run === undefined) return { kind: "missing" };
  if (isOver(run)) return { kind: "ended", status: run.status };
  const { owner } = run;
  endRun(state, run, "terminated");
  run.token = (run.token + 1) as FencingToken;
  run.terminateReason = reason;
  run.diagnosis = null;
  return { kind: "terminated", owner };
}

export function chainEnds(
  state: MemoryState,
  chains: readonly RunId[],
): ReadonlyMap<RunId, ChainEnd | "open"> {
  const ends = new Map<RunId, ChainEnd | "open">();
  for (const runId of chains) {
    const run = state.runs.get(runId);
    if (run === undefined) continue;
    const end = endOf(run);
    if (end === "open") run.awaited = true;
    ends.set(runId, end);
  }
  return ends;
}

function endOf(run: StoredRun): ChainEnd | "open" {
  if (run.status === "live" || run.status === "blocked") return "open";
  const last = run.history.at(-1);
  const payload = last?.kind === "run_completed" || last?.kind === "run_failed" ? last.payload : null;
  return { runId: run.runId, status: run.status, payload };
}
