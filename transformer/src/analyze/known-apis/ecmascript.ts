/*
 * What ECMAScript's own functions do: data only, as TypeScript's lib.es*.d.ts, lib.decorators.d.ts and lib.esnext*.d.ts declare
 * them. See ../known-apis.ts for how a name is looked up.
 */
import { all, impure, pure, pureMembers, when, words } from "./verdict.js";
import type { Entry, Surface } from "./verdict.js";

const typedArrays =
  "Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array Float64Array BigInt64Array BigUint64Array";

const localZone =
  "Use the UTC method (getUTCHours, toISOString, …), or pass the time zone in with the input.";
const localeHint = 'Name the locale: toLocaleString("en-US").';
const zoneHint = 'Name locale and time zone: toLocaleString("en-US", { timeZone: "UTC" }).';
const newDate = when(
  "date-constructor",
  "clock",
  'Use new Date(now()) with now from "@continuum/runtime/workflow".',
);

/** Of containers with instances, and of the interfaces behind their values. */
const members: Readonly<Record<string, string>> = {
  Map: `
    clear delete forEach get has set size [Symbol.iterator] entries keys values [Symbol.toStringTag]
    getOrInsert getOrInsertComputed
  `,
  WeakMap: "delete get has set [Symbol.toStringTag] getOrInsert getOrInsertComputed",
  Set: `
    add clear delete forEach has size [Symbol.iterator] entries keys values [Symbol.toStringTag] union
    intersection difference symmetricDifference isSubsetOf isSupersetOf isDisjointFrom
  `,
  WeakSet: "add delete has [Symbol.toStringTag]",
  Promise: "[Symbol.toStringTag] finally then catch",
  Symbol: "[Symbol.toPrimitive] [Symbol.toStringTag] description toString valueOf",
  Boolean: "valueOf",
  JSON: "[Symbol.toStringTag] parse stringify",
  ArrayBuffer: `
    [Symbol.toStringTag] maxByteLength resizable resize detached transfer transferToFixedLength byteLength
    slice
  `,
  DataView: `
    [Symbol.toStringTag] getBigInt64 getBigUint64 setBigInt64 setBigUint64 getFloat16 setFloat16 buffer
    byteLength byteOffset getFloat32 getFloat64 getInt8 getInt16 getInt32 getUint8 getUint16 getUint32
    setFloat32 setFloat64 setInt8 setInt16 setInt32 setUint8 setUint16 setUint32
  `,
  IteratorObject: `
    [Symbol.iterator] map filter take drop flatMap reduce toArray forEach some every find
    [Symbol.toStringTag]
  `,
  Iterator: "next return throw",
  Iterable: "[Symbol.iterator]",
  IterableIterator: "[Symbol.iterator]",
  AsyncIterator: "next return throw",
  AsyncIterable: "[Symbol.asyncIterator]",
  AsyncIterableIterator: "[Symbol.asyncIterator]",
  AsyncIteratorObject: "[Symbol.asyncIterator]",
  AsyncGenerator: "next return throw [Symbol.asyncIterator]",
  Generator: "next return throw [Symbol.iterator]",
  ArrayIterator: "[Symbol.iterator]",
  MapIterator: "[Symbol.iterator]",
  SetIterator: "[Symbol.iterator]",
  StringIterator: "[Symbol.iterator]",
  RegExpStringIterator: "[Symbol.iterator]",
  IArguments: "[Symbol.iterator] length callee",
  PromiseLike: "then",
  ReadonlyMap: "forEach get has size [Symbol.iterator] entries keys values",
  ReadonlySet: `
    forEach has size [Symbol.iterator] entries keys values union intersection difference symmetricDifference
    isSubsetOf isSupersetOf isDisjointFrom
  `,
  ReadonlySetLike: "keys has size",
  ConcatArray: "length join slice",
  CallableFunction: "apply call bind",
  NewableFunction: "apply call bind",
  PropertyDescriptor: "configurable enumerable value writable get set",
  ProxyHandler: `
    apply construct defineProperty deleteProperty get getOwnPropertyDescriptor getPrototypeOf has
    isExtensible ownKeys preventExtensions set setPrototypeOf
  `,
  Disposable: "[Symbol.dispose]",
  AsyncDisposable: "[Symbol.asyncDispose]",
  DisposableStack: "disposed dispose use adopt defer move [Symbol.dispose] [Symbol.toStringTag]",
  AsyncDisposableStack: `
    disposed disposeAsync use adopt defer move [Symbol.asyncDispose] [Symbol.toStringTag]
  `,
  RegExp: `
    flags sticky unicode [Symbol.match] [Symbol.replace] [Symbol.search] [Symbol.split] dotAll
    [Symbol.matchAll] hasIndices unicodeSets exec test source global ignoreCase multiline lastIndex
  `,
  Array: `
    find findIndex fill copyWithin [Symbol.iterator] entries keys values [Symbol.unscopables] includes
    flatMap flat at findLast findLastIndex toReversed toSorted toSpliced with length toString pop push
    concat join reverse shift slice sort splice unshift indexOf lastIndexOf every some forEach map filter
    reduce reduceRight
  `,
  ReadonlyArray: `
    find findIndex [Symbol.iterator] entries keys values [Symbol.unscopables] includes flatMap flat at
    findLast findLastIndex toReversed toSorted toSpliced with length toString concat join slice indexOf
    lastIndexOf every some forEach map filter reduce reduceRight
  `,
  Object: "constructor toString valueOf hasOwnProperty isPrototypeOf propertyIsEnumerable",
  Number: "toString toFixed toExponential toPrecision valueOf",
  BigInt: "toString valueOf [Symbol.toStringTag]",
  String: `
    codePointAt includes endsWith normalize repeat startsWith anchor big blink bold fixed fontcolor fontsize
    italics link small strike sub sup [Symbol.iterator] match replace search split padStart padEnd trimEnd
    trimStart trimLeft trimRight matchAll replaceAll at isWellFormed toWellFormed toString charAt charCodeAt
    concat indexOf lastIndexOf slice substring toLowerCase toUpperCase trim length substr valueOf
  `,
  Function: "name [Symbol.hasInstance] apply call bind prototype length arguments caller [Symbol.metadata]",
  Math: `
    clz32 imul sign log10 log2 log1p expm1 cosh sinh tanh acosh asinh atanh hypot trunc fround cbrt
    [Symbol.toStringTag] f16round E LN10 LN2 LOG2E LOG10E PI SQRT1_2 SQRT2 abs acos asin atan atan2 ceil cos
    exp floor log max min pow round sin sqrt tan
  `,
  Error: "cause name message",
  AggregateError: "errors",
  SuppressedError: "error suppressed",
  Date: `
    [Symbol.toPrimitive] valueOf getTime getUTCFullYear getUTCMonth getUTCDate getUTCDay getUTCHours
    getUTCMinutes getUTCSeconds getUTCMilliseconds setTime setUTCMilliseconds setUTCSeconds setUTCMinutes
    setUTCHours setUTCDate setUTCMonth setUTCFullYear toUTCString toISOString toJSON toTemporalInstant
  `,
  DateConstructor: "UTC prototype",
  ArrayConstructor: "from of [Symbol.species] new call isArray prototype",
  RegExpConstructor: "new call prototype escape [Symbol.species]",
  FunctionConstructor: "prototype",
  MapConstructor: "new prototype [Symbol.species] groupBy",
  WeakMapConstructor: "new prototype",
  SetConstructor: "new prototype [Symbol.species]",
  WeakSetConstructor: "new prototype",
  PromiseConstructor: `
    all race prototype new reject resolve [Symbol.species] allSettled any withResolvers try
  `,
  SymbolConstructor: `
    iterator prototype call for keyFor hasInstance isConcatSpreadable match replace search species split
    toPrimitive toStringTag unscopables asyncIterator matchAll metadata dispose asyncDispose
  `,
  BooleanConstructor: "new call prototype",
  NumberConstructor: `
    EPSILON isFinite isInteger isNaN isSafeInteger MAX_SAFE_INTEGER MIN_SAFE_INTEGER parseFloat parseInt new
    call prototype MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY POSITIVE_INFINITY
  `,
  BigIntConstructor: "call prototype asIntN asUintN",
  StringConstructor: "fromCodePoint raw new call prototype fromCharCode",
  ObjectConstructor: `
    assign getOwnPropertySymbols keys is setPrototypeOf values entries getOwnPropertyDescriptors fromEntries
    hasOwn groupBy new call prototype getPrototypeOf getOwnPropertyDescriptor getOwnPropertyNames create
    defineProperty defineProperties seal freeze preventExtensions isSealed isFrozen isExtensible
  `,
  ArrayBufferConstructor: "[Symbol.species] new prototype isView",
  DataViewConstructor: "prototype new",
  ProxyConstructor: "revocable new proxy revoke",
  IteratorConstructor: "from",
  DisposableStackConstructor: "new prototype",
  AsyncDisposableStackConstructor: "new prototype",
  ErrorConstructor: "new call prototype isError",
  AggregateErrorConstructor: "new call prototype",
  SuppressedErrorConstructor: "new call prototype",
  EvalErrorConstructor: "new call prototype",
  RangeErrorConstructor: "new call prototype",
  ReferenceErrorConstructor: "new call prototype",
  SyntaxErrorConstructor: "new call prototype",
  TypeErrorConstructor: "new call prototype",
  URIErrorConstructor: "new call prototype",
  Reflect: `
    apply construct defineProperty deleteProperty get getOwnPropertyDescriptor getPrototypeOf has
    isExtensible ownKeys preventExtensions set setPrototypeOf
  `,
  ClassDecoratorContext: "kind name addInitializer metadata",
  ClassMethodDecoratorContext: "kind name static private access addInitializer metadata",
  ClassGetterDecoratorContext: "kind name static private access addInitializer metadata",
  ClassSetterDecoratorContext: "kind name static private access addInitializer metadata",
  ClassFieldDecoratorContext: "kind name static private access addInitializer metadata",
  ClassAccessorDecoratorContext: "kind name static private access addInitializer metadata",
  ClassAccessorDecoratorTarget: "get set",
  ClassAccessorDecoratorResult: "get set init",
};

