/*
 * The same program, compiled, on the interpreter: live, and once more by its history.
 */
import * as compiledEntry from "@continuum/runtime/compiled";
import type { CompiledEntry, CompiledWorkflow } from "@continuum/contract";
import { decodeFailure, encodeFailure, replay, Run } from "@continuum/runtime/unstable-core";
import type {
  AtMs,
  ExecutionPorts,
  HistoryEvent,
  InputEvent,
  OpenCommand,
  RunId,
} from "@continuum/runtime/unstable-core";
import { traceCodec } from "./codec.js";
import type { BothForms } from "./compile-programs.js";
import { describe } from "./describe.js";
import { loadProgram } from "./load-program.js";
import type { Mutation } from "./mutants.js";
import { CALM, entryOf, failureOf } from "./outcomes.js";
import type { OpenEffect, Outcomes, Settlement } from "./outcomes.js";
import { World } from "./world.js";

export interface Interpreted {
  readonly trace: readonly string[];
  readonly history: readonly HistoryEvent[];
  /** A cancellation found nothing that anybody waited for: see {@link runInterpreted}. */
  readonly interrupted: boolean;
}

/**
 * Runs until the program has ended or waits for ever. A cancellation that moves nobody is thrown at the await where the workflow
 * function is parked (R33); native promises have no such thing, and there the program waits for ever. So it does here, and the
 * step in which it would be thrown is the last one.
 */
export function runInterpreted(
  program: BothForms,
  frame: BothForms,
  outcomes: Outcomes,
  mutation: Mutation | null,
): Interpreted {
  const world = new World();
  const run = new Run(portsOf(program, frame, world, mutation));
  mutation?.queue?.(run.loop);
  const history: HistoryEvent[] = [];
  let end: string | null = null;
  let interrupted = false;
  const take = (input: InputEvent): void => {
    const step = run.apply({ ...input, at: (1000 + history.length) as AtMs });
    if (step.fault !== null) end = `blocked ${step.fault.code}: ${step.fault.message}`;
    else history.push(...step.events);
    world.showUnhandled(step.warnings.map(kindOfWarning));
    const last = step.events.at(-1);
    if (last?.kind === "run_completed") end = `completed ${describe(traceCodec.decode(last.payload))}`;
    if (last?.kind === "run_cancelled") end = "cancelled";
    if (last?.kind === "run_failed") end = `failed ${describe(decodeFailure(traceCodec, last.payload))}`;
  };
  take({ kind: "run_started", payload: traceCodec.encode(undefined) });
  if (run.loop.rootFiber !== null) run.loop.rootFiber.interrupt = () => void (interrupted = true);
  for (;;) {
    const open = Array.from(run.open());
    if (end !== null || open.length === 0 || interrupted)
      return { trace: [...world.trace, end ?? "hangs"], history, interrupted };
    const outcome = outcomes(open.map(openEffect));
    world.show(entryOf(outcome));
    take(
      outcome.kind === "cancel"
        ? { kind: "cancel_requested", reason: null }
        : inputOf(open[outcome.index]!, outcome),
    );
  }
}

/** Walks the history with the program: null, or what was wrong. */
export function replayed(
  program: BothForms,
  frame: BothForms,
  { history, trace }: Interpreted,
): string | null {
  const world = new World();
  const { fault } = replay(portsOf(program, frame, world, null), history);
  if (fault !== null) return `${fault.code}: ${fault.message}`;
  // The driver's own entries and warnings are not made by a replay.
  const live = trace.slice(0, -1).filter((entry) => !/^(\||unhandled)/.test(entry));
  const at = live.findIndex((entry, i) => entry !== world.trace[i]);
  return at === -1 && live.length === world.trace.length ? null : `the replay shows something else at ${at}`;
}

function portsOf(
  program: BothForms,
  frame: BothForms,
  world: World,
  mutation: Mutation | null,
): ExecutionPorts {
  const shown = (kind: string, name: string, args: readonly unknown[]): void =>
    world.show(`> ${kind} ${name} ${traceCodec.encode(args)}`);
  const fiber: CompiledEntry["fiber"] =
    mutation?.body === undefined
      ? compiledEntry.fiber
      : (body, self, args) => compiledEntry.fiber(mutation.body!(body), self, args);
  const entry: CompiledEntry = {
    ...compiledEntry,
    fiber,
    compiled: (manifest, body) =>
      compiledEntry.compiled(
        manifest,
        mutation?.body === undefined ? body : (mutation.body(body) as typeof body),
      ),
    // The registry is the process's, and would keep every program for ever.
    activities: () => undefined,
    activity: (site, target, args, options) => {
      shown("activity", target, args);
      return compiledEntry.activity(site, target, args, options);
    },
    timer: (site, durationMs) => {
      shown("timer", "", [durationMs]);
      return compiledEntry.timer(site, durationMs);
    },
    signal: (site, name, options) => {
      shown("signal", String(name), []);
      return compiledEntry.signal(site, name, options);
    },
  };
  const workflow = loadProgram(program.compiled, frame.compiled, world, {
    workflow: { workflow: (_options: object, compiled: unknown) => compiled },
    compiled: entry,
  }) as CompiledWorkflow<never, unknown>;
  return { runId: "proof" as RunId, workflow, codec: traceCodec };
}

function openEffect(command: OpenCommand): OpenEffect {
  switch (command.kind) {
    case "activity_scheduled":
      return { kind: "activity", isCalm: command.activity === CALM };
    case "timer_started":
      return { kind: "timer", isCalm: false };
    case "signal_awaited":
      return { kind: "signal", isCalm: false };
    case "child_started":
    case "signal_sent":
      throw new Error(`no generated program asks for ${command.kind}`);
  }
}

function inputOf(command: OpenCommand, { fails, value }: Settlement): InputEvent {
  const { seq } = command;
  switch (command.kind) {
    case "activity_scheduled":
      return fails
        ? {
            kind: "activity_failed",
            command: seq,
            attempt: 1,
            payload: encodeFailure(traceCodec, failureOf(value)),
          }
        : { kind: "activity_completed", command: seq, attempt: 1, payload: traceCodec.encode(value) };
    case "timer_started":
      return { kind: "timer_fired", command: seq };
    case "signal_awaited":
      return { kind: "signal_received", command: seq, position: seq, payload: traceCodec.encode(value) };
    case "child_started":
    case "signal_sent":
      throw new Error(`no generated program asks for ${command.kind}`);
  }
}

function kindOfWarning(warning: string): string {
  return /when the run parked: (.+)\. Await the promise/.exec(warning)?.[1] ?? warning;
}
