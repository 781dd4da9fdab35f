/*
 * A history for people: what each event says, where in the source, what it answers. Reads no payload (R44, R45).
 */
import type { Site, WorkflowManifest } from "@continuum/contract";
import { isInput } from "./events.js";
import type { Command, History, HistoryEvent, RecordedCommand } from "./events.js";
import { placeOf } from "./faults.js";
import type { AtMs, Seq } from "./ids.js";

/** One event in words. */
export interface EventDescription {
  readonly seq: Seq;
  readonly at: AtMs;
  readonly kind: HistoryEvent["kind"];
  /** True for what happened to the run, false for what its code asked for. */
  readonly input: boolean;
  /** "activity payments.charge scheduled". */
  readonly text: string;
  /** `src/order.ts:14`; of the command that an outcome names. Null where there is none, or the manifest is not at hand. */
  readonly place: string | null;
}

/** The sites of a manifest by their lasting ids, as events name them. */
export function sitesById(manifest: WorkflowManifest): ReadonlyMap<string, Site> {
  return new Map(Object.values(manifest.sites).map((site) => [site.id, site]));
}

/**
 * All events of a history in words. With a manifest each has its source line.
 *
 * @example for (const { seq, text, place } of describeHistory(history, flow.compiled.manifest)) console.log(seq, text, place ?? "");
 */
export function describeHistory(history: History, manifest?: WorkflowManifest): readonly EventDescription[] {
  const sites = manifest === undefined ? new Map<string, Site>() : sitesById(manifest);
  const commands = new Map<Seq, RecordedCommand>();
  return history.map((event) => {
    if (!isInput(event)) commands.set(event.seq, event);
    return describeEvent(event, { sites, command: (seq) => commands.get(seq) ?? null });
  });
}

/** What {@link describeEvent} looks up. */
export interface DescriptionSources {
  readonly sites: ReadonlyMap<string, Site>;
  /** The command of that number; null when it is not known. */
  readonly command: (seq: Seq) => Command | null;
}

/** One event in words. */
export function describeEvent(event: HistoryEvent, sources: DescriptionSources): EventDescription {
  const answered = "command" in event ? sources.command(event.command) : null;
  const sited = answered ?? event;
  const site = "site" in sited ? sources.sites.get(sited.site) : undefined;
  return {
    seq: event.seq,
    at: event.at,
    kind: event.kind,
    input: isInput(event),
    text: textOf(event, answered, sources),
    place: site === undefined ? null : placeOf(site),
  };
}

function textOf(event: HistoryEvent, answered: Command | null, sources: DescriptionSources): string {
  switch (event.kind) {
    case "run_started":
      return "run started";
    case "activity_scheduled":
      return event.compensates === null
        ? `activity ${event.activity} scheduled`
        : `activity ${event.activity} scheduled, to undo ${subject(sources.command(event.compensates), event.compensates)}`;
    case "activity_completed":
      return `${subject(answered, event.command)} completed${attempts(event.attempt)}`;
    case "activity_failed":
      return `${subject(answered, event.command)} failed for good${attempts(event.attempt)}`;
    case "timer_started":
      return `timer of ${duration(event.durationMs)} started`;
    case "timer_fired":
      return `${subject(answered, event.command)} fired`;
    case "signal_awaited":
      return `waiting for signal ${event.name}${event.timeoutMs === null ? "" : ` for at most ${duration(event.timeoutMs)}`}`;
    case "signal_received":
      return `${subject(answered, event.command)} received`;
    case "signal_timed_out":
      return `${subject(answered, event.command)} did not come in time`;
    case "waits_withdrawn":
      return `withdrawn, since they lost a race: ${event.commands.map((seq) => subject(sources.command(seq), seq)).join(", ")}`;
    case "cancel_requested":
      return "cancellation requested";
    case "child_started":
      return `child ${event.workflow} started as run ${event.childId}`;
    case "child_completed":
      return `${subject(answered, event.command)} completed`;
    case "child_failed":
      return `${subject(answered, event.command)} failed`;
    case "child_cancelled":
      return `${subject(answered, event.command)} was ${event.terminated ? "terminated" : "cancelled"}`;
    case "child_cancel_requested":
      return `cancellation of ${subject(sources.command(event.child), event.child)} requested`;
    case "signal_sent":
      return `signal ${event.name} sent to run ${event.runId}`;
    case "signal_delivered":
      return `${subject(answered, event.command)} delivered`;
    case "signal_refused":
      return `${subject(answered, event.command)} refused`;
    case "patch_decided":
      return `patch ${event.name} is ${event.value ? "on" : "off"}`;
    case "side_effect_recorded":
      return event.failed ? "side effect threw" : "side effect recorded";
    case "logged":
      return `${event.level}: ${event.message}`;
    case "run_completed":
      return "run completed";
    case "run_continued":
      return `run continued as ${event.successor}`;
    case "run_cancelled":
      return "run cancelled";
    case "run_failed":
      return "run failed";
  }
}

function subject(command: Command | null, seq: Seq): string {
  switch (command?.kind) {
    case "activity_scheduled":
      return `activity ${command.activity}`;
    case "timer_started":
      return `timer of ${duration(command.durationMs)}`;
    case "signal_awaited":
      return `signal ${command.name}`;
    case "child_started":
      return `child ${command.workflow}`;
    case "signal_sent":
      return `signal ${command.name} to run ${command.runId}`;
    default:
      return `command ${seq}`;
  }
}

function attempts(attempt: number): string {
  return attempt === 1 ? "" : ` at attempt ${attempt}`;
}

/** `1 d 2 h`, `90 s` as `1 m 30 s`, `250 ms`. */
function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  const units: readonly (readonly [string, number])[] = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
  ];
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, size] of units) {
    const count = unit === "s" ? Math.round((rest / size) * 1000) / 1000 : Math.floor(rest / size);
    if (count > 0) parts.push(`${count} ${unit}`);
    rest -= count * size;
  }
  return parts.join(" ");
}
