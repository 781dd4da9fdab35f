/*
 * `continuum check --watch`: checks again whenever a file of the project changes, until Ctrl-C.
 */
import { watchProject } from "@continuum/transformer";
import type { CheckedProject } from "@continuum/transformer";
import { formatReport } from "../formats/formats.js";
import type { Io } from "../io.js";
import { styleOf } from "../terminal/style.js";
import { watchFiles } from "../watch/watch-files.js";
import { surroundingsOf } from "./surroundings.js";

/** Editors write a file in several steps: what comes within this time is one edit. */
const SETTLE_MS = 30;

/** The exit code is that of the last check. */
export async function watch(source: Parameters<typeof watchProject>[0], io: Io): Promise<number> {
  const style = styleOf(io);
  const project = watchProject(source);
  let errors = 0;
  const report = (): void => {
    const start = performance.now();
    const checked = tryCheck(project, io);
    if (checked === null) {
      errors = 1;
      return;
    }
    const took = performance.now() - start;
    errors = checked.findings.filter(({ severity }) => severity === "error").length;
    if (io.isTerminal) io.out("\x1b[2J\x1b[3J\x1b[H");
    io.out(formatReport("pretty", checked, surroundingsOf(io), io));
    io.out(`${style.dim(`checked in ${took.toFixed(0)} ms; waiting for changes, Ctrl-C ends`)}\n`);
  };
  report();
  const watcher = watchFiles(project.watched(), SETTLE_MS, (files) => {
    for (const file of files) project.changed(file);
    report();
    watcher.follow(project.watched());
  });
  await io.interrupted();
  await watcher.close();
  project.close();
  return errors > 0 ? 1 : 0;
}

/** A tsconfig that is broken for a moment ends no watch: the next change may mend it. */
function tryCheck(project: ReturnType<typeof watchProject>, io: Io): CheckedProject | null {
  try {
    return project.check();
  } catch (error) {
    if (!(error instanceof Error) || !/^CTM13\d\d: /.test(error.message)) throw error;
    io.out(`${error.message}\n`);
    return null;
  }
}