const typedArrayMembers = `
  [Symbol.iterator] [Symbol.toStringTag] BYTES_PER_ELEMENT at buffer byteLength byteOffset copyWithin entries every fill
  filter find findIndex findLast findLastIndex forEach includes indexOf join keys lastIndexOf length map reduce reduceRight
  reverse set slice some sort subarray toReversed toSorted toString valueOf values with
`;

const intlMembers: Readonly<Record<string, string>> = {
  "Intl.Collator": "compare resolvedOptions",
  "Intl.CollatorConstructor": "new call",
  "Intl.DateTimeFormat": "formatToParts formatRange formatRangeToParts format resolvedOptions",
  "Intl.DateTimeFormatConstructor": "new call prototype",
  "Intl.DisplayNames": "of resolvedOptions new prototype",
  "Intl.DurationFormat": "format formatToParts resolvedOptions new prototype",
  "Intl.ListFormat": "format formatToParts resolvedOptions new prototype",
  "Intl.Locale": `
    baseName language maximize minimize toString getCalendars getCollations getHourCycles
    getNumberingSystems getTextInfo getTimeZones getWeekInfo new
  `,
  "Intl.NumberFormat": "formatToParts format formatRange formatRangeToParts resolvedOptions",
  "Intl.NumberFormatConstructor": "new call prototype",
  "Intl.PluralRules": "resolvedOptions select",
  "Intl.PluralRulesConstructor": "new call",
  "Intl.RelativeTimeFormat": "format formatToParts resolvedOptions new",
  "Intl.SegmentIterator": "[Symbol.iterator]",
  "Intl.Segmenter": "segment resolvedOptions new prototype",
  "Intl.Segments": "containing [Symbol.iterator]",
};

