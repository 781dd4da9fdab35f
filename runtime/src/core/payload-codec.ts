import type { Payload } from "./ids.js";

/**
 * How values become stored text and come back (R19, R43). Handed in, synchronous, deterministic: the same value gives the
 * same text, since replay compares texts.
 */
export interface PayloadCodec {
  /** @throws UnstorableValue when the value, or something inside it, cannot be stored; nothing was changed. */
  encode(value: unknown): Payload;
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
