/*
 * What compiled code calls: the runtime's side of the contract (`CompiledEntry`), as ABI of that package. Users never import it.
 */
import { ABI } from "@continuum/contract";
import type {
  ActivityCall,
  ActivityCallOptions,
  CompiledEntry,
  CompiledWorkflow,
  SiteKey,
  WorkflowBody,
  WorkflowManifest,
} from "@continuum/contract";
import { nativeFiber } from "./authoring/native-fiber.js";
import { outsideRun } from "./authoring/untransformed.js";
import { registerActivities } from "./core/activity-registry.js";
import { compensateEach, compensateOne } from "./core/compensation.js";
import { ContinuumError } from "./core/continuum-error.js";
import { currentRun } from "./core/current.js";
import { DurablePromise } from "./core/durable-promise.js";
import { awaitSignal, markContender, scheduleActivity, startTimer } from "./core/effects.js";
import { startFiber } from "./core/fiber.js";
import type { FiberBody } from "./core/fiber.js";
import type { Run } from "./core/run.js";

/** @throws ContinuumError CTM1002 when the module was compiled for another ABI. */
export function compiled<I, O>(manifest: WorkflowManifest, body: WorkflowBody<I, O>): CompiledWorkflow<I, O> {
  if (manifest.abi !== ABI) {
    throw new ContinuumError({
      code: "CTM1002",
      message: `Workflow ${manifest.name} was compiled for ABI ${manifest.abi}; this @continuum/runtime has ABI ${ABI}.`,
      hint: "Install @continuum/transformer and @continuum/runtime in versions that belong together, and compile again.",
    });
  }
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
  now,
  today,
  random,
  uuid4,
}) satisfies CompiledEntry;
