/** The fields of a {@link ContinuumError}, as plain data. */
export interface ErrorFacts {
  /** `CTM` and four digits; its page is `docs/errors/<code>.md`. Never reused. */
  readonly code: `CTM${number}`;
  /** What happened, to which workflow, run or site. Never a payload, parameter or secret (R45). */
  readonly message: string;
  /** What to type or do next. */
  readonly hint: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * The one family of errors that Continuum itself throws.
 *
 * @example
 * try {
 *   await client.run("no-such-run").describe();
 * } catch (error) {
 *   if (ContinuumError.is(error, "CTM7001")) console.error(error.hint);
 * }
 */
export class ContinuumError extends Error {
  readonly code: `CTM${number}`;
  readonly hint: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(facts: ErrorFacts) {
    super(
      `${facts.code}: ${facts.message}\n  hint: ${facts.hint}`,
      facts.cause === undefined ? undefined : { cause: facts.cause },
    );
    this.name = "ContinuumError";
    this.code = facts.code;
    this.hint = facts.hint;
    this.details = facts.details ?? {};
  }

  /** Whether `error` is of this family, of any copy of this package, and has `code` if one is given. */
  static is(error: unknown, code?: `CTM${number}`): error is ContinuumError {
    if (!(error instanceof Error) || error.name !== "ContinuumError" || !("code" in error)) return false;
    return code === undefined || error.code === code;
  }
}
