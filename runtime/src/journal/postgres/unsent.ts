/*
 * Signals of runs that have ended, which may not have been sent: the debt stands on the run's row, written by the commit of its
 * end, and is taken away when all of them were sent. Sending twice is no harm: the delivery id is the same.
 */
import { sql } from "drizzle-orm";
import type { RunId } from "../../core/ids.js";
import type { UnsentSignals } from "../port.js";
import type { Database } from "./connection.js";
import { eventOf } from "./event-rows.js";
import type { Persistence } from "./persistence.js";
import { persist } from "./persistence.js";
import { param, statement } from "./statement.js";

/** Whether run `r` has ever sent a signal: what it may owe if it ends here and now. */
export const HAS_SENT = `case when exists (
    select from continuum.events e where e.run_id = r.run_id and e.kind = 'signal_sent') then true end`;

export const unsentSignals = statement(
  "unsent",
  sql`with owing as materialized (
  select r.run_id from continuum.runs r where r.sends limit ${param("limit", "int4")}
)
select o.run_id as owing, e.seq, e.at::float8 as at, e.kind, e.body, e.payload
from owing o left join continuum.events e on e.run_id = o.run_id and e.kind = 'signal_sent' and not exists (
  select from continuum.events a where a.run_id = e.run_id and a.seq > e.seq
    and case when a.kind in ('signal_delivered', 'signal_refused') then (a.body::json ->> 'command')::int = e.seq end)
order by o.run_id, e.seq`,
);

export const settleSent = statement(
  "sent",
  sql`update continuum.runs r set sends = null where r.run_id = ${param("runId", "text")} and r.sends`,
);

export function unsent(
  database: Database,
  ports: Persistence,
  limit: number,
): Promise<readonly UnsentSignals[]> {
  return persist(ports, "look for signals that were not sent", async () => {
    const found = new Map<RunId, UnsentSignals["signals"][number][]>();
    for (const row of await database.query(unsentSignals, { limit })) {
      const owing = row.owing as RunId;
      const signals = found.get(owing) ?? [];
      found.set(owing, signals);
      if (row.seq === null) continue;
      const event = eventOf(row);
      if (event.kind === "signal_sent") signals.push(event);
    }
    return [...found].map(([runId, signals]) => ({ runId, signals }));
  });
}

export async function sent(database: Database, ports: Persistence, runId: RunId): Promise<void> {
  await persist(ports, "settle what a run has sent", () => database.query(settleSent, { runId }));
}
