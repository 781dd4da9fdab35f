/*
 * What the platform's functions do: data only. Keys are names as compiler/qualified-name.ts makes them: a container is an
 * interface, class, namespace or module as TypeScript's library and @types/node declare it.
 *
 * A name is looked up as itself, then its container, then its module. What is not found is unknown, hence refused.
 */

/** The families of language.md §6; each is one rule with one code. */
export type Family =
  "clock" | "randomness" | "timers" | "io" | "environment" | "logging" | "dynamicCode" | "sharedMemory";

/** When an API with a condition is pure. */
export type Condition =
  /** `new Date(x)`, `Date.UTC(…)`, `x instanceof Date`: not `Date()`, `new Date()` or Date as a value. */
  | "date-constructor"
  /** The text, where it is written at the call, names its time zone. */
  | "zoned-text"
  /** Its members one by one; not the object as a value, through which the impure ones could be reached. */
  | "members-only"
  /** As the right side of `instanceof` only. */
  | "instanceof-only"
  /** The first argument (a locale) is given. */
  | "locale-first"
  /** The second argument (a locale) is given. */
  | "locale-second"
  /** The first argument is a locale, the second names a `timeZone`. */
  | "locale-and-zone"
  /** Imported from `node:path/posix` or `node:path/win32`. */
  | "posix-import";

export type Verdict =
  | { readonly kind: "pure" }
  | { readonly kind: "impure"; readonly family: Family; readonly hint?: string }
  | {
      readonly kind: "conditional";
      readonly condition: Condition;
      readonly family: Family;
      readonly hint: string;
    };

const pure: Verdict = { kind: "pure" };
const impure = (family: Family, hint?: string): Verdict =>
  hint === undefined ? { kind: "impure", family } : { kind: "impure", family, hint };
const when = (condition: Condition, family: Family, hint: string): Verdict => ({
  kind: "conditional",
  condition,
  family,
  hint,
});

const all = (names: string, verdict: Verdict, container = ""): readonly (readonly [string, Verdict])[] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => [container === "" ? name : `${container}.${name}`, verdict] as const);

const typedArrays =
  "Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array Float64Array BigInt64Array BigUint64Array";
const errors =
  "Error EvalError RangeError ReferenceError SyntaxError TypeError URIError AggregateError SuppressedError DOMException";
const plain = `Array ArrayBuffer BigInt Boolean DataView Map Number Object Promise Proxy RegExp Set String Symbol WeakMap WeakSet Iterator DisposableStack AsyncDisposableStack ${typedArrays} ${errors}`;

const localZone =
  "Use the UTC method (getUTCHours, toISOString, …), or pass the time zone in with the input.";
const localeHint = 'Name the locale: toLocaleString("en-US").';
const zoneHint = 'Name locale and time zone: toLocaleString("en-US", { timeZone: "UTC" }).';

