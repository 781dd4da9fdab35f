/*
 * A run's parent and children, for people to see: each by its chain's id, with the state of the chain's last run.
 */
import { sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { RunId } from "../../core/ids.js";
import type { RunStatus } from "../port.js";
import type { Family, Relative } from "../reader.js";
import type { Database, Row } from "./connection.js";
import type { Persistence } from "./persistence.js";
import { persist } from "./persistence.js";
import { param, statement } from "./statement.js";

/** The state of the chain that run `g` belongs to. */
const chainStatus: SQL = sql`case when g.status <> 'continued' then g.status else (
  select n.status from continuum.runs n where n.chain_id = g.chain_id and n.chain_place is not null
  order by n.chain_place desc limit 1) end`;

export const readParent = statement(
  "parent_of",
  sql`select g.chain_id as run_id, g.workflow, ${chainStatus} as status
from continuum.runs r join continuum.runs g on g.run_id = r.parent_id where r.run_id = ${param("runId", "text")}`,
);

// Those of this run stand in its history; of the chain's earlier runs those are found that go on, since an index has them.
export const readChildren = statement(
  "children_of",
  sql`with own as materialized (
  select e.body::json ->> 'childId' as run_id from continuum.events e
  where e.run_id = ${param("runId", "text")} and e.kind = 'child_started'
),
open as materialized (
  select c.chain_id as run_id from continuum.runs r
  join continuum.runs c on c.parent_chain = r.chain_id and c.status in ('live', 'blocked')
  where r.run_id = ${param("runId", "text")}
),
known as materialized (select run_id from own union select run_id from open)
select c.run_id, c.workflow, c.status from (
  select g.run_id, g.workflow, g.created_at, ${chainStatus} as status from known k join continuum.runs g on g.run_id = k.run_id
) c
order by c.status not in ('live', 'blocked'), c.created_at, c.run_id limit ${param("limit", "int4")}`,
);

export function readFamily(
  database: Database,
  ports: Persistence,
  runId: RunId,
  limit: number,
): Promise<Family> {
  return persist(ports, "read a family", async () => {
    const [parent] = await database.query(readParent, { runId });
    const children = await database.query(readChildren, { runId, limit: limit + 1 });
    return {
      parent: parent === undefined ? null : relative(parent),
      children: children.slice(0, limit).map(relative),
      more: children.length > limit,
    };
  });
}

function relative(row: Row): Relative {
  return { runId: row.run_id as RunId, workflow: row.workflow as string, status: row.status as RunStatus };
}
