/*
 * The read-only port on Postgres, through drizzle's builder: nothing waits on these reads.
 */
import { and, asc, eq, isNotNull, notInArray } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { ActivityPolicy } from "../../core/events.js";
import type { AtMs, ChainId, Payload, RunId, Seq, WorkerId } from "../../core/ids.js";
import type { Diagnosis, RunStatus } from "../port.js";
import type { JournalReader, RunRow } from "../reader.js";
import { latestOf } from "./chains.js";
import type { Database } from "./connection.js";
import { eventOf } from "./event-rows.js";
import { readFamily } from "./families.js";
import type { Persistence } from "./persistence.js";
import { persist } from "./persistence.js";
import { attempts, events, runs, signals, tasks } from "./schema.js";

export function postgresReader(database: Database, ports: Persistence): JournalReader {
  const { builder } = database;
  /** Those in the mailbox of the run's chain that `which` says, in order. */
  async function signalsOf(runId: RunId, which: SQL) {
    const rows = await builder
      .select({
        position: signals.position,
        name: signals.name,
        payload: signals.payload,
        acceptedAt: signals.acceptedAt,
        reason: signals.setAside,
      })
      .from(runs)
      .innerJoin(signals, and(eq(signals.chainId, runs.chainId), which))
      .where(eq(runs.runId, runId))
      .orderBy(asc(signals.position));
    return rows.map((row) => ({
      ...row,
      payload: row.payload as Payload,
      acceptedAt: row.acceptedAt as AtMs,
    }));
  }
  return {
    latest: (runId) => persist(ports, "find a chain's last run", () => latestOf(database, runId)),
    run: (runId) =>
      persist(ports, "read a run", async () => {
        const [row] = await builder.select().from(runs).where(eq(runs.runId, runId));
        return row === undefined ? null : runRow(row);
      }),
    history: (runId) =>
      persist(ports, "read a history", async () => {
        return (
          await builder.select().from(events).where(eq(events.runId, runId)).orderBy(asc(events.seq))
        ).map(eventOf);
      }),
    tasks: (runId) =>
      persist(ports, "read tasks", async () => {
        const rows = await builder
          .select()
          .from(tasks)
          .where(and(eq(tasks.runId, runId), notInArray(tasks.state, ["completed", "failed"])))
          .orderBy(asc(tasks.command));
        return rows.map((row) => ({
          command: row.command as Seq,
          activity: row.activity,
          attempt: row.attempt,
          dueAt: row.dueAt as AtMs,
          queue: (JSON.parse(row.policy) as ActivityPolicy).queue,
          claimedBy: row.claimedBy as WorkerId | null,
        }));
      }),
    attempts: (runId) =>
      persist(ports, "read attempts", async () => {
        const rows = await builder
          .select()
          .from(attempts)
          .where(eq(attempts.runId, runId))
          .orderBy(asc(attempts.endedAt), asc(attempts.command), asc(attempts.attempt));
        return rows.map((row) => ({
          runId: row.runId as RunId,
          command: row.command as Seq,
          activity: row.activity,
          attempt: row.attempt,
          startedAt: row.startedAt as AtMs,
          endedAt: row.endedAt as AtMs,
          worker: row.worker as WorkerId,
          error: row.error as Payload | null,
        }));
      }),
    mailbox: (runId) =>
      persist(ports, "read a mailbox", async () => {
        const rows = await signalsOf(runId, eq(signals.consumed, false));
        return rows.map(({ reason: _none, ...signal }) => signal);
      }),
    family: (runId, limit) => readFamily(database, ports, runId, limit),
    setAside: (runId) =>
      persist(ports, "read signals that were set aside", async () => {
        const rows = await signalsOf(runId, isNotNull(signals.setAside));
        return rows.map(({ reason, ...signal }) => ({ ...signal, reason: reason ?? "" }));
      }),
  };
}

function runRow(row: typeof runs.$inferSelect): RunRow {
  const hasVersion = row.versionHash !== "";
  return {
    runId: row.runId as RunId,
    chainId: row.chainId as ChainId,
    namespace: row.namespace,
    attributes: row.attributes ?? {},
    workflow: row.workflow,
    versionLabel: hasVersion ? row.versionLabel : null,
    versionHash: hasVersion ? row.versionHash : null,
    status: row.status as RunStatus,
    owner: row.owner as WorkerId | null,
    createdAt: row.createdAt as AtMs,
    endedAt: row.endedAt as AtMs | null,
    dueAt: row.dueAt as AtMs | null,
    diagnosis: row.diagnosis === null ? null : (JSON.parse(row.diagnosis) as Diagnosis),
    deaths: row.deaths ?? 0,
    terminateReason: row.terminateReason,
  };
}
