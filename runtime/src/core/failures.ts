/*
 * How thrown values cross the journal: as plain records, so that nothing of them depends on a class being known.
 *
 * Owns: the record's shape, what is kept and what is left out.
 * Does not own: the text (payload codec).
 *
 * Invariants:
 *   E1  `encodeFailure` never throws, whatever was thrown: what cannot be stored is named in `omitted`, or the record says so.
 *   E2  Kept: class name, message, own fields, the chain of causes, the errors of an aggregate, the stack. The stack is for
 *       people and is never compared.
 *   E3  A decoded failure is `instanceof` its class when that is a built-in error or one of Continuum's, else an `Error` whose
 *       `name` is the class's.
 */
import { ContinuumError } from "./continuum-error.js";
import type { Payload } from "./ids.js";
import type { PayloadCodec } from "./payload-codec.js";
import { ActivityError, CancelledError, ChildWorkflowError } from "./workflow-errors.js";

/** A thrown value as it is stored. */
export type FailureRecord =
  | {
      readonly kind: "error";
      readonly name: string;
      readonly message: string;
      readonly stack: string | null;
      /** Own enumerable fields, without those above. */
      readonly fields: Readonly<Record<string, unknown>>;
      /** Names of fields that could not be stored. */
      readonly omitted: readonly string[];
      readonly cause: FailureRecord | null;
      /** Of an AggregateError. */
      readonly errors: readonly FailureRecord[] | null;
    }
  | { readonly kind: "value"; readonly value: unknown }
  /** Something that is no error and could not be stored; `what` is its type. */
  | { readonly kind: "unstorable"; readonly what: string };

const MAX_DEPTH = 20;
const MAX_ERRORS = 100;
const TRUNCATED = 4096;
const OWN_PARTS: ReadonlySet<string> = new Set(["name", "message", "stack", "cause", "errors", "__proto__"]);

/** The payload of anything that was thrown (E1). */
export function encodeFailure(codec: PayloadCodec, thrown: unknown): Payload {
  const record = recordOf(codec, thrown, MAX_DEPTH);
  try {
    return codec.encode(record);
  } catch {
    return codec.encode(shortened(record));
  }
}

/** What {@link encodeFailure} stored, as it can be thrown again. Throws what the codec throws on text that is not its own. */
export function decodeFailure(codec: PayloadCodec, payload: Payload): unknown {
  return thrownOf(codec.decode(payload) as FailureRecord);
}

/**
 * The durable name of an error's class: its `name`, or its constructor's where a subclass did not set one.
 *
 * @example
 * class CardDeclined extends Error {}
 * errorName(new CardDeclined("no")) // "CardDeclined"
 */
export function errorName(error: Error): string {
  return errorNames(error)[0] ?? "Error";
}

/** That name and those of the classes above it, nearest first: what `nonRetryable` is compared with. */
export function errorNames(error: Error): readonly string[] {
  const names: string[] = [];
  const add = (name: unknown): void => {
    if (typeof name === "string" && name !== "" && !names.includes(name)) names.push(name);
  };
  try {
    const classes: unknown[] = [];
    for (
      let level: unknown = Object.getPrototypeOf(error);
      level instanceof Error;
      level = Object.getPrototypeOf(level)
    ) {
      classes.push(level.constructor?.name);
    }
    const nearest = classes[0];
    // A `name` that was set says more than the class, unless it is the one inherited from a built-in.
    if (error.name === nearest || !isBuiltIn(error.name)) add(error.name);
    classes.forEach(add);
    add(error.name);
  } catch {
    // A getter or a proxy that throws: it keeps the names found so far.
  }
  if (error instanceof Error) add("Error");
  return names;
}

/** Whether `error` must fail its activity at once: by class name, or by a predicate of `defineActivity` (R14). */
export function isNonRetryable(
  error: unknown,
  rules: readonly (string | ((error: unknown) => boolean))[],
): boolean {
  const names = isError(error) ? errorNames(error) : [];
  return rules.some((rule) => (typeof rule === "string" ? names.includes(rule) : rule(error)));
}

function recordOf(codec: PayloadCodec, thrown: unknown, depth: number): FailureRecord {
  try {
    if (isError(thrown)) return errorRecord(codec, thrown, depth);
    codec.encode(thrown);
    return { kind: "value", value: thrown };
  } catch {
    return { kind: "unstorable", what: thrown === null ? "null" : typeof thrown };
  }
}

