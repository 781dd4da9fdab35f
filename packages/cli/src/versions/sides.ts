/*
 * What `versions diff` compares: lists that were kept, revisions of git, and what is on disk.
 */
import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { findCommit, findRepository, mergeBase, readRange, unknownRevision } from "../git/revisions.js";
import type { Repository, Revision } from "../git/revisions.js";
import { UsageError } from "../usage-error.js";

/** A version that was written down. */
export type KeptSide =
  | { readonly kind: "list"; readonly path: string }
  | { readonly kind: "revision"; readonly repository: Repository; readonly revision: Revision };

export type Side = KeptSide | { readonly kind: "disk" };

export interface Asked {
  readonly names: readonly string[];
  readonly cwd: string;
  /** The project's tsconfig or a folder: says which repository is meant. */
  readonly tsconfig: string;
}

/**
 * The old side and the new.
 *
 * @throws UsageError CTM1331 for names that make no pair, CTM1334 and CTM1335 where git does not know what is meant.
 */
export async function readSides(asked: Asked, signal: AbortSignal): Promise<readonly [KeptSide, Side]> {
  const [old, now, ...others] = asked.names;
  if (old === undefined || others.length > 0)
    throw new UsageError(
      "CTM1331",
      "continuum versions diff compares two versions of a project.",
      "Write: continuum versions diff main, or: continuum versions diff v1.2..HEAD, or: continuum versions diff deployed.json",
    );
  const range = isFile(old, asked.cwd) || looksLikePath(old) ? null : readRange(old);
  if (range === null)
    return [
      await readSide(old, asked, signal),
      now === undefined ? { kind: "disk" } : await readSide(now, asked, signal),
    ];
  if (now !== undefined)
    throw new UsageError(
      "CTM1331",
      `"${old}" names both sides already.`,
      `Write: continuum versions diff ${old}`,
    );
  const repository = await repositoryOf(asked, signal);
  const [from, to] = [
    await revisionOf(repository, range.old, signal),
    await revisionOf(repository, range.now, signal),
  ];
  const base = range.fromMergeBase ? await mergeBase(repository, [from, to], signal) : from;
  return [
    { kind: "revision", repository, revision: base },
    { kind: "revision", repository, revision: to },
  ];
}

async function readSide(text: string, asked: Asked, signal: AbortSignal): Promise<KeptSide> {
  const list: KeptSide = { kind: "list", path: text };
  if (looksLikePath(text)) return list;
  const isList = isFile(text, asked.cwd);
  // Lists need no repository.
  if (isList && text.endsWith(".json")) return list;
  const repository = await repositoryOf(asked, signal).catch((error: unknown) => {
    if (isList && error instanceof UsageError) return null;
    throw error;
  });
  if (repository === null) return list;
  if (!isList) return { kind: "revision", repository, revision: await revisionOf(repository, text, signal) };
  if ((await findCommit(repository, text, signal)) === null) return list;
  throw new UsageError(
    "CTM1335",
    `"${text}" is a revision, and a file too.`,
    `Write ./${text} for the file, or refs/heads/${text} for the branch.`,
  );
}

async function revisionOf(repository: Repository, text: string, signal: AbortSignal): Promise<Revision> {
  const revision = await findCommit(repository, text, signal);
  if (revision === null) throw await unknownRevision(repository, text, signal);
  return revision;
}

function repositoryOf({ cwd, tsconfig }: Asked, signal: AbortSignal): Promise<Repository> {
  const path = resolve(cwd, tsconfig);
  const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? path : dirname(path);
  return findRepository(existsSync(folder) ? folder : cwd, signal);
}

function isFile(text: string, cwd: string): boolean {
  return statSync(resolve(cwd, text), { throwIfNoEntry: false })?.isFile() === true;
}

/** What nobody calls a revision, so that a list that is missing is told as that. */
function looksLikePath(text: string): boolean {
  return /^\.{0,2}[\\/]|^[A-Za-z]:[\\/]|\.json$/.test(text) || text === "-";
}
