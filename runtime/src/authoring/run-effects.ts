/*
 * The effects that reach other runs, and the run's own successor, as workflow authors see them: their types. See effects.ts.
 */
import type { SignalDefinition } from "./define-signal.js";
import type { Workflow, WorkflowCall } from "./define-workflow.js";
import { uncompiledEffect } from "./untransformed.js";

declare const output: unique symbol;

/** A child that was started; `Output` is the type of its result. */
export interface ChildReference<Output = unknown> {
  readonly kind: "continuum.child";
  /** The id of its run, valid outside of the workflow too: for signals, queries, logs. */
  readonly runId: string;
  /** Of the type only; there is no such member. */
  readonly [output]?: Output;
}

/** The options of {@link child} and {@link startChild}. */
export interface ChildOptions {
  /** Part of the child's run id, to tell apart children that one place in the code starts. */
  readonly id?: string;
  /** What becomes of the child if it still runs when this run ends. Default `"cancel"`. */
  readonly onParentClose?: "cancel" | "terminate" | "abandon";
}

/**
 * Starts a run of another workflow and gives its result.
 *
 * @throws ContinuumError CTM3903 for wrong options, CTM3906 when runs are nested too deep, CTM3908 when the child's schema refuses
 *   the input. The promise rejects with `ChildWorkflowError` when the child fails, with `CancelledError` when it is cancelled or
 *   terminated, with CTM6008 when the input cannot be stored.
 * @example const shipment = await child(shipmentFlow.run({ orderId }));
 */
export function child<Output>(call: WorkflowCall<Output>, options?: ChildOptions): Promise<Output>;
export function child(): never {
  throw uncompiledEffect("child");
}

/**
 * Starts a run of another workflow and gives a reference to it at once.
 *
 * @throws ContinuumError as {@link child} does; CTM6008 at the call.
 * @example
 * const shipping = startChild(shipmentFlow, { orderId }, { onParentClose: "abandon" });
 * log.info("shipping", { run: shipping.runId });
 */
export function startChild<Input, Output, Given>(
  flow: Workflow<Input, Output, Given>,
  input: NoInfer<Given>,
  options?: ChildOptions,
): ChildReference<Output>;
export function startChild(): never {
  throw uncompiledEffect("startChild");
}

/**
 * The result of a child that was started before. It rejects as that of {@link child} does; it can be awaited more than once.
 *
 * @throws ContinuumError CTM3907 for what is no child of this run.
 * @example const shipment = await awaitChild(shipping);
 */
export function awaitChild<Output>(reference: ChildReference<Output>): Promise<Output>;
export function awaitChild(): never {
  throw uncompiledEffect("awaitChild");
}

/**
 * Asks a child to stop, as `handle.cancel()` does from outside; awaiting it tells what came of that. Does nothing for a child
 * that has ended.
 *
 * @throws ContinuumError CTM3907 for what is no child of this run.
 * @example cancelChild(shipping);
 */
export function cancelChild(reference: ChildReference): void;
export function cancelChild(): never {
  throw uncompiledEffect("cancelChild");
}

/**
 * Sends a signal to another run, exactly once. Resolves when it stands in that run's mailbox.
 *
 * @throws ContinuumError CTM3903 for what can be no run's id or signal, CTM3908 when the signal's schema refuses the payload. The
 *   promise rejects with CTM7001 when there is no such run, CTM7002 when it has ended, CTM6008 when the payload cannot be stored.
 * @example await sendSignal(order.runId, fraudReview, "approved");
 */
export function sendSignal<Payload, Sent>(
  runId: string,
  signal: SignalDefinition<Payload, Sent>,
  payload: NoInfer<Sent>,
): Promise<void>;
export function sendSignal(runId: string, signal: string, payload?: unknown): Promise<void>;
export function sendSignal(): never {
  throw uncompiledEffect("sendSignal");
}

/**
 * Ends this run and starts its successor, with a fresh history, in one step. Nothing after it runs, not even a `finally` around it.
 * The id of the chain's first run stays valid for signals, results and queries.
 *
 * @throws ContinuumError CTM6008 when the input cannot be stored.
 * @example if (month < 12) continueAsNew({ ...subscription, month: month + 1 });
 */
export function continueAsNew(input?: unknown): never;
export function continueAsNew(): never {
  throw uncompiledEffect("continueAsNew");
}
