/*
 * Errors as plain data, and back.
 *
 * What comes back: an object of the nearest built-in class (`TypeError`, `AggregateError`, `DOMException`, …), so that
 * `instanceof` still holds for those, with `name`, `message`, own enumerable fields, `cause` and `errors`. A class of the
 * user's own does not come back as that class, since the journal may be read where it does not exist: `name` tells it. `name`
 * is the error's own name, or its class where the class gave none (`class CardDeclined extends Error {}` → "CardDeclined"). The stack is not stored: it differs from machine to machine
 * and from build to build, and a value's text is compared on replay. What code *throws* is recorded with its stack elsewhere
 * (core/failures.ts).
 */
import { types } from "node:util";

/** Keys stand in the order in which they must be read back: what makes the object first, what may lead back to it last. */
export interface StoredError {
  readonly base: string;
  readonly name: string;
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly cause?: readonly [unknown];
  readonly errors?: readonly unknown[];
}

type ErrorClass = new (message: string) => Error;
const CLASSES: Readonly<Record<string, ErrorClass>> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};
/** Own properties that are no fields. (Looking at `stack` alone runs code: V8 writes it when it is first looked at.) */
export const NOT_FIELDS: ReadonlySet<PropertyKey> = new Set(["name", "message", "stack", "cause", "errors"]);

/** Errors of this realm and others, `DOMException` included. */
export function isError(value: unknown): value is Error {
  return types.isNativeError(value) || isDomException(value);
}

function isDomException(value: unknown): value is DOMException {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.prototype.toString.call(value) === "[object DOMException]"
  );
}

/** `error` as data. Its members are not encoded yet. */
export function describeError(error: Error): StoredError {
  const base = baseOf(error);
  const fields: Record<string, unknown> = {};
  let hasFields = false;
  // A DOMException's own symbols are the platform's business.
  for (const key of base === "DOMException" ? [] : Object.keys(error)) {
    if (NOT_FIELDS.has(key)) continue;
    hasFields = true;
    fields[key] = ownValue(error, key);
  }
  return {
    base,
    name: nameOf(error, base),
    message: textOf(read(error, "message")),
    ...(hasFields ? { fields } : {}),
    ...(Object.hasOwn(error, "cause") ? { cause: [ownValue(error, "cause")] as const } : {}),
    ...(base === "AggregateError" && Array.isArray(ownValue(error, "errors"))
      ? { errors: ownValue(error, "errors") as readonly unknown[] }
      : {}),
  };
}

/** A user's class may compute these, and may fail at it: an error must not hide behind its own getter. */
function read(error: Error, key: "name" | "message"): unknown {
  try {
    return error[key];
  } catch {
    return undefined;
  }
}

function textOf(message: unknown): string {
  return typeof message === "string" ? message : "";
}

function ownValue(error: Error, key: string): unknown {
  return Object.getOwnPropertyDescriptor(error, key)?.value as unknown;
}

function baseOf(error: Error): string {
  if (isDomException(error)) return "DOMException";
  for (
    let proto: unknown = Object.getPrototypeOf(error);
    isObject(proto);
    proto = Object.getPrototypeOf(proto)
  ) {
    const name = ownClassName(proto);
    if (name !== null && (Object.hasOwn(CLASSES, name) || name === "AggregateError")) return name;
  }
  return "Error";
}

function nameOf(error: Error, base: string): string {
  const name = read(error, "name");
  const given = typeof name === "string" && name !== "" ? name : base;
  if (given !== base || Object.hasOwn(error, "name")) return given;
  // The name is a built-in class's: the user's class gave none.
  const proto: unknown = Object.getPrototypeOf(error);
  return (isObject(proto) ? ownClassName(proto) : null) ?? given;
}

function ownClassName(proto: object): string | null {
  const maker = Object.getOwnPropertyDescriptor(proto, "constructor")?.value as unknown;
  return typeof maker === "function" && maker.name !== "" ? maker.name : null;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** The bare error; {@link fillError} adds what may lead back to it. */
export function reviveError(stored: StoredError): Error {
  if (stored.base === "DOMException") return new DOMException(stored.message, stored.name);
  const error = make(stored);
  hide(error, "message", stored.message);
  if (error.name !== stored.name) hide(error, "name", stored.name);
  // This process's own stack would point into the codec.
  hide(error, "stack", `${stored.name}: ${stored.message}`);
  return error;
}

function make(stored: StoredError): Error {
  if (stored.base === "AggregateError") return new AggregateError([], stored.message);
  const Class = Object.hasOwn(CLASSES, stored.base) ? CLASSES[stored.base]! : Error;
  return new Class(stored.message);
}

export function fillError(error: Error, stored: StoredError): void {
  if (stored.fields !== undefined) {
    for (const [key, value] of Object.entries(stored.fields)) {
      Object.defineProperty(error, key, { value, writable: true, enumerable: true, configurable: true });
    }
  }
  if (stored.cause !== undefined) hide(error, "cause", stored.cause[0]);
  if (stored.errors !== undefined) hide(error, "errors", stored.errors);
}

function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, enumerable: false, configurable: true });
}