const temporalMembers: Readonly<Record<string, string>> = {
  "Temporal.Duration": `
    years months weeks days hours minutes seconds milliseconds microseconds nanoseconds sign blank with
    negated abs add subtract round total toString toJSON valueOf [Symbol.toStringTag]
  `,
  "Temporal.DurationConstructor": "new prototype from compare",
  "Temporal.Instant": `
    epochMilliseconds epochNanoseconds add subtract until since round equals toString toJSON valueOf
    toZonedDateTimeISO [Symbol.toStringTag]
  `,
  "Temporal.InstantConstructor": "new prototype from fromEpochMilliseconds fromEpochNanoseconds compare",
  "Temporal.PlainDate": `
    calendarId era eraYear year month monthCode day dayOfWeek dayOfYear weekOfYear yearOfWeek daysInWeek
    daysInMonth daysInYear monthsInYear inLeapYear toPlainYearMonth toPlainMonthDay add subtract with
    withCalendar until since equals toPlainDateTime toZonedDateTime toString toJSON valueOf
    [Symbol.toStringTag]
  `,
  "Temporal.PlainDateConstructor": "new prototype from compare",
  "Temporal.PlainDateTime": `
    calendarId era eraYear year month monthCode day hour minute second millisecond microsecond nanosecond
    dayOfWeek dayOfYear weekOfYear yearOfWeek daysInWeek daysInMonth daysInYear monthsInYear inLeapYear with
    withPlainTime withCalendar add subtract until since round equals toString toJSON valueOf toZonedDateTime
    toPlainDate toPlainTime [Symbol.toStringTag]
  `,
  "Temporal.PlainDateTimeConstructor": "new prototype from compare",
  "Temporal.PlainMonthDay": `
    calendarId monthCode day with equals toString toJSON valueOf toPlainDate [Symbol.toStringTag]
  `,
  "Temporal.PlainMonthDayConstructor": "new prototype from",
  "Temporal.PlainTime": `
    hour minute second millisecond microsecond nanosecond add subtract with until since equals round
    toString toJSON valueOf [Symbol.toStringTag]
  `,
  "Temporal.PlainTimeConstructor": "new prototype from compare",
  "Temporal.PlainYearMonth": `
    calendarId era eraYear year month monthCode daysInYear daysInMonth monthsInYear inLeapYear with add
    subtract until since equals toString toJSON valueOf toPlainDate [Symbol.toStringTag]
  `,
  "Temporal.PlainYearMonthConstructor": "new prototype from compare",
  "Temporal.ZonedDateTime": `
    calendarId timeZoneId era eraYear year month monthCode day hour minute second millisecond microsecond
    nanosecond epochMilliseconds epochNanoseconds dayOfWeek dayOfYear weekOfYear yearOfWeek hoursInDay
    daysInWeek daysInMonth daysInYear monthsInYear inLeapYear offsetNanoseconds offset with withPlainTime
    withTimeZone withCalendar add subtract until since round equals toString toJSON valueOf startOfDay
    getTimeZoneTransition toInstant toPlainDate toPlainTime toPlainDateTime [Symbol.toStringTag]
  `,
  "Temporal.ZonedDateTimeConstructor": "new prototype from compare",
};

