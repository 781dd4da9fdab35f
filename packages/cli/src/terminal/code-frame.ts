/*
 * The lines around a mistake, with a mark below what is meant.
 */
import type { Style } from "./style.js";
import { cutAround, widthOf } from "./width.js";

const CONTEXT = 1;
/** Below this a part of a line tells nobody anything. */
const LEAST = 40;

export interface FrameOptions {
  readonly style: Style;
  /** Paints the mark. */
  readonly mark: (text: string) => string;
  /** How wide the frame may be. */
  readonly columns: number;
}

/** `line` and `column` from 1; `length` in characters, over lines where it is longer than its first. */
export function codeFrame(
  text: string,
  at: { readonly line: number; readonly column: number; readonly length: number },
  { style, mark, columns }: FrameOptions,
): readonly string[] {
  const lines = text.split(/\r?\n/);
  const from = Math.max(1, at.line - CONTEXT);
  const to = Math.min(lines.length, at.line + CONTEXT);
  const gutter = String(to).length;
  const room = Math.max(LEAST, columns - gutter - 3);
  const marked = lines[at.line - 1] ?? "";
  const before = widthOf(shown(marked.slice(0, at.column - 1)));
  const frame: string[] = [];
  for (let number = from; number <= to; number++) {
    const line = lines[number - 1] ?? "";
    if (number !== at.line && line.trim() === "") continue;
    const head = style.dim(`${String(number).padStart(gutter)} │`);
    const cut = cutAround(shown(line), number === at.line ? before : 0, room);
    frame.push(`${head} ${cut.text}`.trimEnd());
    if (number !== at.line) continue;
    const indent = before - cut.skipped + (cut.skipped > 0 ? 1 : 0);
    const length = widthOf(shown(marked.slice(at.column - 1, at.column - 1 + Math.max(1, at.length))));
    const carets = "^".repeat(Math.min(Math.max(1, room - indent), Math.max(1, length)));
    frame.push(`${" ".repeat(gutter)} ${style.dim("│")} ${" ".repeat(indent)}${mark(carets)}`);
  }
  return frame;
}

/** Tabs are two wide here, whatever the terminal thinks, so that the mark stands below what it means; nothing else moves the cursor. */
function shown(line: string): string {
  // eslint-disable-next-line no-control-regex -- a file may hold what a terminal takes for a command
  return line.replaceAll("\t", "  ").replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, "\ufffd");
}
