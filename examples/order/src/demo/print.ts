import { styleText } from "node:util";
import type { Notice } from "@continuum/runtime";

type Style = Parameters<typeof styleText>[0];

/** Colours where a person looks on; plain text in files and pipes. */
export function style(kind: Style, text: string): string {
  return process.stdout.isTTY && process.env["NO_COLOR"] === undefined ? styleText(kind, text) : text;
}

export function heading(text: string): void {
  console.log(`\n${style("bold", text)}`);
}

export function said(who: string, text: string): void {
  console.log(`  ${who.padEnd(9)} ${text}`);
}

/** One event as a line: what happened, and the line of the user's source that asked for it. */
export function line(notice: Extract<Notice, { kind: "event" }>): string {
  const { event, site, replayed } = notice;
  const place = site === null ? "" : `${site.file}:${String(site.line)}`;
  const text = `${replayed ? "replayed " : "         "}${String(event.seq).padStart(2)}  ${words(notice).padEnd(46)} ${place}`;
  return style(replayed ? "dim" : "reset", text);
}

function words({ event, site }: Extract<Notice, { kind: "event" }>): string {
  const target = site?.target ?? "";
  switch (event.kind) {
    case "run_started":
      return "the run starts";
    case "activity_scheduled":
      return `${event.activity} is scheduled`;
    case "activity_completed":
      return `${target} is done`;
    case "activity_failed":
      return `${target} has failed`;
    case "signal_awaited":
      return `waits for the signal ${event.name}`;
    case "signal_received":
      return `the signal ${target} arrives`;
    case "signal_timed_out":
      return `the signal ${target} did not come in time`;
    case "run_completed":
      return "the run is complete";
    default:
      return event.kind.replaceAll("_", " ");
  }
}