/** Where an interface only says what data looks like, or inherits all that it has. */
const shapes = `
  ArrayLike ArrayBufferView ArrayBufferTypes ErrorOptions TemplateStringsArray PropertyDescriptorMap TypedPropertyDescriptor
  RegExpMatchArray RegExpExecArray RegExpIndicesArray PromiseSettledResult PromiseFulfilledResult PromiseRejectedResult
  IteratorYieldResult IteratorReturnResult PromiseWithResolvers EvalError RangeError ReferenceError SyntaxError TypeError
  URIError Proxy
`;

const values: readonly Entry[] = [
  ...all(
    `undefined NaN Infinity parseInt parseFloat isNaN isFinite decodeURI decodeURIComponent encodeURI encodeURIComponent escape
     unescape`,
    pure,
  ),
  ...all(shapes, pure),

  // Each of these is a global as well as an interface: as the first it is fine, as the second its members are listed.
  ...all(Object.keys(members).join(" "), pure),
  ...all(typedArrays, pure),
  [
    "Math",
    when(
      "members-only",
      "randomness",
      'Name the member: Math.floor(x); for Math.random use random() from "@continuum/runtime/workflow".',
    ),
  ],
  ["Math.random", impure("randomness")],
  ["Date", newDate],
  ...all("new call", newDate, "DateConstructor"),
  ...all(
    `getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTimezoneOffset setDate setFullYear
     setHours setMilliseconds setMinutes setMonth setSeconds toString toDateString toTimeString`,
    impure("environment", localZone),
    "Date",
  ),
  ...all(
    "toLocaleString toLocaleDateString toLocaleTimeString",
    when("locale-and-zone", "environment", zoneHint),
    "Date",
  ),
  ["DateConstructor.parse", when("zoned-text", "environment", "Name the time zone in the text.")],
  ["DateConstructor.now", impure("clock")],
  ...all("Number.toLocaleString BigInt.toLocaleString", when("locale-first", "environment", localeHint)),
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
  ...all(
    "$1 $2 $3 $4 $5 $6 $7 $8 $9 $& $_ $` $' $+ input lastMatch lastParen leftContext rightContext",
    impure("sharedMemory", "Use the match that exec() or match() returns."),
    "RegExpConstructor",
  ),
  ["RegExp.compile", impure("sharedMemory", "Write a new RegExp(…): this one may be used elsewhere.")],
  ["ArrayConstructor.fromAsync", impure("io", "Await the elements one by one, or with Promise.all.")],

  // Code from text, and memory that others can see or reclaim.
  ["eval", impure("dynamicCode")],
  [
    "Function",
    when("instanceof-only", "dynamicCode", "Write the function out: code from text can't be checked."),
  ],
  ["Function.constructor", impure("dynamicCode")],
  ["Function.toString", impure("environment", "Use the function's name: its text differs between builds.")],
  ...all(
    "FunctionConstructor.new FunctionConstructor.call GeneratorFunctionConstructor AsyncGeneratorFunctionConstructor",
    impure("dynamicCode"),
  ),
  ...all("GeneratorFunction AsyncGeneratorFunction", pure),
  ...all(
    "WeakRef WeakRefConstructor FinalizationRegistry FinalizationRegistryConstructor SharedArrayBuffer SharedArrayBufferConstructor Atomics",
    impure("sharedMemory"),
  ),
  ["ImportMeta", impure("environment")],
];

