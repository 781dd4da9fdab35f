/*
 * What the commands on a project have in common: which project, and what stands around its mistakes.
 */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { textFlag } from "../arguments.js";
import type { Arguments } from "../arguments.js";
import type { Surroundings } from "../formats/report.js";
import type { Io } from "../io.js";

/** The project that the flags name. */
export function sourceOf(
  args: Arguments,
  io: Io,
): {
  readonly tsconfig: string;
  readonly currentDirectory: string;
  readonly trustedModules: readonly string[];
} {
  const trusted = args.flags["trust"];
  return {
    tsconfig: textFlag(args, "project") ?? ".",
    currentDirectory: io.cwd,
    trustedModules: Array.isArray(trusted) ? trusted.filter((each) => typeof each === "string") : [],
  };
}

/** Reads each file once: many mistakes stand in one. */
export function surroundingsOf({ cwd, environment }: Io): Surroundings {
  const texts = new Map<string, string | undefined>();
  return {
    cwd,
    root: rootOf(cwd, environment["GITHUB_WORKSPACE"]),
    readFile(fileName) {
      if (!texts.has(fileName)) texts.set(fileName, readText(fileName));
      return texts.get(fileName);
    },
  };
}

/** A workspace that the command does not run in has nothing to say here. */
function rootOf(cwd: string, workspace: string | undefined): string {
  if (workspace === undefined || workspace === "") return cwd;
  return /^\.\.|^[A-Za-z]:|^\//.test(relative(workspace, cwd)) ? cwd : workspace;
}

function readText(fileName: string): string | undefined {
  try {
    return readFileSync(fileName, "utf8").replace(/^\uFEFF/, "");
  } catch {
    // Gone since it was checked: the mistake is shown without its lines.
    return undefined;
  }
}
