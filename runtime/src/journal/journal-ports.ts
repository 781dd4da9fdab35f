import type { PayloadCodec } from "../core/payload-codec.js";

/** What an adapter is handed from outside, so that tests and simulations decide it. */
export interface JournalPorts {
  /** Numbers in [0, 1), for the jitter of attempts that follow a lost one. */
  readonly random: () => number;
  /** Writes the errors that the journal itself records. */
  readonly codec: PayloadCodec;
}