const intl: readonly Entry[] = [
  ...all(`Intl ${Object.keys(intlMembers).join(" ")}`, pure),
  ["Intl.getCanonicalLocales", pure],
  ...all(
    "NumberFormat PluralRules Collator ListFormat RelativeTimeFormat Segmenter DisplayNames DurationFormat",
    when("locale-first", "environment", 'Name the locale first: new Intl.NumberFormat("en-US").'),
    "Intl",
  ),
  [
    "Intl.DateTimeFormat",
    when(
      "locale-and-zone",
      "environment",
      'Name locale and time zone: new Intl.DateTimeFormat("en-US", { timeZone: "UTC" }).',
    ),
  ],
  ...all(
    `Intl.supportedValuesOf ${words("Collator DateTimeFormat NumberFormat PluralRules")
      .map((name) => `Intl.${name}Constructor.supportedLocalesOf`)
      .join(" ")} ${words("DisplayNames DurationFormat ListFormat RelativeTimeFormat Segmenter")
      .map((name) => `Intl.${name}.supportedLocalesOf`)
      .join(" ")}`,
    impure("environment", "Pass the values in with the input: each Node has others."),
  ),
];

const temporal: readonly Entry[] = [
  ...all(`Temporal ${Object.keys(temporalMembers).join(" ")}`, pure),
  ...all(
    "Duration PlainDate PlainDateTime PlainMonthDay PlainTime PlainYearMonth ZonedDateTime",
    pure,
    "Temporal",
  ),
  ...words("Duration PlainDate PlainDateTime PlainMonthDay PlainTime PlainYearMonth ZonedDateTime").map(
    (name) => [`Temporal.${name}.toLocaleString`, when("locale-first", "environment", localeHint)] as const,
  ),
  ["Temporal.Instant.toLocaleString", when("locale-and-zone", "environment", zoneHint)],
  [
    "Temporal.Now",
    impure(
      "clock",
      'Use Temporal.Instant.fromEpochMilliseconds(now()) with now from "@continuum/runtime/workflow".',
    ),
  ],
];

export const ecmascript: Surface = {
  entries: [
    ...pureMembers(members),
    ...words(typedArrays).flatMap((name) => [
      ...all(typedArrayMembers, pure, name),
      ...all("new from prototype BYTES_PER_ELEMENT of", pure, `${name}Constructor`),
    ]),
    ...all("toBase64 setFromBase64 toHex setFromHex", pure, "Uint8Array"),
    ...all("fromBase64 fromHex", pure, "Uint8ArrayConstructor"),
    ...pureMembers(intlMembers),
    ...pureMembers(temporalMembers),
    ...values,
    ...intl,
    ...temporal,
  ],
  listed: [
    ...Object.keys(members),
    ...words(typedArrays).flatMap((name) => [name, `${name}Constructor`]),
    "Intl",
    ...Object.keys(intlMembers),
    "Temporal",
    ...Object.keys(temporalMembers),
  ],
};
