import type { CompiledWorkflow, SiteKey, WorkflowManifest } from "./manifest.js";
import type { RetryOptions } from "./retry.js";

/** The module whose functions are the effects; the transformer knows them by these symbols, never by spelling. */
export const AUTHORING_ENTRY = "@continuum/runtime/workflow";

/** The module that compiled code imports as one namespace; it implements {@link CompiledEntry}. */
export const RUNTIME_ENTRY = "@continuum/runtime/compiled";

/** A workflow function after compilation: each `await e` is a `yield e`. */
export type WorkflowBody<Input = unknown, Output = unknown> = (
  input: Input,
) => Generator<unknown, Output, unknown>;

/** An activity call that is not scheduled yet: what `compensate:` gives. */
export interface ActivityCall {
  readonly kind: "continuum.call";
  readonly target: string;
  readonly args: readonly unknown[];
}

/** The second argument of `activity(…)` after compilation. */
export interface ActivityCallOptions {
  readonly retry?: RetryOptions;
  /** Per attempt. */
  readonly timeout?: number;
  readonly heartbeatTimeout?: number;
  readonly idempotencyKey?: string;
  readonly queue?: string;
  readonly priority?: number;
  /** A call (arguments evaluated already), a function of the result that gives one, or a word that there is none. */
  readonly compensate?: ActivityCall | ((result: never) => ActivityCall) | "none";
}

/** The options of `child(…)` and `startChild(…)`. */
export interface ChildCallOptions {
  /** Tells apart children that are started at one site; part of the derived run id. */
  readonly id?: string;
  readonly onParentClose?: "cancel" | "terminate" | "abandon";
}

/** What `startChild` gives: `runId` is valid outside the workflow too. */
export interface ChildReference {
  readonly kind: "continuum.child";
  readonly runId: string;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

/**
 * The functions that compiled code calls, as ABI {@link ABI}. The transformer emits calls of exactly these, on one namespace
 * import of {@link RUNTIME_ENTRY}; the runtime implements them. Outside a run, effects throw CTM3901, `fiber` behaves as
 * the native async function that it replaced, and `promise()` is the native `Promise`.
 */
export interface CompiledEntry {
  /** `workflow(options, async (input) => …)` → `workflow(options, compiled(manifest, function* (input) {…}))`. */
  compiled<I, O>(manifest: WorkflowManifest, body: WorkflowBody<I, O>): CompiledWorkflow<I, O>;

  /**
   * Once per module that names activities, after its imports: activity name → thunk of the function. `module` is the key
   * prefix of the module's sites, so that a reloaded module replaces what it registered.
   */
  activities(module: string, functions: Readonly<Record<string, () => unknown>>): void;

  /** The body of another coloured async function: starts a fiber at once and gives its promise. */
  fiber(
    body: (...args: never[]) => Generator<unknown, unknown, unknown>,
    self: unknown,
    args: ArrayLike<unknown>,
  ): Promise<unknown>;

  /** The value of the global `Promise` in workflow code: durable while a run is stepped, else native. */
  promise(): PromiseConstructor;

  /** Marks a signal wait or timer that stands as an element in the array literal of `Promise.race` or `Promise.any` (R24). */
  contender<P>(wait: P): P;

  activity(
    site: SiteKey,
    target: string,
    args: readonly unknown[],
    options?: ActivityCallOptions,
  ): Promise<unknown>;
  call(target: string, args: readonly unknown[]): ActivityCall;
  compensate(site: SiteKey, handle: unknown): Promise<unknown>;
  compensateAll(site: SiteKey, options?: { readonly mode?: "sequential" | "parallel" }): Promise<unknown>;
  signal(site: SiteKey, signal: unknown, options?: { readonly timeout?: number }): Promise<unknown>;
  timer(site: SiteKey, durationMs: number): Promise<void>;
  /** `child(flow.run(input), options?)`; `flow` is the workflow itself. */
  child(site: SiteKey, flow: unknown, input: unknown, options?: ChildCallOptions): Promise<unknown>;
  startChild(site: SiteKey, flow: unknown, input: unknown, options?: ChildCallOptions): ChildReference;
  awaitChild(site: SiteKey, child: unknown): Promise<unknown>;
  cancelChild(site: SiteKey, child: unknown): void;
  sendSignal(site: SiteKey, runId: unknown, signal: unknown, payload: unknown): Promise<void>;
  /** `continueAsNew(input)` → `yield continueAsNew(site, input)`: a promise that never settles. */
  continueAsNew(site: SiteKey, input: unknown): Promise<never>;
  patched(site: SiteKey, name: string): boolean;
  sideEffect<T>(site: SiteKey, make: () => T): T;
  /** `log.info(message, fields?)` → `log(site, "info", message, fields?)`. */
  log(site: SiteKey, level: LogLevel, message: unknown, fields?: unknown): void;
  now(site: SiteKey): number;
  today(site: SiteKey): string;
  random(site: SiteKey): number;
  uuid4(site: SiteKey): string;
}
