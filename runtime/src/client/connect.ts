import type { AnyWorkflow } from "../authoring/define-workflow.js";
import { payloadCodec } from "../codec/payload-codec.js";
import { schemaOf } from "../core/checked-value.js";
import type { SyncSchema } from "../core/checked-value.js";
import type { RunId, WorkerId } from "../core/ids.js";
import { openJournal } from "../journal/open.js";
import type { OpenedJournal, OpenJournal } from "../journal/open.js";
import { guardedLogger } from "../telemetry/logger.js";
import { guardedObserver } from "../telemetry/observer.js";
import { versionIndex } from "../versions/version-index.js";
import type { Definition } from "../versions/version-index.js";
import { activityFunctions } from "../worker/activity-functions.js";
import { Births } from "../worker/births.js";
import { CarryOn } from "../worker/carry-on.js";
import { DatabaseClock } from "../worker/database-clock.js";
import { reasonOf } from "../worker/insist.js";
import { timerLease } from "../worker/leases.js";
import { Notices } from "../worker/notices.js";
import type { Ports, Randomness, Time } from "../worker/ports.js";
import { realRandomness } from "../worker/real-randomness.js";
import { realTime } from "../worker/real-time.js";
import { threadLease } from "./thread-lease.js";
import { Worker } from "../worker/worker.js";
import { settingsFrom } from "./connect-options.js";
import type { ConnectOptions, Settings } from "./connect-options.js";
import { EndWaiters } from "./end-waiters.js";
import { tellOwner } from "./engine.js";
import type { Engine } from "./engine.js";

/** What the world is; tests hand in another one. */
export interface World {
  readonly time: Time;
  readonly randomness: Randomness;
  open(options: OpenJournal): Promise<OpenedJournal>;
}

export const realWorld: World = { time: realTime, randomness: realRandomness, open: openJournal };

export interface Connected {
  readonly engine: Engine;
  shutDown(): Promise<void>;
  readonly drainsOnSigterm: boolean;
}

const CLIENT_POLL_MS = 1_000;
/** Whom a hint concerns that is for whoever may claim something. */
const NOBODY = "" as RunId;

/** Checks the options, opens the journal, and joins all parts. */
export async function connectEngine(options: ConnectOptions, world: World): Promise<Connected> {
  const settings = settingsFrom(options);
  const log = guardedLogger(settings.logger);
  const ports: Ports = { time: world.time, randomness: world.randomness, log };
  const versions = versionIndex(settings.workflows.map(definitionOf));
  const functions = activityFunctions(settings.activities);
  const codec = payloadCodec();
  const opened = await world.open({
    ...settings.storage,
    codec,
    random: () => world.randomness.fraction(),
    report: (error) =>
      log.warn("the journal reports a failure that nobody waits for", { reason: reasonOf(error) }),
  });
  try {
    return await join(settings, ports, opened, { codec, versions, functions });
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function join(
  settings: Settings,
  ports: Ports,
  opened: OpenedJournal,
  parts: Pick<Engine, "codec" | "versions"> & { readonly functions: ReturnType<typeof activityFunctions> },
): Promise<Connected> {
  const { journal, reader, wakeUps } = opened;
  let closed = false;
  const clock = new DatabaseClock(ports.time);
  clock.heard(await journal.clock());
  const ends = new EndWaiters({ ...ports, journal, pollMs: settings.worker?.pollMs ?? CLIENT_POLL_MS });
  const tell = (runId: RunId, owner: WorkerId | null): void => tellOwner({ worker, wakeUps }, runId, owner);
  const carryOn = new CarryOn({
    ...ports,
    journal,
    stopped: () => closed,
    tell,
    work: () => tell(NOBODY, null),
  });
  const worker: Worker | null =
    settings.worker === null
      ? null
      : new Worker({
          ...ports,
          ...opened,
          ...parts,
          settings: settings.worker,
          clock,
          notices: new Notices(guardedObserver(settings.observer, ports.log)),
          workflowLog: guardedLogger(settings.workflowLogger),
          carryOn,
          tell,
          ended: (chainId, end) => ends.chainEnded(chainId, end),
          continued: (runId, chainId, here) => ends.continued(runId, chainId, here),
          lease: journal.exclusive
            ? timerLease
            : threadLease({ database: settings.storage.database, stallMs: settings.worker.stallMs }),
        });
  const births = new Births({
    ...ports,
    journal,
    now: () => clock.now(),
    stopped: () => closed,
    heard: (at) => clock.heard(at),
    own: (request, at) =>
      request.definition === null ? null : (worker?.own(request, request.definition, at) ?? null),
    unowned: () => {
      worker?.look();
      wakeUps.publish([{ kind: "work" }]);
    },
  });
  const leaveHints = wakeUps.subscribe((hint) => {
    if (hint.kind === "end") ends.hint(hint.runId);
  });
  await worker?.begin();
  const { codec, versions } = parts;
  const { workflows, namespace } = settings;
  return {
    engine: {
      ports,
      journal,
      reader,
      wakeUps,
      codec,
      versions,
      workflows,
      namespace,
      worker,
      births,
      ends,
      carryOn,
      closed: () => closed,
    },
    drainsOnSigterm: settings.worker?.signals ?? false,
    async shutDown() {
      closed = true;
      leaveHints();
      ends.close();
      await worker?.close();
      await closeAll(opened);
    },
  };
}

async function closeAll({ journal, wakeUps }: OpenedJournal): Promise<void> {
  await wakeUps.close();
  await journal.close();
}

function definitionOf(flow: AnyWorkflow): Definition {
  const { retention = null, current = true } = flow.options;
  const contracts = new Map<string, SyncSchema>();
  for (const signal of flow.options.signals ?? []) {
    const schema = schemaOf(signal);
    if (schema !== null) contracts.set(signal.name, schema);
  }
  return { compiled: flow.compiled, signals: flow.signals, contracts, retentionMs: retention, current };
}
