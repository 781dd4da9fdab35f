/**
 * The engine with its world in the caller's hands, the replay of every prefix, and what must hold of the journal's tables: for
 * `@continuum/testing` and for proofs that wrap the journal's port. Unsettled: it may change in any release.
 */
import { connectEngine, realWorld } from "./client/connect.js";
import type { ConnectOptions } from "./client/connect-options.js";
import { Continuum } from "./client/continuum.js";
import { openJournal } from "./journal/open.js";
import type { Journal } from "./journal/port.js";

export { connectEngine } from "./client/connect.js";
export type { Connected, World } from "./client/connect.js";
export type { ConnectOptions } from "./client/connect-options.js";
export type { Engine } from "./client/engine.js";
export { replayDisagreements } from "./client/replay-check.js";
export type { Disagreement } from "./client/replay-check.js";
export { payloadCodec } from "./codec/payload-codec.js";
export { registeredActivities } from "./core/activity-registry.js";
export { isInput } from "./core/events.js";
export type { AtMs, RunId } from "./core/ids.js";
export { bool, checkOptions, durationMs, wholeFrom } from "./core/option-rules.js";
export type { Rule, Rules } from "./core/option-rules.js";
export { openJournal } from "./journal/open.js";
export type { OpenedJournal } from "./journal/open.js";
export type { ChainEnd, Journal } from "./journal/port.js";
export { violatedInvariants } from "./journal/postgres/invariants.js";
export type { GivenActivities } from "./worker/activity-functions.js";
export type { Cancel, Randomness, Time } from "./worker/ports.js";

/**
 * As `Continuum.connect`, with each call of the journal going through `wrap`.
 *
 * @example const continuum = await connectThrough(options, (journal) => failing(journal, "commit"));
 */
export async function connectThrough(
  options: ConnectOptions,
  wrap: (journal: Journal) => Journal,
): Promise<Continuum> {
  const connected = await connectEngine(options, {
    ...realWorld,
    async open(asked) {
      const opened = await openJournal(asked);
      return { ...opened, journal: wrap(opened.journal) };
    },
  });
  return new Continuum(connected);
}
