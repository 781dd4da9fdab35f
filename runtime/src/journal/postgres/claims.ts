/*
 * Claims of runs: due and ready ones in one statement, those of the dead in one transaction (R13, R36, R40).
 *
 * Each claim carries a nonce that stays on the rows it took. What a claim took is read back by it, so that a claim whose answer
 * was lost loses no run: they would be owned by a living worker that does not know of them.
 *
 * Lock order: runs (skipping locked ones), then the worker's row for key share, then task rows.
 */
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { HistoryEvent, OnParentClose } from "../../core/events.js";
import type { ChainId, FencingToken, RunId, Seq, WorkerId } from "../../core/ids.js";
import { SUSPECT } from "../port.js";
import type { ClaimedRun, ClaimRuns, ParentLink } from "../port.js";
import type { Database, Row, Session } from "./connection.js";
import { eventOf } from "./event-rows.js";
import { goneOwners } from "./gone-workers.js";
import { inboxColumns, inboxOf } from "./inboxes.js";
import type { Persistence } from "./persistence.js";
import { persist } from "./persistence.js";
import { loseBodies } from "./lost-bodies.js";
import type { JournalPorts } from "../journal-ports.js";
import { nextClaim, settleClaims, workerMayClaim } from "./claim-numbers.js";
import type { UnsettledClaim, UnsettledClaims } from "./claim-numbers.js";
import { column, param, statement } from "./statement.js";
import type { Values } from "./statement.js";

/** The versions that a worker can run; an empty hash stands for runs that have none yet, and `give` is what they get. */
const versions: SQL = sql`unnest(${param("workflows", "text[]")}, ${param("hashes", "text[]")}, ${param("giveHashes", "text[]")}, ${param("giveLabels", "text[]")})
    with ordinality as v(workflow, hash, give_hash, give_label, place)`;

/**
 * Writes the claim on `picked`, which has `run_id`, `give_hash` and `give_label`; a worker that is dead by now gets nothing.
 * By an array, not by a join: a generic plan takes the limit for a tenth of the table, and a join would read all of it.
 */
const take = (counted: SQL): SQL => sql`claimed as (
  update continuum.runs r set owner = me.worker_id, token = r.token + 1, wake_at = null, claim = ${param("claim", "text")},
    version_hash = coalesce((select p.give_hash from picked p where p.run_id = r.run_id), r.version_hash),
    version_label = coalesce((select p.give_label from picked p where p.run_id = r.run_id), r.version_label)${counted}
  from me where r.run_id = any(array(select run_id from picked))
  returning r.run_id
)`;

/**
 * One more death of an owner (R41). Not where a body of the run was open in that owner, by a row that is still its or by an attempt
 * that was lost with it: that death is the attempt's (a body without a row is found after this, see lost-bodies.ts). Beyond the
 * second, only a death on trial counts.
 */
const death: SQL = sql`,
    deaths = case
      when exists (
          select from continuum.tasks k where k.run_id = r.run_id and k.state = 'claimed' and k.claimed_by = r.owner)
        or exists (select from continuum.attempts a where a.run_id = r.run_id and a.worker = r.owner and a.error is null)
        then r.deaths
      when r.trial = r.token then coalesce(r.deaths, 0) + 1
      else greatest(r.deaths, least(coalesce(r.deaths, 0) + 1, ${sql.raw(String(SUSPECT))}))
    end`;

// The order by `place` and the early end at the limit keep a version's backlog from being locked by the claim of another.
export const claimReady = statement(
  "claim_ready",
  sql`with picked as materialized (
  select p.run_id, v.give_hash, v.give_label
  from ${versions}
  cross join lateral (
    select r.run_id from continuum.runs r
    where r.workflow = v.workflow and r.version_hash = v.hash and r.wake_at <= (select continuum.now_ms())
    order by r.wake_at limit ${param("limit", "int4")}
    for no key update of r skip locked
  ) p
  limit ${param("limit", "int4")}
),
me as materialized (${workerMayClaim(sql`exists (select from picked)`)}),
${take(sql``)}
select run_id from claimed`,
);

