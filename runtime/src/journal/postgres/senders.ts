/*
 * What comes from outside a run: signals, cancel, terminate, and waiting for the end. By any id of the chain.
 */
import { sql } from "drizzle-orm";
import type { ChainId, Payload, RunId, WorkerId } from "../../core/ids.js";
import { checkName } from "../checks.js";
import type {
  CancelVerdict,
  ChainEnd,
  OpenChain,
  RunStatus,
  SignalVerdict,
  TerminateVerdict,
} from "../port.js";
import { onLatest } from "./chains.js";
import type { Database, Row } from "./connection.js";
import { clearTasks } from "./cleared-tasks.js";
import { codeOf } from "./failures.js";
import type { Persistence } from "./persistence.js";
import { persist } from "./persistence.js";
import { keepableText, param, statement } from "./statement.js";
import { HAS_SENT } from "./unsent.js";

// Time and position are taken after the row's lock is held: `held` is read first by everything that follows (R20).
// `wake_at` is made of `r` alone: Postgres makes the new row from the snapshot's version first, and checks its constraints, before
// it finds the newer one that `held` has seen. An owner from the one and a status or owner from the other would be refused.
export const send = statement(
  "signal",
  sql`with held as materialized (
  select r.run_id, r.chain_id, r.status, r.owner, r.mark, r.workflow, r.version_hash from continuum.runs r
  where r.run_id = ${param("runId", "text")} for no key update of r
),
closed as materialized (
  select v.signals from held h join continuum.versions v on v.workflow = h.workflow and v.version_hash = h.version_hash
  where ${param("name", "text")} <> all(v.signals)
),
known as materialized (
  select s.position from held h join continuum.signals s on s.chain_id = h.chain_id where s.delivery_id = ${param("deliveryId", "text")}
),
receiver as materialized (
  select h.*, continuum.now_ms() as at from held h where h.status in ('live', 'blocked')
    and not exists (select from known) and not exists (select from closed)
),
stored as (
  insert into continuum.signals (chain_id, position, name, payload, accepted_at, delivery_id, consumed)
  select t.chain_id, t.mark + 1, ${param("name", "text")}, ${param("payload", "text")}, t.at, ${param("deliveryId", "text")}, false from receiver t
),
marked as (
  update continuum.runs r set mark = t.mark + 1, news = true,
    wake_at = case when r.owner is null and r.status = 'live' then least(r.wake_at, t.at) end
  from receiver t where r.run_id = t.run_id
)
select h.status, h.owner, k.position::float8 as known, (h.mark + 1)::float8 as position, c.signals as declared
from held h left join known k on true left join closed c on true`,
);

const LIVE: ReadonlySet<unknown> = new Set<RunStatus>(["live", "blocked"]);

export function sendSignal(
  database: Database,
  ports: Persistence,
  signal: {
    readonly runId: RunId;
    readonly name: string;
    readonly payload: Payload;
    readonly deliveryId: string;
  },
): Promise<SignalVerdict> {
  checkName("signal name", signal.name);
  checkName("delivery id", signal.deliveryId);
  return persist(ports, "send a signal", async () => {
    const row = await onLatest(database, signal.runId, async (runId) => {
      const values = { ...signal, runId };
      const [found] = await database.query(send, values).catch((error: unknown) => {
        // The same delivery id was accepted while this statement waited for the row: its snapshot is from before. Now it is seen.
        if (codeOf(error) === "23505") return database.query(send, values);
        throw error;
      });
      return found;
    });
    if (row === undefined) return { kind: "missing" };
    const owner = row.owner as WorkerId | null;
    if (row.known !== null) return { kind: "accepted", position: row.known as number, owner, repeated: true };
    if (!LIVE.has(row.status)) return { kind: "ended", status: row.status as RunStatus };
    if (row.declared !== null) return { kind: "undeclared", declared: row.declared as readonly string[] };
    return { kind: "accepted", position: row.position as number, owner, repeated: false };
  });
}

export const cancel = statement(
  "cancel",
  sql`with held as materialized (
  select r.run_id, r.status, r.owner, r.cancel_at, r.cancel_reason from continuum.runs r
  where r.run_id = ${param("runId", "text")} for no key update of r
),
asked as (
  update continuum.runs r set cancel_at = continuum.now_ms(), cancel_reason = ${param("reason", "text")}, mark = r.mark + 1, news = true,
    wake_at = case when r.owner is null and r.status = 'live' then least(r.wake_at, continuum.now_ms()) end
  from held h where r.run_id = h.run_id and h.status in ('live', 'blocked') and h.cancel_at is null
)
select status, owner, cancel_at is not null as repeated from held`,
);

