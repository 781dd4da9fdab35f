/*
 * Purpose: what a compiled module tells compilers of other programs, beside its declarations: its source, and what of it was
 * compiled. With the source in hand, another program analyses and hashes it as if it were its own.
 * Owns: the form of a summary, its digests, reading one.
 * Does not own: what is compiled (rewrite/), where files are found (link-program.ts).
 *
 * Invariants
 *  1. The declarations of a summarised module end with the digest of its summary: a summary belongs to what stands beside it.
 *  2. Equal digests mean equal code, equal keys, and equal modules of other packages beneath it.
 *  3. A summary that can't be understood is none, and says why.
 */
import { ABI, canonicalJson, sha256 } from "@continuum/contract";
import type { SiteKey } from "@continuum/contract";

/** Of a form that this compiler can't read, nothing is guessed. */
const SCHEMA = 1;

/** Offsets are into `text`. */
export interface Summary {
  readonly schema: number;
  readonly abi: number;
  /** Relative to the folder of the summary, with forward slashes. */
  readonly source: string;
  /** The package that the module belongs to, and the source's path in it: durable names are made of them. */
  readonly package: string;
  readonly path: string;
  /** The key of the module, under which its compiled code is known at run time. */
  readonly module: string;
  readonly text: string;
  /** What the compiled module notes when it is loaded: of its meaning, without comments and formatting. */
  readonly meaning: string;
  readonly compiled: CompiledParts;
  /** Module specifier → digest of what it leads to, where that is no code of the same project that has declarations. */
  readonly beneath: Readonly<Record<string, string>>;
  readonly environment: Environment;
}

/** A summary before it is known where it will stand. */
export type ModuleSummary = Omit<Summary, "source">;

/** Where the compiled module differs from what plain tsc would have made. */
export interface CompiledParts {
  /** Ends of async functions that run in workflows. */
  readonly functions: readonly number[];
  /** Ends of references to `Promise` that are durable there. */
  readonly promises: readonly number[];
  /** Ends of effect calls, with the keys that they carry and the targets that they name. */
  readonly effects: readonly (readonly [number, SiteKey, string | null])[];
}

/** What the names of the source mean something by, besides its imports. */
export interface Environment {
  /** File names of TypeScript's libraries. */
  readonly lib: readonly string[];
  /** Packages of global types. */
  readonly types: readonly string[];
  readonly module: number;
  readonly moduleResolution: number;
  readonly customConditions: readonly string[];
}

const MARK = /^\/\/# continuum=([0-9a-f]{64})\r?$/m;

/** The line that ties declarations to their summary. */
export function markOf(summary: Summary): string {
  return `//# continuum=${digestOf(summary)}\n`;
}

/** The digest that declarations ask for; null where they have no summary. */
export function askedDigest(declarations: string): string | null {
  // The mark is among the last lines, and declarations can be long.
  return MARK.exec(declarations.slice(-1000))?.[1] ?? null;
}

export function digestOf(summary: Summary | ModuleSummary): string {
  const { schema, abi, path, module, text, meaning, compiled, beneath, environment } = summary;
  const source = "source" in summary ? summary.source : null;
  return sha256(
    canonicalJson({
      ...{ schema, abi, source, path, module, text, meaning, beneath },
      package: summary.package,
      compiled: { ...compiled },
      environment: { ...environment },
    }),
  );
}

/** `order.continuum.json` for `order.d.ts`. */
export function summaryFileName(declarations: string): string {
  return declarations.replace(/\.d\.([cm]?)ts$/, (_, kind: string) => `${kind && `.${kind}`}.continuum.json`);
}

export function serialise(summary: Summary): string {
  return `${JSON.stringify(summary, null, 1)}\n`;
}

/** Reads a summary that has the digest `asked`, or says what is wrong with it. */
export function readSummary(text: string | undefined, asked: string): Summary | { readonly failure: string } {
  if (text === undefined) return { failure: "is missing" };
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return { failure: "is no JSON" };
  }
  if (!isRecord(content)) return { failure: "holds no summary" };
  if (content["schema"] !== SCHEMA || content["abi"] !== ABI)
    return { failure: "was written by another version of Continuum's compiler" };
  if (!isSummary(content)) return { failure: "holds no summary that this compiler understands" };
  if (digestOf(content) !== asked) return { failure: "belongs to another build than the declarations" };
  return content;
}

export function moduleSummary(parts: Omit<ModuleSummary, "schema" | "abi">): ModuleSummary {
  return { schema: SCHEMA, abi: ABI, ...parts };
}

function isSummary(value: Readonly<Record<string, unknown>>): value is Summary & Record<string, unknown> {
  const { compiled, beneath, environment } = value;
  return (
    ["source", "package", "path", "module", "text", "meaning"].every(
      (name) => typeof value[name] === "string",
    ) &&
    isRecord(compiled) &&
    isListOf(compiled["functions"], isNumber) &&
    isListOf(compiled["promises"], isNumber) &&
    isListOf(
      compiled["effects"],
      (item) =>
        Array.isArray(item) && isNumber(item[0]) && isText(item[1]) && (item[2] === null || isText(item[2])),
    ) &&
    isRecord(beneath) &&
    Object.values(beneath).every(isText) &&
    isRecord(environment) &&
    ["lib", "types", "customConditions"].every((name) => isListOf(environment[name], isText)) &&
    isNumber(environment["module"]) &&
    isNumber(environment["moduleResolution"])
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}

function isListOf(value: unknown, is: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(is);
}
