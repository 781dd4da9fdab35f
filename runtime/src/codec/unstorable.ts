/*
 * The one judge of what can be stored: walks a value as the writer will, and finds what has no exact form (R43).
 *
 * Owns: the list of what is storable, and how places are named.
 * Does not own: the text.
 * Invariants: no getter and no method of the value is called; the walk ends on every value, cyclic or deep.
 */
import { types } from "node:util";
import { DEEPEST } from "./plain-json.js";
import { describeError, isError, NOT_FIELDS } from "./stored-errors.js";

export interface Finding {
  /** `value.items[2]`. */
  readonly path: string;
  /** With its article: "a function". */
  readonly what: string;
}

type Step = string | number | { readonly part: string };

/** The first thing inside `value` that cannot be stored, in the order of writing; null when there is none. */
export function findUnstorable(value: unknown): Finding | null {
  const seen = new Set<object>();
  const path: Step[] = [];
  const walk = (member: unknown): Finding | null => {
    const what = path.length > DEEPEST ? `nested more than ${DEEPEST} levels deep` : whyUnstorable(member);
    if (what !== null) return { path: nameOf(path), what };
    if (typeof member !== "object" || member === null || seen.has(member)) return null;
    seen.add(member);
    for (const [step, inner] of membersOf(member)) {
      path.push(step);
      const finding = walk(inner);
      if (finding !== null) return finding;
      path.pop();
    }
    return null;
  };
  return walk(value);
}

/** `["items", 2, "onDone"]` → `value.items[2].onDone`. Keys of maps may be anybody's data, so they are counted, not named. */
function nameOf(path: readonly Step[]): string {
  const shown = path.length > 40 ? [...path.slice(0, 20), { part: "…" }, ...path.slice(-5)] : path;
  return shown.reduce<string>((name, step) => {
    if (typeof step === "number") return `${name}[${step}]`;
    if (typeof step === "object") return `${name}${step.part}`;
    return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(step)
      ? `${name}.${step}`
      : `${name}[${JSON.stringify(step)}]`;
  }, "value");
}

function* membersOf(value: object): Generator<readonly [Step, unknown]> {
  if (isError(value)) {
    const { fields, cause, errors } = describeError(value);
    for (const [key, field] of Object.entries(fields ?? {})) yield [key, field];
    if (cause !== undefined) yield ["cause", cause[0]];
    for (const [i, inner] of (errors ?? []).entries()) yield [{ part: `.errors[${i}]` }, inner];
  } else if (types.isMap(value)) {
    let i = 0;
    for (const [key, inner] of value) {
      yield [{ part: `.keys()[${i}]` }, key];
      yield [{ part: `.values()[${i++}]` }, inner];
    }
  } else if (types.isSet(value)) {
    let i = 0;
    for (const inner of value) yield [{ part: `.values()[${i++}]` }, inner];
  } else if (Array.isArray(value)) {
    for (const key of Object.keys(value))
      yield [Number(key), (value as unknown as Record<string, unknown>)[key]];
  } else if (isRecord(value)) {
    for (const key of Object.keys(value)) yield [key, (value as Record<string, unknown>)[key]];
  }
}

const BUILT_IN = new Map<string, (value: object) => boolean>([
  ["Date", types.isDate],
  ["RegExp", types.isRegExp],
  ["Map", types.isMap],
  ["Set", types.isSet],
  ["ArrayBuffer", types.isArrayBuffer],
  ["URL", (value) => value instanceof URL],
  ["URLSearchParams", (value) => value instanceof URLSearchParams],
  ["DataView", types.isDataView],
  ["Buffer", (value) => Buffer.isBuffer(value)],
  ...[
    "Int8Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "Int16Array",
    "Uint16Array",
    "Int32Array",
    "Uint32Array",
  ].map(typedArray),
  ...["Float16Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array"].map(typedArray),
]);

function typedArray(name: string): [string, (value: object) => boolean] {
  return [name, types.isTypedArray];
}

/** What stands here, if it has no exact stored form; its members are not looked at. */
function whyUnstorable(value: unknown): string | null {
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol") return "a symbol";
  if (typeof value !== "object" || value === null) return null;
  if (types.isProxy(value)) return "a proxy";
  if (types.isPromise(value)) return "a promise: await it first";
  if (isError(value)) return whyNotRecord(value, true);
  if (Array.isArray(value)) return whyNotArray(value);
  if (isRecord(value)) return whyNotRecord(value, false);
  const name = className(value);
  const isOfIt = BUILT_IN.get(name);
  if (isOfIt === undefined || !isOfIt(value))
    return name === "" ? "an object of an unknown class" : `an instance of class ${name}`;
  return whyNotBuiltIn(value);
}

/** Plain objects of any realm, and those without a prototype. */
function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return (
    typeof prototype === "object" &&
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype, "isPrototypeOf")
  );
}

function whyNotRecord(value: object, isAnError: boolean): string | null {
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key === "symbol") {
      // Platforms hang symbols on errors (`util.inspect.custom` and the like); they are no fields.
      if (isAnError) continue;
      return "an object with a symbol as key";
    }
    if (isAnError && NOT_FIELDS.has(key)) continue;
    if (key === "__proto__") return "an object with a property called __proto__";
    const property = Object.getOwnPropertyDescriptor(value, key)!;
    if (isAnError && property.enumerable !== true) continue;
    if (!("value" in property))
      return `an object whose property ${JSON.stringify(key)} is computed by a getter`;
    if (property.enumerable !== true)
      return `an object whose property ${JSON.stringify(key)} is hidden (not enumerable)`;
  }
  return null;
}

function whyNotArray(value: readonly unknown[]): string | null {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Array.prototype && className(value) !== "Array")
    return `an instance of class ${className(value)}`;
  for (const key of Reflect.ownKeys(value)) {
    if (key === "length") continue;
    if (typeof key === "symbol" || !/^(?:0|[1-9]\d*)$/.test(key))
      return "an array with properties besides its elements";
    const property = Object.getOwnPropertyDescriptor(value, key)!;
    if (!("value" in property) || property.enumerable !== true)
      return "an array with a computed or hidden element";
  }
  return null;
}

function whyNotBuiltIn(value: object): string | null {
  if (ArrayBuffer.isView(value)) {
    if (!types.isArrayBuffer(value.buffer)) return "a view of shared memory";
    if (isResizable(value.buffer)) return "a view of a resizable buffer";
    return null;
  }
  if (types.isArrayBuffer(value))
    return isResizable(value) ? "a resizable buffer" : isDetached(value) ? "a detached buffer" : null;
  const own = Reflect.ownKeys(value).filter((key) => !(key === "lastIndex" && types.isRegExp(value)));
  return own.length === 0 ? null : `a ${className(value)} with properties of its own`;
}

function isResizable(buffer: ArrayBufferLike): boolean {
  return "resizable" in buffer && buffer.resizable === true;
}

function isDetached(buffer: object): boolean {
  try {
    new Uint8Array(buffer as ArrayBuffer);
    return false;
  } catch {
    return true;
  }
}

/** Without calling anything of the value's. */
function className(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== "object" || prototype === null) return "";
  const maker = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as unknown;
  if (typeof maker !== "function") return "";
  const name = Object.getOwnPropertyDescriptor(maker, "name")?.value as unknown;
  return typeof name === "string" ? name : "";
}
