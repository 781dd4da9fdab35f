/*
 * Random programs of effects, with what they must give.
 */
import { randomnessOf } from "../../differential/randomness.js";
import type { Randomness } from "../../differential/randomness.js";
import type { Step } from "../flows/chaotic.js";

export interface Plan {
  readonly steps: readonly Step[];
  /** How many signals of the name its chain waits for. */
  readonly takes: number;
  readonly glances: number;
  /** What is done to it from outside, if it has not ended by then. */
  readonly fate: { readonly kind: "cancel" | "terminate"; readonly afterMs: number } | null;
}

/** The plan of a run; its id holds the ordinal, so that each process knows it. */
export function planOf(seed: number, ordinal: number): Plan {
  const random = randomnessOf(seed, ordinal);
  let steps = listOf(random, 1 + random.below(6), 0);
  const all = [...steps];
  for (let left = random.chance(20) ? 1 + random.below(3) : 0; left > 0; left--) {
    const before = listOf(random, 1 + random.below(3), 0);
    all.push(...before);
    steps = [...before, { kind: "continue", rest: steps }];
  }
  const kind = random.pick(["cancel", "terminate"] as const);
  return {
    steps,
    takes: all.filter((step) => step.kind === "take").length,
    glances: all.filter((step) => step.kind === "glance").length,
    fate: random.chance(20) ? { kind, afterMs: random.below(1_500) } : null,
  };
}

const TEXTS = ["mark", "queued", "urgent", "flaky", "hopeless", "book", "race"] as const;
const POLICIES = ["cancel", "terminate", "abandon"] as const;

function listOf(random: Randomness, length: number, depth: number): readonly Step[] {
  return Array.from({ length }, () => stepOf(random, depth));
}

function stepOf(random: Randomness, depth: number): Step {
  const text = `t${random.below(1_000)}`;
  if (random.chance(40)) return { kind: random.pick(TEXTS), text };
  // Signals stay out of branches: there, which wait is the first would be a matter of time.
  switch (random.below(depth > 0 ? 7 : 13)) {
    case 0:
      return { kind: "work", text, ms: random.below(120) };
    case 1:
      return { kind: "sleep", ms: 10 + random.below(250) };
    case 2:
      return { kind: "undo last" };
    case 3:
      return { kind: "roll back" };
    case 4:
      return { kind: "map", texts: Array.from({ length: random.below(5) }, (_, i) => `${text}.${i}`) };
    case 5:
      return { kind: "stop", ms: random.below(200) };
    case 6:
      return { kind: "leave", onParentClose: random.pick(POLICIES) };
    case 7:
      return { kind: "glance", ms: 20 + random.below(300) };
    case 8: {
      const branch = (): readonly Step[] => listOf(random, 1 + random.below(3), depth + 1);
      return { kind: "together", branches: Array.from({ length: 2 + random.below(3) }, branch) };
    }
    case 9:
      return { kind: "child", steps: listOf(random, 1 + random.below(3), depth + 1) };
    case 10:
      return { kind: "tell", count: 1 + random.below(4) };
    default:
      return { kind: "take" };
  }
}

/** The steps of the last run of the chain, and how many signals those before it have taken. */
function lastOf(steps: readonly Step[]): { readonly steps: readonly Step[]; readonly taken: number } {
  let taken = 0;
  let here = steps;
  for (let last = here.at(-1); last?.kind === "continue"; last = here.at(-1)) {
    taken += here.filter(({ kind }) => kind === "take").length;
    here = last.rest;
  }
  return { steps: here, taken };
}

/** What contradicts the plan in what the chain gave. `glanced`: what its last run's glances have seen goes here, in order. */
export function wrongEnd(plan: Plan, result: unknown, glanced: number[]): string | null {
  const { steps, taken } = lastOf(plan.steps);
  return wrongResult(steps, result, glanced, taken);
}

function wrongResult(
  steps: readonly Step[],
  result: unknown,
  glanced: number[],
  alreadyTaken = 0,
): string | null {
  let taken = alreadyTaken;
  const values = Array.isArray(result) ? (result as readonly unknown[]) : null;
  if (values?.length !== steps.length) return `it gave ${JSON.stringify(result)}`;
  for (const [i, step] of steps.entries()) {
    const value = values[i];
    if (step.kind === "glance" && typeof value === "number") glanced.push(value);
    else if (step.kind === "together") {
      const branches = Array.isArray(value) ? (value as readonly unknown[]) : [];
      for (const [j, branch] of step.branches.entries()) {
        const wrong = wrongResult(branch, branches[j], glanced);
        if (wrong !== null) return wrong;
      }
    } else if (step.kind === "child") {
      const wrong = wrongResult(step.steps, value, glanced);
      if (wrong !== null) return `in a child: ${wrong}`;
    } else {
      const wanted = JSON.stringify(wantedOf(step, taken));
      if (step.kind === "take") taken++;
      if (JSON.stringify(value) !== wanted)
        return `step ${i} (${step.kind}) gave ${JSON.stringify(value)} in place of ${wanted}`;
    }
  }
  return null;
}

function wantedOf(step: Step, taken: number): unknown {
  switch (step.kind) {
    case "hopeless":
      return "given up";
    case "sleep":
      return "slept";
    case "take":
      return taken;
    case "glance":
      return "nothing";
    case "undo last":
      return { ok: true, value: "booked" };
    case "roll back":
      return [];
    case "map":
      return step.texts;
    case "stop":
      return "stopped";
    case "tell":
      return Array.from({ length: step.count }, (_, n) => n);
    case "leave":
      return "left";
    case "together":
    case "child":
    case "continue":
      return null;
    default:
      return step.text;
  }
}
