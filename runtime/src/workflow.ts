/** What workflow modules import: the authoring API. No database, nothing of Node. */
export { defineActivity } from "./authoring/define-activity.js";
export type { DefineActivityOptions } from "./authoring/define-activity.js";
export { defineSignal } from "./authoring/define-signal.js";
export type { SignalDefinition } from "./authoring/define-signal.js";
export { workflow } from "./authoring/define-workflow.js";
export type {
  AnyWorkflow,
  Workflow,
  WorkflowCall,
  WorkflowOptions,
  WorkflowVersion,
} from "./authoring/define-workflow.js";
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
export { map } from "./authoring/map.js";
export { log, patched, sideEffect } from "./authoring/recorded-effects.js";
export type { Log } from "./authoring/recorded-effects.js";
export {
  awaitChild,
  cancelChild,
  child,
  continueAsNew,
  sendSignal,
  startChild,
} from "./authoring/run-effects.js";
export type { ChildOptions, ChildReference } from "./authoring/run-effects.js";
export type { StandardSchema } from "./authoring/standard-schema.js";
export type { CompensationFailure } from "./core/compensation.js";
export { ContinuumError } from "./core/continuum-error.js";
export { TIMEOUT } from "./core/timeout.js";
export { ActivityError, CancelledError, ChildWorkflowError } from "./core/workflow-errors.js";
export type { RetryOptions } from "@continuum/contract";
