import { ContinuumError } from "../core/continuum-error.js";
import { checkOptions } from "../core/option-rules.js";
import { schemaRule } from "./schema-rule.js";
import type { StandardSchema } from "./standard-schema.js";

declare const payload: unique symbol;

/** A signal's contract: its durable name and the type of what it carries. `Sent` differs where the schema converts. */
export interface SignalDefinition<Payload, Sent = Payload> {
  readonly kind: "continuum.signal";
  readonly name: string;
  readonly schema: StandardSchema<Sent, Payload> | null;
  /** Of the type only; there is no such member. */
  readonly [payload]?: readonly [Sent, Payload];
}

/**
 * Defines a signal. With a schema, which must be synchronous, its payload is checked by senders that have the definition, and again
 * when a run takes it: the wait gets what the schema makes of it; a payload that does not fit is set aside, and the wait goes on.
 *
 * @throws ContinuumError CTM1004 when the name is empty or the options are wrong.
 * @example
 * export const fraudReview = defineSignal<"approved" | "rejected">("fraudReview");
 * export const address = defineSignal("address", { schema: z.object({ street: z.string() }) });
 */
export function defineSignal<Payload>(name: string): SignalDefinition<Payload>;
export function defineSignal<Sent, Payload>(
  name: string,
  options: { readonly schema: StandardSchema<Sent, Payload> },
): SignalDefinition<Payload, Sent>;
export function defineSignal(
  name: string,
  options: { readonly schema?: StandardSchema } = {},
): SignalDefinition<unknown> {
  if (typeof name !== "string" || name === "") {
    throw new ContinuumError({
      code: "CTM1004",
      message: "defineSignal() was given no name.",
      hint: 'The name is what senders and histories know: defineSignal("fraudReview").',
    });
  }
  checkOptions("CTM1004", `defineSignal("${name}")`, options, { schema: schemaRule });
  return Object.freeze({ kind: "continuum.signal", name, schema: options.schema ?? null });
}
