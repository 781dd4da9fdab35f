/** What applications import: the client, which is a worker too unless told otherwise. */
export { Continuum } from "./client/continuum.js";
export type { ConnectOptions } from "./client/connect-options.js";
export type { RelatedRun, RunDescription, RunEvent } from "./client/describe-run.js";
export { RunHandle, StartedRun } from "./client/run-handle.js";
export type { SignalOptions } from "./client/send-signal.js";
export type { StartOptions } from "./client/start-run.js";
export { ContinuumError } from "./core/continuum-error.js";
export type { HistoryEvent } from "./core/events.js";
export { ActivityError, CancelledError, ChildWorkflowError } from "./core/workflow-errors.js";
export { migrateDatabase } from "./journal/open.js";
export type { Diagnosis, RunStatus } from "./journal/port.js";
export type { LogFields, Logger } from "./telemetry/logger.js";
export type { Notice, Observer } from "./telemetry/observer.js";
export type { WorkerOptions } from "./worker/worker-settings.js";
