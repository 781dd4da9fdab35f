/*
 * A worker that starts runs of its own, which it will be killed over. It says which starts were acknowledged.
 */
import { createInterface } from "node:readline";
import { setTimeout as after } from "node:timers/promises";
import { Continuum } from "@continuum/runtime";
import { loadFlows } from "../load-flows.js";
import { READY, WORKER } from "../orders.js";
import { planOf } from "./plans.js";

/** A line of JSON on standard input. A second one, `quiet`, ends the starts. */
export interface ChaosOrders {
  readonly database: string;
  readonly effects: string;
  readonly seed: number;
  /** Of its first run; the next ones count up. */
  readonly firstOrdinal: number;
  readonly pauseMs: number;
}

const { workflows, activities, flowNamed } = await loadFlows(process.argv[2]!);
let quiet = false;

for await (const line of createInterface({ input: process.stdin })) {
  if (line === "quiet") {
    quiet = true;
    continue;
  }
  const orders = JSON.parse(line) as ChaosOrders;
  process.env["CONTINUUM_EFFECTS"] = orders.effects;
  const { database } = orders;
  const continuum = await Continuum.connect({
    database,
    workflows,
    activities,
    worker: WORKER,
    migrate: false,
  });
  process.stdout.write(`${READY}\n`);
  void found(continuum, orders);
}
process.exit();

async function found(continuum: Continuum, { seed, firstOrdinal, pauseMs }: ChaosOrders): Promise<void> {
  for (let ordinal = firstOrdinal; !quiet; ordinal++) {
    const id = `run-${ordinal}`;
    // Not awaited: births overlap. A start that fails was not acknowledged.
    continuum.start(flowNamed("chaotic"), planOf(seed, ordinal).steps, { id, idempotencyKey: id }).then(
      () => process.stdout.write(`started ${ordinal}\n`),
      (error: unknown) => process.stderr.write(`start of ${id}: ${String(error)}\n`),
    );
    await after(pauseMs);
  }
}