export function cancelRun(
  database: Database,
  ports: Persistence,
  given: RunId,
  reason: string | null,
): Promise<CancelVerdict> {
  const kept = keepable(reason);
  // A try whose answer was lost makes the next one a repeat: that one counts as well.
  return persist(ports, "cancel a run", async () => {
    const row = await onLatest(database, given, async (runId) => {
      return (await database.query(cancel, { runId, reason: kept }))[0];
    });
    if (row === undefined) return { kind: "missing" };
    if (!LIVE.has(row.status)) return { kind: "ended", status: row.status as RunStatus };
    return { kind: "requested", owner: row.owner as WorkerId | null, repeated: row.repeated === true };
  });
}

function keepable(reason: string | null): string | null {
  return reason === null ? null : keepableText(reason);
}

export const terminate = statement(
  "terminate",
  sql`with held as materialized (
  select r.run_id, r.status, r.owner, r.terminate_reason from continuum.runs r where r.run_id = ${param("runId", "text")} for no key update of r
),
ending as materialized (select h.run_id from held h where h.status in ('live', 'blocked')),
ended as (
  update continuum.runs r set status = 'terminated', token = r.token + 1, owner = null, wake_at = null, due_at = null,
    diagnosis = null, ended_at = continuum.now_ms(), terminate_reason = ${param("reason", "text")},
    closes = r.bears, reports = case when r.parent_id is not null then 'due' end, sends = ${sql.raw(HAS_SENT)}
  from ending e where r.run_id = e.run_id
)
select status, owner, terminate_reason from held`,
);

export function terminateRun(
  database: Database,
  ports: Persistence,
  given: RunId,
  reason: string | null,
): Promise<TerminateVerdict> {
  const kept = keepable(reason);
  return persist(ports, "terminate a run", async (unsure) => {
    const row = await onLatest(database, given, async (runId) => {
      return database.transaction(async (session) => {
        const [found] = await session.query(terminate, { runId, reason: kept });
        if (found !== undefined && LIVE.has(found.status)) await clearTasks(session, [runId]);
        return found;
      });
    });
    if (row === undefined) return { kind: "missing" };
    if (LIVE.has(row.status)) return { kind: "terminated", owner: row.owner as WorkerId | null };
    // The try whose answer was lost has done it.
    if (unsure && row.status === "terminated" && row.terminate_reason === kept)
      return { kind: "terminated", owner: null };
    return { kind: "ended", status: row.status as RunStatus };
  });
}

export const readEnds = statement(
  "ends",
  sql`select a.run_id as asked, r.run_id, r.chain_id, r.status, r.awaited,
  case when r.status in ('completed', 'failed', 'cancelled') then (
    select e.payload from continuum.events e where e.run_id = r.run_id order by e.seq desc limit 1) end as payload
from unnest(${param("runIds", "text[]")}) as a(run_id)
join continuum.runs g on g.run_id = a.run_id
join continuum.runs r on r.run_id = case when g.status = 'continued' then (
  select n.run_id from continuum.runs n where n.chain_id = g.chain_id and n.chain_place is not null
  order by n.chain_place desc limit 1) else g.run_id end`,
);

// Under the row's lock: a turn that ends the run either sees the waiter, or is seen by the second look.
export const registerWaiter = statement(
  "await_ends",
  sql`with held as materialized (
  select r.run_id from continuum.runs r where r.run_id = any(${param("runIds", "text[]")}) and r.status in ('live', 'blocked')
  order by r.run_id for no key update of r
)
update continuum.runs r set awaited = true from held h where r.run_id = h.run_id`,
);

export function chainEnds(
  database: Database,
  ports: Persistence,
  chains: readonly RunId[],
): Promise<ReadonlyMap<RunId, ChainEnd | OpenChain>> {
  return persist(ports, "ask for ends", async () => {
    for (;;) {
      const rows = await database.query(readEnds, { runIds: chains });
      const unregistered = rows.filter((row) => LIVE.has(row.status) && row.awaited !== true);
      if (unregistered.length === 0) return new Map(rows.map((row) => [row.asked as RunId, endOf(row)]));
      // One that is continued before it is registered is looked for again; one after it hands the waiters on.
      await database.query(registerWaiter, { runIds: unregistered.map((row) => row.run_id as RunId) });
    }
  });
}

function endOf(row: Row): ChainEnd | OpenChain {
  if (LIVE.has(row.status)) return { status: "open", chainId: row.chain_id as ChainId };
  return {
    runId: row.run_id as RunId,
    status: row.status as ChainEnd["status"],
    payload: row.payload as Payload | null,
  };
}
