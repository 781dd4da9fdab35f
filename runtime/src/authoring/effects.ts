/*
 * The effects as workflow authors see them: their types. Compiled code does not call these functions (the transformer puts the
 * compiled entry's in their place), so at run time each only says that its caller was not compiled.
 */
import type { RetryOptions } from "@continuum/contract";
import type { CompensationFailure } from "../core/compensation.js";
import type { TIMEOUT } from "../core/timeout.js";
import type { SignalDefinition } from "./define-signal.js";
import { uncompiledEffect } from "./untransformed.js";

declare const handle: unique symbol;

/** A scheduled activity: a promise of its result, and what `compensate` takes. */
export interface ActivityHandle<Result> extends Promise<Result> {
  /** Of the type only; there is no such member. */
  readonly [handle]: Result;
}

/** What an expression `refund(id)` can be, whether the activity is async or not. */
type CallExpression = PromiseLike<unknown> | object | number | bigint | boolean | null | void;

/** The options of {@link activity}; they win over those of `defineActivity`. All durations are milliseconds. */
export interface ActivityOptions<Result> {
  /** Default: 3 attempts, exponential from 1 s with jitter. */
  readonly retry?: RetryOptions;
  /** Per attempt. Default 30 s. */
  readonly timeout?: number;
  /** An attempt that gives no heartbeat for this long is lost. Default: none. */
  readonly heartbeatTimeout?: number;
  /** At most one execution per namespace, activity and key: a second call gets the first one's result. */
  readonly idempotencyKey?: string;
  readonly queue?: string;
  /** Higher first. Default 0. */
  readonly priority?: number;
  /**
   * How to undo it: the call of an activity (its arguments are evaluated when this one is scheduled), a function of the result
   * that returns such a call, or `"none"`.
   */
  readonly compensate?: ((result: Result) => unknown) | "none" | CallExpression;
}

/** What {@link compensate} gives: it never rejects. */
export type Compensated =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

/**
 * Schedules the call expression as an activity and gives its handle. The call does not happen here: a worker makes it, and tries
 * again when it fails.
 *
 * @throws ContinuumError CTM6001 or CTM6002 for wrong options, before anything is scheduled. The handle rejects with
 *   `ActivityError` after the last attempt.
 * @example
 * const charge = await activity(payments.charge(orderId, total), { retry: { maxAttempts: 5 } });
 */
export function activity<T>(
  call: T | PromiseLike<T>,
  options?: ActivityOptions<Awaited<T>>,
): ActivityHandle<Awaited<T>>;
export function activity(): never {
  throw uncompiledEffect("activity");
}

/**
 * Waits for the oldest signal of that name that nobody has taken. With a timeout in milliseconds it may yield `TIMEOUT` instead;
 * `timeout: 0` looks once.
 *
 * @example const verdict = await signal(fraudReview, { timeout: hours(24) });
 */
export function signal<Payload>(definition: SignalDefinition<Payload, unknown>): Promise<Payload>;
export function signal<Payload>(
  definition: SignalDefinition<Payload, unknown>,
  options: { readonly timeout: number },
): Promise<Payload | typeof TIMEOUT>;
export function signal(name: string, options?: { readonly timeout?: number }): Promise<unknown>;
export function signal(): never {
  throw uncompiledEffect("signal");
}

/**
 * Sleeps durably for `durationMs` milliseconds: the process may end meanwhile.
 *
 * @example await timer(days(3));
 */
export function timer(durationMs: number): Promise<void>;
export function timer(): never {
  throw uncompiledEffect("timer");
}

/** The time of the event that resumed this code, in milliseconds since 1970: the same on replay. */
export function now(): number {
  throw uncompiledEffect("now");
}

/** The UTC day of {@link now}, as `2026-03-01`. */
export function today(): string {
  throw uncompiledEffect("today");
}

/** A UUID of version 4: the same on replay. */
export function uuid4(): string {
  throw uncompiledEffect("uuid4");
}

/** A number in [0, 1): the same on replay. Not for secrets. */
export function random(): number {
  throw uncompiledEffect("random");
}

/**
 * Undoes an activity that has succeeded, by its option `compensate`. Never rejects; where there is nothing to undo, or it was
 * undone before, gives `{ ok: true, value: undefined }`.
 *
 * @example
 * const undone = await compensate(charging);
 * if (!undone.ok) await activity(mail.alertOperator(orderId));
 */
export function compensate(handle: ActivityHandle<unknown>): Promise<Compensated>;
export function compensate(): never {
  throw uncompiledEffect("compensate");
}

/**
 * Undoes everything that can still be undone, newest first, and goes on past failures. Never rejects: gives the failures.
 *
 * @example
 * try {
 *   await bookAll(trip);
 * } catch (error) {
 *   await compensateAll();
 *   throw error;
 * }
 */
export function compensateAll(options?: {
  readonly mode?: "sequential" | "parallel";
}): Promise<readonly CompensationFailure[]>;
export function compensateAll(): never {
  throw uncompiledEffect("compensateAll");
}
