/*
 * Idempotency keys of activities (R15): claimed before the body in a commit of their own, settled after it, kept for ever.
 *
 * A key is held as long as its holder's worker lives and the attempt has its claim. That is looked up in a statement of its own, after
 * the key's row is locked: a snapshot from before could miss the very claim that the holder took the key for.
 */
import { sql } from "drizzle-orm";
import type { Payload } from "../../core/ids.js";
import { checkKeyClaim, storedKey } from "../checks.js";
import type { KeyClaim, KeyVerdict } from "../port.js";
import type { Database, Session } from "./connection.js";
import type { Persistence } from "./persistence.js";
import { persist } from "./persistence.js";
import { param, statement } from "./statement.js";
import type { Values } from "./statement.js";

const KEY = sql`k.namespace = ${param("namespace", "text")} and k.activity = ${param("activity", "text")} and k.key = ${param("key", "text")}`;
const MINE = sql`k.worker = ${param("worker", "text")} and k.run_id = ${param("runId", "text")}
  and k.command = ${param("command", "int4")} and k.attempt = ${param("attempt", "int4")}`;

export const takeKey = statement(
  "take_key",
  sql`with taken as (
  insert into continuum.activity_keys (namespace, activity, key, worker, run_id, command, attempt, claimed_at)
  values (${param("namespace", "text")}, ${param("activity", "text")}, ${param("key", "text")}, ${param("worker", "text")},
    ${param("runId", "text")}, ${param("command", "int4")}, ${param("attempt", "int4")}, continuum.now_ms())
  on conflict (namespace, activity, key) do nothing
  returning true as taken
)
select (select taken from taken) as taken, (select k.result from continuum.activity_keys k where ${KEY}) as result`,
);

const lockKey = statement(
  "lock_key",
  sql`select k.worker, k.run_id, k.command, k.attempt, k.result from continuum.activity_keys k where ${KEY} for update of k`,
);

const isHeld = statement(
  "key_is_held",
  sql`select exists (
  select from continuum.tasks k join continuum.workers w on w.worker_id = k.claimed_by and w.dead_at is null
  where k.run_id = ${param("runId", "text")} and k.command = ${param("command", "int4")} and k.state = 'claimed'
    and k.attempt = ${param("attempt", "int4")} and k.claimed_by = ${param("worker", "text")}) as held`,
);

const passKey = statement(
  "pass_key",
  sql`update continuum.activity_keys k set worker = ${param("worker", "text")}, run_id = ${param("runId", "text")},
  command = ${param("command", "int4")}, attempt = ${param("attempt", "int4")}, claimed_at = continuum.now_ms()
where ${KEY}`,
);

const settle = statement(
  "settle_key",
  sql`update continuum.activity_keys k set result = coalesce(k.result, ${param("result", "text")}),
  settled_at = coalesce(k.settled_at, continuum.now_ms())
where ${KEY} and ${MINE}
returning true as settled`,
);

const free = statement(
  "free_key",
  sql`delete from continuum.activity_keys k where ${KEY} and ${MINE} and k.result is null`,
);

export function claimKey(database: Database, ports: Persistence, claim: KeyClaim): Promise<KeyVerdict> {
  checkKeyClaim(claim);
  return persist(ports, "claim a key", async () => {
    for (;;) {
      const [row] = await database.query(takeKey, valuesOf(claim));
      if (row!.result !== null) return { kind: "known", payload: row!.result as Payload };
      if (row!.taken === true) return { kind: "claimed" };
      const verdict = await database.transaction((session) => contend(session, claim));
      if (verdict !== null) return verdict;
    }
  });
}

function valuesOf(claim: KeyClaim): Values {
  return { ...claim, key: storedKey(claim.key) };
}

/** Null: it was freed in between. */
async function contend(session: Session, claim: KeyClaim): Promise<KeyVerdict | null> {
  const [row] = await session.query(lockKey, valuesOf(claim));
  if (row === undefined) return null;
  if (row.result !== null) return { kind: "known", payload: row.result as Payload };
  const holder = {
    worker: row.worker as string,
    runId: row.run_id as string,
    command: row.command as number,
    attempt: row.attempt as number,
  };
  // Another attempt of the same activity: whoever asks has the claim now.
  const isSame = holder.runId === claim.runId && holder.command === claim.command;
  if (!isSame && (await session.query(isHeld, holder))[0]!.held === true) return { kind: "held" };
  await session.query(passKey, valuesOf(claim));
  return { kind: "claimed" };
}

export function settleKey(
  database: Database,
  ports: Persistence,
  claim: KeyClaim,
  result: Payload,
): Promise<boolean> {
  return persist(ports, "settle a key", async () => {
    return (await database.query(settle, { ...valuesOf(claim), result })).length > 0;
  });
}

export async function freeKey(database: Database, ports: Persistence, claim: KeyClaim): Promise<void> {
  await persist(ports, "free a key", () => database.query(free, valuesOf(claim)));
}
