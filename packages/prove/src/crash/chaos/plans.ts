/*
 * Random programs of effects, with what they must give.
 */
import { randomnessOf } from "../../differential/randomness.js";
import type { Randomness } from "../../differential/randomness.js";
import type { Step } from "../flows/chaotic.js";

export interface Plan {
  readonly steps: readonly Step[];
  /** How many signals of the name it waits for. */
  readonly takes: number;
  readonly glances: number;
}

/** The plan of a run; its id holds the ordinal, so that each process knows it. */
export function planOf(seed: number, ordinal: number): Plan {
  const random = randomnessOf(seed, ordinal);
  const steps = Array.from({ length: 1 + random.below(6) }, () => stepOf(random, 0));
  return {
    steps,
    takes: steps.filter(({ kind }) => kind === "take").length,
    glances: steps.filter(({ kind }) => kind === "glance").length,
  };
}

const TEXTS = ["mark", "queued", "urgent", "flaky", "hopeless", "book", "race"] as const;

function stepOf(random: Randomness, depth: number): Step {
  const text = `t${random.below(1_000)}`;
  if (random.chance(45)) return { kind: random.pick(TEXTS), text };
  // Signals stay out of branches: there, which wait is the first would be a matter of time.
  switch (random.below(depth > 0 ? 3 : 8)) {
    case 0:
      return { kind: "work", text, ms: random.below(120) };
    case 1:
      return { kind: "sleep", ms: 10 + random.below(250) };
    case 2:
      return { kind: "undo last" };
    case 3:
      return { kind: "roll back" };
    case 4:
      return { kind: "glance", ms: 20 + random.below(300) };
    case 5: {
      const branch = () => Array.from({ length: 1 + random.below(3) }, () => stepOf(random, depth + 1));
      return { kind: "together", branches: Array.from({ length: 2 + random.below(3) }, branch) };
    }
    default:
      return { kind: "take" };
  }
}

/** What contradicts the plan in the result. `glanced`: what glances have seen goes here, in order. */
export function wrongResult(steps: readonly Step[], result: unknown, glanced: number[] = []): string | null {
  let taken = 0;
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
    case "together":
      return null;
    default:
      return step.text;
  }
}
