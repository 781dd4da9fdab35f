/*
 * Purpose: the files of a commit in a folder of their own, with the packages that are installed now.
 * Owns: the temporary folder, from making it to removing it.
 * Does not own: which packages are linked (link-packages.ts).
 *
 * Invariants
 *  1. Nothing is written to the repository: the index is a temporary one, and no worktree is recorded. No hook runs.
 *  2. Whatever goes wrong, the folder is removed once nobody writes to it any more.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../usage-error.js";
import { linkPackages } from "./link-packages.js";
import type { Repository, Revision } from "./revisions.js";
import { runGit } from "./run-git.js";

/** What would write beside the temporary index, run the user's hooks, or leave files out. */
const UNTOUCHED = [
  ["core.hooksPath", "/dev/null"],
  ["core.splitIndex", "false"],
  ["core.fsmonitor", "false"],
  ["core.sparseCheckout", "false"],
].flatMap(([name = "", value = ""]) => ["-c", `${name}=${value}`]);

/**
 * Gives `use` the root of `revision`'s files, and takes them away again when it has ended.
 *
 * @throws UsageError CTM1336 where git can't write the files.
 */
export async function withCheckOut<T>(
  repository: Repository,
  revision: Revision,
  signal: AbortSignal,
  use: (root: string) => Promise<T>,
): Promise<T> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "continuum-versions-")));
  try {
    const files = join(folder, "index");
    const git = async (...args: readonly string[]): Promise<string> => {
      const { status, out, err } = await runGit(repository.root, [...UNTOUCHED, ...args], signal, {
        GIT_INDEX_FILE: files,
      });
      if (status === 0) return out;
      throw new UsageError(
        "CTM1336",
        `The files of ${revision.text} can't be written to ${folder}: ${err.trim() || `git ${args[0] ?? ""} failed`}`,
        `Look whether git itself can: git archive ${revision.text}`,
      );
    };
    await git("read-tree", revision.commit);
    const tracked = (await git("ls-files", "-z")).split("\0");
    const { root, above } = linkedRoot(repository, folder);
    // Also what a sparse checkout leaves out: it may be what the project is made of.
    await git("checkout-index", "--all", "--force", "--ignore-skip-worktree-bits", `--prefix=${root}/`);
    linkPackages({ from: repository.root, to: root, above, tracked });
    return await use(root);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** As deep in the temporary folder as the packages above the repository, if there are any, ask for. */
function linkedRoot(
  { root }: Repository,
  folder: string,
): { readonly root: string; readonly above: ReadonlyMap<string, string> } {
  const parts = root.split(/[\\/]/);
  const here = join(folder, "tree", ...parts.slice(1));
  mkdirSync(here, { recursive: true });
  const above = new Map<string, string>();
  for (let depth = parts.length - 1; depth > 1; depth--)
    above.set(parts.slice(0, depth).join("/"), join(folder, "tree", ...parts.slice(1, depth)));
  return { root: here.replaceAll("\\", "/"), above };
}
