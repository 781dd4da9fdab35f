/*
 * The versions of a project as it was at a revision: another `continuum versions` on its files. A process of its own can be
 * ended at any time, and two revisions are read at once.
 */
import { spawn } from "node:child_process";
import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { VersionList } from "../formats/version-list.js";
import { withCheckOut } from "../git/check-out.js";
import type { Repository, Revision } from "../git/revisions.js";
import { APART } from "../git/run-git.js";
import type { Io } from "../io.js";
import { wantsColours } from "../terminal/style.js";
import { UsageError } from "../usage-error.js";
import { parseVersionList } from "./read-list.js";

export interface ListedProject {
  readonly tsconfig: string;
  readonly currentDirectory: string;
  readonly trustedModules: readonly string[];
}

const continuum = fileURLToPath(new URL("../../bin/continuum.js", import.meta.url));

/**
 * Null where the project is not there at the revision.
 *
 * @throws UsageError CTM1337 where it has errors there, which are printed; CTM1336 where its files can't be had.
 */
export async function listRevision(
  repository: Repository,
  revision: Revision,
  project: ListedProject,
  io: Io,
  signal: AbortSignal,
): Promise<VersionList | null> {
  return await withCheckOut(repository, revision, signal, async (root) => {
    const home = realpathSync(project.currentDirectory);
    const config = configIn(root, join(root, relative(repository.root, resolve(home, project.tsconfig))));
    if (config === null) return null;
    const folder = join(root, relative(repository.root, home));
    const trusted = project.trustedModules.flatMap((name) => ["--trust", name]);
    const args = ["versions", "--json", "-p", config, ...trusted];
    const { status, out, err } = await runContinuum(args, existsSync(folder) ? folder : root, io, signal);
    if (status === 0) return parseVersionList(out, (what) => broken(revision, what));
    io.err(`${err.trimEnd()}\n\n`);
    throw broken(revision, status === 1 ? "has the errors above" : "can't be read: see above");
  });
}

function broken({ text, commit }: Revision, what: string): UsageError {
  return new UsageError(
    "CTM1337",
    `The project as it was at ${text} (${commit.slice(0, 10)}) ${what}, so it has no versions to compare with.`,
    "The packages that are installed now are those it was read with; what a build generates is not there. Where that is why, compare with a list that was kept: continuum versions --json > deployed.json",
  );
}

/** A tsconfig, or the nearest above a folder, as far as the revision's files go. */
function configIn(root: string, path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() === true) return path;
  if (stats === undefined) return null;
  for (let folder = path; ; folder = dirname(folder)) {
    const config = join(folder, "tsconfig.json");
    if (existsSync(config)) return config;
    if (relative(root, folder) === "" || relative(root, folder).startsWith("..")) return null;
  }
}

function runContinuum(
  args: readonly string[],
  cwd: string,
  io: Io,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly out: string; readonly err: string }> {
  const colours = wantsColours(io.environment, io.isTerminal) ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(process.execPath, [continuum, ...args], {
      cwd,
      detached: APART,
      env: { ...process.env, ...colours },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stop = (): void => void child.kill("SIGKILL");
    signal.addEventListener("abort", stop, { once: true });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => void (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => void (err += text));
    child.on("error", reject);
    child.on("close", (status) => {
      signal.removeEventListener("abort", stop);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve({ status: status ?? 2, out, err });
    });
  });
}
