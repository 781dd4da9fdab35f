import type { Payload, PayloadCodec } from "@continuum/runtime/unstable-core";
import { describe } from "./describe.js";

/** JSON; what JSON has no text for is stored as what it looks like in a trace. Outcomes are plain, so nothing of them is lost. */
export const traceCodec: PayloadCodec = {
  encode: (value) => (value === undefined ? "" : JSON.stringify(value, plain)) as Payload,
  decode: (payload) => (payload === "" ? undefined : (JSON.parse(payload) as unknown)),
};

function plain(this: unknown, _key: string, value: unknown): unknown {
  if (value === undefined || typeof value === "function" || typeof value === "bigint") return describe(value);
  if (typeof value === "number" && !Number.isFinite(value)) return describe(value);
  return value instanceof Error || value instanceof Promise ? describe(value) : value;
}
