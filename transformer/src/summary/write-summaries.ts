/*
 * Puts summaries beside declarations, as they are written: the one place where both file names are known.
 */
import type { TS } from "../compiler/ts.js";
import { markOf, serialise, summaryFileName } from "./summary.js";
import type { ModuleSummary, Summary } from "./summary.js";

/**
 * A writer that hands on what it gets to `write`: declarations of a summarised module with the digest of its summary as their
 * last line, and the summary before them, so that whoever sees the one finds the other.
 */
export function summaryWriter(
  summaries: ReadonlyMap<TS.SourceFile, ModuleSummary>,
  write: TS.WriteFileCallback,
): TS.WriteFileCallback {
  if (summaries.size === 0) return write;
  // A writer is told of the files that transformers made.
  const byName = new Map(Array.from(summaries, ([file, summary]) => [file.fileName, summary]));
  return (fileName, text, byteOrderMark, onError, sources, data) => {
    const source = sources?.length === 1 ? sources[0] : undefined;
    const module = source === undefined ? undefined : byName.get(source.fileName);
    if (source === undefined || module === undefined || !/\.d\.[cm]?ts$/.test(fileName)) {
      write(fileName, text, byteOrderMark, onError, sources, data);
      return;
    }
    const beside = summaryFileName(fileName);
    const summary: Summary = { ...module, source: relativePath(beside, source.fileName) };
    // The comment that names a source map comes last, and a builder leaves it out of the declarations' signature.
    const end = mapPosition(data) ?? text.length;
    const mark = `${end === 0 || text[end - 1] === "\n" ? "" : "\n"}${markOf(summary)}`;
    if (data !== undefined && mapPosition(data) !== null)
      Object.assign(data, { sourceMapUrlPos: end + mark.length });
    write(beside, serialise(summary), false, onError, sources, undefined);
    write(fileName, text.slice(0, end) + mark + text.slice(end), byteOrderMark, onError, sources, data);
  };
}

function mapPosition(data: TS.WriteFileCallbackData | undefined): number | null {
  const position: unknown =
    data === undefined ? undefined : (data as { sourceMapUrlPos?: unknown }).sourceMapUrlPos;
  return typeof position === "number" && position >= 0 ? position : null;
}

/** From the folder of `from` to `to`, with forward slashes. */
function relativePath(from: string, to: string): string {
  const start = from.replaceAll("\\", "/").split("/").slice(0, -1);
  const end = to.replaceAll("\\", "/").split("/");
  let shared = 0;
  while (shared < start.length && start[shared] === end[shared]) shared++;
  return [...start.slice(shared).map(() => ".."), ...end.slice(shared)].join("/");
}
