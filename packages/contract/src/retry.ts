/** How the pause between two attempts grows. */
export type Backoff = "constant" | "linear" | "exponential";

/** When and how often a failed activity is tried again. All durations are milliseconds. */
export interface RetryOptions {
  /** Starts in all, the first included; an attempt lost with its worker counts. Default 3. */
  readonly maxAttempts?: number;
  /** Default `"exponential"`. */
  readonly backoff?: Backoff;
  /** The pause before the second attempt. Default 1000. */
  readonly initialMs?: number;
  /** Up to this much is added to each pause, at the cap too. Default a fifth of `initialMs`. */
  readonly jitterMs?: number;
  /** No pause is longer than this, jitter aside. Default 60000. */
  readonly maxBackoffMs?: number;
  /** All attempts and pauses must fit in this. Default: no horizon. */
  readonly horizonMs?: number;
  /** Class names of errors that fail the activity at once. */
  readonly nonRetryable?: readonly string[];
}

/** The members of a retry policy that always have a value: what counts where neither a call nor a definition says otherwise. */
export const DEFAULT_RETRY = {
  maxAttempts: 3,
  backoff: "exponential",
  initialMs: 1000,
  maxBackoffMs: 60_000,
} as const satisfies RetryOptions;
