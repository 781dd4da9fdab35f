/*
 * The journal on Postgres: a server through `pg`, or PGlite. The same SQL for both.
 *
 * Each verb is one statement where it can be, and one transaction where it cannot. Rejections are ContinuumErrors of 5xxx: CTM5001
 * may be sent again unchanged, CTM5002 may not, and nothing of it was stored.
 */
import { sql } from "drizzle-orm";
import type { AtMs } from "../../core/ids.js";
import { checkStart } from "../checks.js";
import type { JournalPorts } from "../journal-ports.js";
import type { Journal } from "../port.js";
import type { JournalReader } from "../reader.js";
import { claimKey, freeKey, settleKey } from "./activity-keys.js";
import { createRuns } from "./births.js";
import { claimRuns } from "./claims.js";
import type { ClaimState } from "./claims.js";
import type { Database } from "./connection.js";
import { carryOn } from "./consequences.js";
import { declare } from "./declarations.js";
import { recordHeartbeat } from "./heartbeats.js";
import { readInboxes } from "./inboxes.js";
import { beginTrial, block, enlist, release, renew, resume, retire } from "./ownership.js";
import type { Persistence } from "./persistence.js";
import { persist } from "./persistence.js";
import { postgresReader } from "./reader.js";
import { cancelRun, chainEnds, sendSignal, terminateRun } from "./senders.js";
import { statement } from "./statement.js";
import { claimTasks } from "./task-claims.js";
import { finishTask } from "./task-ends.js";
import { commitTurns } from "./turns.js";
import type { Unsettled } from "./turns.js";
import { sent, unsent } from "./unsent.js";

export interface PostgresJournalPorts extends JournalPorts {
  readonly exclusive: boolean;
  /** How long a verb is tried again before it rejects with CTM5001. */
  readonly patienceMs: number;
  /** After the database was closed. */
  readonly onClose?: () => Promise<void>;
}

const clock = statement("clock", sql`select continuum.now_ms()::float8 as at`);

export function postgresJournal(
  database: Database,
  given: PostgresJournalPorts,
): { readonly journal: Journal; readonly reader: JournalReader } {
  let closing: Promise<void> | undefined;
  const ports: Persistence & JournalPorts = {
    codec: given.codec,
    random: given.random,
    patienceMs: given.patienceMs,
    isClosed: () => closing !== undefined,
  };
  const unsettled: Unsettled = new Set();
  const claims: ClaimState = { count: 0, unsettledRuns: new Set(), unsettledTasks: new Set() };
  const journal: Journal = {
    exclusive: given.exclusive,
    clock: () =>
      persist(ports, "read the clock", async () => (await database.query(clock, {}))[0]!.at as AtMs),
    enlist: async (worker, leaseMs) => enlist(database, ports, worker, leaseMs),
    renew: async (worker, leaseMs) => renew(database, ports, worker, leaseMs),
    retire: async (worker) => retire(database, ports, worker),
    declare: async (versions) => declare(database, ports, versions),
    create: async (runs) => {
      runs.forEach(checkStart);
      return createRuns(database, ports, runs);
    },
    claimRuns: async (ask) => claimRuns(database, ports, claims, ask),
    commit: async (turns) => commitTurns(database, ports, unsettled, turns),
    inbox: async (worker, runs) => persist(ports, "read inboxes", () => readInboxes(database, worker, runs)),
    release: async (worker, runs) => release(database, ports, worker, runs),
    beginTrial: async (runId, token) => beginTrial(database, ports, runId, token),
    block: async (runId, token, diagnosis) => block(database, ports, runId, token, diagnosis),
    resume: async (runId) => resume(database, ports, runId),
    claimTasks: async (ask) => claimTasks(database, ports, claims, ask),
    finishTask: async (finish) => finishTask(database, ports, finish),
    signal: async (runId, name, payload, deliveryId) =>
      sendSignal(database, ports, { runId, name, payload, deliveryId }),
    cancel: async (runId, reason) => cancelRun(database, ports, runId, reason),
    carryOn: async (limit) => carryOn(database, ports, limit),
    unsent: async (limit) => unsent(database, ports, limit),
    sent: async (runId) => sent(database, ports, runId),
    claimKey: async (claim) => claimKey(database, ports, claim),
    settleKey: async (claim, result) => settleKey(database, ports, claim, result),
    freeKey: async (claim) => freeKey(database, ports, claim),
    heartbeat: async (beat) => recordHeartbeat(database, ports, beat),
    terminate: async (runId, reason) => terminateRun(database, ports, runId, reason),
    ends: async (chains) => chainEnds(database, ports, chains),
    close: () => (closing ??= database.close().finally(() => given.onClose?.())),
  };
  return { journal, reader: postgresReader(database, ports) };
}
