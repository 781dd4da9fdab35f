/*
 * Child runs (R26–R29): starting them, waiting for them, asking them to stop.
 *
 * Invariants:
 *   H1  A child is known by the id that its `child_started` records; on replay the recorded one stands.
 *   H2  What is wrong throws at the call, before anything is issued; `child()` rejects for an input that cannot be stored.
 *   H3  `awaitChild` joins the promise that the start made: one outcome, however often it is awaited.
 */
import type { ChildCallOptions, ChildReference, SiteKey } from "@continuum/contract";
import { checkedValue } from "./checked-value.js";
import type { SyncSchema } from "./checked-value.js";
import { ContinuumError } from "./continuum-error.js";
import { childIdOf } from "./derived-ids.js";
import { outcomeOf, pendingPromise } from "./durable-promise.js";
import type { DurablePromise } from "./durable-promise.js";
import { rejected } from "./effects.js";
import type { RunId } from "./ids.js";
import { checkOptions, idText, oneOf } from "./option-rules.js";
import type { Run } from "./run.js";
import { encodeFor } from "./run-end.js";
import { isIssued } from "./wait.js";
import type { ChildWait } from "./wait.js";

/** The deepest that a run can stand below one that was started from outside. */
export const MAX_CHILD_DEPTH = 10;

/** What is used of a workflow's definition. */
interface AnyFlow {
  readonly name: string;
  readonly options?: { readonly input?: SyncSchema };
}

const NO_OPTIONS: ChildCallOptions = {};
const RULES = { id: idText, onParentClose: oneOf("cancel", "terminate", "abandon") };

/** `child(flow.run(input), options?)` */
export function runChild(
  run: Run,
  key: SiteKey,
  flow: unknown,
  input: unknown,
  options: ChildCallOptions = NO_OPTIONS,
): DurablePromise {
  try {
    return start(run, key, "child", flow, input, options).promise;
  } catch (error) {
    if (ContinuumError.is(error, "CTM6008")) return rejected(run, error);
    throw error;
  }
}

/** `startChild(flow, input, options?)` */
export function startChild(
  run: Run,
  key: SiteKey,
  flow: unknown,
  input: unknown,
  options: ChildCallOptions = NO_OPTIONS,
): ChildReference {
  const { runId } = start(run, key, "startChild", flow, input, options);
  return Object.freeze({ kind: "continuum.child", runId });
}

/** `awaitChild(ref)` */
export function awaitChild(run: Run, key: SiteKey, reference: unknown): DurablePromise {
  const wait = waitOf(run, "awaitChild", reference);
  return run.site(key) === null ? pendingPromise(run.loop) : wait.promise;
}

/** `cancelChild(ref)`: nothing to do for one that has ended. */
export function cancelChild(run: Run, key: SiteKey, reference: unknown): void {
  const wait = waitOf(run, "cancelChild", reference);
  const site = run.site(key);
  // One that this run's own cancellation has cut off may still be there: an abandoned one, say.
  if (site === null || !isIssued(wait) || (outcomeOf(wait.promise) !== null && !run.hasCancelled(wait)))
    return;
  run.issue({ kind: "child_cancel_requested", site: site.id, child: wait.command.seq });
}

function start(
  run: Run,
  key: SiteKey,
  effect: string,
  flow: unknown,
  given: unknown,
  options: ChildCallOptions,
): { readonly promise: DurablePromise; readonly runId: RunId } {
  const { name, schema } = workflowOf(effect, flow);
  if (options !== NO_OPTIONS) checkOptions("CTM3903", `${effect} ${name}`, options, RULES);
  const { runId: parent, depth = 0 } = run.ports;
  if (depth >= MAX_CHILD_DEPTH) throw tooDeep(name, depth);
  const input = checkedValue(`The input of child ${name}`, schema, given);
  const payload = encodeFor(run.ports, `The input of child ${name}`, input);
  const site = run.site(key);
  const childId =
    site === null ? ("" as RunId) : childIdOf(parent, name, site.id, run.occurrence(site), options.id);
  if (site === null) return { promise: pendingPromise(run.loop), runId: childId };
  const onParentClose = options.onParentClose ?? "cancel";
  const wait = run.issueOpen({
    kind: "child_started",
    site: site.id,
    workflow: name,
    childId,
    onParentClose,
    payload,
  });
  if (wait === null) return { promise: pendingPromise(run.loop), runId: childId };
  run.children.set(wait.command.childId, wait);
  return { promise: wait.promise, runId: wait.command.childId };
}

function workflowOf(
  effect: string,
  flow: unknown,
): { readonly name: string; readonly schema: SyncSchema | null } {
  if (typeof flow === "object" && flow !== null && "kind" in flow && flow.kind === "continuum.workflow") {
    const { name, options } = flow as unknown as AnyFlow;
    return { name, schema: options?.input ?? null };
  }
  throw new ContinuumError({
    code: "CTM3903",
    message: `${effect}() was given no workflow.`,
    hint: "Give it what workflow(…) returned: child(orderFlow.run(input)), startChild(orderFlow, input).",
  });
}

function waitOf(run: Run, effect: string, reference: unknown): ChildWait {
  const runId =
    typeof reference === "object" && reference !== null && "runId" in reference ? reference.runId : null;
  const wait = run.children.get(runId as RunId);
  if (wait !== undefined) return wait;
  throw new ContinuumError({
    code: "CTM3907",
    message: `${effect}() was given something that is no child of this run.`,
    hint: "Give it what startChild(…) returned in this run. Children of the run before a continueAsNew are no longer this run's.",
  });
}

function tooDeep(workflow: string, depth: number): ContinuumError {
  return new ContinuumError({
    code: "CTM3906",
    message: `Child ${workflow} was not started: this run stands ${depth} levels below the one that was started from outside.`,
    hint: "A workflow that starts itself without an end does this. Use continueAsNew(input) for what goes on for ever, or start fewer levels.",
    details: { workflow, depth },
  });
}
