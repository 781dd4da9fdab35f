/*
 * What Node's modules and its own globals do: data only, as @types/node declares them. A module's word holds for all that it
 * exports, so a module is only called impure as a whole; what is pure is named. See ../known-apis.ts for how a name is looked up.
 */
import { all, impure, pure, when } from "./verdict.js";
import type { Entry, Surface } from "./verdict.js";

const stack = impure("environment", "Leave the stack alone in workflow code.");
const system = impure(
  "environment",
  "Pass the value in with the input: it differs between systems and versions of Node.",
);
const wrapped = impure("io", "Wrap the function that uses it in activity(…).");

const globals: readonly Entry[] = [
  ...all("Buffer BufferConstructor RelativeIndexable", pure),
  ...all(
    "BufferConstructor.allocUnsafe BufferConstructor.allocUnsafeSlow",
    impure("randomness", "Use Buffer.alloc(size): unsafe memory holds what was there before."),
  ),
  ["BufferConstructor.poolSize", system],
  ...all("stackTraceLimit prepareStackTrace", stack, "ErrorConstructor"),
  // Writes a stack where only `stack` shows it, which is refused.
  ["ErrorConstructor.captureStackTrace", pure],
  ...all("setImmediate clearImmediate NodeJS.Immediate NodeJS.Timeout NodeJS.Timer", impure("timers")),
  ...all(
    `process NodeJS.Process NodeJS.ProcessPermission NodeJS.ProcessReport NodeJS.MemoryUsageFn NodeJS.CallSite global globalThis
     __dirname __filename`,
    impure("environment"),
  ),
  ...all("NodeJS.HRTime NodeJS.Process.hrtime NodeJS.Process.uptime", impure("clock")),
  ["NodeJS.Process.nextTick", impure("timers")],
  ...all(
    "NodeJS.Process.stdout NodeJS.Process.stderr",
    impure(
      "environment",
      'To write a line, use log.info(…) from "@continuum/runtime/workflow"; all else belongs in an activity(…).',
    ),
  ),
  ...all("require module exports NodeJS.Module NodeJS.Require NodeJS.RequireResolve", impure("dynamicCode")),
  ...all("gc NodeJS.GCFunction", impure("sharedMemory")),
  ...all("NodeJS.ReadableStream NodeJS.WritableStream NodeJS.RefCounted", impure("io")),
  ...all("NodeJS.EventEmitter NodeJS.Dict NodeJS.ReadOnlyDict NodeJS.Iterator NodeJS.AsyncIterator", pure),
  ["console.ConsoleConstructor", impure("logging")],
];

