/*
 * What compiled code calls: the runtime's side of the contract (`CompiledEntry`), as ABI of that package. Users never import it.
 */
import { ABI, loadedDigests } from "@continuum/contract";
import type {
  ActivityCall,
  ActivityCallOptions,
  ChildCallOptions,
  ChildReference,
  CompiledEntry,
  CompiledWorkflow,
  LogLevel,
  SiteKey,
  WorkflowBody,
  WorkflowManifest,
} from "@continuum/contract";
import { nativeFiber } from "./authoring/native-fiber.js";
import { outsideRun } from "./authoring/untransformed.js";
import { registerActivities } from "./core/activity-registry.js";
import { compensateEach, compensateOne } from "./core/compensation.js";
import {
  awaitChild as joinChild,
  cancelChild as stopChild,
  runChild,
  startChild as beginChild,
} from "./core/children.js";
import { continueAsNew as continueRun } from "./core/continue-as-new.js";
import { ContinuumError } from "./core/continuum-error.js";
import { currentRun } from "./core/current.js";
import { DurablePromise } from "./core/durable-promise.js";
import { awaitSignal, markContender, scheduleActivity, startTimer } from "./core/effects.js";
import { startFiber } from "./core/fiber.js";
import type { FiberBody } from "./core/fiber.js";
import { logLine } from "./core/log-line.js";
import { patched as isPatched, sideEffect as recordSideEffect } from "./core/recorded-values.js";
import { sendSignal as signalRun } from "./core/send-signal.js";
import type { Run } from "./core/run.js";

/**
 * @throws ContinuumError CTM1002 when the module was compiled for another ABI, CTM1007 when a package that its workflow is made
 *   of was compiled anew since then.
 */
export function compiled<I, O>(manifest: WorkflowManifest, body: WorkflowBody<I, O>): CompiledWorkflow<I, O> {
  if (manifest.abi !== ABI) {
    throw new ContinuumError({
      code: "CTM1002",
      message: `Workflow ${manifest.name} was compiled for ABI ${manifest.abi}; this @continuum/runtime has ABI ${ABI}.`,
      hint: "Install @continuum/transformer and @continuum/runtime in versions that belong together, and compile again.",
    });
  }
  for (const [module, digest] of Object.entries(manifest.modules ?? {}))
    if (!loadedDigests(module).includes(digest)) throw anotherModule(manifest.name, module);
  return Object.freeze({ kind: "continuum.compiled", manifest, body });
}

export function activities(module: string, functions: Readonly<Record<string, () => unknown>>): void {
  registerActivities(module, functions);
}

export function fiber(body: FiberBody, self: unknown, args: ArrayLike<unknown>): Promise<unknown> {
  const run = currentRun();
  return run === null ? nativeFiber(body, self, args) : asPromise(startFiber(run.loop, body, self, args));
}

export function promise(): PromiseConstructor {
  return currentRun() === null ? Promise : (DurablePromise as unknown as PromiseConstructor);
}

export function contender<P>(wait: P): P {
  markContender(wait);
  return wait;
}

export function activity(
  site: SiteKey,
  target: string,
  args: readonly unknown[],
  options?: ActivityCallOptions,
): Promise<unknown> {
  return asPromise(scheduleActivity(stepped("activity"), site, target, args, options));
}

export function call(target: string, args: readonly unknown[]): ActivityCall {
  return { kind: "continuum.call", target, args };
}

export function compensate(site: SiteKey, handle: unknown): Promise<unknown> {
  return asPromise(compensateOne(stepped("compensate"), site, handle));
}

export function compensateAll(
  site: SiteKey,
  options?: { readonly mode?: "sequential" | "parallel" },
): Promise<unknown> {
  return asPromise(compensateEach(stepped("compensateAll"), site, options));
}

export function signal(
  site: SiteKey,
  definition: unknown,
  options?: { readonly timeout?: number },
): Promise<unknown> {
  return asPromise(awaitSignal(stepped("signal"), site, definition, options));
}

export function timer(site: SiteKey, durationMs: number): Promise<void> {
  return asPromise(startTimer(stepped("timer"), site, durationMs)) as Promise<void>;
}

export function child(
  site: SiteKey,
  flow: unknown,
  input: unknown,
  options?: ChildCallOptions,
): Promise<unknown> {
  return asPromise(runChild(stepped("child"), site, flow, input, options));
}

export function startChild(
  site: SiteKey,
  flow: unknown,
  input: unknown,
  options?: ChildCallOptions,
): ChildReference {
  return beginChild(stepped("startChild"), site, flow, input, options);
}

export function awaitChild(site: SiteKey, reference: unknown): Promise<unknown> {
  return asPromise(joinChild(stepped("awaitChild"), site, reference));
}

export function cancelChild(site: SiteKey, reference: unknown): void {
  stopChild(stepped("cancelChild"), site, reference);
}

export function sendSignal(
  site: SiteKey,
  runId: unknown,
  definition: unknown,
  payload: unknown,
): Promise<void> {
  return asPromise(signalRun(stepped("sendSignal"), site, runId, definition, payload)) as Promise<void>;
}

export function continueAsNew(site: SiteKey, input: unknown): Promise<never> {
  return asPromise(continueRun(stepped("continueAsNew"), site, input)) as Promise<never>;
}

export function patched(site: SiteKey, name: string): boolean {
  return isPatched(stepped("patched"), site, name);
}

export function sideEffect<T>(site: SiteKey, make: () => T): T {
  return recordSideEffect(stepped("sideEffect"), site, make);
}

export function log(site: SiteKey, level: LogLevel, message: unknown, fields?: unknown): void {
  logLine(stepped("log"), site, level, message, fields);
}

export function now(_site: SiteKey): number {
  return stepped("now").now();
}

export function today(_site: SiteKey): string {
  return stepped("today").today();
}

export function random(site: SiteKey): number {
  return stepped("random").random(site);
}

export function uuid4(site: SiteKey): string {
  return stepped("uuid4").uuid4(site);
}

function anotherModule(workflow: string, module: string): ContinuumError {
  const isLoaded = loadedDigests(module).length > 0;
  return new ContinuumError({
    code: "CTM1007",
    message: isLoaded
      ? `Workflow ${workflow} was compiled together with another version of the module ${module} than the one that is loaded here, so its version hash does not say what would run.`
      : `Workflow ${workflow} was compiled together with the module ${module}, and what is loaded in its place was not compiled for workflows.`,
    hint: isLoaded
      ? "Build the project of this workflow again, after the projects and packages that it uses: tspc --build does that in order."
      : "Load the output that tspc wrote for that module, and build the project of this workflow again.",
  });
}

/** @throws ContinuumError CTM3901 outside of a run. */
function stepped(effect: string): Run {
  const run = currentRun();
  if (run === null) throw outsideRun(effect);
  return run;
}

// A durable promise is a Promise to whoever looks (P3), but its type is the runtime's own.
function asPromise(durable: DurablePromise): Promise<unknown> {
  return durable as unknown as Promise<unknown>;
}

/* Fails to compile when this module and the contract part. */
({
  compiled,
  activities,
  fiber,
  promise,
  contender,
  activity,
  call,
  compensate,
  compensateAll,
  signal,
  timer,
  child,
  startChild,
  awaitChild,
  cancelChild,
  sendSignal,
  continueAsNew,
  patched,
  sideEffect,
  log,
  now,
  today,
  random,
  uuid4,
}) satisfies CompiledEntry;
