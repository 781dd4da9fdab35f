import { sql } from "drizzle-orm";
import type { Session } from "./connection.js";
import { param, statement } from "./statement.js";

const clear = statement(
  "clear_tasks",
  sql`delete from continuum.tasks k where k.run_id = any(${param("runIds", "text[]")})`,
);

/**
 * Removes the rows of runs that this transaction has ended from outside. A statement of its own, behind the one that holds the runs:
 * a turn that this one waited for may have made rows, which its snapshot does not show, and which would be claimed after the end.
 */
export async function clearTasks(session: Session, runIds: readonly string[]): Promise<void> {
  if (runIds.length > 0) await session.query(clear, { runIds });
}
