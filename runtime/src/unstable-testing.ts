/**
 * What `@continuum/testing` is made of: a client on a world that is handed in, and the replay of every prefix. Unsettled: it may
 * change in any release.
 */
export { connectEngine } from "./client/connect.js";
export type { Connected, World } from "./client/connect.js";
export type { ConnectOptions } from "./client/connect-options.js";
export type { Engine } from "./client/engine.js";
export { replayDisagreements } from "./client/replay-check.js";
export type { Disagreement } from "./client/replay-check.js";
export { registeredActivities } from "./core/activity-registry.js";
export { isInput } from "./core/events.js";
export type { AtMs, RunId } from "./core/ids.js";
export { bool, checkOptions, durationMs, wholeFrom } from "./core/option-rules.js";
export type { Rule, Rules } from "./core/option-rules.js";
export { openJournal } from "./journal/open.js";
export type { ChainEnd } from "./journal/port.js";
export type { GivenActivities } from "./worker/activity-functions.js";
export type { Cancel, Randomness, Time } from "./worker/ports.js";
