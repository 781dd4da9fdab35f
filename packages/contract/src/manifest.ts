import type { WorkflowBody } from "./compiled-entry.js";

/** What an effect call asks of the run. Durable: stored in histories and hashed into version hashes. */
export type EffectKind =
  | "activity"
  | "awaitChild"
  | "cancelChild"
  | "child"
  | "compensate"
  | "compensateAll"
  | "continueAsNew"
  | "log"
  | "now"
  | "patched"
  | "random"
  | "sendSignal"
  | "sideEffect"
  | "signal"
  | "startChild"
  | "timer"
  | "today"
  | "uuid4";

/**
 * The key that compiled code carries at an effect call, unique within a program: `<module>#<ordinal>`, for example
 * `shop/src/order#3`. It lives for one build only; what lasts is the {@link Site.id} that a manifest maps it to.
 */
export type SiteKey = string;

/**
 * A place in a workflow's code where it asks for an effect.
 *
 * `id` is structural (workflow, place of the enclosing function in the canonical form, kind, target, ordinal among its
 * equals), hence untouched by formatting, comments, renames of locals and moves of files. The rest is for people.
 */
export interface Site {
  readonly id: string;
  readonly kind: EffectKind;
  /** Activity, signal, child workflow, patch or log level; null where there is none or it is computed. */
  readonly target: string | null;
  /** Relative to the root of the package that the file belongs to, with forward slashes. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** The innermost enclosing named function, or the workflow's name. */
  readonly function: string;
}

/** What the compiler knows of one workflow, embedded in its compiled module. Plain JSON. */
export interface WorkflowManifest {
  readonly abi: number;
  /** The logical identity, unique per program. */
  readonly name: string;
  /** The user's `version`, for people. */
  readonly versionLabel: string;
  /** Hash of the workflow's meaning: 64 hexadecimal digits. */
  readonly versionHash: string;
  /** Every effect site that the workflow can reach, helpers in other modules included. */
  readonly sites: Readonly<Record<SiteKey, Site>>;
  /** Names of the signals that the workflow's code names literally, sorted. */
  readonly signals: readonly string[];
  /** Names of the activities that the workflow can schedule, compensations included, sorted. */
  readonly activities: readonly string[];
  /** Names of the patches that the workflow's code asks for, sorted. */
  readonly patches: readonly string[];
  /**
   * Modules of other packages and projects that the hash and the sites were made of: module key → the digest that the compiled
   * module notes when it is loaded. Left out where there is none.
   */
  readonly modules?: Readonly<Record<string, string>>;
}

/** What stands in the place of the async function once `workflow(options, async …)` is compiled. */
export interface CompiledWorkflow<Input = unknown, Output = unknown> {
  readonly kind: "continuum.compiled";
  readonly manifest: WorkflowManifest;
  readonly body: WorkflowBody<Input, Output>;
}
