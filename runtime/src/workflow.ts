/** What workflow modules import: the authoring API. No database, nothing of Node. */
export { defineActivity } from "./authoring/define-activity.js";
export type { DefineActivityOptions } from "./authoring/define-activity.js";
export { defineSignal } from "./authoring/define-signal.js";
export type { SignalDefinition } from "./authoring/define-signal.js";
export { workflow } from "./authoring/define-workflow.js";
export type { AnyWorkflow, Workflow, WorkflowOptions, WorkflowVersion } from "./authoring/define-workflow.js";
export { days, hours, minutes, seconds } from "./authoring/durations.js";
export {
  activity,
  compensate,
  compensateAll,
  now,
  random,
  signal,
  timer,
  today,
  uuid4,
} from "./authoring/effects.js";
export type { ActivityHandle, ActivityOptions, Compensated } from "./authoring/effects.js";
export type { StandardSchema } from "./authoring/standard-schema.js";
export type { CompensationFailure } from "./core/compensation.js";
export { ContinuumError } from "./core/continuum-error.js";
export { TIMEOUT } from "./core/timeout.js";
export { ActivityError, CancelledError } from "./core/workflow-errors.js";
export type { RetryOptions } from "@continuum/contract";