/** What is pure in the modules, or is under a condition. */
const pureParts: readonly Entry[] = [
  // The same functions as namespace, as default and by name.
  ...all("node:assert node:assert/strict node:assert.assert node:assert.assert.AssertionError", pure),
  ["node:assert.assert.CallTracker", stack],
  ...all("kMaxLength kStringMaxLength constants isUtf8 isAscii transcode", pure, "node:buffer"),
  ["node:buffer.SlowBuffer", impure("randomness", "Use Buffer.alloc(size).")],
  ...all(
    `createHash createHmac hash Hash Hmac timingSafeEqual constants pbkdf2Sync scryptSync hkdfSync createSecretKey
     createPublicKey createPrivateKey KeyObject X509Certificate createCipheriv createDecipheriv createCipher createDecipher
     Cipher CipherCCM CipherGCM CipherOCB CipherChaCha20Poly1305 Decipher DecipherCCM DecipherGCM DecipherOCB
     DecipherChaCha20Poly1305 getCipherInfo createVerify Verify verify privateDecrypt publicDecrypt JsonWebKey Certificate`,
    pure,
    "node:crypto",
  ),
  ...all("subtle webcrypto.Crypto.subtle webcrypto.SubtleCrypto.digest", pure, "node:crypto"),
  ...all("webcrypto webcrypto.Crypto webcrypto.SubtleCrypto", impure("randomness"), "node:crypto"),
  ...all("getHashes getCiphers getCurves getFips fips secureHeapUsed", system, "node:crypto"),
  ...all("node:events node:events.EventEmitter node:events.EventEmitter.NodeEventTarget", pure),
  ["node:events.EventEmitter.EventEmitterAsyncResource", impure("environment")],
  ...all("STATUS_CODES METHODS", pure, "node:http"),
  ...all("isIP isIPv4 isIPv6", pure, "node:net"),
  ...all(
    "node:path node:path/posix node:path/win32 node:path.path node:path.path.PlatformPath",
    when(
      "posix-import",
      "environment",
      'Import from "node:path/posix": what node:path does depends on the operating system.',
    ),
  ),
  ...all("decode encode toUnicode toASCII ucs2 version", pure, "node:punycode"),
  ...all("stringify parse encode decode escape unescape", pure, "node:querystring"),
  ["node:string_decoder.StringDecoder", pure],
  ...all(
    `parse format resolve domainToASCII domainToUnicode urlToHttpOptions URL URLSearchParams URLSearchParamsIterator`,
    pure,
    "node:url",
  ),
  ...all("node:url.URL.createObjectURL node:url.URL.revokeObjectURL", impure("io")),
  ...all(
    "fileURLToPath pathToFileURL",
    impure("environment", "Use new URL(…).pathname: paths of files depend on the operating system."),
    "node:url",
  ),
  ...all(
    "format formatWithOptions inspect",
    when(
      "no-errors",
      "environment",
      "Use JSON.stringify, or error.message: the text of an error holds its stack, which differs between builds.",
    ),
    "node:util",
  ),
  ...all("node:util.inspect.custom node:util.promisify.custom", pure),
  ...all(
    `isDeepStrictEqual inherits stripVTControlCharacters toUSVString TextEncoder TextDecoder parseEnv MIMEType MIMEParams
     isArray isBoolean isBuffer isDate isError isFunction isNull isNullOrUndefined isNumber isObject isPrimitive isRegExp isString
     isSymbol isUndefined InspectOptionsStylized ParseArgsOptionsConfig`,
    pure,
    "node:util",
  ),
  ...all("node:util.promisify node:util.callbackify", wrapped),
  ...all("node:util.log node:util.debug node:util.debuglog node:util.deprecate", impure("logging")),
  ...all(
    `isAnyArrayBuffer isArgumentsObject isArrayBuffer isArrayBufferView isAsyncFunction isBigInt64Array isBigIntObject
     isBigUint64Array isBooleanObject isBoxedPrimitive isCryptoKey isDataView isDate isExternal isFloat32Array isFloat64Array
     isGeneratorFunction isGeneratorObject isInt8Array isInt16Array isInt32Array isKeyObject isMap isMapIterator
     isModuleNamespaceObject isNativeError isNumberObject isPromise isProxy isRegExp isSet isSetIterator isSharedArrayBuffer
     isStringObject isSymbolObject isTypedArray isUint8Array isUint8ClampedArray isUint16Array isUint32Array isWeakMap isWeakSet`,
    pure,
    "node:util/types",
  ),
  ...all(
    "crc32 constants unzipSync gunzipSync inflateSync inflateRawSync brotliDecompressSync",
    pure,
    "node:zlib",
  ),
  ...all(
    "gzipSync deflateSync deflateRawSync brotliCompressSync",
    impure("environment", "Compress in an activity(…): each version of Node may give other bytes."),
    "node:zlib",
  ),
];

/** What the rest of a module does. */
const modules: readonly Entry[] = [
  ...all(
    `node:buffer node:child_process node:cluster node:dgram node:diagnostics_channel node:dns node:dns/promises node:domain
     node:fs node:fs/promises node:http node:http2 node:https node:inspector node:inspector/promises node:net node:readline
     node:readline/promises node:repl node:stream node:stream/consumers node:stream/promises node:stream/web node:test
     node:test/reporters node:tls node:trace_events node:tty node:worker_threads node:zlib`,
    impure("io"),
  ),
  ...all(
    "node:async_hooks node:constants node:os node:process node:sea node:util node:util/types node:url node:v8",
    impure("environment"),
  ),
  ...all("node:punycode node:querystring node:string_decoder", impure("environment")),
  ...all("node:module node:vm node:wasi", impure("dynamicCode")),
  ...all("node:timers node:timers/promises", impure("timers")),
  ["node:console", impure("logging")],
  ["node:crypto", impure("randomness")],
  ["node:perf_hooks", impure("clock")],
];

export const node: Surface = { entries: [...globals, ...pureParts, ...modules], listed: [] };
