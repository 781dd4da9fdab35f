/*
 * What versions take, as their workers say it (R22): read by the statement that accepts a signal.
 */
import { sql } from "drizzle-orm";
import { canBeName } from "../checks.js";
import type { DeclaredVersion } from "../port.js";
import type { Database } from "./connection.js";
import type { Persistence } from "./persistence.js";
import { persist } from "./persistence.js";
import { column, param, statement } from "./statement.js";

// In one order, so that workers that start at once wait for one another and never in a circle.
const declareVersions = statement(
  "declare",
  sql`insert into continuum.versions as v (workflow, version_hash, signals)
select d.workflow, d.hash, case when d.names is not null then array(select json_array_elements_text(d.names::json)) end
from unnest(${param("workflows", "text[]")}, ${param("hashes", "text[]")}, ${param("names", "text[]")}) as d(workflow, hash, names)
order by d.workflow, d.hash
on conflict (workflow, version_hash) do update set signals = excluded.signals where v.signals is distinct from excluded.signals`,
);

export async function declare(
  database: Database,
  ports: Persistence,
  versions: readonly DeclaredVersion[],
): Promise<void> {
  if (versions.length === 0) return;
  const values = {
    workflows: column(versions, ({ workflow }) => workflow),
    hashes: column(versions, ({ hash }) => hash),
    // A name that no signal can have need not be kept.
    names: column(versions, ({ signals }) =>
      signals === null ? null : JSON.stringify(signals.filter(canBeName)),
    ),
  };
  await persist(ports, "declare versions", () => database.query(declareVersions, values));
}
