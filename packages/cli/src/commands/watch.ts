/*
 * `continuum check --watch`: checks again whenever a file of the project changes, until Ctrl-C.
 */
import { ConfigurationError, watchProject } from "@continuum/transformer";
import type { CheckedProject, WatchedProject } from "@continuum/transformer";
import { formatReport } from "../formats/formats.js";
import { jsonLine } from "../formats/json.js";
import type { Io } from "../io.js";
import { styleOf } from "../terminal/style.js";
import { plainMessage } from "../usage-error.js";
import { rehearseBetween } from "../watch/rehearse-between.js";
import { watchFiles } from "../watch/watch-files.js";
import { surroundingsOf } from "./surroundings.js";

/**
 * Editors write a file in several steps: what comes within this time is one edit. Of a file that has just changed chokidar tells
 * nothing for 50 ms, so files are read only after that, or the last of two quick edits would never be seen.
 */
const SETTLE_MS = 60;

export type WatchFormat = "pretty" | "json";

/** Ends with 0: to leave is no failure, whatever the last check said. */
export async function watch(
  source: Parameters<typeof watchProject>[0],
  format: WatchFormat,
  io: Io,
): Promise<number> {
  const leaving = io.interrupted();
  const project = watchProject(source);
  const report = (): void => {
    const start = performance.now();
    const checked = checkedNow(project);
    const took = performance.now() - start;
    io.out(
      format === "json" ? `${jsonLine(checked, surroundingsOf(io))}\n` : prettyReport(checked, took, io),
    );
  };
  const watcher = watchFiles(project.watched(), SETTLE_MS, (files) => {
    for (const file of files) project.changed(file);
    report();
    watcher.follow(project.watched());
    rehearsals.resume();
  });
  const rehearsals = rehearseBetween(
    () => project.rehearse(),
    () => watcher.isPending(),
  );
  // An edit that comes while the first check runs must not be missed.
  await watcher.ready;
  report();
  watcher.follow(project.watched());
  rehearsals.resume();
  await leaving;
  rehearsals.stop();
  await watcher.close();
  project.close();
  return 0;
}

function prettyReport(checked: CheckedProject, took: number, io: Io): string {
  const clear = io.isTerminal ? "\x1b[2J\x1b[3J\x1b[H" : "";
  const waiting = styleOf(io).dim(`checked in ${took.toFixed(0)} ms; waiting for changes, Ctrl-C ends`);
  return `${clear}${formatReport("pretty", checked, surroundingsOf(io), io)}${waiting}\n`;
}

/** A tsconfig that is broken for a moment ends no watch: it is reported, and the next change may mend it. */
function checkedNow(project: WatchedProject): CheckedProject {
  try {
    return project.check();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const { code, hint } = error;
    const message = plainMessage(error);
    return {
      findings: [{ code, severity: "error", fileName: null, place: null, message, hint, path: [] }],
      workflows: [],
    };
  }
}
