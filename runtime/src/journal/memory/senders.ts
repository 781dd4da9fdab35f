/*
 * What comes from outside a run, in memory: signals, cancel, terminate, and waiting for the end. By any id of the chain.
 */
import type { FencingToken, Payload, RunId } from "../../core/ids.js";
import { checkName } from "../checks.js";
import type { CancelVerdict, ChainEnd, OpenChain, SignalVerdict, TerminateVerdict } from "../port.js";
import type { MemoryState, StoredRun } from "./state.js";
import { endPayload, endRun, isOver, latestOf, leaveMark, mailboxOf, versionKey } from "./state.js";

export function sendSignal(
  state: MemoryState,
  runId: RunId,
  name: string,
  payload: Payload,
  deliveryId: string,
): SignalVerdict {
  checkName("signal name", name);
  checkName("delivery id", deliveryId);
  const run = latestOf(state, runId);
  if (run === undefined) return { kind: "missing" };
  const mailbox = mailboxOf(state, run.chainId);
  const known = mailbox.find((signal) => signal.deliveryId === deliveryId);
  if (known !== undefined)
    return { kind: "accepted", position: known.position, owner: run.owner, repeated: true };
  if (isOver(run)) return { kind: "ended", status: run.status };
  const declared = run.version === null ? null : (state.declared.get(versionKey(run.version)) ?? null);
  if (declared !== null && !declared.includes(name)) return { kind: "undeclared", declared };
  leaveMark(state, run);
  const acceptedAt = state.now();
  mailbox.push({
    position: run.mark,
    name,
    payload,
    acceptedAt,
    deliveryId,
    consumed: false,
    setAside: null,
  });
  return { kind: "accepted", position: run.mark, owner: run.owner, repeated: false };
}

export function cancelRun(state: MemoryState, runId: RunId, reason: string | null): CancelVerdict {
  const run = latestOf(state, runId);
  if (run === undefined) return { kind: "missing" };
  if (isOver(run)) return { kind: "ended", status: run.status };
  const repeated = run.cancel !== null;
  if (!repeated) askToCancel(state, run, reason);
  return { kind: "requested", owner: run.owner, repeated };
}

export function askToCancel(state: MemoryState, run: StoredRun, reason: string | null): void {
  run.cancel = { reason, requestedAt: state.now(), seen: false };
  leaveMark(state, run);
}

export function terminateRun(state: MemoryState, runId: RunId, reason: string | null): TerminateVerdict {
  const run = latestOf(state, runId);
  if (run === undefined) return { kind: "missing" };
  if (isOver(run)) return { kind: "ended", status: run.status };
  const { owner } = run;
  stop(state, run, reason);
  return { kind: "terminated", owner };
}

export function stop(state: MemoryState, run: StoredRun, reason: string | null): void {
  endRun(
    state,
    run,
    "terminated",
    run.history.some(({ kind }) => kind === "signal_sent"),
  );
  run.token = (run.token + 1) as FencingToken;
  run.terminateReason = reason;
  run.diagnosis = null;
}

export function chainEnds(
  state: MemoryState,
  chains: readonly RunId[],
): ReadonlyMap<RunId, ChainEnd | OpenChain> {
  const ends = new Map<RunId, ChainEnd | OpenChain>();
  for (const runId of chains) {
    const run = latestOf(state, runId);
    if (run === undefined) continue;
    const end = endOf(run);
    if (end.status === "open") run.awaited = true;
    ends.set(runId, end);
  }
  return ends;
}

function endOf(run: StoredRun): ChainEnd | OpenChain {
  if (!isOver(run)) return { status: "open", chainId: run.chainId };
  return { runId: run.runId, status: run.status as ChainEnd["status"], payload: endPayload(run) };
}
