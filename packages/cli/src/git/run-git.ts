/*
 * Runs git. It is the user's own: nothing here writes to the repository, its index or its working tree.
 */
import { spawn } from "node:child_process";
import { UsageError } from "../usage-error.js";

export interface GitAnswer {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** What git tells its hooks, and what would make it speak of another repository than that of the folder. */
const TOLD_BY_HOOKS = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"];

/**
 * In a process group of its own: a Ctrl-C reaches this process alone, which then stops what it has started, and knows why that
 * ended. On Windows such a group would be a window.
 */
export const APART = process.platform !== "win32";

/** @throws UsageError CTM1334 where there is no git; an AbortError when `signal` says so. */
export function runGit(
  folder: string,
  args: readonly string[],
  signal: AbortSignal,
  environment: Readonly<Record<string, string>> = {},
): Promise<GitAnswer> {
  const env = { ...process.env, LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0" };
  const told = Object.fromEntries(Object.entries(env).filter(([name]) => !TOLD_BY_HOOKS.includes(name)));
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const git = spawn("git", [...args], {
      cwd: folder,
      detached: APART,
      env: { ...told, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let err = "";
    let failure: Error | null = null;
    const stop = (): void => void git.kill();
    signal.addEventListener("abort", stop, { once: true });
    git.stdout.setEncoding("utf8").on("data", (text: string) => void (out += text));
    git.stderr.setEncoding("utf8").on("data", (text: string) => void (err += text));
    git.on("error", (error: NodeJS.ErrnoException) => {
      failure = error.code === "ENOENT" ? noGit() : error;
    });
    // Not before it has ended: what it writes to may be removed next.
    git.on("close", (status) => {
      signal.removeEventListener("abort", stop);
      if (signal.aborted) reject(signal.reason as Error);
      else if (failure !== null) reject(failure);
      else resolve({ status: status ?? 1, out, err });
    });
  });
}

function noGit(): UsageError {
  return new UsageError(
    "CTM1334",
    "Revisions are read with git, and there is no git to be found.",
    "Install git, or compare with a list that you kept: continuum versions --json > deployed.json",
  );
}
