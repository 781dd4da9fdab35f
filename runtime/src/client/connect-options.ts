import type { AnyWorkflow } from "../authoring/define-workflow.js";
import { bool, checkOptions, positiveMs, text, texts, wholeFrom } from "../core/option-rules.js";
import type { Rule, Rules } from "../core/option-rules.js";
import { notAnActivity, notAWorkflow } from "../errors/client-errors.js";
import type { OpenJournal } from "../journal/open.js";
import { standardLogger, standardWorkflowLogger } from "../telemetry/logger.js";
import type { Logger } from "../telemetry/logger.js";
import type { Observer } from "../telemetry/observer.js";
import type { GivenActivities } from "../worker/activity-functions.js";
import { DEFAULT_WORKER } from "../worker/worker-settings.js";
import type { WorkerOptions, WorkerSettings } from "../worker/worker-settings.js";
import { checkId } from "./run-ids.js";

/** The options of `Continuum.connect`. */
export interface ConnectOptions {
  /** `postgres://…`, `pglite:FOLDER`, `memory:`, or a `pg` pool. */
  readonly database: OpenJournal["database"];
  /** Those that this process runs and starts. */
  readonly workflows?: readonly AnyWorkflow[];
  /** Activities by durable name, beside those that compiled modules bring; they win over these. */
  readonly activities?: GivenActivities;
  /** `false`: a mere client, which runs nothing. Default: a worker with default options. */
  readonly worker?: boolean | WorkerOptions;
  /** Of runs that are started without one of their own. Default `"default"`. */
  readonly namespace?: string;
  /** Bring the schema up to date while connecting. False: a missing migration is refused with CTM1102. Default true. */
  readonly migrate?: boolean;
  /** The database is reached through pgbouncer in transaction mode. Default false. */
  readonly pooled?: boolean;
  /** Connections to a server that is given as a URL, for all but the heartbeat. Default 10. */
  readonly maxConnections?: number;
  /** For the engine's lines and for those of workflow code. Default: standard error, without the engine's information. */
  readonly logger?: Logger;
  /** Told of what happens to runs, after it is stored. */
  readonly observer?: Observer;
}

export interface Settings {
  readonly storage: Pick<OpenJournal, "database" | "migrate" | "pooled" | "maxConnections">;
  readonly workflows: readonly AnyWorkflow[];
  readonly activities: GivenActivities;
  /** Null: a mere client. */
  readonly worker: WorkerSettings | null;
  readonly namespace: string;
  readonly logger: Logger;
  /** For what workflow code logs. */
  readonly workflowLogger: Logger;
  readonly observer: Observer | null;
}

const WORKER_RULES: Rules = {
  concurrency: wholeFrom(0, 100_000),
  queues: texts,
  leaseMs: wholeFrom(100, 86_400_000),
  pollMs: wholeFrom(10, 3_600_000),
  parkedMs: wholeFrom(0, 86_400_000),
  maxRuns: wholeFrom(1, 10_000_000),
  maxLiveBytes: wholeFrom(0, Number.MAX_SAFE_INTEGER),
  stallMs: positiveMs,
  signals: bool,
} satisfies Record<keyof WorkerOptions, Rule>;

const RULES: Rules = {
  database: (value) =>
    text(value) === null || (typeof value === "object" && value !== null)
      ? null
      : "a connection text or a pg pool",
  workflows: (value) => (Array.isArray(value) ? null : "a list of workflows"),
  activities: (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? null : "an object of functions",
  worker: (value) =>
    typeof value === "boolean" || (typeof value === "object" && value !== null) ? null : "false or an object",
  namespace: text,
  migrate: bool,
  pooled: bool,
  maxConnections: wholeFrom(2, 10_000),
  logger: (value) =>
    hasFunctions(value, ["info", "warn", "error"]) ? null : "an object with info, warn and error",
  observer: (value) => (typeof value === "function" ? null : "a function"),
} satisfies Record<keyof ConnectOptions, Rule>;

/**
 * Checks what a user gave, and fills in what they left out.
 *
 * @throws ContinuumError CTM1201 for unknown or mistyped options, CTM1202 for what is no workflow, CTM1203 for what is no
 *   activity, CTM7004 for a namespace that cannot be one.
 */
export function settingsFrom(options: ConnectOptions): Settings {
  checkOptions("CTM1201", "Continuum.connect()", options, RULES);
  const { worker = true, workflows = [], activities = {}, namespace = "default" } = options;
  if (typeof worker === "object")
    checkOptions("CTM1201", "Continuum.connect({ worker })", worker, WORKER_RULES);
  checkOptions("CTM1201", "Continuum.connect()", { database: options.database ?? null }, RULES);
  workflows.forEach((workflow: unknown, i) => {
    if (!isWorkflow(workflow)) throw notAWorkflow(`workflows[${i}]`);
  });
  for (const [name, fn] of Object.entries(activities))
    if (typeof fn !== "function") throw notAnActivity(name);
  checkId("namespace", namespace);
  const { database, migrate = true, pooled = false, maxConnections = 10 } = options;
  return {
    storage: { database, migrate, pooled, maxConnections },
    workflows,
    activities,
    worker: worker === false ? null : { ...DEFAULT_WORKER, ...(worker === true ? {} : given(worker)) },
    namespace,
    logger: options.logger ?? standardLogger,
    workflowLogger: options.logger ?? standardWorkflowLogger,
    observer: options.observer ?? null,
  };
}

export function isWorkflow(value: unknown): value is AnyWorkflow {
  return (
    typeof value === "object" && value !== null && "kind" in value && value.kind === "continuum.workflow"
  );
}

/** Without members that are `undefined`: they would hide a default. */
function given(options: WorkerOptions): WorkerOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function hasFunctions(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return names.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === "function");
}
