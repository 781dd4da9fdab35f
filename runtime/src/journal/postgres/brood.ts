/*
 * Runs that are born with another one: the children that it starts, and the next run of its chain (R26, R30).
 *
 * They are born in the statement that stores what begot them, or not at all, so that no end and no terminate can come between.
 * An id that is taken fails the statement: it was derived, so it would be somebody else's run.
 *
 * What belongs to the chain (its id, mark, pending cancel, parent, waiters) is copied from the row under its lock (`base`); only
 * the run that is continued there has such an heir, and runs between it and its last heir ended in the same statement.
 */
import { sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { NewRun, RunEnd } from "../port.js";
import { column, param } from "./statement.js";
import type { Values } from "./statement.js";

export interface Newborn {
  readonly run: NewRun;
  /** The run whose turn or birth this is part of. */
  readonly root: string;
  /** Continues the root's chain. */
  readonly heir: boolean;
  /** Its own chain; null for an heir. */
  readonly chainId: string | null;
  /** Its place in its chain; an heir's is counted from the root's. */
  readonly place: number | null;
  readonly parent: NewRun["parent"];
  /** Null: the root's chain. */
  readonly parentChain: string | null;
}

interface Begetter {
  readonly runId: string;
  readonly children: readonly NewRun[];
  readonly end: RunEnd | null;
}

/** All that is born with `root`, flat. */
export function broodOf(root: Begetter): readonly Newborn[] {
  const top = { root: root.runId, heir: true, chainId: null, place: 0, parent: null, parentChain: null };
  return bornOf(root, top);
}

function bornOf(begetter: Begetter, self: Omit<Newborn, "run">): readonly Newborn[] {
  const born: Newborn[] = begetter.children.map((run) => ({
    run,
    root: self.root,
    heir: false,
    chainId: run.runId,
    place: null,
    parent: run.parent,
    parentChain: self.chainId,
  }));
  const successor = begetter.end?.successor;
  if (successor) born.push({ ...self, run: successor, place: (self.place ?? 0) + 1 });
  return born.flatMap(({ run, ...place }) => [{ run, ...place }, ...bornOf(run, place)]);
}

export function broodValues(brood: readonly Newborn[], birth: string): Values {
  return {
    broodBirth: birth,
    broodRoots: column(brood, ({ root }) => root),
    broodIds: column(brood, ({ run }) => run.runId),
    broodHeirs: column(brood, ({ heir }) => heir),
    broodChains: column(brood, ({ chainId }) => chainId),
    broodPlaces: column(brood, ({ place }) => place),
    broodNamespaces: column(brood, ({ run }) => run.namespace),
    broodWorkflows: column(brood, ({ run }) => run.workflow),
    broodHashes: column(brood, ({ run }) => run.version?.hash ?? ""),
    broodLabels: column(brood, ({ run }) => run.version?.label ?? ""),
    broodKeys: column(brood, ({ run }) => run.idempotencyKey),
    broodRetentions: column(brood, ({ run }) => run.retentionMs),
    broodOwners: column(brood, ({ run }) => run.owner),
    broodCounts: column(brood, ({ run }) => run.events.length),
    broodDueTimes: column(brood, ({ run }) => run.dueAt),
    broodEnds: column(brood, ({ run }) => run.end?.status ?? null),
    broodBears: column(brood, ({ run }) => run.children.length > 0),
    broodParents: column(brood, ({ parent }) => parent?.runId ?? null),
    broodCommands: column(brood, ({ parent }) => parent?.command ?? null),
    broodParentChains: column(brood, ({ parentChain }) => parentChain),
    broodCloses: column(brood, ({ parent }) => parent?.onParentClose ?? null),
    broodDepths: column(brood, ({ parent }) => parent?.depth ?? null),
  };
}

/**
 * The parts `brood` and `newborn` of a statement whose part `base` has a row for each root that is stored. The owner at birth must be
 * alive; else the run is ready and unowned, and without a version unless it has begun under it.
 */
export const bearBrood: SQL = sql`brood as materialized (
  select n.run_id, n.namespace, n.workflow, n.key, n.retention_ms, b.attributes, (n.owner is not null)::int as token, n.count, n.ended, n.due_at, b.at, w.worker_id as keeper,
    case when w.worker_id is not null or n.count > 1 then n.hash else '' end as hash,
    case when w.worker_id is not null or n.count > 1 then n.label else '' end as label,
    case when n.heir then b.chain_id else n.chain_id end as chain_id,
    case when n.heir then coalesce(b.chain_place, 0) + n.place else n.place end as place,
    case when n.heir then b.mark else 0 end as mark,
    case when n.heir then b.seen_mark else 0 end as seen_mark,
    n.heir and b.awaited as awaited,
    case when n.heir then b.cancel_at end as cancel_at,
    case when n.heir then b.cancel_reason end as cancel_reason,
    case when n.heir then b.parent_id else n.parent_id end as parent_id,
    case when n.heir then b.parent_command else n.parent_command end as parent_command,
    case when n.heir then b.parent_chain when n.parent_id is not null then coalesce(n.parent_chain, b.chain_id) end as parent_chain,
    case when n.heir then b.on_parent_close else n.on_parent_close end as on_parent_close,
    case when n.heir then b.depth else n.depth end as depth,
    case when n.bears or (n.heir and b.bears) then true end as bears
  from unnest(${param("broodRoots", "text[]")}, ${param("broodIds", "text[]")}, ${param("broodHeirs", "bool[]")},
    ${param("broodChains", "text[]")}, ${param("broodPlaces", "int4[]")}, ${param("broodNamespaces", "text[]")},
    ${param("broodWorkflows", "text[]")}, ${param("broodHashes", "text[]")}, ${param("broodLabels", "text[]")},
    ${param("broodKeys", "text[]")}, ${param("broodRetentions", "int8[]")}, ${param("broodOwners", "text[]")},
    ${param("broodCounts", "int4[]")}, ${param("broodDueTimes", "int8[]")}, ${param("broodEnds", "text[]")},
    ${param("broodBears", "bool[]")}, ${param("broodParents", "text[]")}, ${param("broodCommands", "int4[]")},
    ${param("broodParentChains", "text[]")}, ${param("broodCloses", "text[]")}, ${param("broodDepths", "int4[]")})
    as n(root, run_id, heir, chain_id, place, namespace, workflow, hash, label, key, retention_ms, owner, count, due_at, ended, bears,
      parent_id, parent_command, parent_chain, on_parent_close, depth)
  join base b on b.run_id = n.root
  left join continuum.workers w on w.worker_id = n.owner and w.dead_at is null and w.lease_until > b.at
),
newborn as (
  insert into continuum.runs (run_id, chain_id, chain_place, namespace, workflow, version_hash, version_label, idempotency_key, birth,
    retention_ms, attributes, status, owner, token, next_seq, mark, seen_mark, news, awaited, due_at, wake_at, created_at, ended_at,
    cancel_at, cancel_reason, parent_id, parent_command, parent_chain, on_parent_close, depth, bears, closes, reports)
  select n.run_id, n.chain_id, n.place, n.namespace, n.workflow, n.hash, n.label, n.key, ${param("broodBirth", "text")},
    n.retention_ms, n.attributes, coalesce(n.ended, 'live'), case when n.ended is null then n.keeper end, n.token,
    n.count, n.mark, n.seen_mark, n.mark > n.seen_mark and n.keeper is not null, n.awaited, case when n.ended is null then n.due_at end,
    case when n.ended is null and n.keeper is null then n.at end, n.at, case when n.ended is not null then n.at end,
    n.cancel_at, n.cancel_reason, n.parent_id, n.parent_command, n.parent_chain, n.on_parent_close, n.depth, n.bears,
    case when n.ended <> 'continued' then n.bears end,
    case when n.ended <> 'continued' and n.parent_id is not null then 'due' end
  from brood n order by n.run_id
)`;
