import type { ActivityFunctions } from "./activity-functions.js";
import type { ActivitySlots } from "./activity-slots.js";
import type { ActivityCommand, Placement } from "./turn-draft.js";

export interface PlacePorts {
  readonly functions: ActivityFunctions;
  readonly slots: ActivitySlots;
  readonly queues: readonly string[];
}

/** Where an activity's first attempt goes (R13): here and now without a row, or into a row that any worker may claim. */
export function placeActivity(
  { policy, activity }: ActivityCommand,
  { functions, slots, queues }: PlacePorts,
): Placement {
  if (policy.idempotencyKey !== null || policy.heartbeatTimeoutMs !== null) return { kind: "row" };
  if (policy.queue !== "default" || !queues.includes("default") || policy.priority !== 0)
    return { kind: "row" };
  if (functions.find(activity) === null) return { kind: "row" };
  return slots.reserveHere() ? { kind: "here" } : { kind: "row" };
}
