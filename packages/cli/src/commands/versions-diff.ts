/*
 * `continuum versions diff OLD [NEW]`: what changed between two versions of a project, workflow by workflow.
 */
import { resolve } from "node:path";
import type { Arguments } from "../arguments.js";
import { shownPath } from "../formats/report.js";
import type { VersionList } from "../formats/version-list.js";
import type { Io } from "../io.js";
import { styleOf } from "../terminal/style.js";
import { compareVersions } from "../versions/compare.js";
import type { WorkflowDifference } from "../versions/compare.js";
import { annotateDifferences, describeDifferences } from "../versions/describe.js";
import { listRevision } from "../versions/list-revision.js";
import { readVersionList } from "../versions/read-list.js";
import { readSides } from "../versions/sides.js";
import type { KeptSide, Side } from "../versions/sides.js";
import { UsageError } from "../usage-error.js";
import { sourceOf, surroundingsOf } from "./surroundings.js";
import type { DiffFormat } from "./versions.js";

/** What shells say of a command that was ended by Ctrl-C. */
const INTERRUPTED = 130;

/** `listNow` gives the versions of what is on disk; null where it has errors, which it has reported. */
export async function diff(
  args: Arguments,
  format: DiffFormat,
  io: Io,
  listNow: () => VersionList | null,
): Promise<number> {
  const leaving = new AbortController();
  try {
    const names = args.names.slice(1);
    const { tsconfig } = sourceOf(args, io);
    const [old, now] = await readSides({ names, cwd: io.cwd, tsconfig }, leaving.signal);
    // What is on disk first: it may have errors, and a revision takes longer to say so.
    const current = now.kind === "disk" ? listNow() : now;
    if (current === null) return 1;
    // So far there was nothing to clear away, and a Ctrl-C ends a check at once.
    void io.interrupted().then(() => leaving.abort());
    const [before, after] = await listBoth(old, current, args, io, leaving.signal);
    io.out(formatDifferences(format, [old, now], compareVersions(before, after), io));
    return 0;
  } catch (error) {
    if (leaving.signal.aborted) return INTERRUPTED;
    throw error;
  }
}

/** Both at once. When one fails the other is stopped, and everything is cleared away before the failure is told. */
async function listBoth(
  old: KeptSide,
  now: KeptSide | VersionList,
  args: Arguments,
  io: Io,
  leaving: AbortSignal,
): Promise<readonly [VersionList, VersionList]> {
  const failing = new AbortController();
  const signal = AbortSignal.any([leaving, failing.signal]);
  let failure: unknown = null;
  const list = async (side: KeptSide | VersionList): Promise<VersionList | null> => {
    try {
      return "kind" in side ? await listSide(side, args, io, signal) : side;
    } catch (error) {
      failure ??= error;
      failing.abort();
      return null;
    }
  };
  const [before, after] = await Promise.all([list(old), list(now)]);
  if (failure !== null) throw failure as Error;
  if (before === null && after === null)
    throw new UsageError(
      "CTM1303",
      `Neither version has a tsconfig at ${sourceOf(args, io).tsconfig}.`,
      "Name the project with -p, as it was called then.",
    );
  const missing = before === null ? old : after === null ? now : null;
  if (missing !== null && "kind" in missing && missing.kind === "revision")
    io.err(`${missing.revision.text} has no ${sourceOf(args, io).tsconfig}: the project was not there.\n`);
  return [before ?? NOTHING, after ?? NOTHING];
}

const NOTHING: VersionList = { format: 1, workflows: [] };

/** Null for a revision that the project was not there at. */
async function listSide(
  side: KeptSide,
  args: Arguments,
  io: Io,
  signal: AbortSignal,
): Promise<VersionList | null> {
  switch (side.kind) {
    case "list":
      return readVersionList(side.path, io.cwd);
    case "revision":
      return await listRevision(side.repository, side.revision, sourceOf(args, io), io, signal);
  }
}

function formatDifferences(
  format: DiffFormat,
  sides: readonly [Side, Side],
  differences: readonly WorkflowDifference[],
  io: Io,
): string {
  switch (format) {
    case "pretty":
      return `${describeDifferences(differences, styleOf(io))}\n`;
    case "json": {
      const [from, to] = sides.map(sideAsData);
      return `${JSON.stringify({ format: 1, from, to, workflows: differences }, null, 2)}\n`;
    }
    case "github": {
      const { root } = surroundingsOf(io);
      const text = annotateDifferences(differences, (shown) => shownPath(root, resolve(io.cwd, shown)));
      return text === "" ? "" : `${text}\n`;
    }
  }
}

function sideAsData(side: Side): object {
  switch (side.kind) {
    case "list":
      return { list: side.path };
    case "revision":
      return { revision: side.revision.text, commit: side.revision.commit };
    case "disk":
      return { disk: true };
  }
}
