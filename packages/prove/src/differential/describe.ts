/*
 * What a program's values look like in a trace: nothing that depends on how it was compiled, and no getter is called.
 */
import { ActivityError } from "@continuum/runtime/workflow";

export function describe(value: unknown): string {
  if (value instanceof Promise) return "a promise";
  if (value instanceof Error) return describeError(value);
  if (Array.isArray(value)) return `[${value.map(describe).join(", ")}]`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  const fields = Object.entries(Object.getOwnPropertyDescriptors(value)).map(
    ([key, { value: held }]) =>
      `${key}: ${typeof held === "object" ? describe(held) : typeof held === "function" ? "a function" : String(held)}`,
  );
  return `{ ${fields.join(", ")} }`;
}

/** What a warning about an unhandled rejection says of its reason. */
export function kindOfRejection(reason: unknown): string {
  if (reason instanceof ActivityError) return `ActivityError of ${reason.activity}`;
  return reason instanceof Error ? nameOf(reason) : `a thrown ${reason === null ? "null" : typeof reason}`;
}

/** The durable name of an error's class: its `name`, or its constructor's where a subclass did not set one. */
function nameOf(error: Error): string {
  const own = error.constructor.name;
  return error.name === own || !BUILT_IN.has(error.name) ? error.name : own;
}

const BUILT_IN: ReadonlySet<string> = new Set([
  "Error",
  "RangeError",
  "TypeError",
  "ReferenceError",
  "AggregateError",
]);

/** An engine's own complaint quotes the code that it runs, and that is not the same text on both sides. */
const QUOTING: ReadonlySet<string> = new Set(["TypeError", "ReferenceError"]);

function describeError(error: Error): string {
  const name = nameOf(error);
  const message = QUOTING.has(name) && !/^\d+$/.test(error.message) ? "" : error.message;
  const code = "code" in error ? ` code ${String(error.code)}` : "";
  const errors = error instanceof AggregateError ? ` of ${describe(error.errors)}` : "";
  const cause = error.cause === undefined ? "" : ` <- ${describe(error.cause)}`;
  return `${name}(${message})${code}${errors}${cause}`;
}
