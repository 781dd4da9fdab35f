/*
 * Heartbeats of attempts that have a row (R18). Only the task's row is locked: nobody who holds it waits for anything but the disk.
 */
import { sql } from "drizzle-orm";
import type { Heartbeat, HeartbeatVerdict } from "../port.js";
import type { Database } from "./connection.js";
import type { Persistence } from "./persistence.js";
import { persist } from "./persistence.js";
import { param, statement } from "./statement.js";

// A cancellation spares what undoes: its body is not told (R33).
export const beat = statement(
  "heartbeat",
  sql`update continuum.tasks k set beat_by = continuum.now_ms() + k.heartbeat_ms, heartbeat = coalesce(${param("details", "text")}, k.heartbeat)
where k.run_id = ${param("runId", "text")} and k.command = ${param("command", "int4")} and k.state = 'claimed'
  and k.claimed_by = ${param("worker", "text")} and k.attempt = ${param("attempt", "int4")}
returning (select r.cancel_at is not null and r.cancel_seen is not true and (
    select e.body::json ->> 'compensates' from continuum.events e where e.run_id = k.run_id and e.seq = k.command) is null
  from continuum.runs r where r.run_id = k.run_id) as cancelled`,
);

export function recordHeartbeat(
  database: Database,
  ports: Persistence,
  { worker, runId, command, attempt, details }: Heartbeat,
): Promise<HeartbeatVerdict> {
  return persist(ports, "record a heartbeat", async () => {
    const [row] = await database.query(beat, { worker, runId, command, attempt, details });
    return row === undefined ? { kind: "lost" } : { kind: "renewed", cancelled: row.cancelled === true };
  });
}
