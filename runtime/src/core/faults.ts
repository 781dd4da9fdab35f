/*
 * The faults that block a run (R3a, R7) as data. Messages name places and kinds, never a value (R45).
 */
import type { Site } from "@continuum/contract";
import type { Fault } from "./execution.js";
import type { Seq } from "./ids.js";
import type { JobLoop } from "./job-loop.js";

/** `src/order.ts:14`, as terminals and editors make it a link. */
export function placeOf(site: Site): string {
  return `${site.file}:${site.line}`;
}

/** R3a: workflow code waits for a promise that is not the run's own. */
export function foreignPromise(loop: JobLoop): Fault {
  return {
    code: "CTM4005",
    message: `A native promise was awaited${whereAbouts(loop)}: this was not compiled as workflow code.`,
    hint:
      "Its result would be a race on replay. Wrap the call in activity(…), or let the function be part of the program, " +
      "so that it is compiled.",
    seq: loop.seq,
  };
}

/** A durable promise that another run made, found through shared state. */
export function otherRun(loop: JobLoop): Fault {
  return {
    code: "CTM4009",
    message: `A promise of another run was awaited${whereAbouts(loop)}.`,
    hint: "Keep promises in the run that made them: a module-level cache of promises is shared by all runs of a process.",
    seq: loop.seq,
  };
}

/** R3a: something outside a step touched a durable promise. */
export function outsideCall(what: "then" | "resolve" | "reject", loop: JobLoop): Fault {
  const deed =
    what === "then" ? "A promise of the run was awaited" : `A promise of the run was settled (${what})`;
  return {
    code: "CTM4006",
    message: `${deed} from outside a step${whereAbouts(loop)}: this was not compiled as workflow code.`,
    hint:
      "A callback of a timer, a native promise or a library ran workflow code at a moment that is not in the history. " +
      "Wrap that library's call in activity(…).",
    seq: loop.seq,
  };
}

/** Compiled code names a site that the workflow's manifest has not. */
export function unknownSite(key: string, seq: Seq | null): Fault {
  return {
    code: "CTM4010",
    message: `The effect at ${key} is not in the manifest of this workflow: its modules come from different builds.`,
    hint: "Rebuild the whole program (tspc --build --force), and deploy all of its output together.",
    seq,
  };
}

/** Our own bug: the run is blocked rather than continued on a guess. */
export function internalFault(error: unknown, seq: Seq | null): Fault {
  const name = error instanceof Error ? error.name : typeof error;
  return {
    code: "CTM9001",
    message: `The interpreter failed (${name}). The run's history is untouched.`,
    hint: "This is a bug of Continuum: please report it with the version, the stack trace and the run's history without payloads.",
    seq,
  };
}

function whereAbouts(loop: JobLoop): string {
  const site = loop.fiber?.site;
  return site === null || site === undefined ? "" : ` in ${site.function}, after ${placeOf(site)}`;
}