const entries: readonly (readonly [string, Verdict])[] = [
  // ECMAScript: globals, their constructors' members, their instances' members.
  ...all(plain, pure),
  ...all(
    plain
      .split(" ")
      .map((name) => `${name}Constructor`)
      .join(" "),
    pure,
  ),
  ...all(
    `undefined NaN Infinity parseInt parseFloat isNaN isFinite decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape
     JSON Reflect ReadonlyArray ReadonlyMap ReadonlySet ReadonlySetLike ArrayLike ConcatArray TemplateStringsArray CallableFunction NewableFunction IArguments
     Iterable IterableIterator IteratorObject ArrayIterator MapIterator SetIterator StringIterator RegExpStringIterator Generator
     PromiseLike PropertyDescriptor PropertyDescriptorMap RegExpMatchArray RegExpExecArray RegExpIndicesArray ErrorOptions
     PromiseSettledResult PromiseFulfilledResult PromiseRejectedResult IteratorYieldResult IteratorReturnResult PromiseWithResolvers
     structuredClone atob btoa URL URLSearchParams TextEncoder TextDecoder AbortController AbortSignal Event EventTarget CustomEvent
     Buffer BufferConstructor Disposable AsyncDisposable SymbolConstructor`,
    pure,
  ),
  [
    "Math",
    when(
      "members-only",
      "randomness",
      'Name the member: Math.floor(x); for Math.random use random() from "@continuum/runtime/workflow".',
    ),
  ],
  ["Math.random", impure("randomness")],
  [
    "Date",
    when("date-constructor", "clock", 'Use new Date(now()) with now from "@continuum/runtime/workflow".'),
  ],
  ...all(
    "getTime valueOf toISOString toJSON setTime getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth getUTCSeconds setUTCDate setUTCFullYear setUTCHours setUTCMilliseconds setUTCMinutes setUTCMonth setUTCSeconds toUTCString [Symbol.toPrimitive] constructor",
    pure,
    "Date",
  ),
  ...all(
    "getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTimezoneOffset setDate setFullYear setHours setMilliseconds setMinutes setMonth setSeconds toString toDateString toTimeString",
    impure("environment", localZone),
    "Date",
  ),
  ...all(
    "toLocaleString toLocaleDateString toLocaleTimeString",
    when("locale-and-zone", "environment", zoneHint),
    "Date",
  ),
  ...all("UTC prototype", pure, "DateConstructor"),
  ["DateConstructor.parse", when("zoned-text", "environment", "Name the time zone in the text.")],
  ["DateConstructor.now", impure("clock")],
  ["Number.toLocaleString", when("locale-first", "environment", localeHint)],
  ["BigInt.toLocaleString", when("locale-first", "environment", localeHint)],
  ...all(`Array ReadonlyArray ${typedArrays}`, pure),
  ...`Array ReadonlyArray Object ${typedArrays}`
    .split(" ")
    .map(
      (name) =>
        [
          `${name}.toLocaleString`,
          impure("environment", "Format the elements one by one, each with a locale."),
        ] as const,
    ),
  [
    "String.localeCompare",
    when(
      "locale-second",
      "environment",
      'Name the locale: a.localeCompare(b, "en"), or compare with < and >.',
    ),
  ],
  ...all(
    "toLocaleLowerCase toLocaleUpperCase",
    when("locale-first", "environment", "Use toLowerCase() or toUpperCase(), or name the locale."),
    "String",
  ),
  ["Error.stack", impure("environment", "Use error.message; the stack differs between builds and machines.")],
  ["ErrorConstructor.stackTraceLimit", impure("environment", "Leave the stack alone in workflow code.")],
  ["ErrorConstructor.prepareStackTrace", impure("environment", "Leave the stack alone in workflow code.")],
  ...all(
    "$1 $2 $3 $4 $5 $6 $7 $8 $9 $& $_ $` $' $+ input lastMatch lastParen leftContext rightContext",
    impure("sharedMemory", "Use the match that exec() or match() returns."),
    "RegExpConstructor",
  ),
  ["Intl", pure],
  ...all(
    "NumberFormat PluralRules Collator ListFormat RelativeTimeFormat Segmenter DisplayNames DurationFormat",
    when("locale-first", "environment", 'Name the locale: new Intl.NumberFormat("en-US").'),
    "Intl",
  ),
  [
    "Intl.supportedValuesOf",
    impure("environment", "Pass the values in with the input: each Node has others."),
  ],
  [
    "Intl.DateTimeFormat",
    when(
      "locale-and-zone",
      "environment",
      'Name locale and time zone: new Intl.DateTimeFormat("en-US", { timeZone: "UTC" }).',
    ),
  ],
  ["ArrayConstructor.fromAsync", impure("io", "Await the elements one by one, or with Promise.all.")],
  ["Temporal", pure],
  [
    "Temporal.Now",
    impure(
      "clock",
      'Use Temporal.Instant.fromEpochMilliseconds(now()) with now from "@continuum/runtime/workflow".',
    ),
  ],

  // Code from text, and memory that others can see or reclaim.
  ["eval", impure("dynamicCode")],
  [
    "Function",
    when("instanceof-only", "dynamicCode", "Write the function out: code from text can't be checked."),
  ],
  ["Function.constructor", impure("dynamicCode")],
  ["FunctionConstructor.prototype", pure],
  ["Function.toString", impure("environment", "Use the function's name: its text differs between builds.")],
  ...all("apply bind call length name prototype [Symbol.hasInstance] arguments caller", pure, "Function"),
  ...all("require NodeJS.Require WebAssembly module exports", impure("dynamicCode")),
  ...all(
    "WeakRef WeakRefConstructor FinalizationRegistry FinalizationRegistryConstructor SharedArrayBuffer SharedArrayBufferConstructor Atomics gc",
    impure("sharedMemory"),
  ),

  // The platform around ECMAScript: browsers and Node.
  ...all(
    "performance Performance node:perf_hooks node:process.hrtime PerformanceObserver PerformanceEntry",
    impure("clock"),
  ),
  ["NodeJS.Process.hrtime", impure("clock")],
  ["NodeJS.Process.uptime", impure("clock")],
  ...all("crypto Crypto SubtleCrypto CryptoKey", impure("randomness")),
  ...all(
    "setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate queueMicrotask requestAnimationFrame requestIdleCallback cancelAnimationFrame cancelIdleCallback scheduler NodeJS.Process.nextTick node:timers node:timers/promises",
    impure("timers"),
  ),
  ["AbortSignal.timeout", impure("timers")],
  ["Event.timeStamp", impure("clock")],
  ...all(
    "fetch XMLHttpRequest WebSocket WebSocketStream EventSource Request Response Headers FormData Blob File FileReader Worker SharedWorker ServiceWorker BroadcastChannel MessageChannel MessagePort MessageEvent indexedDB caches ReadableStream WritableStream TransformStream CompressionStream DecompressionStream TextDecoderStream TextEncoderStream Notification RTCPeerConnection alert confirm prompt open postMessage reportError Image Audio CacheStorage",
    impure("io"),
  ),
  ...all("URL.createObjectURL URL.revokeObjectURL", impure("io")),
  ...all(
    "process NodeJS.Process navigator Navigator location Location history document Document window self top parent frames localStorage sessionStorage Storage screen devicePixelRatio innerWidth innerHeight globalThis global __dirname __filename matchMedia customElements getComputedStyle name origin isSecureContext crossOriginIsolated",
    impure("environment"),
  ),
  ...all("console Console", impure("logging")),
  ...all(
    "BufferConstructor.allocUnsafe BufferConstructor.allocUnsafeSlow",
    impure("randomness", "Use Buffer.alloc(size): unsafe memory holds what was there before."),
  ),

  // Node's modules: I/O unless said otherwise (see modulePrefix in judge.ts).
  ...all(
    "node:assert node:assert/strict node:util/types node:url node:querystring node:punycode node:string_decoder node:buffer",
    pure,
  ),
  ...all("node:buffer.Blob node:buffer.File node:buffer.resolveObjectURL", impure("io")),
  ["node:events", pure],
  ...all(
    "node:path node:path.path node:path.path.PlatformPath node:path.PlatformPath",
    when(
      "posix-import",
      "environment",
      'Import from "node:path/posix": what node:path does depends on the operating system.',
    ),
  ),
  ...all(
    "createHash createHmac timingSafeEqual getHashes getCiphers constants Hash Hmac",
    pure,
    "node:crypto",
  ),
  ...all("pbkdf2Sync scryptSync hkdfSync createSecretKey", pure, "node:crypto"),
  ["node:crypto", impure("randomness")],
  ...all(
    "format formatWithOptions inspect isDeepStrictEqual types inherits stripVTControlCharacters toUSVString TextEncoder TextDecoder parseArgs",
    pure,
    "node:util",
  ),
  ...all(
    "node:util.promisify node:util.callbackify",
    impure("io", "Wrap the function that uses it in activity(…)."),
  ),
  ["node:process", impure("environment")],
  ["node:os", impure("environment")],
  ["node:console", impure("logging")],
  ["node:vm", impure("dynamicCode")],
  ["node:module", impure("dynamicCode")],
];

/** Qualified name → what it does. */
export const knownApis: ReadonlyMap<string, Verdict> = new Map(entries);

/** Modules of Node that are not listed. */
export const unlistedNodeModule: Verdict = impure("io");
