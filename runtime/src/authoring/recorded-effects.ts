/*
 * The effects whose outcome is recorded at once, as workflow authors see them: their types. See effects.ts.
 */
import { uncompiledEffect } from "./untransformed.js";

/**
 * Whether this run is to take the changed way: true in runs that come here for the first time with the code that asks, false in
 * runs whose history is from before. The first answer holds for the whole run.
 *
 * @throws ContinuumError CTM3903 without a name.
 * @example const cents = patched("charge-in-cents") ? total * 100 : total;
 */
export function patched(name: string): boolean;
export function patched(): never {
  throw uncompiledEffect("patched");
}

/**
 * The escape hatch: calls a synchronous function, which may do what workflow code must not, and records what it gave or threw. On
 * replay the function is not called. Gives a copy of the value.
 *
 * @throws what the function threw; ContinuumError CTM6007 when its value cannot be stored or is a promise.
 * @example const region = sideEffect(() => process.env["REGION"] ?? "eu");
 */
export function sideEffect<T>(make: () => T): T;
export function sideEffect(): never {
  throw uncompiledEffect("sideEffect");
}

/** Logging in workflow code: each line once, after the step that wrote it is stored. */
export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/**
 * Writes to the worker's logger. A field that cannot be stored is left out and named in `omitted`.
 *
 * @throws ContinuumError CTM3903 when the message is no text or the fields are no object.
 * @example log.info("charged", { orderId, cents });
 */
export const log: Log = Object.freeze({
  debug: uncompiled,
  info: uncompiled,
  warn: uncompiled,
  error: uncompiled,
});

function uncompiled(): never {
  throw uncompiledEffect("log");
}
