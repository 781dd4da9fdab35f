/*
 * What `workflow(options, …)` makes: the definition that clients start and workers run.
 *
 * Invariants:
 *   W1  A function that was not compiled is refused while its module loads, with the configuration that is missing.
 *   W2  Name, label, hash and sites come from the manifest; options that contradict it are refused.
 */
import type { CompiledWorkflow, Site, SiteKey } from "@continuum/contract";
import { ContinuumError } from "../core/continuum-error.js";
import { bool, checkOptions, durationMs, oneOf, text, wholeFrom } from "../core/option-rules.js";
import type { Rule } from "../core/option-rules.js";
import { schemaRule } from "./schema-rule.js";
import type { StandardSchema } from "./standard-schema.js";
import { runCalled, untransformed } from "./untransformed.js";

/** The options of {@link workflow}. */
export interface WorkflowOptions<Input = unknown, Given = unknown> {
  /** The logical identity, unique per program. Default: the name of the exported const. */
  readonly name?: string;
  /** A label for people; what code runs is told by the version hash. */
  readonly version?: number | string;
  /** How long an ended run is to be kept, in milliseconds. Default: for ever. Recorded; nothing is deleted yet. */
  readonly retention?: number;
  /** The closed set of signals that runs take. Default: open. */
  readonly signals?: readonly { readonly kind: "continuum.signal"; readonly name: string }[];
  /**
   * Checked when a run is started: whoever starts it gives what the schema takes (`Given`), the workflow's function gets what the
   * schema makes of it (`Input`). Synchronous if the workflow is to be a child.
   */
  readonly input?: StandardSchema<Given, Input>;
  /** `false`: a further, hash-specific entrypoint of the same name, for runs that started on it. Default true. */
  readonly current?: boolean;
  /** A run keeps its version to its end. Nothing else is supported yet: an in-place change is written with `patched`. */
  readonly versioning?: "pinned";
  /** Recorded, and not used yet: a take-over reads the whole history. */
  readonly snapshotThreshold?: number;
}

/** Which code a workflow is. */
export interface WorkflowVersion {
  readonly name: string;
  readonly label: string;
  /** Of its meaning: 64 hexadecimal digits. */
  readonly hash: string;
  readonly sites: Readonly<Record<SiteKey, Site>>;
}

declare const called: unique symbol;

/** What `flow.run(input)` stands for inside `child(…)`: a run of the workflow that is yet to be started. */
export interface WorkflowCall<Output> {
  /** Of the type only; there is no such member. */
  readonly [called]: Output;
}

/** `run()` can be called without an argument where the workflow takes none. */
type RunArguments<Input> = unknown extends Input
  ? [input?: Input]
  : undefined extends Input
    ? [input?: Input]
    : [input: Input];

/**
 * A durable workflow, as `workflow(…)` gives it. It is never called: clients start runs of it. `Given` is what a start takes; it
 * differs from the function's `Input` where an `input` schema converts.
 */
export interface Workflow<Input, Output, Given = Input> {
  readonly kind: "continuum.workflow";
  readonly name: string;
  readonly version: WorkflowVersion;
  readonly options: WorkflowOptions<Input, Given>;
  /** Names of the closed set of signals; null when it is open. */
  readonly signals: readonly string[] | null;
  readonly compiled: CompiledWorkflow<Input, Output>;
  /**
   * Names a run of this workflow inside `child(…)`: the compiler reads it there. It is never called.
   *
   * @throws ContinuumError CTM3905 wherever else it stands.
   * @example const shipment = await child(shipmentFlow.run({ orderId }));
   */
  run(...input: RunArguments<Given>): WorkflowCall<Output>;
}

/** Any workflow, for lists of them: every `Workflow<Input, Output, Given>` is one. */
export interface AnyWorkflow extends Omit<Workflow<never, unknown>, "options" | "run"> {
  readonly options: WorkflowOptions;
}

const signalList: Rule = (value) =>
  Array.isArray(value) && value.every((item: unknown) => isSignal(item))
    ? null
    : "a list of what defineSignal() returned";

const versionLabel: Rule = (value) =>
  text(value) === null || (typeof value === "number" && Number.isFinite(value)) ? null : "a number or a text";

const RULES = {
  name: text,
  version: versionLabel,
  retention: durationMs,
  signals: signalList,
  input: schemaRule,
  current: bool,
  versioning: oneOf("pinned"),
  snapshotThreshold: wholeFrom(1, 1_000_000),
} satisfies Record<keyof WorkflowOptions, Rule>;

/**
 * Defines a durable workflow. Its function is ordinary async TypeScript; the transformer compiles it, so that a run continues
 * after a crash where it was.
 *
 * @throws ContinuumError CTM1001 when the module was not compiled by the transformer, CTM1003 when options and manifest
 *   contradict each other, CTM1004 for wrong options.
 * @example
 * export const greet = workflow({ version: 1 }, async (name: string) => {
 *   const text = await activity(greetings.compose(name));
 *   await timer(minutes(5));
 *   return text;
 * });
 */
export function workflow<Input, Output, Given = Input>(
  options: WorkflowOptions<Input, Given>,
  body: (input: Input) => Promise<Output>,
): Workflow<Input, Output, Given> {
  const compiled: unknown = body;
  if (!isCompiled<Input, Output>(compiled)) throw untransformed();
  const { name, versionLabel: label, versionHash: hash, sites, signals } = compiled.manifest;
  checkOptions("CTM1004", `workflow ${name}`, options, RULES);
  if (options.name !== undefined && options.name !== name) throw contradiction(name, `named ${options.name}`);
  if (options.version !== undefined && String(options.version) !== label) {
    throw contradiction(name, `labelled ${String(options.version)}, its manifest ${label}`);
  }
  const declared = options.signals?.map((signal) => signal.name) ?? null;
  const undeclared = declared === null ? [] : signals.filter((signal) => !declared.includes(signal));
  if (undeclared.length > 0) {
    throw new ContinuumError({
      code: "CTM1004",
      message: `Workflow ${name} waits for ${undeclared.join(", ")}, which is not in its option signals.`,
      hint: "Add the definition to signals, or leave the option out to take any signal.",
    });
  }
  return Object.freeze({
    kind: "continuum.workflow",
    name,
    version: Object.freeze({ name, label, hash, sites }),
    options: Object.freeze({ ...options }),
    signals: declared,
    compiled,
    run: () => {
      throw runCalled(name);
    },
  });
}

function contradiction(name: string, what: string): ContinuumError {
  return new ContinuumError({
    code: "CTM1003",
    message: `The options of workflow ${name} contradict its manifest: it is ${what}.`,
    hint: "name and version must be literals that the compiler can read. Rebuild, and deploy all of the output together.",
  });
}

function isCompiled<Input, Output>(value: unknown): value is CompiledWorkflow<Input, Output> {
  return (
    typeof value === "object" && value !== null && "kind" in value && value.kind === "continuum.compiled"
  );
}

function isSignal(value: unknown): boolean {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "continuum.signal";
}
