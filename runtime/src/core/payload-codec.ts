import type { Payload } from "./ids.js";

/**
 * How values become stored text and come back (R19, R43). Handed in, synchronous, deterministic: the same value gives the
 * same text, since replay compares texts.
 */
export interface PayloadCodec {
  /**
   * `as` "thrown": the value is what code threw, and it is stored whatever it is. Stacks are kept, for people (R8; without it
   * they are left out, since they differ from machine to machine and would end up in comparisons), and what cannot be stored
   * is replaced by a text that says what stood there.
   *
   * @throws UnstorableValue when the value, or something inside it, cannot be stored; nothing was changed. Never for "thrown".
   */
  encode(value: unknown, as?: "thrown"): Payload;
  /** A fresh copy at each call. */
  decode(payload: Payload): unknown;
}

/** What `encode` throws: `path` names the place (`input.items[2].onDone`), `what` says what stands there. */
export class UnstorableValue extends Error {
  readonly path: string;
  readonly what: string;
  constructor(path: string, what: string) {
    super(`${path} is ${what}`);
    this.name = "UnstorableValue";
    this.path = path;
    this.what = what;
  }
}
