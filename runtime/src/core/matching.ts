/*
 * Whether a command that the program issues on replay is the one that history has (R6), and what to say when it is not (R7).
 *
 * Invariants:
 *   M1  Kind, target and shape decide; payloads by their text; sites never.
 *   M2  What a policy says is not compared: the recorded one stays in force. Nor are ids that are derived from sites, the
 *       wording of logs, and the values of side effects and patches.
 *   M3  No message holds a payload (R45).
 */
import type { Site } from "@continuum/contract";
import type { Command, InputEvent } from "./events.js";
import type { Fault } from "./execution.js";
import { placeOf } from "./faults.js";
import type { Seq } from "./ids.js";

/** Null when they are the same command; else what differs. */
export function difference(recorded: Command, issued: Command): string | null {
  switch (issued.kind) {
    case "activity_scheduled":
      if (recorded.kind !== issued.kind) return "kind";
      if (recorded.activity !== issued.activity) return "activity";
      if (recorded.compensates !== issued.compensates) return "compensation";
      return recorded.payload === issued.payload ? null : "arguments";
    case "timer_started":
      if (recorded.kind !== issued.kind) return "kind";
      return recorded.durationMs === issued.durationMs ? null : "duration";
    case "signal_awaited":
      if (recorded.kind !== issued.kind) return "kind";
      if (recorded.name !== issued.name) return "signal";
      return recorded.timeoutMs === issued.timeoutMs ? null : "timeout";
    case "waits_withdrawn": {
      if (recorded.kind !== issued.kind) return "kind";
      const same =
        recorded.commands.length === issued.commands.length &&
        issued.commands.every((seq, i) => recorded.commands[i] === seq);
      return same ? null : "withdrawn waits";
    }
    case "child_started":
      if (recorded.kind !== issued.kind) return "kind";
      if (recorded.workflow !== issued.workflow) return "workflow";
      return recorded.payload === issued.payload ? null : "input";
    case "child_cancel_requested":
      if (recorded.kind !== issued.kind) return "kind";
      return recorded.child === issued.child ? null : "child";
    case "signal_sent":
      if (recorded.kind !== issued.kind) return "kind";
      if (recorded.runId !== issued.runId) return "receiver";
      if (recorded.name !== issued.name) return "signal";
      return recorded.payload === issued.payload ? null : "payload";
    case "patch_decided":
      if (recorded.kind !== issued.kind) return "kind";
      return recorded.name === issued.name ? null : "patch";
    case "run_continued":
      if (recorded.kind !== issued.kind) return "kind";
      return recorded.payload === issued.payload ? null : "input";
    case "run_completed":
      if (recorded.kind !== issued.kind) return "kind";
      return recorded.payload === issued.payload ? null : "result";
    case "side_effect_recorded":
    case "logged":
    case "run_cancelled":
    case "run_failed":
      // Messages and stacks of errors differ between engines and builds: that it failed is what counts.
      return recorded.kind === issued.kind ? null : "kind";
  }
}

export interface Sides {
  readonly run: string;
  readonly seq: Seq;
  readonly recorded: Command | null;
  readonly issued: Command | null;
  /** Sites of the version that is loaded, by id. */
  readonly siteById: (id: string) => Site | null;
}

/** Drift in one command: both sides, the sequence number, the source line. */
export function drift(what: string, sides: Sides): Fault {
  const { recorded, issued, siteById } = sides;
  const where = [issued, recorded]
    .map((command) => placeIn(command, siteById))
    .find((place) => place !== null);
  const differ = what === "kind" ? "" : `; they differ in ${what}`;
  return {
    code: recorded === null || issued === null ? "CTM4002" : "CTM4001",
    message:
      `Replay of run ${sides.run} parted from its history at event ${sides.seq}${where ? ` (${where})` : ""}: the history has ` +
      `${recorded === null ? "no further command" : describe(recorded, siteById)}, the program asks for ` +
      `${issued === null ? "nothing" : describe(issued, siteById)}${differ}.`,
    hint: "Deploy the code that this run was started with; its history is untouched and it goes on from there.",
    seq: sides.seq,
  };
}

/** The step drew other deterministic values than when it was recorded. */
export function drawnDrift(run: string, seq: Seq): Fault {
  return {
    code: "CTM4003",
    message: `Replay of run ${run} drew other values of now, today, random or uuid4 after event ${seq} than were drawn at first.`,
    hint: "Deploy the code that this run was started with. Moving or adding a call of random() or uuid4() needs a new version.",
    seq,
  };
}

/** An input that does not fit the run: an outcome of a command that is not open, or a second start. */
export function misfit(run: string, seq: Seq, input: InputEvent, why: string): Fault {
  const of = "command" in input ? ` of command ${input.command}` : "";
  return {
    code: "CTM4004",
    message: `Run ${run} cannot take event ${seq}, ${input.kind}${of}: ${why}.`,
    hint: "On replay, deploy the code that this run was started with. In a live run this is a bug of Continuum: please report it.",
    seq,
  };
}

function describe(command: Command, siteById: Sides["siteById"]): string {
  const place = placeIn(command, siteById);
  return `${label(command)}${place === null ? "" : ` at ${place}`}`;
}

/** A command in a few words, without its payload. */
export function label(command: Command): string {
  switch (command.kind) {
    case "activity_scheduled":
      return command.compensates === null
        ? `activity ${command.activity}`
        : `activity ${command.activity} as the compensation of ${command.compensates}`;
    case "timer_started":
      return `a timer of ${command.durationMs} ms`;
    case "signal_awaited":
      return `a wait for signal ${command.name}${command.timeoutMs === null ? "" : ` for at most ${command.timeoutMs} ms`}`;
    case "waits_withdrawn":
      return `the withdrawal of waits ${command.commands.join(", ")}`;
    case "child_started":
      return `a child ${command.workflow}`;
    case "child_cancel_requested":
      return `the cancellation of child ${command.child}`;
    case "signal_sent":
      return `signal ${command.name} to run ${command.runId}`;
    case "patch_decided":
      return `the first answer of patched("${command.name}")`;
    case "side_effect_recorded":
      return "a side effect";
    case "logged":
      return `a log line of level ${command.level}`;
    case "run_completed":
      return "the run's completion";
    case "run_continued":
      return "the run's continuation as new";
    case "run_cancelled":
      return "the run's cancellation";
    case "run_failed":
      return "the run's failure";
  }
}

function placeIn(command: Command | null, siteById: Sides["siteById"]): string | null {
  const site = command !== null && "site" in command ? siteById(command.site) : null;
  return site === null ? null : placeOf(site);
}
