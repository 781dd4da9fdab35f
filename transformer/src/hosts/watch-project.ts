/*
 * Purpose: a project that is checked again and again while its files are edited, for `continuum check --watch`; with those that it
 * refers to, as their sources are, and whether or not anything of them was built.
 * Owns: which files are read again, which projects are opened anew.
 * Does not own: one project (watch-session.ts), in which order they are checked (check-in-order.ts), how changes are noticed.
 *
 * Invariant: after any sequence of edits the findings are those of a project that is opened anew.
 */
import { ts } from "../compiler/ts.js";
import type { CompileOptions } from "../pipeline.js";
import { outputStore } from "./built-outputs.js";
import { checkInOrder } from "./check-in-order.js";
import type { CheckedProject } from "./check-project.js";
import { readProgramInputs } from "./open-program.js";
import type { ProgramSource } from "./open-program.js";
import { projectsInOrder } from "./projects-in-order.js";
import { openSession } from "./watch-session.js";
import type { Session } from "./watch-session.js";

/** After that many an edit takes hardly less than before, and the engine has collected what the first check left behind. */
const REHEARSALS = 40;
const LONG_MS = 300;

export interface WatchedProject {
  /** As `checkProject`; costs nothing if nothing has changed. */
  check(): CheckedProject;
  /** A file changed on disk, appeared or went: the next check reads it again. */
  changed(fileName: string): void;
  /**
   * Goes the way of an edit, with nothing edited: an engine that has compiled that way takes half of the time when a real edit comes. For
   * a process that is idle, each call for a turn of its own; no answer changes. False when further calls bring nothing, and while
   * there is something to be checked.
   *
   * @example
   * const again = (): void => { if (project.rehearse()) setTimeout(again, 50); };
   */
  rehearse(): boolean;
  /** What has to be watched: folders with all that is in them, and single files. Changes with the project's configuration. */
  watched(): { readonly folders: readonly string[]; readonly files: readonly string[] };
  close(): void;
}

/**
 * Opens a project to be checked repeatedly.
 *
 * @throws ConfigurationError (CTM13xx) when the tsconfig can't be read or names no files.
 * @example
 * const project = watchProject({ tsconfig: "tsconfig.json" });
 * project.changed("src/order.ts");
 * console.log(project.check().findings);
 */
export function watchProject(source: ProgramSource & Pick<CompileOptions, "trustedModules">): WatchedProject {
  let solution = openSolution(source);
  let isReopened = false;
  /** Is there nothing but what was checked? */
  let isChecked = false;
  let rehearsals = 0;
  /** With what it is rehearsed next, first. */
  let rehearsed: { readonly session: Session; readonly fileName: string }[] | null = null;
  return {
    check() {
      isChecked = false;
      if (isReopened) {
        solution.close();
        solution = openSolution(source);
        rehearsed = null;
        isReopened = false;
      }
      const checked = solution.check();
      isChecked = true;
      return checked;
    },
    rehearse() {
      if (!isChecked || rehearsals >= REHEARSALS) return false;
      const { sessions } = solution;
      rehearsed ??= sessions.flatMap((session) =>
        session.rehearsable().map((fileName) => ({ session, fileName })),
      );
      const next = rehearsed.shift();
      if (next === undefined) return false;
      next.session.rehearse(next.fileName, rehearsals % 2 === 0 ? "what changed" : "a function as changed");
      rehearsals++;
      const start = performance.now();
      solution.check();
      // What takes long would be in the way of an edit that comes meanwhile.
      if (performance.now() - start < LONG_MS) rehearsed.push(next);
      return rehearsals < REHEARSALS && rehearsed.length > 0;
    },
    changed(fileName) {
      const name = ts.sys.resolvePath(fileName).replaceAll("\\", "/");
      const { sessions } = solution;
      if (sessions.some((session) => session.isOutput(name))) return;
      isChecked = false;
      const concerned = sessions.filter((session) => session.has(name));
      // Which files there are, how modules resolve, what the options say: all of it may be different now.
      if (/\.json$/.test(name) || concerned.length === 0 || !ts.sys.fileExists(name)) isReopened = true;
      else for (const session of concerned) session.changed(name);
    },
    watched: () => solution.watched(),
    close: () => solution.close(),
  };
}

type WatchedSource = ProgramSource & Pick<CompileOptions, "trustedModules">;

interface Solution {
  readonly sessions: readonly Session[];
  check(): CheckedProject;
  watched: WatchedProject["watched"];
  close(): void;
}

/** A project and those that it refers to: each sees of the others what they would write now. */
function openSolution(source: WatchedSource): Solution {
  const asked = readProgramInputs(source);
  const isAlone = asked.references.length === 0 && asked.rootNames.length > 0;
  const projects = isAlone ? [asked] : projectsInOrder(source);
  const outputs = outputStore();
  const sessions = new Map(
    projects.map((project) => [project, openSession(project, source.trustedModules, outputs)]),
  );
  return {
    sessions: Array.from(sessions.values()),
    check() {
      if (isAlone) return sessions.get(asked)!.check();
      return checkInOrder(projects, asked, (project) => {
        const session = sessions.get(project)!;
        const checked = session.check();
        const changed = outputs.replace(project.configPath ?? "", session.declarations());
        for (const other of sessions.values()) if (other !== session) other.received(changed);
        return checked;
      });
    },
    watched() {
      const each = Array.from(sessions.values(), (session) => session.watched());
      const folders = Array.from(new Set(each.flatMap((watched) => watched.folders)));
      const isBelow = (name: string): boolean => folders.some((folder) => name.startsWith(`${folder}/`));
      const files = [...asked.configFiles, ...each.flatMap((watched) => watched.files)];
      return {
        folders,
        files: Array.from(new Set(files)).filter(
          (name) => !isBelow(name) && outputs.textOf(name) === undefined,
        ),
      };
    },
    close() {
      for (const session of sessions.values()) session.close();
    },
  };
}
