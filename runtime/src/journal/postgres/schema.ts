/*
 * The tables, as drizzle sees them. The migrations make them; a test holds the two together.
 *
 * Points in time are milliseconds since 1970 by the database's clock (`continuum.now_ms()`), as the port has them: no time zone,
 * no rounding. Every key begins with the run or the chain, so that partitioning by it stays possible. There are no foreign keys:
 * each row is written by a statement that holds the run's row.
 */
import { sql } from "drizzle-orm";
import {
  jsonb,
  bigint,
  boolean,
  check,
  index,
  integer,
  pgSchema,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { Attributes } from "../port.js";

export const continuum = pgSchema("continuum");

const ms = (name: string) => bigint(name, { mode: "number" });
const count = (name: string) => bigint(name, { mode: "number" });

export const runs = continuum.table(
  "runs",
  {
    runId: text("run_id").primaryKey(),
    chainId: text("chain_id").notNull(),
    namespace: text("namespace").notNull(),
    workflow: text("workflow").notNull(),
    /** Empty until the first claim fixes it. */
    versionHash: text("version_hash").notNull(),
    versionLabel: text("version_label").notNull(),
    idempotencyKey: text("idempotency_key"),
    /** Which call of `create` made it: tells a repeated call whose first answer was lost from somebody else's run. */
    birth: text("birth").notNull(),
    retentionMs: bigint("retention_ms", { mode: "number" }),
    /** Of the chain and its children; null: none. */
    attributes: jsonb("attributes").$type<Attributes>(),
    status: text("status").notNull(),
    owner: text("owner"),
    token: count("token").notNull(),
    /** Workers that died with it since its last commit; null: none. In no index, so that turns stay HOT. */
    deaths: integer("deaths"),
    /** The token under which it was last put on trial: it counts only while it is the run's token. */
    trial: count("trial"),
    /** Which claim gave it to its owner: finds the runs of a claim whose answer was lost. */
    claim: text("claim"),
    nextSeq: integer("next_seq").notNull(),
    mark: count("mark").notNull(),
    seenMark: count("seen_mark").notNull(),
    /** `mark > seen_mark`, as a column: an index on the comparison would end HOT updates. */
    news: boolean("news").notNull(),
    awaited: boolean("awaited").notNull(),
    /** The earliest open due time. In no index, so that turns stay HOT. */
    dueAt: ms("due_at"),
    /** When an unowned run can be claimed; null while it is owned, blocked or ended. */
    wakeAt: ms("wake_at"),
    createdAt: ms("created_at").notNull(),
    endedAt: ms("ended_at"),
    diagnosis: text("diagnosis"),
    terminateReason: text("terminate_reason"),
    /** Its place in its chain, from 1; null for a chain's first run, so that plain runs are in no index for it. */
    chainPlace: integer("chain_place"),
    cancelAt: ms("cancel_at"),
    cancelReason: text("cancel_reason"),
    /** The run has recorded the request. */
    cancelSeen: boolean("cancel_seen"),
    /** By what a child hangs on its parent; the chain's, so that it holds for the parent's successors too. All null: none. */
    parentId: text("parent_id"),
    parentCommand: integer("parent_command"),
    parentChain: text("parent_chain"),
    onParentClose: text("on_parent_close"),
    depth: integer("depth"),
    /** The chain has borne children. */
    bears: boolean("bears"),
    /** It ended its chain, and not all of its children have been told (R28). */
    closes: boolean("closes"),
    /** It ended its chain, and its parent has not recorded that; `told` once the parent's mark was raised for it (R27). */
    reports: text("reports"),
    /** It has ended, and signals that it had sent may not have arrived (R20). */
    sends: boolean("sends"),
  },
  (run) => [
    uniqueIndex("runs_key")
      .on(run.namespace, run.workflow, run.idempotencyKey)
      .where(sql`idempotency_key is not null`),
    index("runs_ready")
      .on(run.workflow, run.versionHash, run.wakeAt)
      .where(sql`wake_at is not null`),
    index("runs_owned")
      .on(run.owner, run.workflow, run.versionHash)
      .where(sql`owner is not null`),
    index("runs_news")
      .on(run.owner)
      .where(sql`news and owner is not null`),
    check(
      "runs_status",
      sql`status in ('live', 'blocked', 'completed', 'failed', 'cancelled', 'terminated', 'continued')`,
    ),
    check("runs_circulation", sql`status = 'live' or (owner is null and wake_at is null)`),
    check("runs_sleep", sql`owner is null or wake_at is null`),
    uniqueIndex("runs_chain")
      .on(run.chainId, run.chainPlace)
      .where(sql`chain_place is not null`),
    index("runs_children")
      .on(run.parentChain)
      .where(sql`parent_chain is not null and status in ('live', 'blocked')`),
    index("runs_reports")
      .on(run.parentId, run.parentCommand)
      .where(sql`reports is not null`),
    index("runs_unreported")
      .on(run.runId)
      .where(sql`reports = 'due'`),
    index("runs_closing")
      .on(run.runId)
      .where(sql`closes`),
    index("runs_sending")
      .on(run.runId)
      .where(sql`sends`),
    check(
      "runs_parent",
      sql`num_nonnulls(parent_id, parent_command, parent_chain, on_parent_close, depth) in (0, 5)`,
    ),
    check("runs_reports_values", sql`reports in ('due', 'told')`),
    check("runs_on_parent_close", sql`on_parent_close in ('cancel', 'terminate', 'abandon')`),
  ],
);

export const events = continuum.table(
  "events",
  {
    runId: text("run_id").notNull(),
    seq: integer("seq").notNull(),
    /** Of the turn that wrote it. */
    token: count("token").notNull(),
    at: ms("at").notNull(),
    kind: text("kind").notNull(),
    /** The other fields, as JSON text. */
    body: text("body").notNull(),
    payload: text("payload"),
  },
  (event) => [primaryKey({ name: "events_pkey", columns: [event.runId, event.seq] })],
);

export const signals = continuum.table(
  "signals",
  {
    chainId: text("chain_id").notNull(),
    position: count("position").notNull(),
    name: text("name").notNull(),
    /** Null once consumed: the event has it. */
    payload: text("payload"),
    acceptedAt: ms("accepted_at").notNull(),
    deliveryId: text("delivery_id").notNull(),
    consumed: boolean("consumed").notNull(),
    /** Why the run that took it gave it to no wait (R22). It counts as consumed then, and keeps its payload. */
    setAside: text("set_aside"),
  },
  (signal) => [
    primaryKey({ name: "signals_pkey", columns: [signal.chainId, signal.position] }),
    uniqueIndex("signals_delivery").on(signal.chainId, signal.deliveryId),
    index("signals_waiting")
      .on(signal.chainId, signal.position)
      .where(sql`not consumed`),
    index("signals_set_aside")
      .on(signal.chainId, signal.position)
      .where(sql`set_aside is not null`),
  ],
);

/** What workers have said of the versions that they run. */
export const versions = continuum.table(
  "versions",
  {
    workflow: text("workflow").notNull(),
    versionHash: text("version_hash").notNull(),
    /** The closed set of signals that its runs take; null: any. */
    signals: text("signals").array(),
  },
  (version) => [primaryKey({ name: "versions_pkey", columns: [version.workflow, version.versionHash] })],
);

export const tasks = continuum.table(
  "tasks",
  {
    runId: text("run_id").notNull(),
    command: integer("command").notNull(),
    activity: text("activity").notNull(),
    queue: text("queue").notNull(),
    priority: integer("priority").notNull(),
    /** The attempt that runs, or that the next claim starts. */
    attempt: integer("attempt").notNull(),
    dueAt: ms("due_at").notNull(),
    policy: text("policy").notNull(),
    payload: text("payload").notNull(),
    state: text("state").notNull(),
    claimedBy: text("claimed_by"),
    claim: text("claim"),
    startedAt: ms("started_at"),
    outcome: text("outcome"),
    /** The policy's heartbeat timeout, where the statements can reckon with it. */
    heartbeatMs: bigint("heartbeat_ms", { mode: "number" }),
    /** The last details, kept for the next attempt. */
    heartbeat: text("heartbeat"),
    /** When the running attempt is lost if no heartbeat comes. */
    beatBy: ms("beat_by"),
  },
  (task) => [
    primaryKey({ name: "tasks_pkey", columns: [task.runId, task.command] }),
    index("tasks_waiting")
      .on(task.queue, task.activity, task.priority, task.dueAt)
      .where(sql`state = 'waiting'`),
    index("tasks_claimed")
      .on(task.claimedBy)
      .where(sql`state = 'claimed'`),
    index("tasks_beats")
      .on(task.beatBy)
      .where(sql`state = 'claimed' and beat_by is not null`),
    check("tasks_state", sql`state in ('waiting', 'claimed', 'completed', 'failed')`),
    check("tasks_claimer", sql`state = 'waiting' or claimed_by is not null`),
  ],
);

export const attempts = continuum.table(
  "attempts",
  {
    runId: text("run_id").notNull(),
    command: integer("command").notNull(),
    attempt: integer("attempt").notNull(),
    activity: text("activity").notNull(),
    startedAt: ms("started_at").notNull(),
    endedAt: ms("ended_at").notNull(),
    worker: text("worker").notNull(),
    /** Null: it was lost with its worker. */
    error: text("error"),
  },
  (attempt) => [
    primaryKey({ name: "attempts_pkey", columns: [attempt.runId, attempt.command, attempt.attempt] }),
  ],
);

/** Idempotency keys of activities. They outlive the runs that used them (R15). */
export const activityKeys = continuum.table(
  "activity_keys",
  {
    namespace: text("namespace").notNull(),
    activity: text("activity").notNull(),
    key: text("key").notNull(),
    /** The attempt that holds it, or that settled it. */
    worker: text("worker").notNull(),
    runId: text("run_id").notNull(),
    command: integer("command").notNull(),
    attempt: integer("attempt").notNull(),
    claimedAt: ms("claimed_at").notNull(),
    settledAt: ms("settled_at"),
    result: text("result"),
  },
  (key) => [primaryKey({ name: "activity_keys_pkey", columns: [key.namespace, key.activity, key.key] })],
);

export const workers = continuum.table("workers", {
  workerId: text("worker_id").primaryKey(),
  enlistedAt: ms("enlisted_at").notNull(),
  leaseUntil: ms("lease_until").notNull(),
  deadAt: ms("dead_at"),
  /** Claims up to this number are settled: one that arrives late finds nothing. */
  claimFloor: count("claim_floor").notNull(),
});

export const migrations = continuum.table("migrations", {
  id: integer("id").primaryKey(),
  name: text("name").notNull(),
  appliedAt: ms("applied_at").notNull(),
});
