/*
 * Values against their Standard Schemas, where workflow code hands them to another run: at once, so that replay sees the same.
 */
import { ContinuumError } from "./continuum-error.js";

interface Issue {
  readonly message: string;
  readonly path?: readonly unknown[] | undefined;
}

type Result =
  { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

/** What is used of a Standard Schema. */
export interface SyncSchema {
  readonly "~standard": { readonly validate: (value: unknown) => Result | PromiseLike<Result> };
}

/**
 * What the schema makes of `value`; itself where there is none.
 *
 * @throws ContinuumError CTM3908, naming places and never the value (R45).
 */
export function checkedValue(what: string, schema: SyncSchema | null, value: unknown): unknown {
  if (schema === null) return value;
  const result = schema["~standard"].validate(value);
  if ("then" in result) {
    void Promise.resolve(result).then(ignore, ignore);
    throw refused(`${what} cannot be checked: ${ASYNCHRONOUS}`, "Give the definition a synchronous schema.");
  }
  if (result.issues === undefined) return result.value;
  throw refused(
    `${what} is refused by its schema: ${issuesOf(result.issues)}`,
    "Pass what the schema of the definition accepts.",
  );
}

export const ASYNCHRONOUS = "its schema is asynchronous";

/** What a schema finds wrong, each with its place. */
export function issuesOf(issues: readonly Issue[]): string {
  return issues.map(({ message, path }) => `${placeOf(path)}${message}`).join("; ");
}

/** The schema of a signal's definition; null for a mere name. */
export function schemaOf(signal: unknown): SyncSchema | null {
  return typeof signal === "object" && signal !== null && "schema" in signal
    ? (signal.schema as SyncSchema | null)
    : null;
}

const ignore = (): void => undefined;

function placeOf(path: readonly unknown[] | undefined): string {
  if (path === undefined || path.length === 0) return "";
  const part = (key: unknown): string =>
    String(typeof key === "object" && key !== null && "key" in key ? key.key : key);
  return `${path.map(part).join(".")}: `;
}

function refused(what: string, hint: string): ContinuumError {
  return new ContinuumError({ code: "CTM3908", message: `${what}.`, hint });
}
