/**
 * The interpreter and the shapes of histories, for tools of this repository that walk histories without a worker. Unsettled: it
 * may change in any release.
 */
export { disagreement } from "./core/agreement.js";
export { isInput } from "./core/events.js";
export type {
  ActivityPolicy,
  Command,
  History,
  HistoryEvent,
  InputEvent,
  RecordedCommand,
  RecordedInput,
} from "./core/events.js";
export type { Execution, ExecutionPorts, Fault, OpenCommand, Step } from "./core/execution.js";
export { decodeFailure, encodeFailure } from "./core/failures.js";
export type { AtMs, Payload, RunId, Seq } from "./core/ids.js";
export type { JobLoop, Reaction } from "./core/job-loop.js";
export type { PayloadCodec } from "./core/payload-codec.js";
export { replay } from "./core/replay.js";
/** `new Run(ports).loop` is the queue of a run: a proof puts a wrong one in its place, to see that it notices. */
export { createExecution, Run } from "./core/run.js";