export const takeFromGone = statement(
  "claim_gone",
  sql`with picked as materialized (
  select p.run_id, p.owner, null::text as give_hash, null::text as give_label
  from unnest(${param("gone", "text[]")}) as o(id)
  cross join ${versions}
  cross join lateral (
    select r.run_id, r.owner from continuum.runs r
    where r.owner = o.id and r.workflow = v.workflow and r.version_hash = v.hash
    limit ${param("limit", "int4")}
    for no key update of r skip locked
  ) p
  limit ${param("limit", "int4")}
),
me as materialized (${workerMayClaim(sql`exists (select from picked)`)}),
${take(death)}
select c.run_id, (select p.owner from picked p where p.run_id = c.run_id) as owner from claimed c`,
);

const claimedRuns = statement(
  "claimed_runs",
  sql`select ${inboxColumns}, r.chain_id, r.namespace, r.workflow, r.version_hash, r.token::float8 as token, r.wake_at, r.deaths,
  r.parent_id, r.parent_command, r.on_parent_close, r.depth,
  (select coalesce(json_agg(k.command order by k.command), '[]') from continuum.tasks k where k.run_id = r.run_id) as rows
from continuum.runs r where r.owner = ${param("worker", "text")} and r.claim = ${param("claim", "text")}`,
);

const histories = statement(
  "histories",
  sql`select e.run_id, e.seq, e.at::float8 as at, e.kind, e.body, e.payload from continuum.events e
where e.run_id = any(${param("runIds", "text[]")}) order by e.run_id, e.seq`,
);

/** What the claims of one journal share. */
export interface ClaimState {
  /** How many there were: each begins at another version. */
  count: number;
  readonly unsettledRuns: UnsettledClaims;
  readonly unsettledTasks: UnsettledClaims;
}

/** Claims runs until `limit`: those of an earlier claim whose answer never came, then ready ones, then those of the dead. */
export async function claimRuns(
  database: Database,
  ports: Persistence & JournalPorts,
  state: ClaimState,
  ask: ClaimRuns,
): Promise<readonly ClaimedRun[]> {
  const claimed = await loadUnsettled(database, ports, state, ask.worker);
  const claim = async (takeSome: TakeSome): Promise<void> => {
    const limit = ask.limit - claimed.length;
    if (limit > 0) claimed.push(...(await claimSome(database, ports, state, { ...ask, limit }, takeSome)));
  };
  await claim(async (session, values) => {
    const rows = await session.query(claimReady, { ...values, ...readyVersions(ask, state.count++) });
    return new Map(rows.map((row) => [row.run_id as RunId, null]));
  });
  if (claimed.length >= ask.limit) return claimed;
  const gone = await persist(ports, "look for dead workers", () => goneOwners(database));
  if (gone.length === 0) return claimed;
  await claim((_, values) =>
    database.transaction(async (session) => {
      const rows = await session.query(takeFromGone, { ...values, ...ownVersions(ask), gone });
      const taken = new Map(rows.map((row) => [row.run_id as RunId, row.owner as WorkerId]));
      if (taken.size > 0) await loseBodies(session, ports, taken);
      return taken;
    }),
  );
  return claimed;
}

type Taken = ReadonlyMap<RunId, WorkerId | null>;
type TakeSome = (session: Session, values: Values) => Promise<Taken>;

async function claimSome(
  database: Database,
  ports: Persistence,
  state: ClaimState,
  { worker, limit }: ClaimRuns,
  takeSome: TakeSome,
): Promise<readonly ClaimedRun[]> {
  const mine: UnsettledClaim = { worker, nonce: randomUUID(), number: nextClaim() };
  let taken: Taken | null = null;
  try {
    return await persist(ports, "claim runs", async (unsure) => {
      if (taken === null && unsure) return await settle(database, mine);
      taken ??= await takeSome(database, { worker, claim: mine.nonce, number: mine.number, limit });
      return taken.size === 0 ? [] : load(database, mine, taken);
    });
  } catch (error) {
    state.unsettledRuns.add(mine);
    throw error;
  }
}

