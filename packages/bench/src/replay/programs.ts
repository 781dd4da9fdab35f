/*
 * The programs whose histories are walked, as the transformer emits them, and the histories, made by running each live once.
 */
import { ABI, sha256 } from "@continuum/contract";
import type { CompiledWorkflow, EffectKind, Site } from "@continuum/contract";
import * as c from "@continuum/runtime/compiled";
import { createExecution } from "@continuum/runtime/unstable-core";
import type {
  AtMs,
  ExecutionPorts,
  HistoryEvent,
  InputEvent,
  OpenCommand,
  Payload,
  PayloadCodec,
  RunId,
} from "@continuum/runtime/unstable-core";

export interface Subject {
  readonly title: string;
  readonly ports: ExecutionPorts;
  readonly history: readonly HistoryEvent[];
}

/** One activity after the other. */
export function sequence(steps: number): Subject {
  return subject("activities, one after the other", function* () {
    for (let i = 0; i < steps; i++) yield c.activity("b#activity", "bench.step", [i]);
  });
}

/** Ten at a time, joined by `Promise.all`, in async helpers. */
export function fanOut(steps: number): Subject {
  return subject("activities, ten at a time in helpers", function* () {
    const one = (i: number): Promise<unknown> =>
      c.fiber(
        function* (n: number) {
          return yield c.activity("b#activity", "bench.step", [n]);
        },
        undefined,
        [i],
      );
    for (let i = 0; i < steps; i += 10) {
      yield c.promise().all(Array.from({ length: 10 }, (_, k) => one(i + k)));
    }
  });
}

/** A signal wait against a timer, the loser withdrawn, and a timer after it. */
export function waits(steps: number): Subject {
  return subject("signals raced with timers", function* () {
    for (let i = 0; i < steps; i += 2) {
      const race = [c.contender(c.signal("b#signal", "go")), c.contender(c.timer("b#timer", 5000))];
      yield c.promise().race(race);
      yield c.timer("b#timer", 10);
    }
  });
}

// Decoding is left out: texts are prepared, and a payload stands for its own value.
const texts = Array.from({ length: 100_000 }, (_, i) => `[${i}]` as Payload);
const preparedCodec: PayloadCodec = {
  encode: (value) => (Array.isArray(value) ? texts[value[0] as number]! : ("null" as Payload)),
  decode: (payload) => payload,
};

function subject(title: string, body: () => Generator<unknown, unknown, unknown>): Subject {
  const ports: ExecutionPorts = { runId: "bench" as RunId, workflow: workflowOf(body), codec: preparedCodec };
  return { title, ports, history: liveHistory(ports) };
}

function workflowOf(body: () => Generator<unknown, unknown, unknown>): CompiledWorkflow<unknown, unknown> {
  const kinds: readonly EffectKind[] = ["activity", "signal", "timer"];
  const site = (kind: EffectKind, i: number): [string, Site] => [
    `b#${kind}`,
    {
      id: `${kind}-${i}`,
      kind,
      target: null,
      file: "src/bench.ts",
      line: i + 1,
      column: 1,
      function: "bench",
    },
  ];
  const sites = Object.fromEntries(kinds.map(site));
  const name = "bench";
  return c.compiled(
    {
      abi: ABI,
      name,
      versionLabel: "1",
      versionHash: sha256(name),
      sites,
      signals: [],
      activities: [],
      patches: [],
    },
    body,
  );
}

function liveHistory(ports: ExecutionPorts): readonly HistoryEvent[] {
  const execution = createExecution(ports);
  const history: HistoryEvent[] = [];
  let input: InputEvent | null = { kind: "run_started", payload: "null" as Payload };
  for (let at = 1_000_000; input !== null; at += 10) {
    const step = execution.apply({ ...input, at: at as AtMs });
    if (step.fault !== null) throw new Error(step.fault.message);
    history.push(...step.events);
    const [next] = execution.open();
    input = next === undefined ? null : outcomeOf(next);
  }
  // As the journal hands it over: plain data that shares nothing with the execution that made it.
  return structuredClone(history);
}

function outcomeOf(open: OpenCommand): InputEvent {
  const { seq } = open;
  switch (open.kind) {
    case "activity_scheduled":
      return { kind: "activity_completed", command: seq, attempt: 1, payload: "1" as Payload };
    case "signal_awaited":
      return { kind: "signal_received", command: seq, position: seq, payload: "1" as Payload };
    case "timer_started":
      return { kind: "timer_fired", command: seq };
    case "child_started":
      return { kind: "child_completed", command: seq, payload: "1" as Payload };
    case "signal_sent":
      return { kind: "signal_delivered", command: seq };
  }
}
