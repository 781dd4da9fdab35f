/*
 * How many columns a text takes on a terminal, and texts cut and filled to columns.
 */
import { createRequire } from "node:module";
import type stringWidth from "string-width";

const require = createRequire(import.meta.url);

/** Loaded when a text is not plain: it takes as long to load as a hundred lines to print, and most texts are plain. */
let widthOfAny: typeof stringWidth | null = null;
/** Made when a line is too long: it takes as long, too. */
let segmenter: Intl.Segmenter | null = null;
const ASCII = /^[\x20-\x7e]*$/;

export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  widthOfAny ??= (require("string-width") as { readonly default: typeof stringWidth }).default;
  return widthOfAny(text);
}

export function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

export interface Cut {
  readonly text: string;
  /** What was left out before it, in columns; `…` stands for it, and takes one. */
  readonly skipped: number;
}

/** Of a long line a part that fits into `width` columns and shows what begins at `from`, with some of what comes before. */
export function cutAround(line: string, from: number, width: number): Cut {
  if (widthOf(line) <= width) return { text: line, skipped: 0 };
  // A third before what is shown, and the rest for it and what follows.
  const first = from + 8 <= width ? 0 : Math.max(0, from - Math.floor(width / 3));
  let at = 0;
  let skipped = 0;
  let text = "";
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const { segment } of segmenter.segment(line)) {
    const end = at + widthOf(segment);
    if (at < first) skipped = end;
    else if (end - skipped + (skipped > 0 ? 1 : 0) < width) text += segment;
    else return { text: `${skipped > 0 ? "…" : ""}${text}…`, skipped };
    at = end;
  }
  return { text: `${skipped > 0 ? "…" : ""}${text}`, skipped };
}
