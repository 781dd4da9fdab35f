/*
 * What must hold of a database after anything: the invariants of its tables, and that each history replays on every prefix.
 */
import { disagreement } from "@continuum/runtime/unstable-core";
import type { RunId } from "@continuum/runtime/unstable-core";
import { openJournal, payloadCodec, violatedInvariants } from "@continuum/runtime/unstable-testing";
import type { AnyWorkflow } from "@continuum/runtime/workflow";
import type { Database } from "./databases.js";

export interface Inspection {
  readonly violations: readonly string[];
  readonly replays: number;
}

export async function inspect(database: Database, workflows: readonly AnyWorkflow[]): Promise<Inspection> {
  const violations: string[] = [];
  for (const { name, rows } of await violatedInvariants(database.query))
    violations.push(`the tables: ${name}: ${JSON.stringify(rows.slice(0, 3))}`);
  const byHash = new Map(workflows.map((flow) => [flow.version.hash, flow]));
  const { reader, journal, wakeUps } = await openJournal({
    database: database.url,
    migrate: false,
    maxConnections: 2,
  });
  let replays = 0;
  try {
    for (const row of await database.query(
      "select run_id, version_hash from continuum.runs where version_hash <> ''",
    )) {
      const runId = row["run_id"] as RunId;
      const flow = byHash.get(row["version_hash"] as string);
      if (flow === undefined) {
        violations.push(`${runId} has a version that nobody knows`);
        continue;
      }
      const history = await reader.history(runId);
      // It was ended from outside before anybody had walked its first step.
      if (history.length === 1) continue;
      const ports = { runId, workflow: flow.compiled, codec: payloadCodec(), signals: flow.signals };
      const difference = disagreement(ports, history);
      if (difference !== null) violations.push(`replay of ${runId}: ${difference}`);
      replays += 1;
    }
  } finally {
    await wakeUps.close();
    await journal.close();
  }
  return { violations, replays };
}
