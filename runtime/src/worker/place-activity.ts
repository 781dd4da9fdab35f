import { ContinuumError } from "../core/continuum-error.js";
import { encodeFailure } from "../core/failures.js";
import type { PayloadCodec } from "../core/payload-codec.js";
import type { ActivityFunctions } from "./activity-functions.js";
import type { ActivitySlots } from "./activity-slots.js";
import type { ActivityCommand, Placement } from "./decide-turn.js";

export interface PlacePorts {
  readonly functions: ActivityFunctions;
  readonly slots: ActivitySlots;
  readonly queues: readonly string[];
  readonly codec: PayloadCodec;
}

/** Where an activity's first attempt goes (R13): here and now without a row, or into a row that any worker may claim. */
export function placeActivity(
  command: ActivityCommand,
  { functions, slots, queues, codec }: PlacePorts,
): Placement {
  const { policy, activity } = command;
  if (policy.idempotencyKey !== null) {
    return refused(
      codec,
      "CTM6202",
      activity,
      "idempotencyKey",
      "leave it out and use activityContext().idempotencyKey",
    );
  }
  if (policy.heartbeatTimeoutMs !== null) {
    return refused(
      codec,
      "CTM6203",
      activity,
      "heartbeatTimeout",
      "leave it out and set a `timeout` that covers the longest attempt",
    );
  }
  if (policy.queue !== "default" || !queues.includes("default") || policy.priority !== 0)
    return { kind: "row" };
  if (functions.find(activity) === null) return { kind: "row" };
  return slots.reserveHere() ? { kind: "here" } : { kind: "row" };
}

function refused(
  codec: PayloadCodec,
  code: `CTM${number}`,
  activity: string,
  option: string,
  hint: string,
): Placement {
  const message = `activity ${activity} asks for \`${option}\`, which this version does not support`;
  return {
    kind: "refused",
    error: encodeFailure(codec, new ContinuumError({ code, message, hint, details: { activity, option } })),
  };
}
