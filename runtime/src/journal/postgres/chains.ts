/*
 * Finding a chain's live run, else its last one, by any id of the chain (R30).
 *
 * A verb asks the run that it was given, which is the right one for all that were never continued. Only if that row, once locked,
 * turns out to be continued, it looks for the last one and asks that; again if it was continued in between.
 */
import { sql } from "drizzle-orm";
import type { RunId } from "../../core/ids.js";
import type { Row, Session } from "./connection.js";
import { param, statement } from "./statement.js";

export const lastOfChain = statement(
  "last_of_chain",
  sql`select coalesce((
  select n.run_id from continuum.runs n where n.chain_id = r.chain_id and n.chain_place is not null
  order by n.chain_place desc limit 1), r.run_id) as run_id
from continuum.runs r where r.run_id = ${param("runId", "text")}`,
);

export async function latestOf(session: Session, runId: RunId): Promise<RunId | null> {
  const [row] = await session.query(lastOfChain, { runId });
  return row === undefined ? null : (row.run_id as RunId);
}

/** What `ask` finds on the chain's last run. It gives the run's row, with its `status` as it was under the lock. */
export async function onLatest(
  session: Session,
  given: RunId,
  ask: (runId: RunId) => Promise<Row | undefined>,
): Promise<Row | undefined> {
  let runId = given;
  for (;;) {
    const row = await ask(runId);
    if (row?.status !== "continued") return row;
    const last = await latestOf(session, runId);
    if (last === null || last === runId) return row;
    runId = last;
  }
}
