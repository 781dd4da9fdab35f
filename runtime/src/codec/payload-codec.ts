/*
 * How values become text that Postgres can keep, and come back (R19, R43).
 *
 * Two forms, told apart by the first character: what JSON says exactly is JSON, so that people and tools can read it (a third
 * faster to write and more than twice as fast to read than the other); everything else is `~` and devalue's flattened form,
 * which keeps cycles, shared references and JavaScript's own types. Both escape NUL and lone surrogates.
 *
 * Invariants:
 *   C1  decode(encode(v)) is v, by Object.is on leaves, by class and own fields on errors, by shape elsewhere; or encode throws.
 *   C2  The text is a function of the value alone: no stack, no time, no address.
 *   C3  Nothing of the value is called: no getter, no toJSON, no trap. (Of errors, `name` and `message` are read.)
 *   C4  Reading never assigns to `__proto__` and never makes an object of a class that the text chose freely.
 *
 * Decided here: a Buffer comes back as a Buffer. A view of a part of a buffer is stored as the bytes that it shows, in a
 * buffer of its own: the rest may be the pool of other people's secrets.
 */
import { types } from "node:util";
import { parse, stringify } from "devalue";
import type { Payload } from "../core/ids.js";
import type { PayloadCodec } from "../core/payload-codec.js";
import { UnstorableValue } from "../core/payload-codec.js";
import type { ContinuumError } from "../core/continuum-error.js";
import { inKiB, largePayload, unreadablePayload } from "../errors/payload-errors.js";
import { isPlainJson } from "./plain-json.js";
import type { StoredError } from "./stored-errors.js";
import { describeError, fillError, isError, reviveError } from "./stored-errors.js";
import { findUnstorable } from "./unstorable.js";

export interface PayloadLimits {
  /** Bytes of UTF-8 above which `warn` is called. Default 256 KiB. */
  readonly warnBytes?: number;
  /** Bytes of UTF-8 above which a value is refused. Default 2 MiB. */
  readonly maxBytes?: number;
  /** Default: a process warning, which Node prints to standard error. */
  readonly warn?: (warning: ContinuumError) => void;
}

const FLATTENED = "~";

/**
 * The codec of stored values, with limits on their size.
 *
 * @example
 * const codec = payloadCodec();
 * codec.decode(codec.encode(new Map([["at", new Date(0)]]))); // a Map with a Date
 */
export function payloadCodec(limits: PayloadLimits = {}): PayloadCodec {
  const { warnBytes = 256 * 1024, maxBytes = 2 * 1024 * 1024, warn = warnOfProcess } = limits;
  return {
    encode(value) {
      const text = encodeValue(value);
      // A UTF-16 unit takes three bytes at most: small texts need no counting.
      if (text.length * 3 > warnBytes) {
        const bytes = Buffer.byteLength(text);
        if (bytes > maxBytes)
          throw new UnstorableValue(
            "value",
            `${inKiB(bytes)} of text, more than the ${inKiB(maxBytes)} that are kept`,
          );
        if (bytes > warnBytes) warn(largePayload(bytes, warnBytes));
      }
      return text as Payload;
    },
    decode(payload) {
      try {
        return payload.startsWith(FLATTENED)
          ? decodeFlattened(payload.slice(1))
          : (JSON.parse(payload) as unknown);
      } catch (error) {
        throw unreadablePayload(error instanceof Error ? error.name : null);
      }
    },
  };
}

function warnOfProcess(warning: ContinuumError): void {
  process.emitWarning(warning.message, { type: "ContinuumWarning", code: warning.code });
}

function encodeValue(value: unknown): string {
  if (isPlainJson(value)) return JSON.stringify(value);
  const finding = findUnstorable(value);
  if (finding !== null) throw new UnstorableValue(finding.path, finding.what);
  return FLATTENED + stringify(value, REDUCERS);
}

type Bytes = { readonly type: string; readonly bytes: string };
type Searching = { readonly source: string; readonly flags: string; readonly lastIndex: number };

/** What devalue would lose. Each gives plain data for the things that it knows, else something falsy. */
const REDUCERS = {
  Bytes: (thing: unknown): Bytes | false => {
    if (!ArrayBuffer.isView(thing)) return false;
    const isBuffer = Buffer.isBuffer(thing);
    if (!isBuffer && thing.byteLength === thing.buffer.byteLength) return false;
    const bytes = Buffer.from(thing.buffer, thing.byteOffset, thing.byteLength).toString("base64");
    return { type: isBuffer ? "Buffer" : Object.prototype.toString.call(thing).slice(8, -1), bytes };
  },
  Searching: (thing: unknown): Searching | false =>
    types.isRegExp(thing) &&
    thing.lastIndex !== 0 && { source: thing.source, flags: thing.flags, lastIndex: thing.lastIndex },
  Error: (thing: unknown): StoredError | false => isError(thing) && describeError(thing),
};

function decodeFlattened(text: string): unknown {
  // An error may lead back to itself: it is made when it is first met and filled when everything it names exists.
  const errors = new Map<StoredError, Error>();
  const value: unknown = parse(text, {
    Bytes: ({ type, bytes }: Bytes) => bytesOf(type, Buffer.from(bytes, "base64")),
    Searching: ({ source, flags, lastIndex }: Searching) =>
      Object.assign(new RegExp(source, flags), { lastIndex }),
    Error: (stored: StoredError) => {
      const known = errors.get(stored) ?? reviveError(stored);
      errors.set(stored, known);
      return known;
    },
  });
  for (const [stored, error] of errors) fillError(error, stored);
  return value;
}

const VIEWS: Readonly<Record<string, new (buffer: ArrayBuffer) => ArrayBufferView>> = {
  DataView,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
};

function bytesOf(type: string, bytes: Buffer): unknown {
  if (type === "Buffer") return Buffer.from(bytes);
  const View = Object.hasOwn(VIEWS, type) ? VIEWS[type] : undefined;
  if (View === undefined) throw new TypeError("unknown view");
  return new View(Uint8Array.from(bytes).buffer);
}