async function loadUnsettled(
  database: Database,
  ports: Persistence,
  { unsettledRuns }: ClaimState,
  worker: WorkerId,
): Promise<ClaimedRun[]> {
  const found: ClaimedRun[] = [];
  for (const claim of [...unsettledRuns].filter((unsettled) => unsettled.worker === worker)) {
    found.push(...(await persist(ports, "claim runs", () => settle(database, claim))));
    unsettledRuns.delete(claim);
  }
  return found;
}

/** A try whose answer was lost may have taken runs: whatever carries its nonce is that claim's. */
async function settle(database: Database, claim: UnsettledClaim): Promise<ClaimedRun[]> {
  await settleClaims(database, claim);
  return load(database, claim, new Map());
}

async function load(session: Session, claim: UnsettledClaim, taken: Taken): Promise<ClaimedRun[]> {
  const rows = await session.query(claimedRuns, { worker: claim.worker, claim: claim.nonce });
  if (rows.length === 0) return [];
  const byRun = new Map<unknown, HistoryEvent[]>(rows.map((row) => [row.run_id, []]));
  for (const row of await session.query(histories, { runIds: rows.map((row) => row.run_id as string) })) {
    byRun.get(row.run_id)!.push(eventOf(row));
  }
  const places = [...taken.keys()];
  return rows
    .map((row) => ({
      runId: row.run_id as RunId,
      chainId: row.chain_id as ChainId,
      namespace: row.namespace as string,
      version: { workflow: row.workflow as string, hash: row.version_hash as string },
      token: row.token as FencingToken,
      history: byRun.get(row.run_id)!,
      inbox: inboxOf(row),
      rows: row.rows as readonly Seq[],
      takenFrom: taken.get(row.run_id as RunId) ?? null,
      parent: linkOf(row),
      deaths: (row.deaths as number | null) ?? 0,
    }))
    .sort((a, b) => places.indexOf(a.runId) - places.indexOf(b.runId));
}

function linkOf(row: Row): ParentLink | null {
  if (row.parent_id === null) return null;
  return {
    runId: row.parent_id as RunId,
    command: row.parent_command as Seq,
    onParentClose: row.on_parent_close as OnParentClose,
    depth: row.depth as number,
  };
}

/** The worker's versions and, for runs without one, its current ones; begun at another place each time, so that none starves. */
function readyVersions(ask: ClaimRuns, turn: number): Values {
  const known = ask.versions.map(({ workflow, hash }) => ({
    workflow,
    hash,
    giveHash: null,
    giveLabel: null,
  }));
  const unversioned = ask.current.map(({ workflow, hash, label }) => ({
    workflow,
    hash: "",
    giveHash: hash,
    giveLabel: label,
  }));
  const all = [...known, ...unversioned];
  const start = all.length === 0 ? 0 : turn % all.length;
  return versionValues([...all.slice(start), ...all.slice(0, start)]);
}

function ownVersions(ask: ClaimRuns): Values {
  return versionValues(
    ask.versions.map(({ workflow, hash }) => ({ workflow, hash, giveHash: null, giveLabel: null })),
  );
}

interface Wanted {
  readonly workflow: string;
  readonly hash: string;
  readonly giveHash: string | null;
  readonly giveLabel: string | null;
}

function versionValues(wanted: readonly Wanted[]): Values {
  return {
    workflows: column(wanted, ({ workflow }) => workflow),
    hashes: column(wanted, ({ hash }) => hash),
    giveHashes: column(wanted, ({ giveHash }) => giveHash),
    giveLabels: column(wanted, ({ giveLabel }) => giveLabel),
  };
}
