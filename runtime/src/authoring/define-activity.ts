import { checkDefinitionOptions } from "../core/activity-options.js";
import { attachDefinition } from "../core/activity-registry.js";
import type { ActivityDefinition, ActivityFunction } from "../core/activity-registry.js";
import { ContinuumError } from "../core/continuum-error.js";
import { activityPolicy } from "../core/retry-policy.js";

/** The options of {@link defineActivity}: the activity's defaults, and its name. Options at the call win. */
export type DefineActivityOptions = ActivityDefinition;

/**
 * Gives an exported activity its own defaults and name. The function stays what it was.
 *
 * @throws ContinuumError CTM1004 for wrong options, CTM6002 for a retry policy that cannot fit its horizon, CTM1011 when the
 *   function has been given options before.
 * @example
 * export const charge = defineActivity(
 *   { timeout: seconds(10), retry: { maxAttempts: 5, nonRetryable: ["CardDeclined"] } },
 *   async (orderId: string, cents: number) => gateway.charge(orderId, cents),
 * );
 */
export function defineActivity<F extends ActivityFunction>(options: DefineActivityOptions, fn: F): F {
  if (typeof fn !== "function") {
    throw new ContinuumError({
      code: "CTM1004",
      message: "defineActivity() was given no function.",
      hint: "Write defineActivity({ … }, async (…) => …).",
    });
  }
  const name = fn.name === "" ? "an activity" : fn.name;
  checkDefinitionOptions(`defineActivity() of ${name}`, options);
  const { retry, name: _name, ...rest } = options;
  const { nonRetryable: _rules, ...pauses } = retry ?? {};
  activityPolicy(options.name ?? name, { ...rest, retry: pauses }, {});
  if (!attachDefinition(fn, options)) {
    throw new ContinuumError({
      code: "CTM1011",
      message: `defineActivity() was called twice for ${name}.`,
      hint: "Give each definition a function of its own.",
    });
  }
  return fn;
}
