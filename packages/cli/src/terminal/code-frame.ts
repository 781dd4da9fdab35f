/*
 * The lines around a mistake, with a mark below what is meant.
 */
import type { Style } from "./style.js";

const CONTEXT = 1;
const WIDTH = 160;

/** `line` and `column` from 1; `length` in characters, over lines where it is longer than its first. */
export function codeFrame(
  text: string,
  at: { readonly line: number; readonly column: number; readonly length: number },
  style: Style,
  mark: (text: string) => string,
): readonly string[] {
  const lines = text.split(/\r?\n/);
  const from = Math.max(1, at.line - CONTEXT);
  const to = Math.min(lines.length, at.line + CONTEXT);
  const gutter = String(to).length;
  const frame: string[] = [];
  for (let number = from; number <= to; number++) {
    const line = lines[number - 1] ?? "";
    if (number !== at.line && line.trim() === "") continue;
    const head = style.dim(`${String(number).padStart(gutter)} │`);
    frame.push(`${head} ${shown(line)}`.trimEnd());
    if (number !== at.line) continue;
    const before = widthOf(line.slice(0, at.column - 1));
    const marked = line.slice(at.column - 1, at.column - 1 + Math.max(1, at.length));
    const room = Math.max(1, WIDTH - before);
    frame.push(
      `${" ".repeat(gutter)} ${style.dim("│")} ${" ".repeat(before)}${mark("^".repeat(Math.min(room, Math.max(1, widthOf(marked)))))}`,
    );
  }
  return frame;
}

/** Tabs are two wide here, whatever the terminal thinks, so that the mark stands below what it means. */
function shown(line: string): string {
  return line.replaceAll("\t", "  ").slice(0, WIDTH);
}

function widthOf(text: string): number {
  return Array.from(text).reduce(
    (sum, character) => sum + (character === "\t" ? 2 : isWide(character) ? 2 : 1),
    0,
  );
}

function isWide(character: string): boolean {
  return /\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Emoji_Presentation}/u.test(
    character,
  );
}
