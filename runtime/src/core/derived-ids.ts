/*
 * Ids that a run derives from its own place in the world, so that a replayed or crashed run finds the same ones (R26, R30).
 *
 * Invariants:
 *   I1  Functions of run, site and occurrence; the readable part in front decides nothing.
 *   I2  At most 255 bytes, whatever the run's own id is.
 */
import { sha256 } from "@continuum/contract";
import type { RunId } from "./ids.js";

const DIGITS = 32;
const LONGEST_PREFIX = 80;
const OF_A_SUCCESSOR = /~[0-9a-f]{32}$/;

/** `shipment-5f2c…`: the run of a child that `parent` starts. */
export function childIdOf(
  parent: RunId,
  workflow: string,
  site: string,
  occurrence: number,
  id: string | undefined,
): RunId {
  return `${readable(workflow)}-${digest("child", parent, site, occurrence, id ?? "")}` as RunId;
}

/** `order-7~9ab1…`: the next run of a chain. */
export function successorIdOf(run: RunId): RunId {
  return `${readable(run.replace(OF_A_SUCCESSOR, ""))}~${digest("successor", run)}` as RunId;
}

/** By what the receiver knows a signal again that was sent twice. */
export function deliveryIdOf(run: RunId, site: string, occurrence: number): string {
  return `run-${digest("delivery", run, site, occurrence)}`;
}

function digest(...parts: readonly (string | number)[]): string {
  return sha256(JSON.stringify(parts)).slice(0, DIGITS);
}

// Characters of one byte each, so that their number is their size.
function readable(text: string): string {
  return text.replace(/[^\w.:@/-]+/g, "_").slice(0, LONGEST_PREFIX);
}
