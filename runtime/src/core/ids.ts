/** Ids are branded strings and numbers: one kind cannot be passed for another. They are made at the edges, once. */
type Brand<Base, Name extends string> = Base & { readonly __brand: Name };

/** One run of a workflow. */
export type RunId = Brand<string, "RunId">;
/** The first run's id of a chain of continue-as-new; a run that never continued is its own chain. */
export type ChainId = Brand<string, "ChainId">;
/** One incarnation of a worker process: never used again after it was declared dead. */
export type WorkerId = Brand<string, "WorkerId">;
/** A value as it is stored: text that the payload codec wrote. */
export type Payload = Brand<string, "Payload">;
/** Place of an event in its run's history, from 0, without gaps. Also the identity of the command recorded there. */
export type Seq = Brand<number, "Seq">;
/** A point in time by the database's clock: milliseconds since 1970-01-01T00:00Z. */
export type AtMs = Brand<number, "AtMs">;
/** Grows by at least one with every claim of a run; stands on every write for it. */
export type FencingToken = Brand<number, "FencingToken">;
/** How many marks producers have left on a run; also the position in the mailbox of the signal that left it. */
export type Mark = Brand<number, "Mark">;
