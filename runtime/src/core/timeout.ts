/**
 * What a signal wait yields when its timeout has passed first. A unique symbol, so that a `switch` over a signal's payloads and
 * `TIMEOUT` is checked for completeness; the same value in every copy of this package and after every replay.
 *
 * @example
 * if ((await signal(fraudReview, { timeout: hours(24) })) === TIMEOUT) await activity(mail.remind(orderId));
 */
export const TIMEOUT: unique symbol = Symbol.for("continuum.TIMEOUT") as never;
