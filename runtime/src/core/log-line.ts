/*
 * `log.info(…)` and its like: recorded with the turn, written by the worker once that is stored (R10).
 *
 * Invariant: a field that cannot be stored is named in `omitted` and left out; it never fails a run.
 */
import type { LogLevel, SiteKey } from "@continuum/contract";
import { ContinuumError } from "./continuum-error.js";
import type { Payload } from "./ids.js";
import type { Run } from "./run.js";

const LONGEST_MESSAGE = 4096;

/** `log.<level>(message, fields?)` */
export function logLine(run: Run, key: SiteKey, level: LogLevel, message: unknown, fields: unknown): void {
  if (typeof message !== "string" || !isFields(fields)) {
    throw new ContinuumError({
      code: "CTM3903",
      message: `log.${level}() was given ${typeof message === "string" ? "fields that are no object" : "a message that is no text"}.`,
      hint: 'Give it a text, and an object of fields: log.info("charged", { orderId, cents }).',
    });
  }
  const site = run.site(key);
  if (site === null || run.loop.halted) return;
  const payload = fieldsOf(run, fields ?? {});
  const text = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
  run.issue({ kind: "logged", site: site.id, level, message: text, payload });
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> | undefined {
  return value === undefined || (typeof value === "object" && value !== null && !Array.isArray(value));
}

function fieldsOf(run: Run, fields: Readonly<Record<string, unknown>>): Payload {
  const { codec } = run.ports;
  try {
    return codec.encode({ ...fields });
  } catch {
    const kept: Record<string, unknown> = {};
    const omitted: string[] = [];
    for (const key of Object.keys(fields)) {
      try {
        codec.encode(fields[key]);
        Object.defineProperty(kept, key, { value: fields[key], enumerable: true });
      } catch {
        omitted.push(key);
      }
    }
    return encodeKept(codec, kept, omitted);
  }
}

// Each field may fit by itself and all of them together may be too large.
function encodeKept(
  codec: Run["ports"]["codec"],
  kept: Readonly<Record<string, unknown>>,
  omitted: readonly string[],
): Payload {
  try {
    return codec.encode({ ...kept, omitted });
  } catch {
    return codec.encode({
      omitted: [...Object.keys(kept), ...omitted].slice(0, 100).map((key) => key.slice(0, 100)),
    });
  }
}
