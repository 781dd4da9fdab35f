/*
 * The property that everything rests on, as a function: a first run and every replay of every prefix agree.
 */
import { canonicalJson } from "@continuum/contract";
import { isInput } from "./events.js";
import type { History, HistoryEvent, InputEvent, RecordedCommand, RecordedInput } from "./events.js";
import type { Execution, ExecutionPorts } from "./execution.js";
import type { AtMs } from "./ids.js";
import { replay } from "./replay.js";
import { createExecution } from "./run.js";

/**
 * Walks every prefix of `history` that ends with a whole step, each in a fresh execution, and from there goes on live with the
 * inputs that are left: the commands must be those of the history. Gives the first disagreement in words, else null.
 *
 * The effort grows with the square of the history. `atMost` bounds it: of a longer one every prefix is replayed in one walk, and
 * only so many, the first, the last and some between, each in a fresh execution that goes on live.
 *
 * @example expect(disagreement(ports, history)).toBeNull();
 */
export function disagreement(ports: ExecutionPorts, history: History, atMost = Infinity): string | null {
  const steps = stepsOf(history);
  const first = createExecution(ports);
  const walked = createExecution(ports);
  const isChosen = choice(steps.length, atMost);
  for (let taken = 0; taken <= steps.length; taken++) {
    if (!isChosen(taken)) {
      const problem = liveStep(first, steps[taken - 1]!) ?? replayedStep(walked, steps[taken - 1]!);
      if (problem !== null) return `replayed in one walk: ${problem}`;
      if (stateOf(walked) === stateOf(first)) continue;
      return `step ${taken}, replayed in one walk: ${stateOf(walked)}, first run ${stateOf(first)}`;
    }
    if (taken > 0) replayedStep(walked, steps[taken - 1]!);
    const prefix = steps.slice(0, taken).flat();
    const { execution, fault } = replay(ports, prefix);
    if (execution === null) return `replay of ${prefix.length} events: ${fault?.code} ${fault?.message}`;
    if (taken > 0) {
      const problem = liveStep(first, steps[taken - 1]!);
      if (problem !== null) return `first run: ${problem}`;
    }
    if (stateOf(execution) !== stateOf(first)) {
      return `after ${prefix.length} events: replayed ${stateOf(execution)}, first run ${stateOf(first)}`;
    }
    for (const step of steps.slice(taken)) {
      const problem = liveStep(execution, step);
      if (problem !== null) return `live after a replay of ${prefix.length} events: ${problem}`;
    }
  }
  return null;
}

/** Which of the prefixes of `count` steps are walked on their own: half of `atMost` at the ends, the others evenly between. */
function choice(count: number, atMost: number): (taken: number) => boolean {
  if (count < atMost) return () => true;
  const atEachEnd = Math.max(1, Math.floor(atMost / 4));
  const stride = Math.ceil(count / Math.max(1, atMost - 2 * atEachEnd));
  return (taken) => taken < atEachEnd || taken > count - atEachEnd || taken % stride === 0;
}

function replayedStep(execution: Execution, [input, ...commands]: StoredStep): string | null {
  const { fault } = execution.apply(input as Parameters<Execution["apply"]>[0], commands);
  return fault === null ? null : `step of event ${input.seq}: ${fault.code} ${fault.message}`;
}

const READ_BACK: ReadonlySet<HistoryEvent["kind"]> = new Set([
  "side_effect_recorded",
  "patch_decided",
] as const);

type StoredStep = readonly [HistoryEvent, ...RecordedCommand[]];

function liveStep(execution: Execution, [input, ...commands]: StoredStep): string | null {
  const {
    drawn: _drawn,
    seq: _seq,
    ...bare
  } = input as InputEvent & { at: AtMs; drawn?: string; seq: number };
  // Values that are wanted at once come from where they are recorded (R1): another run of the function may give others.
  const step = commands.some((command) => READ_BACK.has(command.kind))
    ? execution.apply(input as Parameters<Execution["apply"]>[0], commands)
    : execution.apply(bare);
  if (step.fault !== null) return `${step.fault.code} ${step.fault.message}`;
  const [head, ...issued] = step.events;
  const events = [isBareBirth(input) ? withoutDigest(head) : head, ...issued];
  const [got, wanted] = [events, [input, ...commands]].map((each) => textOf(each.map(withoutStack)));
  return got === wanted ? null : `step of event ${input.seq}: ${got} in place of ${wanted}`;
}

/** Born unowned: its start was stored by somebody who had not the code, before anything was drawn (R39). */
function isBareBirth(event: HistoryEvent): boolean {
  return event.kind === "run_started" && event.drawn === undefined;
}

function withoutDigest(input: RecordedInput): HistoryEvent {
  const { drawn: _drawn, ...bare } = input;
  return bare;
}

/** Error payloads hold stacks, which are never compared (E2 of failures). */
function withoutStack(event: HistoryEvent): HistoryEvent {
  return event.kind === "run_failed" ? { ...event, payload: "" as typeof event.payload } : event;
}

function stateOf(execution: Execution): string {
  return textOf({
    nextSeq: execution.nextSeq,
    at: execution.at,
    end: execution.end,
    open: [...execution.open()],
  });
}

// Events are plain JSON by construction.
function textOf(value: unknown): string {
  return canonicalJson(value as Parameters<typeof canonicalJson>[0]);
}

function stepsOf(history: History): readonly StoredStep[] {
  const steps: [HistoryEvent, ...RecordedCommand[]][] = [];
  for (const event of history) {
    if (isInput(event)) steps.push([event]);
    else steps.at(-1)?.push(event);
  }
  return steps;
}
