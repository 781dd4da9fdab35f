/*
 * Sends a signal: checked by whoever has the contract (R22), accepted into the run's mailbox, then told to its owner.
 */
import type { SignalDefinition } from "../authoring/define-signal.js";
import type { AnyWorkflow } from "../authoring/define-workflow.js";
import { issuesOf, schemaOf } from "../core/checked-value.js";
import { checkOptions } from "../core/option-rules.js";
import type { RunId } from "../core/ids.js";
import { badSignal, clientClosed, runMissing, runOver, undeclaredSignal } from "../errors/client-errors.js";
import { insist } from "../worker/insist.js";
import { encoded } from "./check-value.js";
import { tellOwner } from "./engine.js";
import type { Engine } from "./engine.js";
import { checkId } from "./run-ids.js";

/** The options of `signal`. */
export interface SignalOptions {
  /** A repeat with the same id is a no-op with the same answer. Default: a random one. */
  readonly deliveryId?: string;
}

export type AnySignal =
  string | (Pick<SignalDefinition<unknown>, "kind" | "name"> & { readonly schema: unknown });

export async function sendSignal(
  engine: Engine,
  runId: RunId,
  signal: AnySignal,
  given: unknown,
  options: SignalOptions,
): Promise<void> {
  if (engine.closed()) throw clientClosed("send a signal");
  checkOptions("CTM1201", "signal()", options, { deliveryId: () => null });
  const name: unknown = typeof signal === "object" && signal !== null ? signal.name : signal;
  checkId("signal name", name);
  const { deliveryId = engine.ports.randomness.id() } = options;
  checkId("delivery id", deliveryId);
  await checkContract(engine, runId, signal, name, given);
  // What is sent is what was given: what the schema makes of it is made where it is taken.
  const payload = encoded(engine.codec, `payload of signal ${name}`, given);
  // The delivery id makes it safe to send again when the first answer was lost.
  const verdict = await insist(engine.ports, engine.closed, "sending a signal", () =>
    engine.journal.signal(runId, name, payload, deliveryId),
  );
  switch (verdict?.kind) {
    case undefined:
      throw clientClosed("send a signal");
    case "missing":
      throw runMissing(runId);
    case "ended":
      throw runOver(runId, verdict.status, "take a signal");
    case "undeclared":
      throw undeclaredSignal(name, verdict.declared);
    case "accepted":
      tellOwner(engine, runId, verdict.owner);
  }
}

/** @throws ContinuumError CTM7003 */
async function checkContract(
  engine: Engine,
  runId: RunId,
  signal: AnySignal,
  name: string,
  given: unknown,
): Promise<void> {
  const known = await contracts(engine, runId);
  if (known !== null && !known.some((contract) => contract.name === name))
    throw undeclaredSignal(
      name,
      known.map((contract) => contract.name),
    );
  const contract = typeof signal === "object" ? signal : known?.find((each) => each.name === name);
  const schema = schemaOf(contract);
  if (schema === null) return;
  const result = schema["~standard"].validate(given);
  if ("then" in result) {
    void Promise.resolve(result).then(ignore, ignore);
    throw badSignal(
      name,
      "its schema is asynchronous, and a run that takes a signal cannot wait for it",
      "give defineSignal() a synchronous schema; put checks that need I/O into an activity",
    );
  }
  if (result.issues === undefined) return;
  throw badSignal(
    name,
    `its schema refuses the payload: ${issuesOf(result.issues)}`,
    "send what the definition's schema accepts",
  );
}

const ignore = (): void => undefined;

/** The closed set of the run's own version, if this process has that version; null: unknown or open. */
async function contracts(
  engine: Engine,
  runId: RunId,
): Promise<NonNullable<AnyWorkflow["options"]["signals"]> | null> {
  if (engine.workflows.every(({ options }) => options.signals === undefined)) return null;
  const latest = await engine.reader.latest(runId);
  const row = latest === null ? null : await engine.reader.run(latest);
  const flow = engine.workflows.find(
    ({ version }) => version.name === row?.workflow && version.hash === row.versionHash,
  );
  return flow?.options.signals ?? null;
}
