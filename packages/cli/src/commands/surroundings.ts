/*
 * What the commands on a project have in common: which project, and what stands around its mistakes.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { textFlag } from "../arguments.js";
import type { Arguments } from "../arguments.js";
import type { Surroundings } from "../formats/report.js";
import type { Io } from "../io.js";
import { UsageError } from "../usage-error.js";

/**
 * The project that the flags name.
 *
 * @throws UsageError CTM1303 where there is no tsconfig.
 */
export function existingSource(args: Arguments, io: Io): ReturnType<typeof sourceOf> {
  const source = sourceOf(args, io);
  const path = resolve(io.cwd, source.tsconfig);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined)
    throw new UsageError(
      "CTM1303",
      `There is no ${source.tsconfig}.`,
      "Name a tsconfig.json, or a folder that has one at it or above it: -p packages/shop",
    );
  if (!stats.isDirectory()) return source;
  for (let folder = path; !existsSync(join(folder, "tsconfig.json")); folder = dirname(folder))
    if (dirname(folder) === folder)
      throw new UsageError(
        "CTM1303",
        `There is no tsconfig.json in ${path}, and none above it.`,
        "Run the command in the project's folder, or name a tsconfig with -p: -p packages/shop",
      );
  return source;
}

/** {@link existingSource}, unseen: of another revision it is another one. */
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
export function surroundingsOf({ cwd, environment, columns }: Io): Surroundings {
  const texts = new Map<string, string | undefined>();
  return {
    cwd,
    columns,
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
