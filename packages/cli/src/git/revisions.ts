/*
 * From what somebody typed to a commit: `main`, `HEAD~3`, `v1.2..HEAD`, `main...`.
 */
import { nearest } from "../nearest.js";
import { UsageError } from "../usage-error.js";
import { runGit } from "./run-git.js";

export interface Repository {
  /** Absolute: the folder of the working tree. */
  readonly root: string;
}

export interface Revision {
  /** As it was typed. */
  readonly text: string;
  readonly commit: string;
}

/** What stands on both sides of `..` or `...`, of which either may be left out; null where there is neither. */
export interface Range {
  readonly old: string;
  readonly now: string;
  /** With three dots the old side is where the two parted. */
  readonly fromMergeBase: boolean;
}

/** @throws UsageError CTM1334 where `folder` is in no working tree of git. */
export async function findRepository(folder: string, signal: AbortSignal): Promise<Repository> {
  const { status, out, err } = await runGit(folder, ["rev-parse", "--show-toplevel"], signal);
  const root = out.replace(/\r?\n$/, "");
  if (status === 0 && root !== "") return { root };
  const why = /fatal: (.*)/.exec(err)?.[1] ?? "";
  throw new UsageError(
    "CTM1334",
    `${folder} is in no working tree of git, so it has no revisions to compare with${why === "" ? "." : `. git says: ${why}.`}`,
    "Run it in the repository, or compare with a list that you kept: continuum versions --json > deployed.json",
  );
}

export function readRange(text: string): Range | null {
  const [, old = "", dots = "", now = ""] = /^(.*?)(\.{2,3})(.*)$/.exec(text) ?? [];
  if (dots === "" || (old === "" && now === "")) return null;
  return { old: old || "HEAD", now: now || "HEAD", fromMergeBase: dots === "..." };
}

/** Null where the repository knows no commit of that name. */
export async function findCommit(
  { root }: Repository,
  text: string,
  signal: AbortSignal,
): Promise<Revision | null> {
  if (text === "") return null;
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${text}^{commit}`];
  const { status, out } = await runGit(root, args, signal);
  return status === 0 ? { text, commit: out.trim() } : null;
}

/** @throws UsageError CTM1335 where they have no history in common. */
export async function mergeBase(
  { root }: Repository,
  [one, other]: readonly [Revision, Revision],
  signal: AbortSignal,
): Promise<Revision> {
  const { status, out } = await runGit(root, ["merge-base", one.commit, other.commit], signal);
  if (status === 0) return { text: one.text, commit: out.trim() };
  throw new UsageError(
    "CTM1335",
    `${one.text} and ${other.text} have no commit in common${await shallowText({ root }, signal)}.`,
    `Compare them as they are, with two dots: ${one.text}..${other.text}`,
  );
}

/** For a name that is neither a revision nor a file. */
export async function unknownRevision(
  repository: Repository,
  text: string,
  signal: AbortSignal,
): Promise<UsageError> {
  const { out } = await runGit(repository.root, ["for-each-ref", "--format=%(refname:short)"], signal);
  const names = out.split("\n").filter((name) => name !== "");
  const meant = names.find((name) => name.endsWith(`/${text}`)) ?? nearest(text, names);
  const shallow = await shallowText(repository, signal);
  return new UsageError(
    "CTM1335",
    `"${text}" is neither a revision of this repository${shallow} nor a file.`,
    meant !== null
      ? `Did you mean: continuum versions diff ${meant}`
      : shallow === ""
        ? "Name a branch, a tag or a commit: continuum versions diff main"
        : "Fetch the history first: git fetch --unshallow, or fetch-depth: 0 for actions/checkout.",
  );
}

async function shallowText({ root }: Repository, signal: AbortSignal): Promise<string> {
  const { out } = await runGit(root, ["rev-parse", "--is-shallow-repository"], signal);
  return out.trim() === "true" ? ", whose history was fetched only in part," : "";
}
