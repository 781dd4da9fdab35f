import type { AnyWorkflow } from "../authoring/define-workflow.js";
import { attributeRecord, checkOptions, text } from "../core/option-rules.js";
import type { Rules } from "../core/option-rules.js";
import type { RunId } from "../core/ids.js";
import type { Attributes } from "../journal/port.js";
import { clientClosed, idTaken, notAWorkflow, refusedInput } from "../errors/client-errors.js";
import { encoded, validated } from "./check-value.js";
import { isWorkflow } from "./connect-options.js";
import type { Engine } from "./engine.js";
import { checkId } from "./run-ids.js";

/** The options of `start`. */
export interface StartOptions {
  /** The run's id: 1 to 255 bytes. Default: a random one. */
  readonly id?: string;
  /** With a key, a repeated start of the same workflow in the same namespace answers with the first run. */
  readonly idempotencyKey?: string;
  /** Default: that of the client. */
  readonly namespace?: string;
  /** What people tell runs apart by; at most 8 KiB. The run's children and successors have them too. `describe()` shows them. */
  readonly attributes?: Attributes;
}

const RULES: Rules = {
  id: () => null,
  idempotencyKey: () => null,
  namespace: text,
  attributes: attributeRecord,
};

export interface Started {
  readonly runId: RunId;
  /** The key was known: this is the first start's run. */
  readonly existed: boolean;
}

/** Checks what was given, and creates the run in one commit. */
export async function startRun(
  engine: Engine,
  flow: AnyWorkflow,
  input: unknown,
  options: StartOptions,
): Promise<Started> {
  if (engine.closed()) throw clientClosed("start a run");
  if (!isWorkflow(flow)) throw notAWorkflow("the first argument of start()");
  checkOptions("CTM1201", "start()", options, RULES);
  const { id = engine.ports.randomness.id(), idempotencyKey = null, namespace = engine.namespace } = options;
  const { attributes = {} } = options;
  checkId("run id", id);
  checkId("namespace", namespace);
  if (idempotencyKey !== null) checkId("idempotency key", idempotencyKey);
  const payload = encoded(engine.codec, `input of workflow ${flow.name}`, await checkedInput(flow, input));
  const definition = engine.versions.currentOf(flow.name);
  const verdict = await engine.births.start({
    runId: id as RunId,
    namespace,
    definition,
    workflow: flow.name,
    retentionMs: definition?.retentionMs ?? flow.options.retention ?? null,
    idempotencyKey,
    attributes,
    input: payload,
  });
  if (verdict.kind === "created") return { runId: id as RunId, existed: false };
  if (!verdict.sameKey) throw idTaken(id);
  return { runId: verdict.runId, existed: true };
}

async function checkedInput(flow: AnyWorkflow, input: unknown): Promise<unknown> {
  const schema = flow.options.input;
  if (schema === undefined) return input;
  const checked = await validated(schema, input);
  if (checked.issues !== null) throw refusedInput(flow.name, checked.issues);
  return checked.value;
}