function errorRecord(codec: PayloadCodec, error: Error, depth: number): FailureRecord {
  const fields: Record<string, unknown> = {};
  const omitted: string[] = [];
  for (const key of Object.keys(error)) {
    if (OWN_PARTS.has(key)) continue;
    try {
      const value = (error as unknown as Record<string, unknown>)[key];
      codec.encode(value);
      fields[key] = value;
    } catch {
      omitted.push(key);
    }
  }
  const cause = attempt(() => error.cause);
  const errors =
    error instanceof AggregateError
      ? attempt(() => [...(error.errors as unknown[])].slice(0, MAX_ERRORS))
      : undefined;
  const nested = (inner: unknown): FailureRecord => recordOf(codec, inner, depth - 1);
  return {
    kind: "error",
    name: errorName(error),
    message: text(attempt(() => error.message)) ?? "",
    stack: text(attempt(() => error.stack)),
    fields,
    omitted,
    // A chain that is a ring, or absurdly long, is cut: depth is bounded, and so is the record.
    cause: depth > 0 && cause !== undefined ? nested(cause) : null,
    errors: depth > 0 && errors !== undefined ? errors.map(nested) : null,
  };
}

function thrownOf(record: FailureRecord): unknown {
  if (record.kind === "value") return record.value;
  if (record.kind === "unstorable") return new Error(`A thrown ${record.what} could not be stored`);
  const cause = record.cause === null ? undefined : thrownOf(record.cause);
  const error = rebuilt(record, cause, (record.errors ?? []).map(thrownOf));
  for (const [key, value] of Object.entries(record.fields)) define(error, key, value, true);
  if (record.stack !== null) define(error, "stack", record.stack, false);
  if (record.cause !== null) define(error, "cause", cause, false);
  define(error, "message", record.message, false);
  if (error.name !== record.name) define(error, "name", record.name, false);
  return error;
}

function rebuilt(
  record: Extract<FailureRecord, { kind: "error" }>,
  cause: unknown,
  errors: readonly unknown[],
): Error {
  const { name, message, fields } = record;
  if (
    name === "ActivityError" &&
    typeof fields.activity === "string" &&
    typeof fields.attempts === "number"
  ) {
    return new ActivityError({ activity: fields.activity, attempts: fields.attempts, cause });
  }
  if (
    name === "ChildWorkflowError" &&
    typeof fields.workflow === "string" &&
    typeof fields.runId === "string"
  ) {
    return new ChildWorkflowError({ workflow: fields.workflow, runId: fields.runId, cause });
  }
  if (name === "CancelledError") return new CancelledError(message);
  if (name === "ContinuumError" && typeof fields.code === "string" && typeof fields.hint === "string") {
    return new ContinuumError({ code: fields.code as `CTM${number}`, message, hint: fields.hint });
  }
  if (name === "AggregateError" || record.errors !== null) return new AggregateError(errors, message);
  const builtIn = BUILT_IN.get(name);
  return builtIn === undefined ? new Error(message) : new builtIn(message);
}

const BUILT_IN: ReadonlyMap<string, new (message: string) => Error> = new Map<
  string,
  new (message: string) => Error
>([
  ["Error", Error],
  ["EvalError", EvalError],
  ["RangeError", RangeError],
  ["ReferenceError", ReferenceError],
  ["SyntaxError", SyntaxError],
  ["TypeError", TypeError],
  ["URIError", URIError],
]);

function isBuiltIn(name: unknown): boolean {
  return typeof name === "string" && (BUILT_IN.has(name) || name === "AggregateError");
}

// An error of another realm (a vm context, a worker's message) is no `instanceof` of this one's.
function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}

function shortened(record: FailureRecord): FailureRecord {
  if (record.kind !== "error")
    return { kind: "unstorable", what: record.kind === "value" ? typeof record.value : record.what };
  return {
    ...record,
    message: record.message.slice(0, TRUNCATED),
    stack: record.stack?.slice(0, TRUNCATED) ?? null,
    fields: {},
    omitted: [...record.omitted, ...Object.keys(record.fields)]
      .slice(0, MAX_ERRORS)
      .map((key) => key.slice(0, 100)),
    cause: null,
    errors: null,
  };
}

function define(target: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, key, { value, enumerable, writable: true, configurable: true });
}

function attempt<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
