/*
 * The journal in memory: for tests and for trying things out. It forgets everything when the process ends.
 *
 * Each verb runs without a pause inside, so it is a transaction by construction; there is no second connection, hence no
 * verdict `locked`. Passes the same suite as Postgres.
 */
import type { AtMs, RunId, WorkerId } from "../../core/ids.js";
import { journalClosed, workerDeclaredDead } from "../../errors/journal-errors.js";
import { checkName, checkTurns } from "../checks.js";
import type { JournalPorts } from "../journal-ports.js";
import type { Journal } from "../port.js";
import type { JournalReader, RunRow } from "../reader.js";
import { createRun } from "./births.js";
import { carryOn, unsent } from "./consequences.js";
import { familyOf } from "./families.js";
import { claimKey, freeKey, settleKey } from "./keys.js";
import { beginTrial, blockRun, claimRuns, releaseRun, resumeRun } from "./runs.js";
import { cancelRun, chainEnds, sendSignal, terminateRun } from "./senders.js";
import type { MemoryState, StoredRun } from "./state.js";
import { emptyState, isAlive, latestOf, signalsSetAside, versionKey, waitingSignals } from "./state.js";
import { claimTasks, finishTask, heartbeat } from "./tasks.js";
import { commitTurns, readInboxes } from "./turns.js";

export interface MemoryJournalPorts extends JournalPorts {
  /** What this journal's database would call its clock. */
  readonly now: () => AtMs;
}

/** A fresh, empty journal. `now` may be a simulated clock. */
export function memoryJournal(ports: MemoryJournalPorts): {
  readonly journal: Journal;
  readonly reader: JournalReader;
} {
  const state = emptyState(ports.now);
  return { journal: writer(state, ports), reader: reader(state) };
}

function writer(state: MemoryState, ports: JournalPorts): Journal {
  let closed = false;
  /** Runs a verb as a whole, answering through a promise like any other journal. */
  const verb = async <Answer>(name: string, act: () => Answer): Promise<Answer> => {
    if (closed) throw journalClosed(name);
    return act();
  };
  return {
    exclusive: true,
    clock: () => verb("read its clock", state.now),
    enlist: (worker, leaseMs) => verb("enlist a worker", () => enlist(state, worker, leaseMs)),
    renew: (worker, leaseMs) => verb("renew a lease", () => renew(state, worker, leaseMs)),
    retire: (worker) =>
      verb("retire a worker", () => {
        const row = state.workers.get(worker);
        if (row !== undefined) row.dead = true;
      }),
    declare: (versions) =>
      verb("declare versions", () => {
        for (const version of versions) state.declared.set(versionKey(version), version.signals);
      }),
    create: (runs) => verb("create runs", () => runs.map((run) => createRun(state, run))),
    claimRuns: (ask) => verb("claim runs", () => claimRuns(state, ports, ask)),
    commit: (turns) =>
      verb("commit turns", () => {
        checkTurns(turns);
        return commitTurns(state, turns);
      }),
    inbox: (worker, runs) => verb("read inboxes", () => readInboxes(state, worker, runs)),
    release: (worker, runs) => verb("release runs", () => runs.map((run) => releaseRun(state, worker, run))),
    beginTrial: (runId, token) => verb("try a suspect alone", () => beginTrial(state, runId, token)),
    block: (runId, token, diagnosis) => verb("block a run", () => blockRun(state, runId, token, diagnosis)),
    resume: (runId) => verb("resume a run", () => resumeRun(state, runId)),
    claimTasks: (ask) => verb("claim tasks", () => claimTasks(state, ports, ask)),
    finishTask: (finish) => verb("finish a task", () => finishTask(state, finish)),
    signal: (runId, name, payload, deliveryId) =>
      verb("send a signal", () => sendSignal(state, runId, name, payload, deliveryId)),
    cancel: (runId, reason) => verb("cancel a run", () => cancelRun(state, runId, reason)),
    carryOn: (limit) => verb("carry on what ends have set going", () => carryOn(state, limit)),
    unsent: (limit) => verb("look for signals that were not sent", () => unsent(state, limit)),
    sent: (runId) =>
      verb("settle what a run has sent", () => {
        const run = state.runs.get(runId);
        if (run !== undefined) run.sends = false;
      }),
    claimKey: (claim) => verb("claim a key", () => claimKey(state, claim)),
    settleKey: (claim, result) => verb("settle a key", () => settleKey(state, claim, result)),
    freeKey: (claim) => verb("free a key", () => freeKey(state, claim)),
    heartbeat: (beat) => verb("record a heartbeat", () => heartbeat(state, beat)),
    terminate: (runId, reason) => verb("terminate a run", () => terminateRun(state, runId, reason)),
    ends: (chains) => verb("ask for ends", () => chainEnds(state, chains)),
    close: async () => {
      closed = true;
    },
  };
}

function enlist(state: MemoryState, worker: WorkerId, leaseMs: number): AtMs {
  checkName("worker id", worker);
  if (state.workers.has(worker) && !isAlive(state, worker)) throw workerDeclaredDead(worker);
  const now = state.now();
  state.workers.set(worker, { leaseUntil: (now + leaseMs) as AtMs, dead: false });
  return now;
}

function renew(state: MemoryState, worker: WorkerId, leaseMs: number): boolean {
  const row = state.workers.get(worker);
  if (row === undefined || !isAlive(state, worker)) return false;
  row.leaseUntil = (state.now() + leaseMs) as AtMs;
  return true;
}

function reader(state: MemoryState): JournalReader {
  const find = (runId: RunId): StoredRun | undefined => state.runs.get(runId);
  return {
    latest: async (runId) => latestOf(state, runId)?.runId ?? null,
    run: async (runId) => {
      const run = find(runId);
      return run === undefined ? null : runRow(run);
    },
    history: async (runId) => [...(find(runId)?.history ?? [])],
    tasks: async (runId) =>
      [...(find(runId)?.tasks.values() ?? [])]
        .filter((task) => task.outcome === null)
        .sort((a, b) => a.command - b.command)
        .map(({ command, activity, attempt, dueAt, policy, claimedBy }) => {
          return { command, activity, attempt, dueAt, queue: policy.queue, claimedBy };
        }),
    attempts: async (runId) => [...(find(runId)?.attempts ?? [])].sort((a, b) => a.endedAt - b.endedAt),
    mailbox: async (runId) => {
      const run = find(runId);
      return run === undefined ? [] : waitingSignals(state, run.chainId);
    },
    family: async (runId, limit) => familyOf(state, runId, limit),
    setAside: async (runId) => {
      const run = find(runId);
      return run === undefined ? [] : signalsSetAside(state, run.chainId);
    },
  };
}

function runRow(run: StoredRun): RunRow {
  return {
    runId: run.runId,
    chainId: run.chainId,
    namespace: run.namespace,
    attributes: run.attributes,
    workflow: run.workflow,
    versionLabel: run.version?.label ?? null,
    versionHash: run.version?.hash ?? null,
    status: run.status,
    owner: run.owner,
    createdAt: run.createdAt,
    endedAt: run.endedAt,
    dueAt: run.dueAt,
    diagnosis: run.diagnosis,
    deaths: run.deaths,
    terminateReason: run.terminateReason,
  };
}
