/*
 * The errors of stored values: CTM61xx. None repeats a value (R45); a path names properties, not contents.
 */
import { ContinuumError } from "../core/continuum-error.js";

/** Stored text that does not read back: changed by hand, or written by a codec that this process does not have. */
export function unreadablePayload(cause: unknown): ContinuumError {
  return new ContinuumError({
    code: "CTM6103",
    message: "a stored value cannot be read back",
    hint: "Give this process the codec that wrote it. If the row was changed by hand, restore it; the history itself was not touched.",
    cause,
  });
}

/** A value that is stored, and that is large enough to make every replay slower. */
export function largePayload(bytes: number, warnBytes: number): ContinuumError {
  return new ContinuumError({
    code: "CTM6101",
    message: `a stored value takes ${inKiB(bytes)}, more than ${inKiB(warnBytes)}`,
    hint: "Store large data elsewhere and pass its key: each replay reads it again. Above 2 MiB it is refused.",
    details: { bytes },
  });
}

/** 2,097,152 → "2048 KiB". */
export function inKiB(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}
