/**
 * The engine with its world in the caller's hands, and what must hold of its tables: for proofs of this repository, which wrap
 * the journal's port. Unsettled: it may change in any release.
 */
import { connectEngine, realWorld } from "./client/connect.js";
import type { ConnectOptions } from "./client/connect-options.js";
import { Continuum } from "./client/continuum.js";
import { openJournal } from "./journal/open.js";
import type { Journal } from "./journal/port.js";

export { payloadCodec } from "./codec/payload-codec.js";
export { openJournal } from "./journal/open.js";
export type { OpenedJournal } from "./journal/open.js";
export type { Journal } from "./journal/port.js";
export { violatedInvariants } from "./journal/postgres/invariants.js";

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
