/*
 * Claims of one worker are numbered, and its row says up to which number they are settled.
 *
 * A claim whose answer was lost may still be on its way to the server when the worker looks what it took. Settling raises the
 * floor under the worker's row lock: a claim that runs holds that row and is waited for, and one that comes later is refused.
 */
import { sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { WorkerId } from "../../core/ids.js";
import type { Session } from "./connection.js";
import { param, statement } from "./statement.js";

let last = 0;

/** A worker lives in one process, so that counting there is enough. */
export function nextClaim(): number {
  return ++last;
}

/** A claim whose call was rejected before it could look what it had taken. */
export interface UnsettledClaim {
  readonly worker: WorkerId;
  readonly nonce: string;
  readonly number: number;
}

/** What a journal must look after before the next claim of the same worker: else runs would be owned and forgotten. */
export type UnsettledClaims = Set<UnsettledClaim>;

/** The worker's row, if it is alive and this claim is not settled; evaluated only if `needed`. */
export function workerMayClaim(needed: SQL): SQL {
  return sql`select w.worker_id from continuum.workers w
  where ${needed} and w.worker_id = ${param("worker", "text")} and w.dead_at is null
    and w.lease_until > continuum.now_ms() and w.claim_floor < ${param("number", "int8")}
  for key share of w`;
}

// FOR UPDATE waits for the key share of a claim under way; the update alone would not.
const settle = statement(
  "settle_claims",
  sql`with me as materialized (select worker_id from continuum.workers where worker_id = ${param("worker", "text")} for update)
update continuum.workers w set claim_floor = greatest(w.claim_floor, ${param("number", "int8")}) from me where w.worker_id = me.worker_id`,
);

export async function settleClaims(session: Session, { worker, number }: UnsettledClaim): Promise<void> {
  await session.query(settle, { worker, number });
}
