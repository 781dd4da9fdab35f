/*
 * Options that users write: unknown or mistyped ones are refused by name, with the nearest name that exists.
 */
import { ContinuumError } from "./continuum-error.js";

/** Null when the value is right, else what it should have been ("a whole number from 1"). */
export type Rule = (value: unknown) => string | null;
export type Rules = Readonly<Record<string, Rule>>;

/** Longest duration that keeps every due time a valid date. */
const MAX_DURATION_MS = 8_640_000_000_000_000 / 2;

export const text: Rule = (value) =>
  typeof value === "string" && value !== "" ? null : "a text that is not empty";
export const bool: Rule = (value) => (typeof value === "boolean" ? null : "true or false");
export const integer: Rule = (value) => (Number.isSafeInteger(value) ? null : "a whole number");
export const durationMs: Rule = (value) =>
  isNumber(value) && value >= 0 && value <= MAX_DURATION_MS ? null : "a number of milliseconds, 0 or more";
export const positiveMs: Rule = (value) =>
  isNumber(value) && value > 0 && value <= MAX_DURATION_MS ? null : "a number of milliseconds above 0";
export const texts: Rule = (value) =>
  Array.isArray(value) && value.every((item) => text(item) === null) ? null : "a list of texts";

/** What can be a key of the journal. */
export const idText: Rule = (value) => {
  const expected = "a text of 1 to 255 bytes that is not blank, without NUL characters and lone surrogates";
  if (typeof value !== "string" || value.trim() === "") return expected;
  if (value.includes("\0") || /\p{Surrogate}/u.test(value)) return expected;
  return bytesOf(value) <= 255 ? null : expected;
};

/** A flat record of values that JSON keeps exactly and Postgres takes. */
export const attributeRecord: Rule = (value) => {
  const expected =
    "a record of texts, finite numbers, booleans and nulls, of at most 8 KiB and without NUL characters";
  if (typeof value !== "object" || value === null || Array.isArray(value)) return expected;
  const entries = Object.entries(value);
  const isKept = (part: unknown): boolean =>
    part === null ||
    typeof part === "boolean" ||
    (typeof part === "number" && Number.isFinite(part)) ||
    (typeof part === "string" && !part.includes("\0") && !/\p{Surrogate}/u.test(part));
  const kept = entries.every(([name, part]) => name !== "" && isKept(name) && isKept(part));
  return kept && bytesOf(JSON.stringify(Object.fromEntries(entries))) <= 8192 ? null : expected;
};

/** Its size in UTF-8. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

export function oneOf(...words: readonly string[]): Rule {
  return (value) =>
    typeof value === "string" && words.includes(value) ? null : `one of ${words.map(quoted).join(", ")}`;
}

export function wholeFrom(lowest: number, highest: number): Rule {
  return (value) =>
    Number.isSafeInteger(value) && (value as number) >= lowest && (value as number) <= highest
      ? null
      : `a whole number from ${lowest} to ${highest}`;
}

/** An object whose members keep `rules`. */
export function members(rules: Rules): Rule {
  return (value) => {
    if (!isPlain(value)) return "an object";
    return problems(value, rules)[0]?.problem ?? null;
  };
}

/**
 * Checks `options` against `rules`; members that are `undefined` count as absent.
 *
 * @throws ContinuumError `code`, naming every option that is unknown or mistyped.
 */
export function checkOptions(code: `CTM${number}`, where: string, options: unknown, rules: Rules): void {
  if (!isPlain(options)) {
    throw new ContinuumError({
      code,
      message: `The options of ${where} are ${kindOf(options)}.`,
      hint: `Give an object; its members can be ${names(rules)}.`,
    });
  }
  const found = problems(options, rules);
  if (found.length === 0) return;
  throw new ContinuumError({
    code,
    message: `The options of ${where} are refused: ${found.map(({ problem }) => problem).join("; ")}.`,
    hint: found[0]!.suggestion ?? `The options are ${names(rules)}.`,
  });
}

interface Problem {
  readonly problem: string;
  readonly suggestion: string | null;
}

function problems(options: Readonly<Record<string, unknown>>, rules: Rules): readonly Problem[] {
  const found: Problem[] = [];
  for (const key of Object.keys(options)) {
    const value = options[key];
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule === undefined) {
      const near = nearest(key, Object.keys(rules));
      found.push({
        problem: `there is no option ${quoted(key)}${near === null ? "" : ` (did you mean ${quoted(near)}?)`}`,
        suggestion: near === null ? null : `Did you mean ${quoted(near)}?`,
      });
    } else if (value !== undefined) {
      const expected = rule(value);
      if (expected !== null) {
        const nested = isPlain(value) && expected !== "an object";
        found.push({
          problem: nested
            ? `in ${quoted(key)}, ${expected}`
            : `${quoted(key)} is ${kindOf(value)}, not ${expected}`,
          suggestion: nested ? null : `Give ${expected} as ${quoted(key)}.`,
        });
      }
    }
  }
  return found;
}

/** The candidate that is nearest, if less than half of the letters differ. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let least = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least && distance < Math.max(word.length, candidate.length) / 2) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// Numbers are shown, since durations and counts are no secrets; texts are not (R45).
function kindOf(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (value === undefined) return "missing";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function names(rules: Rules): string {
  return Object.keys(rules).map(quoted).join(", ");
}

function quoted(word: string): string {
  return `"${word}"`;
}
